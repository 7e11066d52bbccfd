"""Artifacts in a folder: cases of a file system."""

from __future__ import annotations

import errno
import resource
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from unittest import mock

import pytest

from schemas.errors import ArtifactNotFoundError, StoreError
from workers.storage.local_store import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def everything(tmp_path: Path) -> set[str]:
    """Return every file in the folder, including those of incomplete artifacts."""
    return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}


def test_full_disk_raises_store_error_and_leaves_no_file(store: LocalStore, tmp_path: Path) -> None:
    with _files_of_at_most(50_000):
        with pytest.raises(StoreError, match=r"^a: File too large$"), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
            for _ in range(100):
                stream.write(b"x" * 1000)
    assert everything(tmp_path) == set()


def test_disk_full_at_close_raises_store_error(store: LocalStore, tmp_path: Path) -> None:
    with _files_of_at_most(10):
        with pytest.raises(StoreError), store.create("a") as stream:
            stream.write(b"x" * 100)  # stays in the buffer until the end
    assert everything(tmp_path) == set()


def test_impossible_folder_raises_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = LocalStore(tmp_path / "file")
    for action in (store.check, lambda: store.open("a"), lambda: store.delete("a/b")):
        with pytest.raises(StoreError):
            action()


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """Limit the file size of this process, to simulate a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_concurrent_deletes_of_an_artifact_succeed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStore(tmp_path)
    for name in ("a", "b"):
        with store.create(f"jobs/1/{name}") as stream:
            stream.write(b"-")
    remove = shutil.rmtree

    def overtaken(path: Path) -> None:
        monkeypatch.setattr(shutil, "rmtree", remove)
        (path / "a").unlink()
        raise FileNotFoundError(path / "a")

    monkeypatch.setattr(shutil, "rmtree", overtaken)
    store.delete("jobs/1")
    assert list(tmp_path.rglob("*")) == [tmp_path / "jobs"]


def test_a_folder_is_deleted_and_swept_while_another_process_writes_to_it(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    ended = Event()

    def write() -> None:
        while not ended.is_set():
            # The folder may be removed between its making and the file's.
            with suppress(ArtifactNotFoundError), store.create("jobs/1/pieces/a") as stream:
                stream.write(b"-")

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write) for _ in range(2)]
        try:
            for _ in range(300):
                store.delete("jobs/1")
                store.sweep(older_than=3600)
        finally:
            ended.set()
        for writer in writers:
            writer.result()
    store.delete("jobs/1")
    assert everything(tmp_path) == set()


def test_a_folder_that_cannot_be_removed_raises_store_error(store: LocalStore, tmp_path: Path) -> None:
    with store.create("jobs/1/a") as stream:
        stream.write(b"-")
    with mock.patch("os.unlink", side_effect=PermissionError(errno.EACCES, "Permission denied")):  # root is allowed to
        with pytest.raises(StoreError, match="Permission denied"):
            store.delete("jobs/1")
