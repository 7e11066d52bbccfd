"""`newsmill serve`: the API, the worker and, where no Redis is named, a broker, as one process tree."""

from __future__ import annotations

import fcntl
import os
import shlex
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

import click

from schemas.errors import NoRedisError, SettingsError
from schemas.settings import Settings, load_settings
from service.auth.bind_check import check_exposure
from service.runtime.embedded_valkey import EmbeddedBroker, embedded_broker
from service.runtime.healthcheck import NO_ANSWER, not_ready_reason
from service.runtime.supervisor import ProcessTree, Stopped, say
from workers.celery.queues import ROLES
from workers.redis.keys import ARRIVING, HELD

_PATIENCE = 60.0
_REPORT_AFTER = 5.0

# Secrets that workers do not need.
_OF_API: Final = ("NEWSMILL_API_KEYS", "NEWSMILL_OPERATOR_KEYS")

# More than a worker gives a task to end.
_TO_STOP: Final = 10.0


def serve(environ: Mapping[str, str]) -> int:
    """Run the service until it gets a signal to stop (exit status 0), a part keeps dying or does not start (1).

    Raises:
        SettingsError: a setting is wrong, or another service uses the same data.
    """
    settings = load_settings(environ)
    check_exposure(settings)
    _warn_of_readable(settings)
    _warn_of_broker(settings)
    port = _free_port(settings)
    environ = dict(environ) | {"NEWSMILL_PORT": str(port)}
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    with ExitStack() as held:
        # Processes that a killed service has left behind hold the lock until they end.
        locks = [held.enter_context(_only_one(settings.data))] if settings.redis_url is None else []
        broker = embedded_broker(settings.data) if locks else None
        if broker:
            held.callback(broker.remove_short_folder)
        tree = ProcessTree()
        held.callback(tree.stop, settings.stop_grace + _TO_STOP)
        if broker:
            tree.start("broker", broker.command, environ, holding=locks, needed=True, log=broker.log)
        _try_store(settings)
        if broker:
            if stopped := _wait_for_broker(tree, broker):
                return _say_why(stopped)
            environ["NEWSMILL_REDIS_URL"] = broker.url
            broker.call("DEL", ARRIVING)  # no upload of a killed service goes on
            if broker.call("EXISTS", HELD) != b":0":
                _take_back(load_settings(environ))
        _start_workers(tree, environ, locks)
        tree.start("api", [sys.executable, "-m", "service.cli", "api"], environ, holding=locks)
        stopped = _wait_until_ready(tree, settings, port)
        if stopped is None:
            tree.keep_running()
            click.echo(f"newsmill is ready at http://{host}:{port}")
            stopped = tree.wait()
        return _say_why(stopped)


def run_workers(environ: Mapping[str, str]) -> int:
    """Run the workers only, until they get a signal to stop; the exit status is that of `serve`.

    Raises:
        SettingsError: a setting is wrong, or no Redis is named.
    """
    settings = load_settings(environ)
    if not settings.redis_url:
        raise NoRedisError
    _warn_of_broker(settings)
    _try_store(settings)
    tree = ProcessTree()
    try:
        _start_workers(tree, environ)
        tree.keep_running()
        return _say_why(tree.wait())
    finally:
        tree.stop()


def _start_workers(tree: ProcessTree, environ: Mapping[str, str], holding: Sequence[IO[str]] = ()) -> None:
    environ = {name: value for name, value in environ.items() if name not in _OF_API}
    for role in ROLES:
        command = [sys.executable, "-m", "service.cli", "worker", "--only", role]
        tree.start(f"worker of {role}", command, environ, holding=holding)


def _try_store(settings: Settings) -> None:
    # Imported while the broker starts.
    from workers.storage.base import try_store  # noqa: PLC0415

    try_store(settings.store)


def _take_back(settings: Settings) -> None:
    """End the leases of a killed service's workers, so that their work is due at once."""
    # Imported here: a service that was stopped has no such work.
    from workers.redis.connect import connect  # noqa: PLC0415
    from workers.redis.due import DueWork  # noqa: PLC0415

    DueWork(connect(settings.redis_url or "")).expire_all()


def _wait_for_broker(tree: ProcessTree, broker: EmbeddedBroker) -> Stopped | None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if broker.call("PING") == b"+PONG":
            return None
        if stopped := tree.wait(0.01):
            return stopped
    return Stopped(part="broker")


def _wait_until_ready(tree: ProcessTree, settings: Settings, port: int) -> Stopped | None:
    began = time.monotonic()
    reported = NO_ANSWER
    while reason := not_ready_reason(settings.host, port):
        passed = time.monotonic() - began
        if passed > _PATIENCE:
            return Stopped(part="api", missing=reason)
        if passed > _REPORT_AFTER and reason != reported:
            reported = reason
            say(f"newsmill: not ready yet: {reason}")
        if stopped := tree.wait(0.03):
            return stopped
    return None


def _say_why(stopped: Stopped | None) -> int:
    if stopped is None or stopped.part is None:
        return 0
    how = stopped.how or f"did not become ready within {_PATIENCE:.0f} seconds"
    how += f" ({stopped.missing})" if stopped.missing else ""
    say(f"newsmill: the {stopped.part} {how}. The service has been stopped.")
    if stopped.last_lines:
        say("\n    ".join([f"The last lines of the {stopped.part}:", *stopped.last_lines]))
    return 1


def _only_one(data: Path) -> IO[str]:
    """Hold the data folder for this process tree."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)  # articles, jobs and the secret of links
        lock = (data / "lock").open("a+")
    except OSError as error:
        raise SettingsError(f"NEWSMILL_DATA={data}: {error.strerror}") from None
    deadline = time.monotonic() + _PATIENCE
    while not _take(lock):
        if _holder_lives(lock) or time.monotonic() > deadline:
            lock.close()
            raise SettingsError(f"NEWSMILL_DATA={data}: another `newsmill serve` runs on this folder")
        time.sleep(0.05)  # it was killed; its processes are about to end
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _warn_of_readable(settings: Settings) -> None:
    """Say so if other users of this machine can open the folder of the data or of the store."""
    folders = {"NEWSMILL_DATA": settings.data} | ({} if "://" in settings.store else {"NEWSMILL_STORE": settings.store})
    for variable, folder in folders.items():
        path = Path(folder)
        if path.is_dir() and path.stat().st_mode & 0o055 and not _is_private(path.parent):
            click.echo(
                f"newsmill: {variable}={path}: other users of this machine can open the folder, which has articles and "
                f"secrets. Run: chmod -R go= {shlex.quote(str(path))}",
                err=True,
            )


def _warn_of_broker(settings: Settings) -> None:
    """Say so if a broker of its own is set: the scripts that make work due send the messages to their own Redis."""
    if settings.broker_url not in (None, settings.redis_url):
        click.echo(
            "newsmill: NEWSMILL_BROKER_URL has no effect: messages go through NEWSMILL_REDIS_URL. Remove it",
            err=True,
        )


def _is_private(folder: Path) -> bool:
    """Return whether a folder, or one above it, lets only this user in."""
    return any(not one.stat().st_mode & 0o011 for one in (folder.resolve(), *folder.resolve().parents))


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder_lives(lock: IO[str]) -> bool:
    lock.seek(0)
    try:
        os.kill(int(lock.read() or 0), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass  # it runs as another user
    return True


def _free_port(settings: Settings) -> int:
    """Return the port to listen on: NEWSMILL_PORT, or any free one if that is 0.

    Raises:
        SettingsError: another process listens on the port.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"NEWSMILL_HOST={settings.host}, NEWSMILL_PORT={settings.port}"
            raise SettingsError(f"{where}: cannot listen there: {error.strerror}") from None
        return int(probe.getsockname()[1])
