"""The steps of a large job may come twice, late, or at once."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
import pytest

from schemas.errors import JobNotFoundError, StoreError
from schemas.jobs.record import PACKED, JobEnd
from tests.running import Valkey, start_job
from tests.workers.archives.test_unpack import zipped
from tests.workers.chunked.bench import LargeBench
from tests.workers.chunked.test_merge import articles, ndjson
from workers.chunked import split as cutting
from workers.chunked.chunks import Chunk, ChunkMade
from workers.chunked.coordinator import LargeJobs
from workers.chunked.engine import LargeJob
from workers.chunked.progress import ChunkRecords
from workers.isolation.quarantine import KILLED
from workers.jobs.store import JobStore
from workers.storage.base import JobFolder

# The fourth repeats the first.
SIX = ndjson(*articles(1, 2, 3, 1, 5, 6))
CONFLICT = ndjson(*articles(1, 2, 3), {"id": "urn:x:1", "paragraphs": "Another."}, *articles(5, 6))


@pytest.fixture
def bench(tmp_path: Path, jobs: JobStore, valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> LargeBench:
    monkeypatch.setattr(cutting, "CHUNK_ARTICLES", 2)
    return LargeBench(tmp_path, jobs, valkey.client())


def begun(bench: LargeBench, *documents: tuple[str, bytes], **spec: Any) -> str:
    """A job that is cut, with its chunks queued."""
    job_id = bench.job(*(documents or (SIX,)), **({"reader": "articles-json"} | spec))
    start_job(bench.jobs, job_id)
    bench.run("cut", job_id)
    return job_id


def expected(bench: LargeBench) -> tuple[Any, ...]:
    job = bench.in_pieces(bench.job(SIX, reader="articles-json"))
    return job.status, job.done, job.failed, job.duplicates, job.files, bench.files(job.id)


def outcome(bench: LargeBench, job_id: str) -> tuple[Any, ...]:
    job = bench.get(job_id)
    return job.status, job.done, job.failed, job.duplicates, job.files, bench.files(job_id)


class TestComingTwice:
    def test_a_chunk_counts_once(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        for number in (1, 1, 1):
            bench.run("make", job_id, number)
        assert bench.jobs.get(job_id).done == 2
        bench.drain()
        assert outcome(bench, job_id) == expected(bench)

    def test_cutting(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        bench.step(bench.steps.queued.popleft())
        bench.run("cut", job_id)
        assert len(bench.steps.queued) == 2 + 3
        bench.drain()
        assert outcome(bench, job_id) == expected(bench)

    @pytest.mark.parametrize("split", [None, 2])
    def test_joining_after_it_broke_off_at_the_end(
        self, bench: LargeBench, monkeypatch: pytest.MonkeyPatch, split: int | None
    ) -> None:
        whole = bench.in_pieces(bench.job(SIX, reader="articles-json", split=split))
        job_id = begun(bench, split=split)
        for queued in [bench.steps.queued.popleft() for _ in range(3)]:
            bench.step(queued)
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            patch.setattr(JobStore, "finish", self.killed)
            bench.run("join", job_id)
        assert bench.jobs.get(job_id).status == "running"
        bench.drain()
        again = bench.get(job_id)
        assert (again.done, again.duplicates, again.files) == (5, 1, whole.files)
        assert bench.files(job_id) == bench.files(whole.id)

    @staticmethod
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    def test_every_step_after_the_end(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        bench.drain()
        before = outcome(bench, job_id)
        bench.run("cut", job_id)
        bench.run("make", job_id, 0)
        bench.run("join", job_id)
        assert list(bench.steps.queued) == []
        assert outcome(bench, job_id) == before
        assert bench.keys(job_id) == set()

    def test_worker_dies_after_the_last_chunk_before_the_join(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        for queued in list(bench.steps.queued):
            bench.step(queued)
        assert bench.steps.queued.pop() == ("join", job_id)
        bench.steps.queued.clear()
        bench.run("make", job_id, 0)
        assert list(bench.steps.queued) == []
        bench.run("make", job_id, 2)
        assert list(bench.steps.queued) == [("join", job_id)]


class TestTakenForDead:
    """A worker that was cut off goes on when another has made its chunk, and all has been joined or is about to be."""

    @pytest.mark.parametrize("split", [None, 2])
    def test_late_chunk_changes_no_joined_part(
        self, bench: LargeBench, monkeypatch: pytest.MonkeyPatch, split: int | None
    ) -> None:
        whole = bench.in_pieces(bench.job(SIX, reader="articles-json", split=split))
        job_id = begun(bench, split=split)
        for queued in [bench.steps.queued.popleft() for _ in range(3)]:
            bench.step(queued)
        without_repeated = LargeJobs._without_repeated

        def late(large: LargeJobs, job_id: str, work: LargeJob) -> Any:
            remade = without_repeated(large, job_id, work)
            made_before = ChunkRecords.made_before
            # The one that was cut off had asked before anybody counted it: it makes chunk 1 with the article that
            # stands in chunk 0 already.
            monkeypatch.setattr(ChunkRecords, "made_before", lambda *_: None)
            large.make(bench.jobs.get(job_id), 1)
            monkeypatch.setattr(ChunkRecords, "made_before", made_before)
            return remade

        monkeypatch.setattr(LargeJobs, "_without_repeated", late)
        bench.drain()
        job = bench.get(job_id)
        assert (job.status, job.done, job.duplicates, job.files) == ("succeeded", 5, 1, whole.files)
        assert bench.files(job_id) == bench.files(whole.id)

    def test_nor_does_one_that_knows_of_no_article_to_leave_out(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        bench.runner.left_out = {"0 written": KILLED}
        bench.run("make", job_id, 0)
        bench.runner.left_out = {}
        counted = bench.chunks.made_before(job_id, 0)
        late = bench.worker(Mock(spec=ChunkRecords, wraps=bench.chunks))
        late.chunks.made_before.return_value = None  # type: ignore[attr-defined]
        late.make(bench.jobs.get(job_id), 0)
        bench.drain()
        assert counted
        job = bench.get(job_id)
        assert (counted.done, counted.failed) == (1, 1)
        # The one that was left out in chunk 0 comes again in chunk 1, and is no repetition there.
        assert (job.status, job.done, job.failed) == ("partial", 5, 1)
        assert bench.files(job_id)["articles.csv"].count(b"\r\n") == 1 + 5


class TestCounting:
    def test_exactly_one_of_many_at_once_is_told_to_join(self, bench: LargeBench) -> None:
        job_id = bench.job(SIX)
        start_job(bench.jobs, job_id)
        answers: list[str] = []
        start = threading.Barrier(9)

        def count(numbers: range) -> None:
            start.wait()
            made = (ChunkMade(number=number, parts="", done=2, failed=1) for number in numbers)
            answers.extend(bench.chunks.count_off(job_id, one) for one in made)

        def cut() -> None:
            start.wait()
            answers.append(bench.chunks.all_cut(job_id, chunks=80, total=240, failed=0))

        threads = [threading.Thread(target=count, args=(range(n, 80, 8),)) for n in range(8)]
        threads.append(threading.Thread(target=cut))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["join"] + ["ok"] * 80
        job = bench.get(job_id)
        assert (job.done, job.failed, job.total) == (160, 80, 240)
        assert list(bench.chunks.made(job_id)) == list(range(80))

    def test_a_chunk_is_kept_as_it_is(self, bench: LargeBench) -> None:
        chunk = Chunk(
            number=3, key="k", name="é.csv", reader="csv", start=5, end=9, head="a,b\r\n", first=7, articles=2
        )
        bench.chunks.add("job", chunk)
        assert (bench.chunks.get("job", 3), bench.chunks.get("job", 4)) == (chunk, None)

    def test_ended_job_counts_no_more_articles(self, bench: LargeBench) -> None:
        job_id = bench.job(SIX)
        made = ChunkMade(number=0, parts="", done=2, failed=0)
        assert bench.chunks.count_off(job_id, made) == "stopped"
        start_job(bench.jobs, job_id)
        assert bench.chunks.count_off(job_id, made) == "ok"
        bench.jobs.finish(job_id, JobEnd(status="canceled"))
        assert bench.chunks.count_off(job_id, ChunkMade(number=1, parts="", done=2, failed=0)) == "stopped"
        assert bench.chunks.all_cut(job_id, chunks=1, total=2, failed=0) == "stopped"

    def test_the_total_is_known_once_all_is_cut(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        assert bench.jobs.get(job_id).total == 6
        bench.step(bench.steps.queued.popleft())
        job = bench.get(job_id)
        assert (job.done, job.failed, job.total) == (2, 0, 6)

    def test_a_total_that_cannot_be_known_is_not_stated(self, bench: LargeBench) -> None:
        assert bench.jobs.get(begun(bench, ("a.json", orjson.dumps(articles(1, 2))))).total is None


class TestCanceling:
    @pytest.mark.parametrize("steps", range(5))
    @pytest.mark.parametrize("deleted", [False, True])
    def test_between_any_two_steps_leaves_nothing(self, bench: LargeBench, steps: int, deleted: bool) -> None:
        job_id = begun(bench) if steps else bench.job(SIX, reader="articles-json")
        start_job(bench.jobs, job_id)
        for _ in range(steps - 1):
            bench.step(bench.steps.queued.popleft())
        assert bench.jobs.finish(job_id, JobEnd(status="canceled"))
        JobFolder(bench.store, job_id).delete()
        bench.chunks.forget(job_id)
        if deleted:
            bench.jobs.forget(job_id)
        bench.steps.queued.extendleft([] if steps else [("cut", job_id)])
        while bench.steps.queued:
            with suppress(JobNotFoundError):
                bench.step(bench.steps.queued.popleft())
        assert not (bench.root / "jobs" / job_id).exists()
        assert bench.keys(job_id) == set()

    @pytest.mark.parametrize("step", ["make", "cut", "join"])
    def test_in_the_middle_of_a_step_leaves_nothing(
        self, bench: LargeBench, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        job_id = begun(bench)
        queued = list(bench.steps.queued)
        bench.steps.queued.clear()
        for each in queued if step == "join" else ():
            bench.step(each)
        create, created = JobFolder.create, []

        def canceling(folder: JobFolder, name: str) -> Any:
            created.append(name)
            if len(created) == 1:
                assert bench.jobs.finish(job_id, JobEnd(status="canceled"))
                folder.delete()
                bench.chunks.forget(job_id)
            return create(folder, name)

        monkeypatch.setattr(JobFolder, "create", canceling)
        bench.step((step, job_id, 0) if step == "make" else (step, job_id))
        assert created
        assert bench.jobs.get(job_id).status == "canceled"
        assert not (bench.root / "jobs" / job_id).exists()
        assert bench.keys(job_id) == set()


class TestDying:
    def test_chunk_and_join_leave_out_a_killing_article(self, bench: LargeBench) -> None:
        deadly = {"id": "urn:x:2", "paragraphs": "Deadly."}
        stated = [*articles(1), deadly, *articles(3, 4, 1, 6)]
        job_id = begun(bench, ndjson(*stated))
        bench.runner.left_out = {"1 written": KILLED}
        bench.run("make", job_id, 0)
        # Chunk 2 repeats an article, so that joining makes it again: what it left out is left out again.
        bench.run("make", job_id, 2)
        bench.runner.left_out = {}
        bench.drain()
        job = bench.get(job_id)
        assert (job.status, job.done, job.failed, job.duplicates) == ("partial", 3, 2, 1)
        assert [(error["place"], error["id"], error["reason"][:11]) for error in bench.errors(job_id)] == [
            ("article 2", "urn:x:2", "the process"),
            ("article 6", "urn:x:6", "the process"),
        ]
        assert bench.files(job_id)["articles.csv"].count(b"\r\n") == 1 + 3

    def test_a_chunk_that_is_given_up_is_named_as_a_whole(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        bench.run("make", job_id, 0, tries=11)
        bench.drain()
        job = bench.get(job_id)
        assert (job.status, job.done, job.failed) == ("partial", 4, 2)
        assert [(error["document"], error["place"]) for error in bench.errors(job_id)] == [("a.jsonl", "2 from 1")]

    @pytest.mark.parametrize("step", ["cut", "join"])
    def test_cutting_and_joining_are_given_up_with_the_job(self, bench: LargeBench, step: str) -> None:
        job_id = begun(bench)
        bench.run(step, job_id, tries=11)
        job = bench.get(job_id)
        assert (job.status, job.error and job.error.type) == ("failed", "/problems/worker-lost")
        assert (bench.files(job_id), bench.keys(job_id)) == ({}, set())


class TestFailing:
    def test_every_article_bad(self, bench: LargeBench) -> None:
        job = bench.in_pieces(bench.job(ndjson({}, *[b"{"] * 4), reader="articles-json"))
        assert (job.status, job.done, job.failed, job.files) == ("failed", 0, 5, ())
        assert job.error is not None
        assert job.error.type == "/problems/no-article"
        assert job.error.detail.endswith(" 4 more failed.")
        assert len(bench.errors(job.id)) == 5
        assert set(bench.files(job.id)) == {"errors.ndjson"}

    @pytest.mark.parametrize("document", [("a.zip", zipped({})), ("a.zip", zipped({".hidden": b"x"}))])
    def test_nothing_in_it(self, bench: LargeBench, document: tuple[str, bytes]) -> None:
        job = bench.in_pieces(bench.job(document, reader=PACKED))
        assert (job.status, job.done, job.failed) == ("failed", 0, 0)
        assert job.error is not None
        assert job.error.detail == "The input contains no article."
        assert bench.files(job.id) == {}

    def test_uncuttable_document_is_named_beside_good_articles(self, bench: LargeBench) -> None:
        job = bench.in_pieces(bench.job(("bad.zip", zipped({"a": b"x"})[:20]), SIX))
        assert (job.status, job.done, job.failed, job.duplicates) == ("partial", 5, 1, 1)
        assert [error["document"] for error in bench.errors(job.id)] == ["bad.zip"]

    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            (ndjson(*articles(1, 2, 3), {}, *articles(5, 6)), "a.jsonl, line 4: /paragraphs"),
            (CONFLICT, "version 1 of urn:x:1 is already in this job"),
            (("bad.zip", zipped({"a": b"x"})[:20]), "bad.zip: it is not a zip"),
        ],
    )
    def test_with_the_first_article_where_the_request_says_so(
        self, bench: LargeBench, document: tuple[str, bytes], reason: str
    ) -> None:
        job = bench.in_pieces(bench.job(document, on_error="fail"))
        assert (job.status, job.files, job.failed) == ("failed", (), 1)
        assert job.error is not None
        assert job.error.type == "/problems/article-failed"
        assert reason in job.error.detail
        assert set(bench.files(job.id)) == {"errors.ndjson"}
        assert bench.keys(job.id) == set()

    def test_the_store(self, bench: LargeBench) -> None:
        job_id = begun(bench)
        bench.store.delete(f"jobs/{job_id}/input-0")
        bench.drain()
        job = bench.get(job_id)
        assert (job.status, job.error and job.error.type) == ("failed", "/problems/store-failed")
        assert (bench.files(job_id), bench.keys(job_id)) == ({}, set())

    def test_the_store_while_it_joins(self, bench: LargeBench, monkeypatch: pytest.MonkeyPatch) -> None:
        job_id = begun(bench)
        for queued in [bench.steps.queued.popleft() for _ in range(3)]:
            bench.step(queued)
        create = JobFolder.create

        def full(folder: JobFolder, name: str) -> Any:
            if name == "articles.csv":
                raise StoreError("/srv/articles.csv: No space left on device", "No space left on device")
            return create(folder, name)

        monkeypatch.setattr(JobFolder, "create", full)
        bench.drain()
        job = bench.get(job_id)
        assert job.error is not None
        assert (job.status, job.error.detail) == ("failed", "The artifact store failed: No space left on device.")
        assert (bench.files(job_id), bench.keys(job_id)) == ({}, set())
