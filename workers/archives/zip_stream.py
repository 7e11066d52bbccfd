"""A zip of files as a stream of bytes: flat in memory, of a length that is known before, and the same every time.

The files are not compressed: newsmill's formats would shrink to a third or a quarter, at 110 to 140 MB a second of a
whole core, and a zip whose length nobody knows could neither show how far it is nor go on where it broke off. They
are in stored blocks of DEFLATE (RFC 1951, section 3.2.4) rather than in entries of the method "stored", since what
unpacks a zip while it arrives (Java's ZipInputStream, say) wants an end that the data itself tells where, as here, the
checksum comes after it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Final

from schemas.errors import StoreError

MEDIA_TYPE: Final = "application/zip"

# The numbers in comments are sections of the APPNOTE (PKWARE, 6.3.10).
_LOCAL = struct.Struct("<4sHHHHHLLLHH")  # 4.3.7
_DESCRIPTOR = struct.Struct("<4sLLL")  # 4.3.9
_DESCRIPTOR_64 = struct.Struct("<4sLQQ")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")  # 4.3.12
_EXTRA_64 = struct.Struct("<HHQQQ")  # 4.5.3
_END_64 = struct.Struct("<4sQHHLLQQQQ")  # 4.3.14
_LOCATOR_64 = struct.Struct("<4sLQL")  # 4.3.15
_END = struct.Struct("<4sHHHHLLH")  # 4.3.16

_BLOCK = 65_535  # the most that a stored block holds
_LAST_BLOCK = b"\x01\x00\x00\xff\xff"
_FLAGS = 1 << 3 | 1 << 11  # the checksum comes after the data; names are UTF-8 (4.4.4)
_DEFLATE = 8
_MADE_BY_UNIX = 3 << 8
_RIGHTS = 0o100644 << 16
_DAY = 0 << 9 | 1 << 5 | 1  # 1980-01-01, the first day that there is: a time would make each zip another one
_ELSEWHERE, _ELSEWHERE_16 = (
    0xFFFFFFFF,
    0xFFFF,
)  # said in place of a number that is too large, and stands in ZIP64's fields
_LARGE, _MANY = _ELSEWHERE, _ELSEWHERE_16


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of a zip: its name, its size in bytes, and how to open it when its turn comes."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


def zip_length(members: Sequence[Member]) -> int:
    """How many bytes the zip of these files has."""
    offset = central = 0
    for member in members:
        central += len(_central(member, offset, 0))
        offset += len(_local(member)) + _packed(member.size) + len(_descriptor(member, 0))
    return offset + central + len(_end(len(members), offset, central))


def zip_stream(members: Sequence[Member]) -> Iterator[bytes]:
    """The zip of these files, piece by piece; each file is opened when its turn comes, and closed after it.

    Raises:
        StoreError: a file has another size than it was said to have.
    """
    central, offset = [], 0
    for member in members:
        yield (head := _local(member))
        crc = size = 0
        with member.open() as stream:
            for block in _blocks(stream):
                crc = zlib.crc32(block, crc)
                size += len(block)
                yield struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block
        if size != member.size:
            raise StoreError(f"{member.name} has {size:,} bytes, and not {member.size:,}")
        yield _LAST_BLOCK + (tail := _descriptor(member, crc))
        central.append(_central(member, offset, crc))
        offset += len(head) + _packed(size) + len(tail)
    directory = b"".join(central)
    yield directory + _end(len(members), offset, len(directory))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """What a stream has, in blocks that are full but for the last: a read may give less than it is asked for."""
    block = stream.read(_BLOCK)
    while block:
        while len(block) < _BLOCK and (more := stream.read(_BLOCK - len(block))):
            block += more
        yield block
        block = stream.read(_BLOCK)


def _packed(size: int) -> int:
    """How many bytes so many are in stored blocks."""
    return size + -(-size // _BLOCK) * 5 + len(_LAST_BLOCK)


def _is_large(member: Member) -> bool:
    return _packed(member.size) >= _LARGE


def _version(*, large: bool) -> int:
    return 45 if large else 20


def _local(member: Member) -> bytes:
    # Sizes that come after the data are nothing here, and ZIP64 is said by its extra field alone (4.3.9.2).
    name, large = member.name.encode(), _is_large(member)
    extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
    size = _ELSEWHERE if large else 0
    version = _version(large=large)
    fields = (b"PK\3\4", version, _FLAGS, _DEFLATE, 0, _DAY, 0, size, size, len(name), len(extra))
    return _LOCAL.pack(*fields) + name + extra


def _descriptor(member: Member, crc: int) -> bytes:
    form = _DESCRIPTOR_64 if _is_large(member) else _DESCRIPTOR
    return form.pack(b"PK\7\x08", crc, _packed(member.size), member.size)


def _central(member: Member, offset: int, crc: int) -> bytes:
    name, packed, size = member.name.encode(), _packed(member.size), member.size
    large = _is_large(member) or offset >= _LARGE
    extra = _EXTRA_64.pack(1, 24, size, packed, offset) if large else b""
    if large:
        packed = size = offset = _ELSEWHERE
    version = _version(large=large)
    about = (b"PK\1\2", _MADE_BY_UNIX | version, version, _FLAGS, _DEFLATE, 0, _DAY, crc, packed, size)
    return _CENTRAL.pack(*about, len(name), len(extra), 0, 0, 0, _RIGHTS, offset) + name + extra


def _end(count: int, offset: int, length: int) -> bytes:
    large = b""
    if count >= _MANY or offset >= _LARGE or length >= _LARGE:
        large = _END_64.pack(b"PK\6\6", 44, _MADE_BY_UNIX | 45, 45, 0, 0, count, count, length, offset)
        large += _LOCATOR_64.pack(b"PK\6\7", 0, offset + length, 1)
        count, length, offset = _ELSEWHERE_16, _ELSEWHERE, _ELSEWHERE
    return large + _END.pack(b"PK\5\6", 0, 0, count, count, length, offset, 0)
