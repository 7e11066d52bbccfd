"""Unpack compressed documents and archives as streams, within bounds.

gzip and Zstandard hold one document; zip, tar, tar.gz and tar.zst hold many. The first bytes decide which it is. An
entry's name is a label, never a path: no file is created under it.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, Final, Self, cast

import zstandard

from schemas.errors import InputError
from workers.archives.ranges import ByteSource, Chained
from workers.archives.zip_reader import read_entries

MAX_RATIO: Final = 300
"""The largest ratio of a document's size to its compressed size. Text rarely exceeds 20."""

MAX_ENTRIES: Final = 5_000_000

_ALWAYS_ALLOWED = 64 * 2**20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_READ = 1 << 18
# This many bytes of Zstandard unpack to a few megabytes at most.
_READ_ZSTD = 1 << 10

_MAX_HEADER = 2**20
_EXTENSION_HEADERS = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)

_ERRORS = (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError)


class UnpackError(InputError):
    """A packed document is broken or too large; the rest of it cannot be read."""


def is_packed(head: bytes) -> bool:
    """Return whether a document that begins with these bytes is compressed or an archive."""
    return head.startswith((_GZIP, _ZSTD, *_ZIP)) or _is_tar(head)


def unpack(stream: BinaryIO, name: str, *, size: int, limit: int) -> Iterator[tuple[str, BinaryIO]]:
    """Yield each document in a packed document, with its name. Read one before you take the next.

    Args:
        stream: the packed document, seekable.
        name: its name.
        size: its size in bytes.
        limit: the largest unpacked size of the whole, in bytes.

    Raises (during iteration, and while a document is read):
        UnpackError: the packed document is broken, or its unpacked size exceeds a limit.
        InputError: one entry is broken or encrypted; the next may be readable.
    """
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(_ZIP):
        yield from _zip(stream, name, _Bound(name, size, limit))
        return
    if head.startswith((_GZIP, _ZSTD)):
        plain = _decompressed(stream, head, name, _Bound(name, size, limit))
        if _is_tar(plain.peek(512)[:512]):
            yield from _tar(plain, name, size=size, limit=limit)
        else:
            yield _without_suffix(name), plain
        return
    yield from _tar(stream, name, size=size, limit=limit)


class _Bound:
    """A limit on the unpacked bytes of a packed document."""

    def __init__(self, name: str, size: int, limit: int) -> None:
        self._name = name
        self._most = min(limit, max(size * MAX_RATIO, _ALWAYS_ALLOWED))
        self._taken = 0

    def take(self, size: int) -> None:
        self._taken += size
        if self._taken > self._most:
            raise UnpackError(
                self._name, "", f"it unpacks to more than {self._most:,} bytes, the limit for this document"
            )


class _Bounded(ByteSource):
    """A stream that counts its bytes against a bound, and raises errors of `kind` that name the document.

    The first read opens it, so that an error on opening is handled like one on reading.
    """

    def __init__(self, opener: Callable[[], BinaryIO], name: str, bound: _Bound, kind: type[InputError]) -> None:
        self._open = opener
        self._stream: BinaryIO | None = None
        self._name = name
        self._bound = bound
        self._kind = kind

    def take(self, most: int) -> bytes:
        try:
            self._stream = self._stream or self._open()
            part = self._stream.read(most)
        except _ERRORS as error:
            raise self._kind(self._name, "", f"it cannot be unpacked: {error or type(error).__name__}") from None
        self._bound.take(len(part))
        return part

    def close(self) -> None:
        if self._stream and not self.closed:
            self._stream.close()
        super().close()


def _decompressed(stream: BinaryIO, head: bytes, name: str, bound: _Bound) -> io.BufferedReader:
    def open_plain() -> BinaryIO:
        if head.startswith(_GZIP):
            return cast("BinaryIO", gzip.GzipFile(fileobj=stream))
        return cast("BinaryIO", Chained(_zstd_parts(stream)))

    return io.BufferedReader(_Bounded(open_plain, name, bound, UnpackError), _READ)


def _zstd_parts(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the content of all frames. The library's own reader accepts a truncated frame as complete."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame = None
    while part := stream.read(_READ_ZSTD):
        while part:
            frame = frame or decompressor.decompressobj()
            yield frame.decompress(part)
            part = b""
            if frame.eof:
                part, frame = frame.unused_data, None
    if frame:
        raise EOFError("it ends too early")


def _zip(stream: BinaryIO, name: str, bound: _Bound) -> Iterator[tuple[str, BinaryIO]]:
    try:
        for number, entry in enumerate(read_entries(stream), 1):
            if number > MAX_ENTRIES:
                raise UnpackError(name, "", f"it has more than {MAX_ENTRIES:,} entries")
            if entry.name.endswith("/") or _is_hidden(entry.name):
                continue
            opener = cast("Callable[[], BinaryIO]", partial(entry.open, stream))
            with io.BufferedReader(_Bounded(opener, _label(entry.name), bound, InputError), _READ) as content:
                yield _label(entry.name), content
    except zipfile.BadZipFile as error:
        raise UnpackError(name, "", f"it is not a zip that can be unpacked: {error}") from None


class _Entry(tarfile.TarInfo):
    """An entry of a tar. A broken or truncated header is an error here; tarfile takes it for the end of the archive.

    An extension header (a long name, attributes) is read whole, so its size is limited.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        entry = super().frombuf(buf, encoding, errors)
        if entry.type in _EXTENSION_HEADERS and entry.size > _MAX_HEADER:
            raise tarfile.InvalidHeaderError(f"a header of {entry.size:,} bytes")  # type: ignore[attr-defined]
        return entry

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(f"{error}; is its end missing?") from None


def _tar(stream: BinaryIO, name: str, *, size: int, limit: int) -> Iterator[tuple[str, BinaryIO]]:
    bound = _Bound(name, size, limit)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as archive:
            for number, entry in enumerate(archive, 1):
                if number > MAX_ENTRIES:
                    raise UnpackError(name, "", f"it has more than {MAX_ENTRIES:,} entries")
                archive.members = []  # type: ignore[attr-defined]  # tarfile keeps every entry it has read; memory must stay flat
                if not entry.isfile() or _is_hidden(entry.name):
                    continue
                label = _label(entry.name)
                if entry.issparse():
                    # It would unpack to any number of bytes that it does not have in the archive.
                    yield label, io.BufferedReader(_Bounded(_refuse_sparse, label, bound, InputError), _READ)
                    continue
                opener = cast("Callable[[], BinaryIO]", partial(archive.extractfile, entry))
                yield label, io.BufferedReader(_Bounded(opener, label, bound, UnpackError), _READ)
    except (tarfile.TarError, RecursionError, ValueError, OverflowError) as error:
        raise UnpackError(name, "", f"it is not a tar that can be unpacked: {error}") from None


def _refuse_sparse() -> BinaryIO:
    raise tarfile.ExtractError("it is a sparse file; pack it without --sparse")


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _is_hidden(path: str) -> bool:
    """Return whether the entry is a file manager's: a dot file, or in macOS's folder of attributes."""
    parts = path.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _label(entry: str) -> str:
    """Return the last part of an entry's path, a name for messages only."""
    last = entry.replace("\\", "/").rstrip("/").split("/")[-1]
    return "".join(character for character in last if character.isprintable())[:200] or "entry"


def _without_suffix(name: str) -> str:
    lower = name.lower()
    return next((name[: -len(end)] for end in (".gz", ".zst", ".gzip", ".zstd") if lower.endswith(end)), name)
