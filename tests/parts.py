"""The parts of the service as separate processes, which tests start, stop and kill."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.settings import load_settings
from tests.running import NO_TLS, ROOT, Seen, Valkey, clean_environ, descendants, until
from workers.jobs.store import JobStore
from workers.redis.connect import connect

NEWSMILL = (sys.executable, "-m", "service.cli")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def has_ipv6() -> bool:
    """Whether this machine has the loopback address of IPv6."""
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="needs IPv6: sysctl net.ipv6.conf.lo.disable_ipv6=0")


@dataclass(slots=True)
class Parts:
    """A Valkey and the started parts by name. `house` is the folder of the code that they run."""

    data: Path
    environ: dict[str, str] = field(default_factory=dict)
    house: Path = ROOT
    valkey: Valkey = field(init=False)
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.valkey = Valkey(self.data)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str, *command: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a part: a command of newsmill, or a program by its absolute path."""
        settings = {
            "NEWSMILL_REDIS_URL": self.valkey.url,
            "NEWSMILL_DATA": str(self.data),
            "NEWSMILL_PORT": str(self.port),
            "NEWSMILL_WORKERS": "1",
            "NEWSMILL_SEEDS": str(ROOT / "seeds"),
            "PYTHONPATH": str(self.house),
        }
        with (self.data / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command if command[0].startswith("/") else (*NEWSMILL, *command),
                cwd=self.house,
                env=clean_environ() | settings | self.environ | environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.running[name]

    def tree(self, name: str) -> list[Seen]:
        """The processes that a part has started."""
        return descendants(self.running[name].pid)

    def kill(self, name: str) -> None:
        """Kill a part and all its processes at once, so that none can clean up."""
        process = self.running.pop(name)
        tree = [process.pid, *(one.pid for one in descendants(process.pid))]
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in tree:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        process.wait(90)

    def stop(self, name: str, seconds: float = 60) -> int:
        """Stop a part as a supervisor does, and return its exit status."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def client(self, timeout: float = 60) -> httpx.Client:
        return httpx.Client(base_url=self.base, timeout=timeout, verify=NO_TLS)

    def ready(self, seconds: float = 120) -> bool:
        """Whether the API says within so many seconds that it is ready."""
        return bool(until(lambda: self._says_yes("/readyz"), seconds, every=0.1))

    def is_alive(self, seconds: float = 120) -> bool:
        """Whether the API responds within so many seconds, ready or not."""
        return bool(until(lambda: self._says_yes("/healthz"), seconds, every=0.1))

    def jobs(self) -> JobStore:
        return JobStore(connect(self.valkey.url), load_settings({}))

    def redis(self) -> Any:
        return connect(self.valkey.url)

    def log(self, name: str) -> str:
        return (self.data / f"{name}.log").read_text(errors="replace")

    def _says_yes(self, path: str) -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.base}{path}", timeout=15, verify=NO_TLS).status_code == 200
        return False


@contextmanager
def parts_at(data: Path, **environ: str) -> Iterator[Parts]:
    """A running Valkey and no other part yet. At the end all parts are killed."""
    parts = Parts(data, environ)
    parts.valkey.start()
    try:
        yield parts
    finally:
        for name in tuple(parts.running):
            parts.kill(name)
        if parts.valkey.process and parts.valkey.process.poll() is None:
            parts.valkey.kill()
