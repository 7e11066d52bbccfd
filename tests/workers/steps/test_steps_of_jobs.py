"""The step of a small job begins and ends with it; with a real Valkey."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from schemas.job_record import JobRecord
from tests.running import Valkey
from tests.workers.jobs.test_store import end, new
from workers.jobs.store import JobStore
from workers.steps.leases import Step, Steps


@pytest.fixture
def steps(valkey: Valkey) -> Steps:
    client: Any = valkey.client()
    client.flushdb()
    return Steps(client)


def known(valkey: Valkey) -> set[str]:
    """Every list and hash that has something of a step."""
    client: Any = valkey.client()
    keys = ("newsmill:waiting", "newsmill:leases", "newsmill:tries", "newsmill:places", "newsmill:deaths")
    return {key.removeprefix("newsmill:") for key in keys if client.exists(key)}


def waiting(steps: Steps, jobs: JobStore) -> JobRecord:
    job = new(jobs)
    steps.wait(Step(job.id, "convert"))
    return job


def test_taking_the_step_starts_the_job_and_its_end_crosses_off(steps: Steps, jobs: JobStore, valkey: Valkey) -> None:
    job = waiting(steps, jobs)
    with steps.work_on_job(job.id) as work:
        assert work
        assert (work.tries, work.job) == (1, jobs.get(job.id))
        assert jobs.get(job.id).status == "running"
        assert known(valkey) == {"leases", "tries"}
        work.ended = jobs.finish(job.id, end(), step=f"{job.id} convert 0")
        assert known(valkey) == set()
    assert jobs.get(job.id).status == "succeeded"


def test_step_of_a_large_job_is_crossed_off_without_an_end(steps: Steps, jobs: JobStore, valkey: Valkey) -> None:
    job = waiting(steps, jobs)
    with steps.work_on_job(job.id):
        pass
    assert (known(valkey), jobs.get(job.id).status) == (set(), "running")


def test_leased_step_of_a_job_is_not_taken_again(steps: Steps, jobs: JobStore) -> None:
    job = waiting(steps, jobs)
    with steps.work_on_job(job.id), steps.work_on_job(job.id) as twice:
        assert twice is None


def test_early_retry_keeps_its_lease(steps: Steps, jobs: JobStore, valkey: Valkey) -> None:
    job = waiting(steps, jobs)
    with steps.work_on_job(job.id) as work:
        assert work
        work.ended = jobs.finish(job.id, end("failed"), step=f"{job.id} convert 0")
        assert jobs.retry(job.id)
        again = steps.work_on_job(job.id)
        retried = again.__enter__()
        assert retried
        assert retried.tries == 1
    assert known(valkey) == {"leases", "tries"}
    again.__exit__(None, None, None)
    assert known(valkey) == set()


@pytest.mark.parametrize("state", ["canceled", "none"])
def test_where_there_is_nothing_to_run_it_is_crossed_off(
    steps: Steps, jobs: JobStore, valkey: Valkey, state: str
) -> None:
    job = waiting(steps, jobs)
    if state == "canceled":
        jobs.finish(job.id, end("canceled"))
    else:
        jobs.forget(job.id)
    with steps.work_on_job(job.id) as work:
        assert work
        assert work.job is None
    assert known(valkey) == set()


def test_cancel_leaves_the_lease_of_a_writing_worker(steps: Steps, jobs: JobStore) -> None:
    job = waiting(steps, jobs)
    with steps.work_on_job(job.id):
        assert jobs.finish(job.id, end("canceled"))
        assert steps.at_work(job.id)
    assert not steps.at_work(job.id)


def test_step_with_an_error_is_taken_again_after_its_lease(steps: Steps, jobs: JobStore) -> None:
    job = waiting(steps, jobs)
    with suppress(RuntimeError), steps.work_on_job(job.id):
        raise RuntimeError("as a worker that dies")
    assert steps.at_work(job.id)
    steps.all_dead()
    with steps.work_on_job(job.id) as work:
        assert work
        assert (work.tries, work.job) == (2, jobs.get(job.id))
