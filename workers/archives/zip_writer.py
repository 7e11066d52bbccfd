"""A zip of any number of files while it is written, in memory that does not grow.

The standard library keeps an object for each entry until the end: for a file an article of a million that would be
gigabytes. Here the directory that comes last (APPNOTE 6.3.10, section 4.3.12) is collected in a file.
"""

from __future__ import annotations

import shutil
import stat
import struct
import tempfile
import zlib
from typing import BinaryIO, Final, Protocol

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_ZIP64_EXTRA: Final = struct.Struct("<2HQ")
_ZIP64_END: Final = struct.Struct("<4sQ2H2L4Q")
_ZIP64_LOCATOR: Final = struct.Struct("<4sLQL")
_END: Final = struct.Struct("<4s4H2LH")

_DEFLATED: Final = 8
_PLAIN: Final = 20
_ZIP64: Final = 45
_BY_UNIX: Final = 3 << 8
_UTF_8: Final = 1 << 11
# An archive of the same files is the same bytes: no entry has a time of its own, but the first that there is, 1980.
_TIME, _DATE = 0, 1 << 5 | 1
_MODE: Final = (stat.S_IFREG | 0o644) << 16
_FULL_16: Final = 0xFFFF
_FULL_32: Final = 0xFFFFFFFF
_IN_MEMORY: Final = 1 << 20


class _Stream(Protocol):
    def write(self, data: bytes, /) -> int: ...


class ZipFile:
    """A zip that is written from its beginning to its end, never turned back.

    Args:
        stream: where it goes.
        start: how many bytes are in the stream already.
    """

    def __init__(self, stream: _Stream, *, start: int = 0) -> None:
        self._stream = stream
        self._offset = start
        self._entries = 0
        self._directory: BinaryIO = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - closed by `end`

    def add(self, name: str, content: bytes) -> None:
        """Add a file, deflated; of less than 4 GiB."""
        raw = name.encode()
        deflated = _deflate(content)
        sizes = (zlib.crc32(content), len(deflated), len(content))
        # Only where it begins can need more than 32 bits.
        far = self._offset >= _FULL_32
        needs = _ZIP64 if far else _PLAIN
        extra = _ZIP64_EXTRA.pack(1, 8, self._offset) if far else b""
        common = (_UTF_8, _DEFLATED, _TIME, _DATE, *sizes, len(raw))
        offset = _FULL_32 if far else self._offset
        self._directory.write(
            _CENTRAL.pack(b"PK\1\2", _BY_UNIX | needs, needs, *common, len(extra), 0, 0, 0, _MODE, offset) + raw + extra
        )
        self._write(_LOCAL.pack(b"PK\3\4", needs, *common, 0) + raw + deflated)
        self._entries += 1

    def end(self) -> None:
        """Write the directory."""
        start, size = self._offset, self._directory.tell()
        self._directory.seek(0)
        with self._directory as directory:
            shutil.copyfileobj(directory, self._stream, _IN_MEMORY)
        self._offset += size
        if self._entries >= _FULL_16 or start >= _FULL_32 or size >= _FULL_32:
            counts = (self._entries, self._entries, size, start)
            end = self._offset
            self._write(_ZIP64_END.pack(b"PK\6\6", _ZIP64_END.size - 12, _BY_UNIX | _ZIP64, _ZIP64, 0, 0, *counts))
            self._write(_ZIP64_LOCATOR.pack(b"PK\6\7", 0, end, 1))
        entries = min(self._entries, _FULL_16)
        self._write(_END.pack(b"PK\5\6", 0, 0, entries, entries, min(size, _FULL_32), min(start, _FULL_32), 0))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._offset += len(data)


def _deflate(content: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(content) + made.flush()
