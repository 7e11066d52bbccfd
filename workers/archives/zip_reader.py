"""The entries of a zip, one after another, in flat memory: the list of them is read as a stream as well.

Python's own `ZipFile` holds all of the list, half a kilobyte an entry. What is read is what every program writes
(ISO/IEC 21320-1): entries that are stored or deflated. The other methods need memory that their sender chooses.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, Final, NamedTuple, cast

# APPNOTE.TXT 6.3.10: sections 4.3.12 (central directory), 4.3.7 (local header), 4.3.14 to 4.3.16 (ends).
_LISTED: Final = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_LONGEST_COMMENT: Final = 65_535
_BLOCK: Final = 1 << 18
_IN_EXTRA: Final = 0xFFFF_FFFF
_UTF_8: Final = 1 << 11
_ENCRYPTED: Final = 1


class ZipEntry(NamedTuple):
    """An entry: its name as it stands, and what there is to know to read it."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    def open(self, stream: BinaryIO) -> IO[bytes]:
        """What is in the entry, as a stream; the archive's own is not to be moved meanwhile.

        Raises:
            zipfile.BadZipFile: it is encrypted, compressed in a way that is not read, or not where it should be.
        """
        if self.flags & _ENCRYPTED:
            raise zipfile.BadZipFile("it is encrypted")
        if self.method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(f"it is compressed by method {self.method}; deflate is read")
        stream.seek(self.offset)
        mark, *_, name, extra = _LOCAL.unpack(_exactly(stream, _LOCAL.size))
        if mark != b"PK\x03\x04":
            raise zipfile.BadZipFile("it is not where the list of entries says")
        _exactly(stream, name + extra)
        entry = zipfile.ZipInfo(self.name)
        entry.CRC, entry.compress_type, entry.flag_bits = self.crc, self.method, self.flags
        entry.compress_size, entry.file_size = self.packed, self.size
        return cast("IO[bytes]", zipfile.ZipExtFile(stream, "r", entry))


def read_entries(stream: BinaryIO) -> Iterator[ZipEntry]:
    """The entries of a zip, in the order of its list. The stream may be moved between two of them.

    Raises:
        zipfile.BadZipFile: it is no zip, its list of entries is broken, or it is a part of several.
    """
    start, size, offset = _find_list(stream)
    at, end = start, start + size
    while at < end:
        stream.seek(at)
        block = stream.read(min(_BLOCK, end - at))
        used = 0
        while len(block) - used >= _LISTED.size:
            found = _LISTED.unpack_from(block, used)
            name, extra, comment = found[12:15]
            length = _LISTED.size + name + extra + comment
            if found[0] != b"PK\x01\x02":
                raise zipfile.BadZipFile("its list of entries is broken")
            if len(block) - used < length:
                break
            names = block[used + _LISTED.size : used + length - comment]
            yield _entry(found, names[:name], names[name:], offset)
            used += length
        if not used:
            raise zipfile.BadZipFile("its list of entries is cut off")
        at += used


def _entry(found: tuple[int, ...], name: bytes, extra: bytes, offset: int) -> ZipEntry:
    flags, method, crc, packed, size, local = found[5], found[6], found[9], found[10], found[11], found[18]
    if _IN_EXTRA in (packed, size, local):
        size, packed, local = _from_extra(extra, size, packed, local)
    return ZipEntry(
        # What is not said to be UTF-8 is in the characters of the first PCs (appendix D).
        name=name.decode("utf-8" if flags & _UTF_8 else "cp437", errors="replace"),
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=local + offset,
    )


def _from_extra(extra: bytes, *stated: int) -> list[int]:
    """The sizes of an entry that has no room for them in the list itself (4.5.3)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1:
            content = extra[4 : 4 + length]
            values = iter(struct.unpack_from(f"<{len(content) // 8}Q", content))
            try:
                return [next(values) if value == _IN_EXTRA else value for value in stated]
            except StopIteration:
                break
        extra = extra[4 + length :]
    raise zipfile.BadZipFile("an entry has no size")


def _find_list(stream: BinaryIO) -> tuple[int, int, int]:
    """Where the list of entries begins, its size, and what stands before the archive's own beginning."""
    length = stream.seek(0, 2)
    back = min(length, _END.size + _LONGEST_COMMENT)
    stream.seek(length - back)
    tail = _exactly(stream, back)
    at = tail.rfind(b"PK\x05\x06", 0, max(0, back - _END.size + 4))
    if at < 0:
        raise zipfile.BadZipFile("its end is missing")
    end = length - back + at
    _, disk, first_disk, _, _, size, start, _ = _END.unpack_from(tail, at)
    before = end
    if end >= _LOCATOR_64.size:
        stream.seek(end - _LOCATOR_64.size)
        mark, _, place, _ = _LOCATOR_64.unpack(_exactly(stream, _LOCATOR_64.size))
        if mark == b"PK\x06\x07":
            before = end - _LOCATOR_64.size - _END_64.size
            # Where something stands before the archive, it is not where it says, but where it always is.
            stream.seek(before if before >= 0 else place)
            mark, _, _, _, disk, first_disk, _, _, size, start = _END_64.unpack(_exactly(stream, _END_64.size))
            if mark != b"PK\x06\x06":
                raise zipfile.BadZipFile("its end is broken")
    if disk or first_disk:
        raise zipfile.BadZipFile("it is a part of several")
    offset = before - size - start
    if offset < 0:
        raise zipfile.BadZipFile("its list of entries is not where it says")
    return start + offset, size, offset


def _exactly(stream: BinaryIO, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise zipfile.BadZipFile("it is cut off")
    return read
