"""The records of the zip format, shared by the reader and the writers.

The sections in comments are those of the APPNOTE (PKWARE, 6.3.10). Every number in a record is little-endian.
"""

from __future__ import annotations

import stat
import struct
from typing import Final

LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")  # 4.3.7
CENTRAL_HEADER: Final = struct.Struct("<4s6H3L5H2L")  # 4.3.12
ZIP64_END: Final = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
ZIP64_LOCATOR: Final = struct.Struct("<4sLQL")  # 4.3.15
END: Final = struct.Struct("<4s4H2LH")  # 4.3.16

LOCAL_MARK: Final = b"PK\3\4"
CENTRAL_MARK: Final = b"PK\1\2"
ZIP64_END_MARK: Final = b"PK\6\6"
ZIP64_LOCATOR_MARK: Final = b"PK\6\7"
END_MARK: Final = b"PK\5\6"

UTF_8: Final = 1 << 11
"""Flag: the name is UTF-8 (4.4.4)."""

DEFLATED: Final = 8
"""The compression method DEFLATE."""

MAX_16: Final = 0xFFFF
MAX_32: Final = 0xFFFF_FFFF
"""A placeholder for a number that does not fit and is in a ZIP64 field (4.5.3)."""

_VERSION: Final = 20
_VERSION_ZIP64: Final = 45
_MADE_BY_UNIX: Final = 3 << 8
_MODE: Final = (stat.S_IFREG | 0o644) << 16
# The earliest time a zip can state, 1980-01-01. With the current time, the same files would give other bytes.
_TIME_AND_DATE: Final = (0, 1 << 5 | 1)


def local_header(name: bytes, flags: int, sizes: tuple[int, int, int], *, zip64: bool, extra: bytes = b"") -> bytes:
    """Return the record in front of an entry's data; `sizes` are its checksum, compressed size and size."""
    version = _VERSION_ZIP64 if zip64 else _VERSION
    fields = (version, flags, DEFLATED, *_TIME_AND_DATE, *sizes, len(name), len(extra))
    return LOCAL_HEADER.pack(LOCAL_MARK, *fields) + name + extra


def central_header(
    name: bytes, flags: int, sizes: tuple[int, int, int], offset: int, *, zip64: bool, extra: bytes = b""
) -> bytes:
    """Return an entry's record in the central directory; `offset` is the position of its local header."""
    version = _VERSION_ZIP64 if zip64 else _VERSION
    fields = (version, flags, DEFLATED, *_TIME_AND_DATE, *sizes, len(name), len(extra))
    record = CENTRAL_HEADER.pack(CENTRAL_MARK, _MADE_BY_UNIX | version, *fields, 0, 0, 0, _MODE, offset)
    return record + name + extra


def zip64_end(count: int, start: int, size: int) -> bytes:
    """Return the ZIP64 end records of a central directory of `count` entries at `start`, of `size` bytes."""
    fields = (ZIP64_END.size - 12, _MADE_BY_UNIX | _VERSION_ZIP64, _VERSION_ZIP64, 0, 0, count, count, size, start)
    return ZIP64_END.pack(ZIP64_END_MARK, *fields) + ZIP64_LOCATOR.pack(ZIP64_LOCATOR_MARK, 0, start + size, 1)


def end(count: int, start: int, size: int) -> bytes:
    """Return the end record; a number that does not fit is replaced by the placeholder."""
    return END.pack(END_MARK, 0, 0, min(count, MAX_16), min(count, MAX_16), min(size, MAX_32), min(start, MAX_32), 0)
