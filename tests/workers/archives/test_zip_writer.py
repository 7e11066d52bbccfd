"""Zips of the writer, as other programs read them."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workers.archives.zip_writer import ZipWriter

BEYOND_32_BITS = 5 * 2**30

# The SHA-256 of each archive. Every version of newsmill must write the same bytes.
FEW = "0fee9ede7ec53d9a098b26e0517099ccf9baac8639a02ac235af3730015d4224"
MANY = "881ec25a50c9ea40c99a2999db63174e9635680837d45547ae5846451930b709"
FAR = "ebde6c519d59b83695d021bb819d1d2e9e3dd1ebd86f229f6d44ecdf5b826ea6"

names = st.text(st.characters(codec="utf-8", exclude_characters="/\\\0"), min_size=1, max_size=20)


def zipped(entries: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    archive = ZipWriter(stream)
    for name, content in entries.items():
        archive.add(name, content)
    archive.end()
    return stream.getvalue()


@given(st.dictionaries(names, st.binary(max_size=200), max_size=5))
def test_zip_writer_keeps_every_file(entries: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(entries))) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == entries
        assert {info.external_attr >> 16 for info in archive.infolist()} <= {0o100644}


def test_the_same_files_are_the_same_bytes() -> None:
    entries = {"a.xml": b"<a/>", "Zeitung \u00fc.json": b"{}", "empty": b""}
    assert hashlib.sha256(zipped(entries)).hexdigest() == FEW


def test_more_entries_than_sixteen_bits_count(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    data = zipped({f"{number:05d}": b"%d" % number for number in range(70_000)})
    assert hashlib.sha256(data).hexdigest() == MANY
    path.write_bytes(data)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == 70_000
        assert archive.read("69999") == b"69999"
    assert readable_by_unzip(path)


def test_entries_that_begin_beyond_four_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "far.zip"
    with path.open("wb") as stream:
        stream.seek(BEYOND_32_BITS)  # a hole: nothing is on the disk
        archive = ZipWriter(stream, start=BEYOND_32_BITS)
        archive.add("far.txt", b"far away")
        archive.end()
    with path.open("rb") as stream:
        stream.seek(BEYOND_32_BITS)
        assert hashlib.sha256(stream.read()).hexdigest() == FAR
    with zipfile.ZipFile(path) as archive_read:
        assert archive_read.read("far.txt") == b"far away"


def test_a_zip_of_nothing_is_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped({}))) as archive:
        assert archive.infolist() == []


def readable_by_unzip(path: Path) -> bool:
    """Return whether Info-ZIP accepts the file; True if it is not installed."""
    program = shutil.which("unzip")
    return program is None or subprocess.run([program, "-tq", path], capture_output=True, check=False).returncode == 0
