"""One job from its record to its files, with a real Valkey and a real folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.errors import BrokerError, UnknownNameError
from schemas.jobs.job import Problem
from schemas.jobs.record import JobDocument, JobEnd, JobRecord, JobSpec
from schemas.settings import Settings, load_settings
from tests import killing_worker
from tests.exports import NEWS_FORMATS
from tests.running import Valkey, start_job
from tests.workers.isolation.tasks import InThisProcess
from workers.formats import FORMATS
from workers.isolation.children import Children
from workers.isolation.quarantine import KILLED, Isolated, Runner
from workers.jobs.contents import JobContents
from workers.jobs.store import JobStore, new_job_id
from workers.pipeline.pipe import NOT_READ
from workers.small.files import SmallFiles
from workers.small.run import run_job
from workers.storage.base import ERRORS, FILES, JobFolder
from workers.storage.local_store import LocalStore

GOOD = b" date 2024-11-08 First.\n\nSecond."
SETTINGS = load_settings({"NEWSMILL_LANGUAGE": "en"})


class Bench:
    """A store, the records, and what runs a job."""

    def __init__(self, root: Path, jobs: JobStore, settings: Settings = SETTINGS) -> None:
        self.root = root
        self.store = LocalStore(root)
        self.jobs = jobs
        self.settings = settings
        self.runner: Runner = InThisProcess()

    def job(self, *documents: bytes, reader: str = "text", **changed: Any) -> str:
        job_id = new_job_id()
        folder = JobFolder(self.store, job_id)
        listed = []
        for number, content in enumerate(documents):
            with self.store.create(folder.input_key(number)) as stream:
                stream.write(content)
            listed.append(
                JobDocument(key=folder.input_key(number), name=f"{number}.txt", reader=reader, size=len(content))
            )
        spec: dict[str, Any] = {
            "documents": tuple(listed),
            "formats": NEWS_FORMATS,
            "options": {},
            "metadata": {"headline": "A headline"},
            "at": "2024-11-08T16:30:00Z",
        }
        self.jobs.create(job_id, JobSpec(**(spec | changed)), total=len(documents))
        return job_id

    def run(self, job_id: str, **more: Any) -> JobRecord:
        if job := start_job(self.jobs, job_id):
            ended = self.run_started(job, **more)
            assert ended == self.jobs.get(job_id).ended
        return self.get(job_id)

    def run_started(self, job: JobRecord, **more: Any) -> bool:
        given: dict[str, Any] = {
            "jobs": self.jobs,
            "store": self.store,
            "settings": self.settings,
            "runner": self.runner,
        }
        return run_job(job, **given, **more)

    def get(self, job_id: str) -> JobRecord:
        """The job with its files and warnings."""
        return JobContents(self.store, self.settings).whole(self.jobs.get(job_id))

    def files(self, job_id: str) -> dict[str, bytes]:
        """The files that its record names, and what else there is but its inputs."""
        folder = JobFolder(self.store, job_id)
        named = {file.name: folder.open_finished(file).read() for file in self.get(job_id).files}
        lying = self.root / "jobs" / job_id
        others = [path for path in lying.iterdir() if not path.name.startswith("input-")] if lying.exists() else []
        return named | {path.name: path.read_bytes() for path in others if path.name != FILES or not named}


@pytest.fixture
def bench(tmp_path: Path, jobs: JobStore) -> Bench:
    return Bench(tmp_path, jobs)


def test_a_job_makes_every_file_it_says(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD, b"Another."))
    assert (job.status, job.done, job.failed, job.error) == ("succeeded", 2, 0, None)
    files = bench.files(job.id)
    assert set(files) == {
        "articles.newsml.xml",
        "articles.jsonld",
        "articles.csv",
        "paragraphs.csv",
        "media.csv",
        "csv-metadata.json",
    }
    assert {file.name: (file.size, file.sha256) for file in job.files} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()
    }


def test_files_have_the_metadata_of_request_and_operator(bench: Bench) -> None:
    articles = bench.files(bench.run(bench.job(GOOD)).id)["articles.jsonld"]
    value = orjson.loads(articles)
    assert (value["headline"], value["inLanguage"], value["datePublished"]) == ("A headline", "en", "2024-11-08")


def test_warnings_are_in_the_record(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD, metadata={}))
    assert [(one.type, one.articles) for one in job.warnings] == [("no-headline", 1), ("no-provider", 1)]


def test_a_job_with_one_bad_document_is_partial_and_names_it(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD, b"not \xff UTF-8", b"   "))
    assert (job.status, job.done, job.failed, job.error) == ("partial", 1, 2, None)
    first, second = map(orjson.loads, bench.files(job.id)[ERRORS].splitlines())
    assert first == {
        "document": "1.txt",
        "place": "byte 4",
        "id": None,
        "kind": "unreadable",
        "reason": "it is not UTF-8 (byte 0xff: invalid start byte); convert it to UTF-8 first, or state its encoding "
        "(--read encoding=cp1252)",
    }
    assert (second["document"], second["place"]) == ("2.txt", "byte 3")
    assert ERRORS not in {file.name for file in job.files}


def test_a_job_with_no_good_document_has_failed_and_says_why(bench: Bench) -> None:
    job = bench.run(bench.job(b"not \xff UTF-8", b"   "))
    assert (job.status, job.done, job.failed, list(job.files)) == ("failed", 0, 2, [])
    assert job.error == Problem(
        type="/problems/no-article",
        title="No article could be converted",
        detail="No article could be converted. 0.txt, byte 4: it is not UTF-8 (byte 0xff: invalid start byte); "
        "convert it to UTF-8 first, or state its encoding (--read encoding=cp1252). 1 more failed.",
    )
    assert set(bench.files(job.id)) == {ERRORS}


def test_an_article_that_is_there_twice_is_kept_once_and_named(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD, GOOD))
    assert (job.status, job.done, job.failed, job.duplicates) == ("succeeded", 1, 0, 1)
    assert [one.values for one in job.warnings if one.type == "duplicate"] == [("1.txt, article 1",)]
    assert ERRORS not in bench.files(job.id)


def test_a_lost_input_is_a_failure_of_the_store(bench: Bench) -> None:
    job_id = bench.job(GOOD)
    bench.store.delete(f"jobs/{job_id}/input-0")
    job = bench.run(job_id)
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.type == "/problems/store-failed"
    assert bench.files(job_id) == {}


def test_unwritable_store_is_a_store_failure(bench: Bench) -> None:
    job_id = bench.job(GOOD)
    (bench.root / "jobs" / job_id / FILES).mkdir()  # in the way of the artifact
    job = bench.run(job_id)
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.type == "/problems/store-failed"
    assert job.error.detail == "The artifact store failed: Is a directory."


def test_a_mistake_of_ours_ends_the_job_and_is_logged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("workers.small.conversion.convert", lambda *_, **__: 1 / 0)
    job = bench.run(bench.job(GOOD))
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.type == "/problems/internal-error"
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_format_that_this_worker_does_not_know_ends_the_job(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD, formats=("newer",)))
    assert job.error == Problem(
        type="/problems/conversion-failed",
        title="The conversion failed",
        detail=str(UnknownNameError("format", "newer", FORMATS.writable.ids)),
    )


def test_a_job_that_has_ended_is_left_alone(bench: Bench) -> None:
    job_id = bench.job(GOOD)
    bench.jobs.finish(job_id, JobEnd(status="canceled"))
    assert bench.run(job_id).status == "canceled"
    assert bench.files(job_id) == {}


def test_job_canceled_while_it_runs_ends_once(bench: Bench) -> None:
    job = start_job(bench.jobs, bench.job(GOOD))
    assert job
    bench.jobs.finish(job.id, JobEnd(status="canceled"))
    assert not bench.run_started(job)
    assert bench.jobs.get(job.id).status == "canceled"


@pytest.mark.parametrize("deleted", [False, True], ids=["canceled", "deleted"])
def test_job_canceled_while_it_runs_leaves_no_folder(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    job = start_job(bench.jobs, bench.job(GOOD, b"date 2024-11-08"))  # the second has no text, and is in the errors
    assert job
    keep = SmallFiles.keep

    def canceled_before(*given: Any) -> Any:
        bench.jobs.finish(job.id, JobEnd(status="canceled"))
        JobFolder(bench.store, job.id).delete()
        if deleted:
            bench.jobs.forget(job.id)
        return keep(*given)

    monkeypatch.setattr(SmallFiles, "keep", canceled_before)
    assert not bench.run_started(job)
    assert not (bench.root / "jobs" / job.id).exists()


def test_a_job_that_was_interrupted_writes_the_same_bytes_again(bench: Bench) -> None:
    whole = bench.job(GOOD, b"Another.")
    interrupted = bench.job(GOOD, b"Another.")
    start_job(bench.jobs, interrupted)
    with bench.store.create(f"jobs/{interrupted}/{FILES}") as stream:
        stream.write(b"of an attempt that died")
    bench.run(whole)
    assert bench.run(interrupted).status == "succeeded"
    assert bench.files(interrupted) == bench.files(whole)


def test_a_job_whose_worker_has_died_too_often_is_given_up(bench: Bench) -> None:
    job = bench.run(bench.job(GOOD), tries=11)
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.type == "/problems/worker-lost"
    assert bench.files(job.id) == {}


@pytest.fixture(scope="module")
def isolated() -> Iterator[Isolated]:
    """Child processes that some articles kill."""
    children = Children(partial(killing_worker.prepare, SETTINGS), 30)
    yield Isolated(children)
    children.close()


def test_after_a_death_the_deadly_article_is_left_out_by_name(bench: Bench, isolated: Isolated) -> None:
    bench.runner = isolated
    job = bench.run(bench.job(GOOD, killing_worker.TO_READ.encode(), b"Another."))
    assert (job.status, job.done, job.failed) == ("partial", 2, 1)
    assert [orjson.loads(line) for line in bench.files(job.id)[ERRORS].splitlines()] == [
        {"document": "1.txt", "place": "article 1", "id": None, "kind": "lost", "reason": f"{KILLED}. {NOT_READ}"}
    ]


def test_job_of_one_killing_article_fails_with_a_reason(bench: Bench, isolated: Isolated) -> None:
    bench.runner = isolated
    job = bench.run(bench.job(killing_worker.TO_WRITE.encode()))
    assert (job.status, job.done, job.failed, list(job.files)) == ("failed", 0, 1, [])
    assert job.error is not None
    assert job.error.detail == f"No article could be converted. 0.txt, article 1: {KILLED}."


def test_unreachable_record_does_not_fail_the_job(
    bench: Bench, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = bench.job(GOOD, b"Another.")
    open_input = bench.store.open

    def open_and_kill(key: str, **_: Any) -> Any:
        valkey.kill()
        return open_input(key)

    monkeypatch.setattr(bench.store, "open", open_and_kill)
    try:
        with pytest.raises(BrokerError):
            bench.run(job_id)
    finally:
        valkey.start()
    monkeypatch.setattr(bench.store, "open", open_input)
    assert bench.jobs.get(job_id).status == "running"
    assert bench.run(job_id).status == "succeeded"
