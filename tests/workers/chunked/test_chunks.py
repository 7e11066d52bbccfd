"""A chunk: its parts, failures and counts."""

from __future__ import annotations

import tracemalloc
from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.conversion import Defaults
from schemas.errors import ExportError
from tests.exports import CONVERSION
from tests.workers.chunked.test_merge import articles, ndjson
from workers.chunked.chunks import Chunk, ChunkMade
from workers.chunked.engine import LargeJob, convert
from workers.chunked.parts import ERRORS, KEY_SIZE, KEYS, LENGTHS, open_part
from workers.isolation.watch import Watch
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore


class Bench:
    def __init__(self, root: Path) -> None:
        self.folder = JobFolder(LocalStore(root), "job")
        self.root = root / "jobs" / "job" / "parts"

    def make(
        self,
        *stated: Any,
        split: int | None = None,
        formats: tuple[str, ...] = ("news-article", "csv"),
        most_output: int | None = None,
        **more: Any,
    ) -> ChunkMade:
        with self.folder.create("input-0") as stream:
            stream.write(ndjson(*stated)[1])
        chunk = Chunk(number=7, key=self.folder.input_key(0), name="a.jsonl", reader="articles-json")
        job = LargeJob(
            formats=formats,
            options={},
            conversion=replace(CONVERSION, most_output=most_output),
            defaults=Defaults(),
            folder=self.folder,
            split=split,
        )
        self.made, _ = convert(job, chunk, Watch(0), **more)
        return self.made

    def part(self, what: str) -> bytes:
        with open_part(self.folder, self.made.parts, what) as stream:
            return stream.read()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.parametrize("formats", [("news-article", "csv"), ("csv", "news-article")])
def test_lengths_are_in_the_order_of_the_formats(bench: Bench, formats: tuple[str, ...]) -> None:
    # A process keeps the writers of the job before, which may have the same formats in another order.
    bench.make(*articles(1), split=1, formats=formats[::-1])
    bench.make(*articles(1), split=1, formats=formats)
    lengths = array("Q", bench.part(LENGTHS))
    assert lengths[0 if formats[0] == "news-article" else -1] == len(bench.part("articles.jsonld"))
    assert lengths[formats.index("csv")] == len(bench.part("articles.csv"))


def test_a_chunk_stops_where_the_files_of_its_job_are_too_large(bench: Bench) -> None:
    assert bench.make(*articles(1, 2), most_output=10_000, written=9_000).done == 2
    with pytest.raises(ExportError, match="more than 10,000 bytes"):
        bench.make(*articles(1, 2), most_output=10_000, written=9_900)
    assert len({path.name.partition(".")[0] for path in bench.root.iterdir()}) == 1


def test_failed_articles_are_counted_and_named(bench: Bench) -> None:
    made = bench.make(*articles(1), b"{", *articles(2))
    assert (made.number, made.done, made.failed) == (7, 2, 1)
    assert orjson.loads(bench.part(ERRORS))["place"] == "line 2"
    assert len(bench.part(KEYS)) == 2 * KEY_SIZE


def test_a_chunk_without_a_good_article_has_empty_parts(bench: Bench) -> None:
    made = bench.make(b"{", {})
    assert (made.done, made.failed, made.notes) == (0, 2, {})
    assert bench.part("articles.csv") == bench.part("articles.jsonld") == bench.part(KEYS) == b""


def test_repeat_has_a_key_but_no_part_and_no_warning(bench: Bench) -> None:
    bench.make(*articles(2))
    only = bench.part("articles.csv")
    made = bench.make(*articles(1, 2, 3), repeated={0: "conflict", 2: "duplicate"})
    assert (made.done, made.failed, made.duplicates) == (1, 1, 1)
    assert made.kinds == {"conflict": 1}
    assert made.notes["absent:headline"] == [1, []]
    assert made.notes["duplicate:"] == [1, ["a.jsonl, line 3"]]
    assert orjson.loads(bench.part(ERRORS))["place"] == "line 1"
    assert bench.part("articles.csv") == only
    assert len(bench.part(KEYS)) == 3 * KEY_SIZE


def test_lengths_are_those_of_the_pieces(bench: Bench) -> None:
    bench.make(*articles(1, 200), split=1_000)
    lengths = array("Q", bench.part(LENGTHS))
    part = bench.part("articles.jsonld")
    assert orjson.loads(b"{" + part[: lengths[0]])["@id"] == "urn:x:1"
    assert orjson.loads(b"{" + part[len(part) - lengths[1] :])["@id"] == "urn:x:200"
    assert sum(lengths[2:4]) == len(bench.part("articles.csv"))


def test_making_it_twice_writes_the_same_into_other_parts(bench: Bench) -> None:
    made = [bench.make(*articles(1, 2), b"{") for _ in range(2)]
    assert made[0].parts != made[1].parts
    written: list[dict[str, bytes]] = [
        {path.name.removeprefix(one.parts): path.read_bytes() for path in bench.root.glob(f"{one.parts}.*")}
        for one in made
    ]
    assert written[0] == written[1]
    assert {name.removeprefix(".") for name in written[0]} >= {"articles.jsonld", "articles.csv", KEYS, ERRORS}


def test_memory_is_flat(bench: Bench) -> None:
    def peak(number: int) -> int:
        stated = articles(*range(number))
        tracemalloc.start()
        try:
            assert bench.make(*stated).done == number
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    bench.make(*articles(1))
    # A key of 32 bytes for each article, as an object of Python's.
    assert peak(1_500) < peak(300) + 1_200 * 400
