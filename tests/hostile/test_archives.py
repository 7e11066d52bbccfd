"""Malicious archives: their output, and the time and memory to read them, are bounded."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import pytest
import zstandard

from schemas.errors import InputError
from tests.hostile.memory import growth
from tests.running import needs_proc
from workers.archives.unpack import unpack

pytestmark = needs_proc

MIB = 2**20


def zip_of(count: int, *, name: bytes = b"%07d.txt", offset: int | None = None) -> bytes:
    """Return a zip of empty entries, or of names that all refer to one offset."""
    local, listed = io.BytesIO(), io.BytesIO()
    for number in range(count):
        called = name % number if b"%" in name else name
        at = local.tell() if offset is None else offset
        local.write(struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(called), 0) + called)
        head = (b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(called), 0, 0, 0, 0, 0, at)
        listed.write(struct.pack("<4s6H3L5H2L", *head) + called)
    start, size = local.tell(), listed.tell()
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    end += struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    last = (b"PK\5\6", 0, 0, 65_535, 65_535, 2**32 - 1, 2**32 - 1, 0)
    return local.getvalue() + listed.getvalue() + end + struct.pack("<4s4H2LH", *last)


def zipped(content: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "a.txt") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def overlapping() -> bytes:
    """Return a zip whose directory lists one entry a thousand times."""
    whole = zipped(b"\0" * MIB)
    at = whole.index(b"PK\1\2")
    end = whole.index(b"PK\5\6")
    listed = whole[at:end] * 1000
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(listed), at, 0)
    return whole[:at] + listed + last


def header(kind: bytes, size: int, name: str = "x") -> bytes:
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, size
    return entry.tobuf(tarfile.GNU_FORMAT)


def tar_of_links() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for kind in (
            tarfile.SYMTYPE,
            tarfile.LNKTYPE,
            tarfile.CHRTYPE,
            tarfile.BLKTYPE,
            tarfile.FIFOTYPE,
            tarfile.DIRTYPE,
        ):
            entry = tarfile.TarInfo("../../etc/passwd")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        for name in ("../../../etc/cron.d/x", "/etc/passwd", "C:\\x\\..\\y"):
            entry = tarfile.TarInfo(name)
            entry.size = 1
            archive.addfile(entry, io.BytesIO(b"A"))
    return made.getvalue()


class Harm(NamedTuple):
    """A packed document, its error ("" if all of it is read), and the number of documents in it."""

    make: Callable[[], bytes]
    said: str
    documents: int


LONG_NAME = header(tarfile.GNUTYPE_LONGNAME, 2) + b"a\0" + b"\0" * 510

HARM = {
    "gzip, a thousand to one": Harm(lambda: gzip.compress(b"\0" * 200 * MIB, 9), "the limit for this document", 1),
    "Zstandard, ten thousand to one": Harm(
        lambda: zstandard.compress(b"\0" * 200 * MIB, 19), "unpacks to more than", 1
    ),
    "Zstandard with a window of two gigabytes": Harm(
        lambda: b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00" * 100, "Frame requires too much memory", 0
    ),
    "zip, a thousand to one": Harm(lambda: zipped(b"\0" * 200 * MIB), "the limit for this document", 1),
    "a zip whose entries overlap": Harm(overlapping, "the limit for this document", 65),
    "a zip of a hundred thousand entries": Harm(lambda: zip_of(100_000), "", 100_000),
    "a zip of entries that are nowhere": Harm(lambda: zip_of(1_000, offset=2**31), "it is cut off", 1_000),
    "a zip of paths": Harm(lambda: zip_of(3, name=b"../../../etc/passwd"), "", 3),
    "a zip of names with NUL": Harm(lambda: zip_of(3, name=b"a\0/../b"), "", 3),
    "a zip in bzip2": Harm(lambda: zipped(b"\0" * MIB, zipfile.ZIP_BZIP2), "method 12; deflate is read", 1),
    "a zip in LZMA": Harm(lambda: zipped(b"\0" * MIB, zipfile.ZIP_LZMA), "method 14; deflate is read", 1),
    "a tar of links, devices and paths": Harm(tar_of_links, "", 3),
    "a tar whose long name is a gigabyte": Harm(
        lambda: header(tarfile.GNUTYPE_LONGNAME, 2**30) + b"x" * MIB, "a header of 1,073,741,824 bytes", 0
    ),
    "a tar whose attributes are a gigabyte": Harm(
        lambda: header(tarfile.XHDTYPE, 2**30) + b"x" * MIB, "a header of 1,073,741,824 bytes", 0
    ),
    "a tar of long names of long names": Harm(lambda: LONG_NAME * 10_000, "it is not a tar that can be unpacked", 0),
    "a tar of a file that is not there": Harm(lambda: header(tarfile.REGTYPE, 2**33), "cannot be unpacked", 1),
}


@pytest.mark.parametrize("name", HARM)
def test_malicious_archive_is_bounded(name: str) -> None:
    harm = HARM[name]
    packed = harm.make()
    found = 0
    said: set[str] = set()

    def act() -> None:
        nonlocal found
        try:
            for label, stream in unpack(io.BytesIO(packed), "doc", size=len(packed), limit=2**40):
                found += 1
                assert "/" not in label
                assert label.isprintable()
                try:
                    while stream.read(2**16):
                        ...
                except InputError as error:
                    said.add(str(error))
                    if "unpacks to more" in str(error):
                        raise
        except InputError as error:
            said.add(str(error))

    grown = growth(act)
    assert found == harm.documents, said
    assert harm.said in "; ".join(said)
    assert bool(said) == bool(harm.said)
    assert grown < 300
