"""`newsmill serve`: the API, the worker and, where no Redis is named, a broker, as one process tree."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

import click

from schemas.errors import SettingsError
from schemas.settings import Settings, load_settings
from service.broker import EmbeddedBroker, embedded_broker
from service.processes import ProcessTree, Stopped
from workers.celery_app import ROLES, make_celery

_PATIENCE = 60.0


def serve(environ: Mapping[str, str]) -> int:
    """Run the service until it is told to stop.

    Args:
        environ: the environment that its settings come from, and that its parts run in.

    Returns:
        The exit status: 0 when it was told to stop, 1 when a part of it died.

    Raises:
        SettingsError: a setting is wrong, or another service uses the same data.
    """
    settings = load_settings(environ)
    environ = dict(environ) | {"NEWSMILL_PORT": str(settings.port or _free_port(settings.host))}
    address = f"http://{_in_url(settings.host)}:{environ['NEWSMILL_PORT']}"
    with ExitStack() as held:
        tree = ProcessTree()
        held.callback(tree.stop)
        if settings.redis_url is None:
            held.enter_context(_only_one(settings.data))
            broker = embedded_broker(settings.data)
            tree.start("broker", broker.command, environ)
            if stopped := _wait_for_broker(tree, broker):
                return _say_why(stopped)
            environ["NEWSMILL_REDIS_URL"] = broker.url
        _start_workers(tree, environ)
        tree.start("api", [sys.executable, "-m", "service.cli", "api"], environ)
        stopped = _wait_until_ready(tree, settings, int(environ["NEWSMILL_PORT"]))
        if stopped is None:
            click.echo(f"newsmill is ready at {address}")
            stopped = tree.wait()
        return _say_why(stopped)


def run_workers(environ: Mapping[str, str]) -> int:
    """Run the workers alone until they are told to stop; the exit status is that of `serve`.

    Raises:
        SettingsError: a setting is wrong, or no Redis is named.
    """
    make_celery(load_settings(environ))
    tree = ProcessTree()
    try:
        _start_workers(tree, environ)
        return _say_why(tree.wait())
    finally:
        tree.stop()


def _start_workers(tree: ProcessTree, environ: Mapping[str, str]) -> None:
    for role in ROLES:
        tree.start(f"worker of {role}", [sys.executable, "-m", "service.cli", "worker", "--only", role], environ)


def _wait_for_broker(tree: ProcessTree, broker: EmbeddedBroker) -> Stopped | None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.settimeout(1)
                probe.connect(str(broker.socket))
                probe.sendall(b"PING\r\n")
                if probe.recv(16).startswith(b"+PONG"):
                    return None
            except OSError:
                pass
        if stopped := tree.wait(0.01):
            return stopped
    return Stopped(part="broker")


def _wait_until_ready(tree: ProcessTree, settings: Settings, port: int) -> Stopped | None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection(host, port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return None
        except OSError:
            pass
        finally:
            connection.close()
        if stopped := tree.wait(0.03):
            return stopped
    return Stopped(part="api")


def _say_why(stopped: Stopped | None) -> int:
    if stopped is None or stopped.part is None:
        return 0
    status = "did not become ready" if stopped.status is None else f"ended with status {stopped.status}"
    click.echo(f"newsmill: its {stopped.part} {status}; the log is above. All of it has been stopped.", err=True)
    return 1


def _only_one(data: Path) -> IO[str]:
    """Hold the data folder for this process tree."""
    data.mkdir(parents=True, exist_ok=True)
    lock = (data / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SettingsError(f"NEWSMILL_DATA={data}: another `newsmill serve` runs on this folder") from None
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _free_port(host: str) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
