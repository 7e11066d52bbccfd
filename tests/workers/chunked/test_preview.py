"""One article of a finished job, read again within bounds."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.jobs.record import PACKED, JobDocument, JobRecord, JobSpec
from schemas.settings import load_settings
from workers.chunked.preview import PreviewError, preview_article
from workers.storage.base import ERRORS, JobFolder
from workers.storage.local_store import LocalStore

SETTINGS = load_settings({})
JSON = "articles-json"


def lines(*numbers: int, size: int = 1) -> bytes:
    return b"".join(orjson.dumps({"id": f"urn:x:{n}", "paragraphs": f"{n}. " + "x" * size}) + b"\n" for n in numbers)


class Bench:
    """A store with one finished job in it."""

    def __init__(self, root: Path) -> None:
        self.store = LocalStore(root)
        self.folder = JobFolder(self.store, "a" * 32)

    def job(self, *documents: tuple[str, bytes], failed: list[dict[str, Any]] | None = None) -> JobRecord:
        listed = []
        for number, (reader, content) in enumerate(documents):
            key = self.folder.input_key(number)
            with self.store.create(key) as stream:
                stream.write(content)
            listed.append(JobDocument(key=key, name=f"{number}.in", reader=reader, size=len(content)))
        if failed:
            with self.folder.create(ERRORS) as stream:
                stream.writelines(orjson.dumps(one) + b"\n" for one in failed)
        spec = JobSpec(documents=tuple(listed), formats=("csv",), options={}, metadata={}, at="2024-11-08T16:30:00Z")
        created = "2024-11-08T16:30:00Z"
        return JobRecord(id="a" * 32, status="partial", spec=spec, created=created, done=9, failed=len(failed or ()))

    def shown(self, job: JobRecord, number: int, **given: Any) -> tuple[str, str, str]:
        made = preview_article(job, number, large=job.spec.is_large, store=self.store, settings=SETTINGS, **given).made
        return made.id, made.document, made.place


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def failure(place: str, kind: str) -> dict[str, Any]:
    return {"document": "0.in", "place": place, "id": None, "kind": kind, "reason": "because"}


def test_the_files_are_those_of_the_article_alone(bench: Bench) -> None:
    found = preview_article(bench.job((JSON, lines(1, 2))), 2, large=False, store=bench.store, settings=SETTINGS)
    assert list(found.files) == ["csv"]
    assert list(found.files["csv"]) == ["articles.csv", "paragraphs.csv", "media.csv", "csv-metadata.json"]
    assert found.files["csv"]["articles.csv"].count(b"urn:x:") == 1
    assert b"urn:x:2" in found.files["csv"]["articles.csv"]


@pytest.mark.parametrize("large", [False, True])
def test_duplicates_and_failures_have_no_number(bench: Bench, large: bool) -> None:
    size = 200_000 if large else 1
    job = bench.job((JSON, lines(1, 2, size=size) + b'{"id": "no"}\n' + lines(1, 3)), (JSON, lines(3, 4)))
    assert [bench.shown(job, number) for number in (1, 2, 3, 4)] == [
        ("urn:x:1", "0.in", "line 1"),
        ("urn:x:2", "0.in", "line 2"),
        ("urn:x:3", "0.in", "line 5"),
        ("urn:x:4", "1.in", "line 2"),
    ]
    with pytest.raises(PreviewError, match="Article 5 cannot be read again"):
        bench.shown(job, 5)


def test_a_packed_document_is_unpacked_in_memory(bench: Bench) -> None:
    job = bench.job((PACKED, gzip.compress(lines(*range(1, 1_500)))))
    assert bench.shown(job, 1_200) == ("urn:x:1200", "0.in", "line 1200")
    assert [path.name for path in (Path(bench.store._root) / "jobs" / job.id).iterdir()] == ["input-0"]


@pytest.mark.parametrize("reader", [JSON, PACKED])
def test_the_bytes_that_are_read_have_a_bound(bench: Bench, reader: str) -> None:
    content = lines(*range(1, 100), size=20_000)
    job = bench.job((reader, gzip.compress(content) if reader == PACKED else content))
    with pytest.raises(PreviewError, match="is not in the first 1,000,000 bytes"):
        bench.shown(job, 99, most_bytes=1_000_000)
    assert bench.shown(job, 99)[0] == "urn:x:99"


def test_a_large_text_costs_only_itself(bench: Bench) -> None:
    job = bench.job(*(("text", b"x" * 200_000 + b"%d" % number) for number in range(150)))
    assert bench.shown(job, 1, most_bytes=1_000_000)[1:] == ("0.in", "article 1")


def test_a_lost_article_is_never_read_again(bench: Bench) -> None:
    job = bench.job((JSON, lines(1, 2, 3)), failed=[failure("article 2", "lost")])
    assert bench.shown(job, 1)[0] == "urn:x:1"
    with pytest.raises(PreviewError, match=r"Article 2 of 0\.in ended the processes"):
        bench.shown(job, 2)


def test_a_job_with_a_lost_part_has_no_preview(bench: Bench) -> None:
    job = bench.job((JSON, lines(1, 2, 3)), failed=[failure("1000 from 1", "lost")])
    with pytest.raises(PreviewError, match="A part of this job ended the processes"):
        bench.shown(job, 1)


def test_other_failures_do_not_matter(bench: Bench) -> None:
    job = bench.job((JSON, b'{"id": 1}\n' + lines(2)), failed=[failure("article 1", "invalid")])
    assert bench.shown(job, 1) == ("urn:x:2", "0.in", "line 2")


def test_a_stream_that_is_counted_can_seek(bench: Bench) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "First.")
        archive.writestr("b.txt", "Second.")
    job = bench.job((PACKED, content.getvalue()))
    assert bench.shown(job, 2)[1:] == ("b.txt", "article 1")
