"""Behaviour of every artifact store, tested on a folder and a bucket."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.errors import StoreError
from tests.s3_server import S3Server
from workers.storage.base import ALL, JobFolder, Store, create_all
from workers.storage.local_store import LocalStore

Everything = Callable[[], set[str]]
"""Every name in the store, including those of incomplete artifacts."""

LARGE = Random(1).randbytes(8 * 2**20).hex("\n", 4).encode() + b"\n"
"""18 MiB of lines: more than two parts of an upload and many ranges; the bytes do not repeat."""


@dataclass(frozen=True, slots=True)
class Place:
    """An empty store, and a function that lists its names."""

    store: Store
    everything: Everything


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Place(
            LocalStore(tmp_path),
            lambda: {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()},
        )
    server: S3Server = request.getfixturevalue("s3")
    prefix = f"tests/{uuid4().hex}"
    return Place(server.store(prefix), lambda: server.everything(prefix))


@pytest.fixture
def store(place: Place) -> Store:
    return place.store


@pytest.fixture
def everything(place: Place) -> Everything:
    return place.everything


def test_artifact_reads_back_as_written(store: Store) -> None:
    with store.create("jobs/a/files/articles.csv") as stream:
        stream.write(b"id\r\n")
        stream.write(b"1\r\n")
    with store.open("jobs/a/files/articles.csv") as stream:
        assert stream.read() == b"id\r\n1\r\n"


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [1_000, 3_000_017, len(LARGE)])
def test_large_artifact_of_any_pieces_is_read_whole(store: Store, everything: Everything, size: int) -> None:
    with store.create("large") as stream:
        for piece in pieces(LARGE, size):
            assert stream.write(piece) == len(piece)
        assert stream.tell() == len(LARGE)
    with store.open("large") as stream:
        assert b"".join(iter(lambda: stream.read(size), b"")) == LARGE
    assert everything() == {"large"}


def test_an_artifact_may_be_empty(store: Store) -> None:
    with store.create("empty"):
        pass
    with store.open("empty") as stream:
        assert (stream.read(), stream.readline(), stream.seek(0, io.SEEK_END)) == (b"", b"", 0)


def test_an_artifact_is_read_by_lines(store: Store) -> None:
    with store.create("lines") as stream:
        stream.write(LARGE[: 2**20])
    with store.open("lines") as stream:
        assert list(stream) == LARGE[: 2**20].splitlines(keepends=True)


@pytest.mark.parametrize("read_ahead", [0, 1, 3 * 2**20, ALL])
def test_read_ahead_reads_the_same_bytes(store: Store, read_ahead: int) -> None:
    with store.create("large") as stream:
        stream.write(LARGE)
    at = 5 * 2**20 + 3
    with store.open("large", at=at, read_ahead=read_ahead) as stream:
        assert stream.tell() == at
        assert b"".join(iter(lambda: stream.read(2**20), b"")) == LARGE[at:]
        stream.seek(1)
        assert stream.read(9) == LARGE[1:10]
    with store.open("large", at=len(LARGE), read_ahead=read_ahead) as stream:
        assert stream.read() == b""


def test_several_artifacts_are_complete_after_the_write(store: Store, everything: Everything) -> None:
    folder = JobFolder(store, "job")
    with create_all(folder, ["a", "b", "c"]) as streams:
        for number, stream in enumerate(streams):
            stream.write(b"%d" % number)
    for number, name in enumerate(["a", "b", "c"]):
        with folder.open(name) as stream:
            assert stream.read() == b"%d" % number
    assert everything() == {"jobs/job/a", "jobs/job/b", "jobs/job/c"}


def test_failed_write_leaves_none_of_several_artifacts(store: Store, everything: Everything) -> None:
    with pytest.raises(ValueError, match="x"), create_all(JobFolder(store, "job"), ["a", "b"]) as streams:  # noqa: PT012 - the error is one of the context
        streams[0].write(LARGE)
        raise ValueError("x")
    assert everything() == set()


SIZE = 3 * 2**19

PLACES = st.integers(0, SIZE + 10)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(PLACES, st.sampled_from([1, 100, 70_000, 300_000, SIZE])), max_size=8))
@example(steps=[(SIZE - 1, 100), (0, SIZE), (SIZE, 1), (SIZE + 10, 1)])
@example(steps=[(0, 300_000), (300_000, 300_000), (100, 1), (600_000, SIZE)])
def test_artifact_can_be_read_after_any_seek(store: Store, steps: list[tuple[int, int]]) -> None:
    try:
        reading = store.open("anywhere")
    except StoreError:
        with store.create("anywhere") as stream:
            stream.write(LARGE[:SIZE])
        reading = store.open("anywhere")
    with reading:
        for place, size in steps:
            assert reading.seek(place) == place
            assert reading.read(size) == LARGE[:SIZE][place : place + size]
            assert reading.tell() == max(place, min(place + size, SIZE))
        assert reading.seek(-8, io.SEEK_END) == SIZE - 8
        assert reading.read() == LARGE[SIZE - 8 : SIZE]
        assert reading.seek(-16, io.SEEK_CUR) == SIZE - 16


def test_threads_share_a_store(store: Store) -> None:
    def work(number: int) -> bool:
        content = LARGE[number : 9 * 2**20]
        with store.create(f"side/{number}") as stream:
            stream.writelines(pieces(content, 1 << 18))
        with store.open(f"side/{number}") as stream:
            return stream.read() == content

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(4)))


def test_an_artifact_can_be_read_from_its_middle(store: Store) -> None:
    with store.create("a") as stream:
        stream.write(b"0123456789")
    with store.open("a") as stream:
        stream.seek(7)
        assert stream.read() == b"789"


def test_artifact_is_invisible_until_complete(store: Store) -> None:
    with store.create("a") as stream:
        stream.write(b"x" * 100_000)
        stream.flush()
        with pytest.raises(StoreError):
            store.open("a")
    store.open("a").close()


def test_rewritten_artifact_keeps_old_content_until_complete(store: Store) -> None:
    for content, before in ((b"old", None), (b"new", b"old")):
        with store.create("a") as stream:
            stream.write(content)
            stream.flush()
            if before is not None:
                with store.open("a") as old:
                    assert old.read() == before
    with store.open("a") as stream:
        assert stream.read() == b"new"


def test_open_artifact_is_unaffected_by_a_rewrite(store: Store) -> None:
    with store.create("a") as stream:
        stream.write(b"old")
    with store.open("a") as reading:
        with store.create("a") as stream:
            stream.write(b"new")
        assert reading.read() == b"old"


@pytest.mark.parametrize("half", [b"half", LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    "error", [ValueError(), KeyboardInterrupt(), StoreError("x")], ids=lambda it: type(it).__name__
)
def test_failed_artifact_leaves_no_bytes(
    store: Store, everything: Everything, error: BaseException, half: bytes
) -> None:
    with pytest.raises(type(error)), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
        stream.write(half)
        raise error
    assert everything() == set()


def test_a_failed_artifact_leaves_the_one_before_it(store: Store, everything: Everything) -> None:
    with store.create("a") as stream:
        stream.write(b"whole")
    with pytest.raises(ValueError, match="x"), store.create("a") as stream:  # noqa: PT012 - the error is one of the context
        stream.write(b"half")
        raise ValueError("x")
    with store.open("a") as stream:
        assert stream.read() == b"whole"
    assert len(everything()) == 1


def test_concurrent_writers_of_an_artifact_succeed(store: Store, everything: Everything) -> None:
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
    assert len(everything()) == 1


@pytest.mark.parametrize("key", ["", "/etc/passwd", "..", "../a", "a/../../b", "a/..", "/"])
def test_key_cannot_leave_the_store(store: Store, everything: Everything, key: str) -> None:
    with pytest.raises(StoreError), store.create(key):
        pass
    with pytest.raises(StoreError):
        store.open(key)
    with pytest.raises(StoreError):
        store.delete(key)
    assert everything() == set()


@pytest.mark.parametrize("key", ["none", "none/at/all"])
def test_missing_artifact_raises_store_error(store: Store, key: str) -> None:
    with pytest.raises(StoreError, match=key):
        store.open(key)


def test_delete_removes_exactly_the_prefix(store: Store) -> None:
    for key in ("jobs/a/input/0", "jobs/a/files/x", "jobs/ab/files/x"):
        with store.create(key) as stream:
            stream.write(b"x")
    store.delete("jobs/a")
    for key in ("jobs/a/input/0", "jobs/a/files/x"):
        with pytest.raises(StoreError):
            store.open(key)
    store.open("jobs/ab/files/x").close()


def test_one_artifact_is_deleted_by_its_key(store: Store, everything: Everything) -> None:
    with store.create("a/b") as stream:
        stream.write(b"x")
    store.delete("a/b")
    assert everything() == set()


def test_delete_of_missing_artifact_succeeds(store: Store) -> None:
    store.delete("jobs/none")


def test_open_artifact_is_read_only(store: Store) -> None:
    with store.create("a") as stream:
        stream.write(b"x")
    with store.open("a") as stream, pytest.raises(UnsupportedOperation):
        stream.write(b"y")


def test_names_under_a_prefix_are_those_of_artifacts_and_folders(store: Store) -> None:
    assert [*store.names_under("jobs")] == []
    for key in ("jobs/a/files", "jobs/a/parts/1", "jobs/b/files", "jobs/c", "other"):
        with store.create(key) as stream:
            stream.write(b"x")
    assert sorted(store.names_under("jobs")) == ["a", "b", "c"]


def test_sweep_keeps_complete_and_active_artifacts(store: Store, everything: Everything) -> None:
    with store.create("jobs/a/whole") as stream:
        stream.write(b"x")
    with store.create("jobs/a/new") as stream:
        stream.writelines(pieces(LARGE, 1 << 20))
        store.sweep(older_than=60.0)
    assert len(everything()) == 2
    store.open("jobs/a/new").close()


def test_sweep_removes_abandoned_artifacts(store: Store, everything: Everything) -> None:
    with store.create("jobs/a/whole") as stream:
        stream.write(b"x")
    with pytest.raises(StoreError), store.create("jobs/a/killed") as stream:  # noqa: PT012 - its file is gone at the end
        stream.writelines(pieces(LARGE, 1 << 20))
        stream.flush()
        assert len(everything()) == 2
        store.sweep(older_than=-60.0)
        assert len(everything()) == 1
    store.open("jobs/a/whole").close()


def test_delete_removes_active_writes_under_the_prefix(store: Store, everything: Everything) -> None:
    with pytest.raises(StoreError), store.create("jobs/a/x") as stream:  # noqa: PT012 - its file is gone at the end
        stream.writelines(pieces(LARGE, 1 << 20))
        with store.create("jobs/ab/x") as other:
            other.writelines(pieces(LARGE, 1 << 20))
            store.delete("jobs/a")
            assert len(everything()) == 1
    assert everything() == {"jobs/ab/x"}


def test_store_check_leaves_no_artifact(store: Store, everything: Everything) -> None:
    store.check()
    assert everything() == set()


def test_job_folders_are_separate(store: Store) -> None:
    one, other = JobFolder(store, "one"), JobFolder(store, "other")
    for folder in (one, other):
        with folder.create("articles.csv") as stream:
            stream.write(b"x")
    one.delete()
    with pytest.raises(StoreError):
        one.open("articles.csv")
    other.open("articles.csv").close()
