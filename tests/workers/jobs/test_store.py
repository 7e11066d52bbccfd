"""Job records in a real Valkey: states and transitions."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import BrokerError, JobNotFoundError, QueueFullError
from schemas.jobs.job import JobWarning, Problem
from schemas.jobs.record import JobDocument, JobEnd, JobRecord, JobSpec, StoredFile
from schemas.settings import load_settings
from tests.running import Valkey, start_job, until
from workers.jobs.store import JobStore, new_job_id
from workers.redis.connect import connect
from workers.redis.keys import CHANGES

SPEC = JobSpec(
    documents=(JobDocument(key="jobs/a/input/0", name="a.txt", reader="text", size=3),),
    formats=("csv", "newsml-g2"),
    options={"csv": {"profile": "excel"}},
    metadata={"language": "en"},
    at="2024-11-08T16:30:00Z",
)
FILE = StoredFile(name="articles.csv", format="csv", media_type="text/csv", size=3, sha256="00", articles=1, start=0)
WARNING = JobWarning(type="no-headline", detail="x", articles=1)
PROBLEM = Problem(type="/problems/x", title="x", detail="x")


def new(jobs: JobStore, *, total: int | None = 2) -> JobRecord:
    return jobs.create(new_job_id(), SPEC, total=total)


def end(status: Any = "succeeded", **given: Any) -> JobEnd:
    return JobEnd(status=status, **given)


def test_a_new_job_is_queued_and_keeps_what_it_is_to_do(jobs: JobStore) -> None:
    job = new(jobs)
    assert jobs.get(job.id) == job
    assert (job.status, job.spec, job.total, job.done, job.failed, job.ended) == ("queued", SPEC, 2, 0, 0, False)
    assert (job.started, job.finished, job.expires, job.files, job.error) == (None, None, None, (), None)


def test_ids_cannot_be_guessed() -> None:
    ids = {new_job_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(one) == 32 and one.isalnum() for one in ids)


def test_a_total_may_be_unknown(jobs: JobStore) -> None:
    assert jobs.get(new(jobs, total=None).id).total is None


def test_an_unknown_job_is_an_error(jobs: JobStore) -> None:
    with pytest.raises(JobNotFoundError):
        jobs.get("none")
    assert start_job(jobs, "none") is None
    assert not jobs.progress("none", done=1, failed=0)
    assert not jobs.finish("none", end())
    with pytest.raises(JobNotFoundError):
        jobs.get("none")


def test_a_job_goes_from_queued_to_running_to_its_end(jobs: JobStore) -> None:
    job = new(jobs)
    running = start_job(jobs, job.id)
    assert running is not None
    assert running.status == "running"
    assert running.started is not None
    assert running.started >= job.created
    assert jobs.progress(job.id, done=1, failed=0)
    assert (jobs.get(job.id).done, jobs.get(job.id).failed) == (1, 0)
    assert jobs.finish(job.id, end("partial", done=1, failed=1, files=(FILE,), warnings=(WARNING,)))
    ended = jobs.get(job.id)
    assert (ended.status, ended.done, ended.failed, ended.ended) == ("partial", 1, 1, True)
    assert (ended.files, ended.warnings) == ((FILE,), (WARNING,))
    assert ended.finished is not None
    assert ended.started == running.started


@pytest.mark.parametrize("status", ["succeeded", "partial", "failed", "canceled"])
def test_a_job_that_has_ended_does_not_move_again(jobs: JobStore, status: str) -> None:
    job = new(jobs)
    start_job(jobs, job.id)
    assert jobs.finish(job.id, end(status, error=PROBLEM))
    ended = jobs.get(job.id)
    assert start_job(jobs, job.id) is None
    assert not jobs.progress(job.id, done=5, failed=5)
    assert not jobs.finish(job.id, end("succeeded"))
    assert jobs.get(job.id) == ended
    assert ended.error == PROBLEM


def test_a_job_can_end_before_it_has_begun(jobs: JobStore) -> None:
    job = new(jobs)
    assert jobs.finish(job.id, end("canceled"))
    assert start_job(jobs, job.id) is None
    assert jobs.get(job.id).status == "canceled"


def test_a_job_has_no_progress_before_it_has_begun(jobs: JobStore) -> None:
    assert not jobs.progress(new(jobs).id, done=1, failed=0)


def test_first_start_of_a_job_is_its_start_time(jobs: JobStore) -> None:
    job = new(jobs)
    starts = [start_job(jobs, job.id) for _ in range(3)]
    assert all(one is not None and one.status == "running" for one in starts)
    assert len({one.started for one in starts if one}) == 1


def test_concurrent_ends_of_a_job_have_one_winner(jobs: JobStore) -> None:
    job = new(jobs)
    start_job(jobs, job.id)
    barrier = threading.Barrier(8)
    won: list[int] = []

    def finish(number: int) -> None:
        barrier.wait()
        if jobs.finish(job.id, end(done=number)):
            won.append(number)

    threads = [threading.Thread(target=finish, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [jobs.get(job.id).done]


def test_no_more_jobs_may_wait_than_the_setting_says(valkey: Valkey, jobs: JobStore) -> None:
    bounded = valkey.jobs(max_queued="2")
    first, second = new(bounded), new(bounded)
    refused = new_job_id()
    with pytest.raises(QueueFullError, match=r"^2 jobs are waiting or running already; try again later$"):
        bounded.create(refused, SPEC, total=1)
    with pytest.raises(JobNotFoundError):
        bounded.get(refused)
    start_job(bounded, first.id)
    with pytest.raises(QueueFullError):
        new(bounded)
    bounded.finish(first.id, end())
    third = new(bounded)
    with pytest.raises(QueueFullError):
        new(bounded)
    bounded.forget(second.id)
    new(bounded)
    assert bounded.get(third.id).status == "queued"


def test_a_forgotten_job_was_never_there(jobs: JobStore) -> None:
    job = new(jobs)
    jobs.forget(job.id)
    with pytest.raises(JobNotFoundError):
        jobs.get(job.id)


def test_a_job_expires_and_is_remembered_without_its_files(valkey: Valkey, jobs: JobStore) -> None:
    short = valkey.jobs(retention="1s")
    job = new(short)
    start_job(short, job.id)
    short.finish(job.id, end(done=2, files=(FILE,)))
    assert short.get(job.id).status == "succeeded"
    assert short.get(job.id).files == (FILE,)
    assert until(lambda: short.get(job.id).status == "expired")
    expired = short.get(job.id)
    assert (expired.ended, list(expired.files), expired.done) == (True, [], 2)


def test_record_outlives_its_files_by_thirty_days(valkey: Valkey, jobs: JobStore) -> None:
    job = new(jobs)
    key = f"newsmill:job:{job.id}"
    assert valkey.client().ttl(key) == -1  # what waits or runs is never dropped
    jobs.finish(job.id, end())
    assert valkey.client().ttl(key) == pytest.approx((7 + 30) * 86_400, abs=5)


def test_every_change_is_told(valkey: Valkey, jobs: JobStore) -> None:
    client: Any = valkey.client()
    with client.pubsub() as subscription:
        subscription.subscribe(CHANGES)
        assert subscription.get_message(timeout=2) is not None

        def told(act: Callable[[], Any]) -> list[str]:
            act()
            heard = []
            while message := subscription.get_message(timeout=0.1):
                heard.append(message["data"].decode())
            return heard

        job = new(jobs)
        assert told(lambda: start_job(jobs, job.id)) == [f"{job.id} running"]
        assert told(lambda: start_job(jobs, job.id)) == []
        assert told(lambda: jobs.progress(job.id, done=1, failed=0)) == [f"{job.id} running"]
        assert told(lambda: jobs.finish(job.id, end())) == [f"{job.id} {end().status}"]
        assert told(lambda: jobs.finish(job.id, end())) == []


def test_worker_is_present_while_its_heartbeats_are_recent(valkey: Valkey, jobs: JobStore) -> None:
    assert jobs.worker_names() == ()
    jobs.worker_seen("one:1")
    jobs.worker_seen("two:1")
    jobs.worker_seen("two:1")
    assert jobs.worker_names() == ("one:1", "two:1")
    jobs.worker_gone("one:1")
    assert jobs.worker_names() == ("two:1",)
    valkey.client().zincrby("newsmill:workers", -16, "two:1")  # as if it were seen that much earlier
    assert jobs.worker_names() == ()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis+socket:///nowhere/valkey.sock"])
def test_a_redis_that_is_not_there_is_an_error_at_once(url: str) -> None:
    jobs = JobStore(connect(url), load_settings({}))
    for act in (
        jobs.check,
        jobs.worker_names,
        lambda: jobs.get("a" * 32),
        lambda: start_job(jobs, "a"),
        lambda: new(jobs),
    ):
        with pytest.raises(BrokerError):
            act()


def test_a_redis_that_is_silent_is_an_error_within_seconds(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        jobs = JobStore(connect(f"redis://127.0.0.1:{silent.getsockname()[1]}"), load_settings({}))
        with pytest.raises(BrokerError):
            jobs.check()


def test_a_redis_that_takes_no_writes_is_an_error(valkey: Valkey, jobs: JobStore) -> None:
    valkey.client().config_set("maxmemory", "1")
    try:
        with pytest.raises(BrokerError, match="maxmemory"):
            new(jobs)
        with pytest.raises(BrokerError):
            jobs.check()
    finally:
        valkey.client().config_set("maxmemory", "0")
    jobs.check()


def test_a_restart_of_redis_breaks_only_what_it_interrupts(valkey: Valkey, jobs: JobStore) -> None:
    job = new(jobs)
    # With one fsync a second, a write may wait for the fsync before it; then a kill within that second loses it.
    assert until(lambda: valkey.client().info("persistence")["aof_buffer_length"] == 0)
    valkey.kill()
    valkey.start()
    assert jobs.get(job.id) == job
    assert start_job(jobs, job.id) is not None


def test_turn_of_less_than_a_second_ends(jobs: JobStore) -> None:
    assert jobs.take_turn("sweep", 0.1)
    assert until(lambda: jobs.take_turn("sweep", 60))
    assert not jobs.take_turn("sweep", 60)
