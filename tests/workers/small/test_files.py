"""The files of a small job in one artifact, with a real folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import StoreError
from schemas.jobs.job import OutputFile
from schemas.jobs.record import StoredFile
from schemas.typed_json import view_of
from workers.small.files import SmallFiles
from workers.storage.base import FILES, JobFolder
from workers.storage.local_store import LocalStore


def result(files: Sequence[StoredFile]) -> bytes:
    return f"the result with {len(files)} files".encode()


def exported(name: str, content: bytes) -> OutputFile:
    digest = hashlib.sha256(content).hexdigest()
    return OutputFile(name=name, format="csv", media_type="text/csv", size=len(content), sha256=digest, articles=1)


def write(files: SmallFiles, name: str, content: bytes) -> None:
    with files.create(name) as stream:
        stream.write(content)


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_each_file_is_found_again_in_the_one_artifact(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    folder = JobFolder(LocalStore(tmp_path_factory.mktemp("files")), "job")
    named = {f"{number}.csv": content for number, content in enumerate(contents)}
    files = SmallFiles()
    for name, content in reversed(named.items()):
        write(files, name, content)
    kept, place = files.keep([exported(name, content) for name, content in named.items()], folder, result)
    assert (place is None) == (not named)
    assert {file.name: folder.open_finished(file).read() for file in kept} == named


def test_a_large_result_without_files_is_stored(tmp_path: Path) -> None:
    folder = JobFolder(LocalStore(tmp_path), "job")
    _, place = SmallFiles().keep([], folder, lambda _: b"x" * 2_000)
    assert place is not None
    assert folder.open(place.name, at=place.start).read() == b"x" * 2_000


def test_no_file_is_no_artifact(tmp_path: Path) -> None:
    assert SmallFiles().keep([], JobFolder(LocalStore(tmp_path), "job"), result) == ((), None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_left_with_an_error_is_not_kept(tmp_path: Path) -> None:
    files = SmallFiles()
    with pytest.raises(RuntimeError), files.create("one.csv"):
        raise RuntimeError
    with pytest.raises(KeyError):
        files.keep([exported("one.csv", b"")], JobFolder(LocalStore(tmp_path), "job"), result)


def test_no_file_is_kept_when_the_artifact_cannot_be_stored(tmp_path: Path) -> None:
    (tmp_path / "jobs" / "job" / FILES).mkdir(parents=True)
    files = SmallFiles()
    write(files, "one.csv", b"1")
    with pytest.raises(StoreError):
        files.keep([exported("one.csv", b"1")], JobFolder(LocalStore(tmp_path), "job"), result)


def test_a_file_that_is_an_artifact_of_its_own_is_opened_as_one(tmp_path: Path) -> None:
    folder = JobFolder(LocalStore(tmp_path), "job")
    with folder.create("articles.csv") as stream:
        stream.write(b"id")
    assert folder.open_finished(view_of(StoredFile, exported("articles.csv", b"id"))).read() == b"id"
