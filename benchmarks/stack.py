"""The service for benchmarks: a broker, workers, the API, and a worker with an empty task."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from service.runtime.embedded_valkey import embedded_broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A running service: the API's address, the URL of its Redis, its data folder, and its processes by name."""

    address: str
    redis_url: str
    data: Path
    processes: dict[str, int]


@contextmanager
def running(*, workers: int = 1, settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Start the service with so many processes for chunks and further settings; stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="newsmill-bench-") as folder, ExitStack() as parts:
        broker = embedded_broker(Path(folder))
        port = _free_port()
        environ = os.environ | {
            "NEWSMILL_REDIS_URL": broker.url,
            "NEWSMILL_DATA": folder,
            "NEWSMILL_PORT": str(port),
            "NEWSMILL_WORKERS": str(workers),
            "NEWSMILL_MAX_UPLOAD": "16GiB",
            **(settings or {}),
        }
        commands: dict[str, Sequence[str]] = {
            "broker": broker.command,
            "jobs": (sys.executable, "-m", "service.cli", "worker", "--only", "jobs"),
            "chunks": (sys.executable, "-m", "service.cli", "worker", "--only", "chunks"),
            "empty": (sys.executable, "-m", "benchmarks.worker"),
            "api": (sys.executable, "-m", "service.cli", "api"),
        }
        processes = {}
        for name, command in commands.items():
            process = subprocess.Popen(command, env=environ, start_new_session=True)
            parts.callback(process.wait)
            parts.callback(process.terminate)
            processes[name] = process.pid
            if name == "broker":
                _wait_for(broker.socket.exists)
        address = f"http://127.0.0.1:{port}"
        _wait_for(lambda: _ready(address))
        os.environ["NEWSMILL_REDIS_URL"] = broker.url
        yield Stack(address=address, redis_url=broker.url, data=Path(folder), processes=processes)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _wait_for(condition: object, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("the service did not start")
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
