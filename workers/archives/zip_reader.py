"""The entries of a zip, one after another, in flat memory: the central directory is read as a stream too.

Python's own `ZipFile` holds the whole directory, half a kilobyte for each entry. Entries may be stored or deflated
(ISO/IEC 21320-1), as nearly all programs write them. Other methods use memory that the sender of the zip chooses.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, Final, NamedTuple, cast

from workers.archives.zip_records import (
    CENTRAL_HEADER,
    CENTRAL_MARK,
    END,
    END_MARK,
    LOCAL_HEADER,
    LOCAL_MARK,
    MAX_32,
    UTF_8,
    ZIP64_END,
    ZIP64_END_MARK,
    ZIP64_LOCATOR,
    ZIP64_LOCATOR_MARK,
)

_LONGEST_COMMENT: Final = 65_535
_BLOCK: Final = 1 << 18
_ENCRYPTED: Final = 1


class ZipEntry(NamedTuple):
    """An entry: its path as the zip states it, and where and how its data is stored."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    def open(self, stream: BinaryIO) -> IO[bytes]:
        """Open the entry's content. Until it is read, do not move the archive's stream.

        Raises:
            zipfile.BadZipFile: the entry is encrypted, of an unsupported compression method, or misplaced.
        """
        if self.flags & _ENCRYPTED:
            raise zipfile.BadZipFile("it is encrypted")
        if self.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(f"it is compressed by method {self.method}; deflate is read")
        stream.seek(self.offset)
        mark, *_, name, extra = LOCAL_HEADER.unpack(_exactly(stream, LOCAL_HEADER.size))
        if mark != LOCAL_MARK:
            raise zipfile.BadZipFile("it is not where the list of entries says")
        _exactly(stream, name + extra)
        entry = zipfile.ZipInfo(self.name)
        entry.CRC, entry.compress_type, entry.flag_bits = self.crc, self.method, self.flags
        entry.compress_size, entry.file_size = self.packed, self.size
        return cast("IO[bytes]", zipfile.ZipExtFile(stream, "r", entry))


def read_entries(stream: BinaryIO) -> Iterator[ZipEntry]:
    """Yield the entries of a zip in the order of its central directory. The stream may be moved between two entries.

    Raises:
        zipfile.BadZipFile: this is no zip, its central directory is broken, or it is one part of a split archive.
    """
    start, size, offset = _find_directory(stream)
    at, end = start, start + size
    while at < end:
        stream.seek(at)
        block = stream.read(min(_BLOCK, end - at))
        used = 0
        while len(block) - used >= CENTRAL_HEADER.size:
            found = CENTRAL_HEADER.unpack_from(block, used)
            name, extra, comment = found[10:13]
            length = CENTRAL_HEADER.size + name + extra + comment
            if found[0] != CENTRAL_MARK:
                raise zipfile.BadZipFile("its list of entries is broken")
            if len(block) - used < length:
                break
            names = block[used + CENTRAL_HEADER.size : used + length - comment]
            yield _entry(found, names[:name], names[name:], offset)
            used += length
        if not used:
            raise zipfile.BadZipFile("its list of entries is cut off")
        at += used


def _entry(found: tuple[int, ...], name: bytes, extra: bytes, offset: int) -> ZipEntry:
    flags, method, crc, packed, size, local = found[3], found[4], *found[7:10], found[16]
    if MAX_32 in (packed, size, local):
        size, packed, local = _from_extra(extra, size, packed, local)
    return ZipEntry(
        # A name without the UTF-8 flag is in code page 437 (appendix D).
        name=name.decode("utf-8" if flags & UTF_8 else "cp437", errors="replace"),
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=local + offset,
    )


def _from_extra(extra: bytes, *stated: int) -> list[int]:
    """Return the numbers of an entry, those that do not fit in its record from its ZIP64 field (4.5.3)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            content = extra[4 : 4 + length]
            values = iter(struct.unpack_from(f"<{len(content) // 8}Q", content))
            try:
                return [next(values) if value == MAX_32 else value for value in stated]
            except StopIteration:
                break
        extra = extra[4 + length :]
    raise zipfile.BadZipFile("an entry has no size")


def _find_directory(stream: BinaryIO) -> tuple[int, int, int]:
    """Return the start and size of the central directory, and the number of bytes in front of the archive."""
    length = stream.seek(0, 2)
    back = min(length, END.size + _LONGEST_COMMENT)
    stream.seek(length - back)
    tail = _exactly(stream, back)
    at = tail.rfind(END_MARK, 0, max(0, back - END.size + 4))
    if at < 0:
        raise zipfile.BadZipFile("its end is missing")
    end = length - back + at
    _, disk, first_disk, _, _, size, start, _ = END.unpack_from(tail, at)
    before = end
    if end >= ZIP64_LOCATOR.size:
        stream.seek(end - ZIP64_LOCATOR.size)
        mark, _, place, _ = ZIP64_LOCATOR.unpack(_exactly(stream, ZIP64_LOCATOR.size))
        if mark == ZIP64_LOCATOR_MARK:
            before = end - ZIP64_LOCATOR.size - ZIP64_END.size
            # With bytes in front of the archive its stated place is wrong; right before the locator is not.
            stream.seek(before if before >= 0 else place)
            mark, _, _, _, disk, first_disk, _, _, size, start = ZIP64_END.unpack(_exactly(stream, ZIP64_END.size))
            if mark != ZIP64_END_MARK:
                raise zipfile.BadZipFile("its end is broken")
    if disk or first_disk:
        raise zipfile.BadZipFile("it is one part of a split archive; join the parts first")
    offset = before - size - start
    if offset < 0:
        raise zipfile.BadZipFile("its list of entries is not where it says")
    return start + offset, size, offset


def _exactly(stream: BinaryIO, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise zipfile.BadZipFile("it is cut off")
    return read
