"""Zip streams: their length, their bytes, and how other programs read them."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import StoreError
from workers.archives import zip_writer as zips
from workers.archives.zip_writer import Member, zip_length, zip_stream

Files = Sequence[tuple[str, bytes]]
FILES: Files = [("a.txt", b"A text."), ("empty", b""), ("Zeitung ü 日本.csv", b"x,y\r\n" * 40_000), ("b.xml", b"<b/>")]


class Hesitant(io.BytesIO):
    """A stream that returns at most 1,000 bytes per read."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or -1, 1000) if size and size > 0 else size)


def members(files: Files, stream: type[io.BytesIO] = io.BytesIO) -> list[Member]:
    def opener(content: bytes) -> type[io.BytesIO]:
        return lambda: stream(content)  # type: ignore[return-value]

    return [Member(name=name, size=len(content), open=opener(content)) for name, content in files]


def zipped(files: Files, stream: type[io.BytesIO] = io.BytesIO) -> bytes:
    return b"".join(zip_stream(members(files, stream)))


def content(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


@pytest.fixture(params=["as it is", "all of it large"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Use the real limits, then limits so low that everything needs ZIP64."""
    if request.param == "all of it large":
        monkeypatch.setattr(zips, "_LARGE", 5)
        monkeypatch.setattr(zips, "_MANY", 2)
    return str(request.param)


@pytest.mark.usefixtures("sizes")
@pytest.mark.parametrize("files", [[], FILES[:1], FILES, [("x", bytes(size)) for size in (65_534, 65_535, 65_536)]])
def test_zip_stream_has_its_files_and_stated_length(files: Files) -> None:
    data = zipped(files)
    assert content(data) == list(files)
    assert len(data) == zip_length(members(files))
    assert zipped(files, Hesitant) == data


def test_the_bytes_of_a_zip_stay_the_same(sizes: str) -> None:
    expected = {
        "as it is": "16f1373f755f481e48d2291a653b6c590b359aeb7e0d5e74e3c5133a78533c76",
        "all of it large": "ee9e0a43ad371def7d737c86c58be5e117964ba8f1cb4fb24d07eae1e14b1f53",
    }
    assert hashlib.sha256(zipped(FILES)).hexdigest() == expected[sizes]


@given(files=st.lists(st.tuples(st.text("abcü/.", min_size=1, max_size=8), st.binary(max_size=300)), max_size=6))
@pytest.mark.parametrize("large", [7, 300, zips._LARGE])
def test_zip_stream_takes_any_files(large: int, files: Files) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zips, "_LARGE", large)
        data = zipped(files)
        assert len(data) == zip_length(members(files))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [(info.filename, archive.open(info).read()) for info in archive.infolist()] == list(files)


@pytest.mark.parametrize(
    "command",
    [
        ["unzip", "-q", "a.zip"],
        ["7zz", "x", "a.zip"],
        ["bsdtar", "-xf", "a.zip"],
        ["sh", "-c", "bsdtar -xf - < a.zip"],
        ["sh", "-c", "jar x < a.zip"],  # java.util.zip.ZipInputStream, which reads it as it arrives
    ],
    ids=["unzip", "7-zip", "libarchive", "libarchive from a pipe", "Java from a pipe"],
)
def test_zip_stream_opens_in_other_programs(tmp_path: Path, command: list[str], sizes: str) -> None:
    program = command[-1].split(" ")[0] if command[0] == "sh" else command[0]
    if not shutil.which(program):
        pytest.skip(f"needs {program}: apt-get install unzip 7zip libarchive-tools default-jdk-headless")
    if program == "jar" and sizes != "as it is":
        pytest.skip("Java tells from its size alone, and not as it is written, whether a file is large")
    (tmp_path / "a.zip").write_bytes(zipped(FILES))
    ran = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert sorted((path.name, path.read_bytes()) for path in tmp_path.iterdir() if path.name != "a.zip") == sorted(
        FILES
    )


def test_member_is_open_only_while_read() -> None:
    opened: list[io.BytesIO] = []

    def opening(content: bytes) -> io.BytesIO:
        opened.append(io.BytesIO(content))
        return opened[-1]

    stream = zip_stream([Member(name=str(n), size=100_000, open=lambda: opening(bytes(100_000))) for n in range(3)])
    next(stream)
    assert opened == []
    for _ in range(5):
        next(stream)
    assert [one.closed for one in opened] == [True, False]
    stream.close()  # type: ignore[attr-defined]
    assert [one.closed for one in opened] == [True, True]


def test_member_of_wrong_size_is_refused() -> None:
    for size in (3, 5):
        with pytest.raises(StoreError, match="has 4 bytes"):
            list(zip_stream([Member(name="a", size=size, open=lambda: io.BytesIO(b"abcd"))]))
