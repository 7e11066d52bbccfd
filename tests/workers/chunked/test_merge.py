"""A job in chunks makes the same files, counts, errors and warnings as in one piece."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.article import Article
from schemas.article.json_form import dump_article
from schemas.jobs.record import JobRecord
from tests import strategies
from tests.running import Valkey, start_job
from tests.workers.chunked.bench import LargeBench
from tests.workers.pipeline.test_pipe import UNWRITABLE, refusing
from workers.chunked import merge
from workers.chunked import split as cutting
from workers.chunked.merge import find_repeated
from workers.chunked.parts import KEY_SIZE, KEYS, create_parts
from workers.jobs.store import JobStore
from workers.pipeline import output as file_set
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore

OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"newsml-g2": {"body": "nitf"}, "news-article": {"lines": True}, "csv": {"profile": "data"}},
)

OTHER = {"id": "urn:x:1", "paragraphs": "Another article."}
"""An article that conflicts with `articles(1)`."""


@pytest.fixture
def bench(tmp_path: Path, jobs: JobStore, valkey: Valkey) -> LargeBench:
    return LargeBench(tmp_path, jobs, valkey.client())


__all__ = ["refusing"]


@pytest.fixture(autouse=True)
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ARTICLES", 2)


def ndjson(*stated: Any) -> tuple[str, bytes]:
    return "a.jsonl", b"".join((one if isinstance(one, bytes) else orjson.dumps(one)) + b"\n" for one in stated)


def articles(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": f"urn:x:{number}", "paragraphs": f"Article {number}."} for number in numbers]


def end(job: JobRecord) -> tuple[Any, ...]:
    # Where a file lies in the store is not how the job ended.
    files = [replace(file, start=None) for file in job.files]
    return job.status, job.done, job.failed, job.duplicates, files, job.warnings, job.error


def same(bench: LargeBench, *documents: tuple[str, bytes], **spec: Any) -> JobRecord:
    """The job in pieces, seen to be what it is in one."""
    pieces = bench.in_pieces(bench.job(*documents, **spec))
    one = bench.in_one_piece(bench.job(*documents, **spec))
    assert end(pieces) == end(one)
    assert bench.files(pieces.id) == bench.files(one.id)
    assert bench.keys(pieces.id) == set()
    return pieces


@given(
    st.lists(strategies.articles(), min_size=1, max_size=7),
    st.sampled_from(OPTIONS),
    st.none() | st.integers(1, 4),
    st.integers(1, 8),
    st.sampled_from([0, 2, 9]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_articles_in_chunks_of_any_size(
    bench: LargeBench,
    given_articles: list[Article],
    options: dict[str, Any],
    split: int | None,
    size: int,
    ids: int,
) -> None:
    # With two ids for all articles, most of them are conflicts; with none, those that state no id can be duplicates.
    stated = [dump_article(one) | ({"id": f"urn:x:{n % ids}"} if ids else {}) for n, one in enumerate(given_articles)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "CHUNK_ARTICLES", size)
        job = same(bench, ndjson(*stated), options=options, split=split, reader="articles-json")
    assert job.done + job.failed + job.duplicates == len(stated)


@pytest.mark.parametrize("split", [None, 1, 2, 3])
@pytest.mark.parametrize(
    ("stated", "done", "failed", "duplicates"),
    [
        (articles(1), 1, 0, 0),
        (articles(1, 2, 3, 4, 5), 5, 0, 0),
        (articles(1, 1, 1, 1, 1), 1, 0, 4),
        (articles(1, 2, 3, 1, 4, 3), 4, 0, 2),
        (articles(1, 2, 1, 2, 3), 3, 0, 2),
        ([*articles(1), OTHER, *articles(1), OTHER, *articles(2)], 2, 2, 1),
        ([OTHER, *articles(2, 1), OTHER, *articles(1)], 2, 2, 1),
        ([*articles(1), b"{", b"[]", b"{}", *articles(2)], 2, 3, 0),
        ([{}, b"null", {"paragraphs": ""}], 0, 3, 0),
    ],
)
def test_articles_that_are_bad_or_there_twice(
    bench: LargeBench, split: int | None, stated: list[Any], done: int, failed: int, duplicates: int
) -> None:
    job = same(bench, ndjson(*stated), split=split, reader="articles-json")
    assert (job.done, job.failed, job.duplicates) == (done, failed, duplicates)
    assert len(bench.errors(job.id)) == failed
    assert job.status == ("failed" if not done else "partial" if failed else "succeeded")


def test_a_duplicate_is_named_once_and_in_no_other_warning(bench: LargeBench) -> None:
    job = same(bench, ndjson(*articles(1, 2, 3, 1, 2, 2)), reader="articles-json")
    assert [(warning.type, warning.articles, warning.values) for warning in job.warnings] == [
        ("no-headline", 3, None),
        ("no-provider", 3, None),
        ("duplicate", 3, ("a.jsonl, line 4", "a.jsonl, line 5", "a.jsonl, line 6")),
    ]


def test_duplicate_in_another_document_is_found(bench: LargeBench) -> None:
    first, second = ndjson(*articles(1, 2, 3)), ("b.jsonl", ndjson(*articles(3, 4, 1))[1])
    job = same(bench, first, second, reader="articles-json")
    assert (job.status, job.done, job.duplicates) == ("succeeded", 4, 2)


@pytest.mark.parametrize("split", [None, 2])
def test_a_remote_store_has_packed_parts_and_the_same_files(
    bench: LargeBench, monkeypatch: pytest.MonkeyPatch, split: int | None
) -> None:
    documents = ndjson(*articles(1, 2, 3, 1), {}, *articles(5, 6))
    local = bench.in_pieces(bench.job(documents, reader="articles-json", split=split))
    monkeypatch.setattr(LocalStore, "remote", True)
    job_id = bench.job(documents, reader="articles-json", split=split)
    start_job(bench.jobs, job_id)
    bench.run("cut", job_id)
    bench.step(bench.steps.queued.popleft())
    names = [path for path in bench.files(job_id) if path.startswith("parts/0")]
    assert len(names) == 3
    assert all(bench.files(job_id)[name].startswith(b"\x28\xb5\x2f\xfd") for name in names)
    bench.drain()
    assert end(bench.get(job_id)) == end(local)
    assert bench.files(job_id) == bench.files(local.id)


@pytest.mark.usefixtures("refusing")
@pytest.mark.parametrize("split", [None, 2])
def test_article_that_cannot_be_written_bars_no_other(bench: LargeBench, split: int | None) -> None:
    unwritable = {"id": "urn:x:1", "paragraphs": "Article 1.", "slugline": UNWRITABLE}
    stated = [unwritable, *articles(2), unwritable, *articles(1, 2), OTHER, *articles(1)]
    job = same(bench, ndjson(*stated), reader="articles-json", split=split)
    assert (job.done, job.failed, job.duplicates) == (2, 3, 2)
    assert [(error["place"], error["kind"]) for error in bench.errors(job.id)] == [
        ("line 1", "invalid"),
        ("line 3", "invalid"),
        ("line 6", "conflict"),
    ]


def test_errors_are_in_the_order_of_the_input(bench: LargeBench) -> None:
    stated = [*articles(1), b"{", *articles(2), OTHER, *articles(3), b"}", OTHER]
    job = same(bench, ndjson(*stated), reader="articles-json")
    assert [(error["place"], error["id"]) for error in bench.errors(job.id)] == [
        ("line 2", None),
        ("line 4", "urn:x:1"),
        ("line 6", None),
        ("line 7", "urn:x:1"),
    ]


def test_a_table(bench: LargeBench) -> None:
    rows = [
        "id,headline,body",
        "urn:x:1,One,A",
        'urn:x:2,Two,"B\n\nC\n\n\n=D"',
        "urn:x:3,Three",
        'urn:x:4,Four,"E"',
        "",
        "urn:x:1,One,A",
        "urn:x:1,One again,F",
        "urn:x:6,Six,\U0001f600",
    ]
    job = same(bench, ("a.csv", "\r\n".join(rows).encode()), reader="csv")
    assert (job.done, job.failed) == (4, 2)
    assert bench.errors(job.id)[0]["place"] == "line 9"


def test_our_own_table_is_read_back_in_pieces(bench: LargeBench) -> None:
    first = bench.in_pieces(bench.job(ndjson(*articles(*range(7))), reader="articles-json"))
    table = bench.files(first.id)["articles.csv"]
    again = same(bench, ("articles.csv", table), reader="csv")
    assert bench.files(again.id)["articles.csv"] == table


def test_texts_by_the_hundred(bench: LargeBench) -> None:
    documents = [(f"{number}.txt", b"Text %d." % number) for number in range(9)]
    job = same(bench, *documents, ("bad.txt", b"\xff"), ("twice.txt", b"Text 3."), reader="text")
    assert (job.done, job.failed, job.duplicates) == (9, 1, 1)


class TestSplit:
    def test_files_are_numbered_and_hold_so_many(self, bench: LargeBench) -> None:
        job = same(bench, ndjson(*articles(*range(5))), reader="articles-json", split=2, formats=("news-article",))
        assert [(file.name, file.articles) for file in job.files] == [
            ("articles-00001.jsonld", 2),
            ("articles-00002.jsonld", 2),
            ("articles-00003.jsonld", 1),
        ]
        assert set(bench.files(job.id)) == {file.name for file in job.files}

    def test_split_of_one_is_a_zip_for_each_format(self, bench: LargeBench) -> None:
        job = same(bench, ndjson(*articles(*range(3))), reader="articles-json", split=1)
        assert [(file.name, file.media_type, file.articles) for file in job.files] == [
            ("newsml-g2.zip", "application/zip", 3),
            ("news-article.zip", "application/zip", 3),
            ("csv.zip", "application/zip", 3),
        ]
        with zipfile.ZipFile(io.BytesIO(bench.files(job.id)["news-article.zip"])) as archive:
            assert archive.testzip() is None
            assert archive.namelist() == [f"articles-{number:05d}.jsonld" for number in (1, 2, 3)]
            assert [orjson.loads(archive.read(name))["@id"] for name in archive.namelist()] == [
                "urn:x:0",
                "urn:x:1",
                "urn:x:2",
            ]

    def test_a_zip_has_the_same_bytes_each_time(self, bench: LargeBench) -> None:
        made = [
            bench.files(bench.in_pieces(bench.job(ndjson(*articles(1, 2)), reader="articles-json", split=1)).id)
            for _ in range(2)
        ]
        assert made[0] == made[1]

    def test_split_into_too_many_files_fails_the_job(self, bench: LargeBench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(file_set, "MOST_FILES", 2)
        job = same(bench, ndjson(*articles(*range(5))), reader="articles-json", split=2)
        assert (job.status, job.files) == ("failed", ())
        assert job.error is not None
        assert job.error.detail == "split: 2 makes more than 2 files; give a larger number, or 1"


class TestRepeated:
    @staticmethod
    def parts(chunks: int) -> dict[int, str]:
        return {number: str(number) for number in range(chunks)}

    @staticmethod
    def write(folder: JobFolder, chunks: dict[int, list[bytes]]) -> None:
        for number, keys in chunks.items():
            with create_parts(folder, str(number), [KEYS]) as [stream]:
                stream.write(b"".join(keys))

    @staticmethod
    def record(key: int, content: int) -> bytes:
        # A key of zeros is no record.
        return bytes([key * 5 % 256]) + bytes(14) + bytes([key + 1]) + bytes([content]) * 16

    @given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=6), st.integers(1, 20))
    def test_the_first_of_each_key_stays(
        self, tmp_path_factory: pytest.TempPathFactory, numbers: list[list[int]], in_a_pass: int
    ) -> None:
        folder = JobFolder(LocalStore(tmp_path_factory.mktemp("keys")), "job")
        # An even number and the next odd one are one key with two contents.
        chunks = {n: [self.record(one // 2, one % 2) for one in each] for n, each in enumerate(numbers)}
        self.write(folder, chunks)
        first: dict[int, int] = {}
        expected: dict[int, dict[int, str]] = {}
        for number, each in enumerate(numbers):
            for place, one in enumerate(each):
                if one // 2 in first:
                    same = first[one // 2] == one
                    expected.setdefault(number, {})[place] = "duplicate" if same else "conflict"
                first.setdefault(one // 2, one)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merge, "_KEYS_IN_A_PASS", in_a_pass)
            found: object = find_repeated(folder, self.parts(len(chunks)))
        assert found == expected

    def test_each_artifact_is_opened_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = JobFolder(LocalStore(tmp_path), "job")
        self.write(folder, {number: [bytes([number]) * KEY_SIZE] for number in range(3)})
        opened = Mock(side_effect=folder.store.open)
        monkeypatch.setattr(folder.store, "open", opened)
        assert find_repeated(folder, self.parts(3)) == {}
        assert opened.call_count == 3

    def test_memory_is_a_part_of_that_of_all_keys(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(merge, "_KEYS_IN_A_PASS", 1_000)
        folder = JobFolder(LocalStore(tmp_path), "job")
        count = 12_000
        keys = [(number * 0x9E3779B97F4A7C15 % 2**64).to_bytes(KEY_SIZE, "little") for number in range(count)]
        self.write(folder, {number: keys[number * 1000 : (number + 1) * 1000] for number in range(count // 1000)})
        tracemalloc.start()
        try:
            assert find_repeated(folder, self.parts(count // 1000)) == {}
            assert tracemalloc.get_traced_memory()[1] < count * KEY_SIZE
        finally:
            tracemalloc.stop()
