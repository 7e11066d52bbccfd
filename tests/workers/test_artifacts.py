"""What any store of artifacts must do; each kind of store is run through it."""

from __future__ import annotations

import resource
import shutil
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from io import UnsupportedOperation
from pathlib import Path

import pytest

from schemas.errors import StoreError
from workers.artifacts import JobFolder, LocalStore, Store, open_store


class StoreContract(ABC):
    """What holds for every store. A store's own test class says how to make one, and what lies in it."""

    @pytest.fixture
    @abstractmethod
    def store(self, tmp_path: Path) -> Store:
        """An empty store."""

    @abstractmethod
    def everything(self, tmp_path: Path) -> set[str]:
        """Every name in the store, those of half-written artifacts too."""

    def test_what_was_written_is_read(self, store: Store) -> None:
        with store.create("jobs/a/files/articles.csv") as stream:
            stream.write(b"id\r\n")
            stream.write(b"1\r\n")
        with store.open("jobs/a/files/articles.csv") as stream:
            assert stream.read() == b"id\r\n1\r\n"

    def test_an_artifact_can_be_read_from_its_middle(self, store: Store) -> None:
        with store.create("a") as stream:
            stream.write(b"0123456789")
        with store.open("a") as stream:
            stream.seek(7)
            assert stream.read() == b"789"

    def test_an_artifact_is_not_there_before_its_end(self, store: Store) -> None:
        with store.create("a") as stream:
            stream.write(b"x" * 100_000)
            stream.flush()
            with pytest.raises(StoreError):
                store.open("a")
        store.open("a").close()

    def test_an_artifact_that_is_written_again_has_its_old_content_until_the_end(self, store: Store) -> None:
        for content, before in ((b"old", None), (b"new", b"old")):
            with store.create("a") as stream:
                stream.write(content)
                stream.flush()
                if before is not None:
                    with store.open("a") as old:
                        assert old.read() == before
        with store.open("a") as stream:
            assert stream.read() == b"new"

    def test_who_reads_an_artifact_is_not_disturbed_by_a_new_one(self, store: Store) -> None:
        with store.create("a") as stream:
            stream.write(b"old")
        with store.open("a") as reading:
            with store.create("a") as stream:
                stream.write(b"new")
            assert reading.read() == b"old"

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, StoreError])
    def test_nothing_is_left_of_an_artifact_that_failed(
        self, store: Store, tmp_path: Path, error: type[BaseException]
    ) -> None:
        with pytest.raises(error), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
            stream.write(b"half")
            raise error
        assert self.everything(tmp_path) == set()

    def test_a_failed_artifact_leaves_the_one_before_it(self, store: Store, tmp_path: Path) -> None:
        with store.create("a") as stream:
            stream.write(b"whole")
        with pytest.raises(ValueError, match="x"), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
            stream.write(b"half")
            raise ValueError("x")
        with store.open("a") as stream:
            assert stream.read() == b"whole"
        assert len(self.everything(tmp_path)) == 1

    def test_many_may_write_the_same_artifact_at_once(self, store: Store, tmp_path: Path) -> None:
        def write(letter: bytes) -> None:
            for _ in range(20):
                with store.create("a") as stream:
                    stream.write(letter * 10_000)

        writers = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        with store.open("a") as stream:
            content = stream.read()
        assert (len(content), len(set(content))) == (10_000, 1)
        assert len(self.everything(tmp_path)) == 1

    @pytest.mark.parametrize("key", ["", "/etc/passwd", "..", "../a", "a/../../b", "a/..", "/"])
    def test_a_key_never_leads_out_of_the_store(self, store: Store, tmp_path: Path, key: str) -> None:
        with pytest.raises(StoreError), store.create(key):
            pass
        with pytest.raises(StoreError):
            store.open(key)
        with pytest.raises(StoreError):
            store.delete(key)
        assert self.everything(tmp_path) == set()

    @pytest.mark.parametrize("key", ["none", "none/at/all"])
    def test_an_artifact_that_is_not_there_is_an_error(self, store: Store, key: str) -> None:
        with pytest.raises(StoreError, match=key):
            store.open(key)

    def test_a_prefix_is_deleted_with_all_under_it_and_nothing_else(self, store: Store) -> None:
        for key in ("jobs/a/input/0", "jobs/a/files/x", "jobs/ab/files/x"):
            with store.create(key) as stream:
                stream.write(b"x")
        store.delete("jobs/a")
        for key in ("jobs/a/input/0", "jobs/a/files/x"):
            with pytest.raises(StoreError):
                store.open(key)
        store.open("jobs/ab/files/x").close()

    def test_one_artifact_is_deleted_by_its_key(self, store: Store, tmp_path: Path) -> None:
        with store.create("a/b") as stream:
            stream.write(b"x")
        store.delete("a/b")
        assert self.everything(tmp_path) == set()

    def test_deleting_what_is_not_there_is_no_error(self, store: Store) -> None:
        store.delete("jobs/none")

    def test_an_artifact_cannot_be_written_once_open(self, store: Store) -> None:
        with store.create("a") as stream:
            stream.write(b"x")
        with store.open("a") as stream, pytest.raises(UnsupportedOperation):
            stream.write(b"y")

    def test_a_sweep_leaves_what_is_whole_and_what_is_being_written(self, store: Store, tmp_path: Path) -> None:
        with store.create("jobs/a/whole") as stream:
            stream.write(b"x")
        with store.create("jobs/a/new") as stream:
            stream.write(b"x")
            store.sweep(older_than=60.0)
        assert len(self.everything(tmp_path)) == 2
        store.open("jobs/a/new").close()

    def test_a_sweep_removes_what_was_left_half_written(self, store: Store, tmp_path: Path) -> None:
        with store.create("jobs/a/whole") as stream:
            stream.write(b"x")
        with pytest.raises(StoreError), store.create("jobs/a/killed") as stream:  # noqa: PT012 - its file is gone at the end
            stream.write(b"x")
            stream.flush()
            assert len(self.everything(tmp_path)) == 2
            store.sweep(older_than=-60.0)
            assert len(self.everything(tmp_path)) == 1
        store.open("jobs/a/whole").close()

    def test_the_check_leaves_nothing(self, store: Store, tmp_path: Path) -> None:
        store.check()
        assert self.everything(tmp_path) == set()

    def test_jobs_do_not_see_each_others_artifacts(self, store: Store) -> None:
        one, other = JobFolder(store, "one"), JobFolder(store, "other")
        for folder in (one, other):
            with folder.create("articles.csv") as stream:
                stream.write(b"x")
        one.delete()
        with pytest.raises(StoreError):
            one.open("articles.csv")
        other.open("articles.csv").close()


class TestLocalStore(StoreContract):
    """Files in a folder."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(str(tmp_path))

    def everything(self, tmp_path: Path) -> set[str]:
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}

    def test_a_full_disk_is_an_error_of_the_store_and_leaves_nothing(self, store: Store, tmp_path: Path) -> None:
        with _files_of_at_most(50_000):
            with pytest.raises(StoreError, match=r"^a: File too large$"), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
                for _ in range(100):
                    stream.write(b"x" * 1000)
        assert self.everything(tmp_path) == set()

    def test_a_disk_that_is_full_at_the_very_end_is_an_error_too(self, store: Store, tmp_path: Path) -> None:
        with _files_of_at_most(10):
            with pytest.raises(StoreError), store.create("a") as stream:
                stream.write(b"x" * 100)  # stays in the buffer until the end
        assert self.everything(tmp_path) == set()

    def test_a_folder_that_cannot_be_is_an_error_of_the_store(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        store = LocalStore(tmp_path / "file")
        for action in (store.check, lambda: store.open("a"), lambda: store.delete("a/b")):
            with pytest.raises(StoreError):
                action()

    def test_a_kind_of_store_that_is_not_known_is_an_error(self) -> None:
        with pytest.raises(StoreError, match="ftp://here"):
            open_store("ftp://here")


@contextmanager
def _files_of_at_most(size: int) -> Iterator[None]:
    """Let this process write no file past a size, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_another_removes_at_the_same_time_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
