"""Two writers of zips: one for any number of small files, one for large files whose sizes are known.

`ZipWriter` makes the zip of a split export, an entry for each article. The standard library keeps an object for each
entry until the end, gigabytes for a million articles; here a temporary file collects the central directory.

`zip_stream` makes files.zip while it is sent, and `zip_length` gives its length in advance, for Content-Length and
ranges. Its files are not compressed: compression would make them three or four times smaller, but takes a whole core at
110 to 140 MB a second and leaves the length of the zip unknown. They are in stored blocks of DEFLATE (RFC 1951, section
3.2.4) and not in entries of the method "stored", because the checksum follows the data here. Programs that unpack a zip
while it arrives, such as Java's ZipInputStream, then need data that marks its own end.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from schemas.errors import StoreError
from workers.archives.zip_records import MAX_16, MAX_32, UTF_8, central_header, end, local_header, zip64_end

MEDIA_TYPE: Final = "application/zip"

_LARGE: Final = MAX_32
"""An offset or a size of this or more is in a ZIP64 field."""

_MANY: Final = MAX_16
_IN_MEMORY: Final = 1 << 20

_DESCRIPTOR: Final = struct.Struct("<4sLLL")  # 4.3.9
_DESCRIPTOR_ZIP64: Final = struct.Struct("<4sLQQ")
_CHECKSUM_FOLLOWS: Final = 1 << 3  # 4.4.4
_BLOCK: Final = 65_535  # the largest stored block
_LAST_BLOCK: Final = b"\x01\x00\x00\xff\xff"


class _Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


class ZipWriter:
    """Write a zip from its beginning to its end, without a seek.

    Args:
        stream: the stream that takes the zip.
        start: the number of bytes the stream has already.
    """

    def __init__(self, stream: _Writable, *, start: int = 0) -> None:
        self._stream = stream
        self._offset = start
        self._entries = 0
        self._directory: BinaryIO = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - closed by `end`

    def add(self, name: str, content: bytes) -> None:
        """Add a file of less than 4 GiB, deflated."""
        deflated = _deflate(content)
        self._begin(name, (zlib.crc32(content), len(deflated), len(content)))
        self._write(deflated)

    def add_stream(self, name: str, stream: BinaryIO) -> None:
        """Add a file of less than 4 GiB, deflated. It is held in no memory: a temporary file collects it."""
        packer, checksum, size = _packer(), 0, 0
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as deflated:
            while block := stream.read(_IN_MEMORY):
                checksum, size = zlib.crc32(block, checksum), size + len(block)
                deflated.write(packer.compress(block))
            deflated.write(packer.flush())
            self._begin(name, (checksum, deflated.tell(), size))
            self._offset += deflated.tell()
            deflated.seek(0)
            shutil.copyfileobj(deflated, self._stream, _IN_MEMORY)

    def _begin(self, name: str, sizes: tuple[int, int, int]) -> None:
        """Write the header of a file, and note its record of the central directory."""
        # Of the entry's numbers, only its offset can need more than 32 bits.
        far = self._offset >= _LARGE
        extra = struct.pack("<2HQ", 1, 8, self._offset) if far else b""
        offset = min(self._offset, MAX_32)
        self._directory.write(central_header(name.encode(), UTF_8, sizes, offset, zip64=far, extra=extra))
        self._write(local_header(name.encode(), UTF_8, sizes, zip64=far))
        self._entries += 1

    def end(self) -> None:
        """Write the central directory."""
        start, size = self._offset, self._directory.tell()
        self._directory.seek(0)
        with self._directory as directory:
            shutil.copyfileobj(directory, self._stream, _IN_MEMORY)
        if self._entries >= _MANY or start >= _LARGE or size >= _LARGE:
            self._write(zip64_end(self._entries, start, size))
        self._write(end(self._entries, start, size))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._offset += len(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of a zip stream: its name, its size in bytes, and a function that opens it."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


def zip_length(members: Sequence[Member]) -> int:
    """Return the size in bytes of the zip of these files."""
    offset = directory = 0
    for member in members:
        directory += len(_central(member, offset, 0))
        offset += len(_local(member)) + _packed(member.size) + len(_descriptor(member, 0))
    return offset + directory + len(_ends(len(members), offset, directory))


def zip_stream(members: Sequence[Member]) -> Iterator[bytes]:
    """Yield the zip of these files; each file is open only while it is read.

    Raises:
        StoreError: a file does not have its stated size.
    """
    headers, offset = [], 0
    for member in members:
        yield (head := _local(member))
        crc = size = 0
        with member.open() as stream:
            for block in _blocks(stream):
                crc = zlib.crc32(block, crc)
                size += len(block)
                yield struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block
        if size != member.size:
            raise StoreError(f"{member.name} has {size:,} bytes; its stated size is {member.size:,}")
        yield _LAST_BLOCK + (tail := _descriptor(member, crc))
        headers.append(_central(member, offset, crc))
        offset += len(head) + _packed(size) + len(tail)
    directory = b"".join(headers)
    yield directory + _ends(len(members), offset, len(directory))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield full blocks and a last one: a single read may return less than requested."""
    block = stream.read(_BLOCK)
    while block:
        while len(block) < _BLOCK and (more := stream.read(_BLOCK - len(block))):
            block += more
        yield block
        block = stream.read(_BLOCK)


def _packed(size: int) -> int:
    """Return the packed size: the content in stored blocks."""
    return size + -(-size // _BLOCK) * 5 + len(_LAST_BLOCK)


def _is_large(member: Member) -> bool:
    return _packed(member.size) >= _LARGE


def _local(member: Member) -> bytes:
    # The descriptor has the sizes; here they are 0, and only the extra field announces ZIP64 (4.3.9.2).
    large = _is_large(member)
    extra = struct.pack("<HHQQ", 1, 16, 0, 0) if large else b""
    sizes = (0, MAX_32, MAX_32) if large else (0, 0, 0)
    return local_header(member.name.encode(), _CHECKSUM_FOLLOWS | UTF_8, sizes, zip64=large, extra=extra)


def _descriptor(member: Member, crc: int) -> bytes:
    record = _DESCRIPTOR_ZIP64 if _is_large(member) else _DESCRIPTOR
    return record.pack(b"PK\7\x08", crc, _packed(member.size), member.size)


def _central(member: Member, offset: int, crc: int) -> bytes:
    packed, size, extra = _packed(member.size), member.size, b""
    if large := _is_large(member) or offset >= _LARGE:
        extra = struct.pack("<HHQQQ", 1, 24, size, packed, offset)
        packed = size = offset = MAX_32
    sizes = (crc, packed, size)
    return central_header(member.name.encode(), _CHECKSUM_FOLLOWS | UTF_8, sizes, offset, zip64=large, extra=extra)


def _ends(count: int, start: int, size: int) -> bytes:
    if count >= _MANY or start >= _LARGE or size >= _LARGE:
        return zip64_end(count, start, size) + end(MAX_16, MAX_32, MAX_32)
    return end(count, start, size)


def _deflate(content: bytes) -> bytes:
    packer = _packer()
    return packer.compress(content) + packer.flush()


def _packer() -> zlib._Compress:
    return zlib.compressobj(wbits=-zlib.MAX_WBITS)
