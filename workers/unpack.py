"""Compressed documents and archives: what is inside, as streams, within bounds.

gzip and Zstandard around one document; zip, tar, tar.gz and tar.zst around many. Told apart by their first
bytes. An entry's name is a label, never a path: nothing is ever unpacked into the file system by its name.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

import zstandard

from schemas.errors import InputError

LARGEST_RATIO: Final = 300
"""How many times as large as its compressed form a document may be; text is rarely past 20."""

MOST_ENTRIES: Final = 5_000_000

_RATIO_FROM = 64 * 2**20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_READ = 1 << 18


def is_packed(head: bytes) -> bool:
    """Whether a document that begins with these bytes is compressed, or an archive."""
    return head.startswith((_GZIP, _ZSTD, *_ZIP)) or _is_tar(head)


def unpack(stream: BinaryIO, name: str, *, size: int, limit: int) -> Iterator[tuple[str, BinaryIO]]:
    """The documents in a packed one, each with its name, to be read before the next.

    Args:
        stream: the packed document, seekable.
        name: its name.
        size: its size in bytes.
        limit: how many bytes it may have when unpacked, in all.

    Raises (while it is iterated, and while a document is read):
        InputError: it is broken, encrypted, or larger than it may be.
    """
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(_ZIP):
        yield from _zip(stream, name, _Bound(name, size, limit))
        return
    if head.startswith((_GZIP, _ZSTD)):
        plain = _decompressed(stream, head, name, _Bound(name, size, limit))
        if _is_tar(plain.peek(512)[:512]):
            yield from _tar(plain, name)
        else:
            yield _without_suffix(name), plain
        return
    yield from _tar(stream, name)


class _Bound:
    """How much may still come out of a packed document."""

    def __init__(self, name: str, size: int, limit: int) -> None:
        self._name = name
        self._most = min(limit, max(size * LARGEST_RATIO, _RATIO_FROM))
        self._taken = 0

    def take(self, size: int) -> None:
        self._taken += size
        if self._taken > self._most:
            raise InputError(
                self._name, "", f"it is larger than {self._most:,} bytes when unpacked, far more than a text can be"
            )


class _Bounded(io.RawIOBase):
    """A stream whose bytes are counted against a bound, and whose errors are errors of the document."""

    def __init__(self, stream: BinaryIO, name: str, bound: _Bound) -> None:
        self._stream = stream
        self._name = name
        self._bound = bound

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            part = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError, RuntimeError) as error:
            raise InputError(self._name, "", f"it cannot be unpacked: {error}") from None
        self._bound.take(len(part))
        buffer[: len(part)] = part
        return len(part)


def _decompressed(stream: BinaryIO, head: bytes, name: str, bound: _Bound) -> io.BufferedReader:
    if head.startswith(_GZIP):
        plain: BinaryIO = gzip.GzipFile(fileobj=stream)  # type: ignore[assignment]
    else:
        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        plain = decompressor.stream_reader(stream, read_across_frames=True)
    return io.BufferedReader(_Bounded(plain, name, bound), _READ)


def _zip(stream: BinaryIO, name: str, bound: _Bound) -> Iterator[tuple[str, BinaryIO]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise InputError(name, "", f"it has more than {MOST_ENTRIES:,} entries")
            for entry in entries:
                if entry.is_dir() or _is_hidden(entry.filename):
                    continue
                label = _label(entry.filename)
                if entry.flag_bits & 1:
                    raise InputError(label, "", "it is encrypted")
                with archive.open(entry) as content:
                    yield label, io.BufferedReader(_Bounded(content, label, bound), _READ)  # type: ignore[arg-type]
    except (zipfile.BadZipFile, NotImplementedError, OSError, zlib.error) as error:
        raise InputError(name, "", f"it is not a zip that can be unpacked: {error}") from None


def _tar(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", ignore_zeros=False) as archive:
            for number, entry in enumerate(archive, 1):
                if number > MOST_ENTRIES:
                    raise InputError(name, "", f"it has more than {MOST_ENTRIES:,} entries")
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every entry it has seen: flat memory needs it not to
                if not entry.isfile() or _is_hidden(entry.name):
                    continue
                content = archive.extractfile(entry)
                if content:
                    yield _label(entry.name), content  # type: ignore[misc]
    except tarfile.TarError as error:
        raise InputError(name, "", f"it is not a tar that can be unpacked: {error}") from None


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_hidden(path: str) -> bool:
    """What file managers leave in archives: dot files, and the folder in which macOS keeps attributes."""
    parts = path.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _label(entry: str) -> str:
    """The last part of an entry's path: a name for people, and for no file system."""
    last = entry.replace("\\", "/").rstrip("/").split("/")[-1]
    return "".join(character for character in last if character.isprintable())[:200] or "entry"


def _without_suffix(name: str) -> str:
    lower = name.lower()
    return next((name[: -len(end)] for end in (".gz", ".zst", ".gzip", ".zstd") if lower.endswith(end)), name)
