"""A caller with slow steps leaves a thread to the others; with a real Valkey."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from schemas.jobs.record import JobRecord
from tests.running import Valkey
from tests.workers.steps.test_leases import die, job_of
from workers.jobs.store import JobStore
from workers.redis.keys import JOBS_QUEUE
from workers.steps.leases import Steps, Work
from workers.steps.shares import Shares


@pytest.fixture
def steps(valkey: Valkey, jobs: JobStore) -> Steps:
    return Steps(valkey.client(), threads={JOBS_QUEUE: 2})


def owner_of(work: Work | None) -> str | None:
    return work.job.spec.owner if work else None


def several(jobs: JobStore, owner: str, number: int) -> list[JobRecord]:
    return [job_of(jobs, owner) for _ in range(number)]


def test_a_caller_that_is_alone_has_all_threads(steps: Steps, jobs: JobStore) -> None:
    several(jobs, "ada", 2)
    with steps.take(JOBS_QUEUE) as first, steps.take(JOBS_QUEUE) as second:
        assert (owner_of(first), owner_of(second)) == ("ada", "ada")


def test_a_caller_leaves_a_thread_to_another_one_that_was_active(steps: Steps, jobs: JobStore, valkey: Valkey) -> None:
    several(jobs, "bo", 1)
    with steps.take(JOBS_QUEUE) as work:
        assert owner_of(work) == "bo"
    several(jobs, "ada", 2)
    with ExitStack() as slow:
        assert owner_of(slow.enter_context(steps.take(JOBS_QUEUE))) == "ada"
        with steps.take(JOBS_QUEUE) as passed_over:
            assert passed_over is None
        several(jobs, "bo", 1)
        with steps.take(JOBS_QUEUE) as work:
            assert owner_of(work) == "bo"
        steps.due.wake(JOBS_QUEUE, "a message")
        valkey.client().delete(JOBS_QUEUE)
    # The step that was passed over is due: a worker is woken for it.
    assert valkey.client().llen(JOBS_QUEUE) == 1
    with steps.take(JOBS_QUEUE) as work:
        assert owner_of(work) == "ada"


def test_a_thread_for_other_callers_is_never_that_of_one_who_is_alone(valkey: Valkey, jobs: JobStore) -> None:
    steps = Steps(valkey.client(), threads={JOBS_QUEUE: 2}, alone={JOBS_QUEUE: 1})
    several(jobs, "ada", 2)
    with steps.take(JOBS_QUEUE) as first, steps.take(JOBS_QUEUE) as second:
        assert (owner_of(first), owner_of(second)) == ("ada", None)
        several(jobs, "bo", 1)
        with steps.take(JOBS_QUEUE) as third:
            assert owner_of(third) == "bo"


def test_the_steps_of_a_caller_that_took_far_more_time_than_others_yield() -> None:
    shares = Shares({JOBS_QUEUE: 4})

    def yields(lane: str, seconds: float) -> bool:
        with shares.taking(JOBS_QUEUE):
            found = shares.add(JOBS_QUEUE, lane)
        shares.remove(JOBS_QUEUE, lane, seconds)
        return found

    assert not yields("ada", 100)
    assert not yields("ada", 100)  # she is alone
    assert not yields("bo", 1)
    assert yields("ada", 1)
    assert not yields("bo", 120)
    assert not yields("bo", 1)  # not far more than hers
    assert not yields("ada", 1)


def test_a_step_that_fails_gives_its_share_back(steps: Steps, jobs: JobStore) -> None:
    several(jobs, "bo", 1)
    with steps.take(JOBS_QUEUE):
        pass
    several(jobs, "ada", 2)
    die(steps)
    with steps.take(JOBS_QUEUE) as work:
        assert owner_of(work) == "ada"
