"""A caller with slow steps leaves a thread to the others; with a real Valkey."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from random import Random

import pytest

from schemas.jobs.record import JobRecord
from tests.running import Valkey
from tests.workers.jobs.test_store import end
from tests.workers.steps.test_leases import die, job_of
from workers.jobs.store import JobStore
from workers.redis.keys import JOBS_QUEUE
from workers.steps.leases import Steps, Work
from workers.steps.shares import Shares


@pytest.fixture
def steps(valkey: Valkey, jobs: JobStore) -> Steps:
    return Steps(valkey.client(), shares={JOBS_QUEUE: Shares(2)})


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
    several(jobs, "ada", 1)
    with ExitStack() as slow:
        long = slow.enter_context(steps.take(JOBS_QUEUE))
        assert owner_of(long) == "ada"
        several(jobs, "ada", 1)
        with steps.take(JOBS_QUEUE) as passed_over:
            assert passed_over is None
        several(jobs, "bo", 1)
        with steps.take(JOBS_QUEUE) as work:
            assert owner_of(work) == "bo"
    # The step that was passed over is due, and no message says so: the thread takes the next step.
    assert long
    assert long.more
    with steps.take(JOBS_QUEUE) as work:
        assert owner_of(work) == "ada"


def test_a_thread_for_other_callers_is_never_that_of_one_who_is_alone(valkey: Valkey, jobs: JobStore) -> None:
    steps = Steps(valkey.client(), shares={JOBS_QUEUE: Shares(2, spare=1)})
    several(jobs, "ada", 2)
    with steps.take(JOBS_QUEUE) as first, steps.take(JOBS_QUEUE) as second:
        assert (owner_of(first), owner_of(second)) == ("ada", None)
        several(jobs, "bo", 1)
        with steps.take(JOBS_QUEUE) as third:
            assert owner_of(third) == "bo"


def test_the_steps_of_a_caller_that_took_far_more_time_than_others_yield() -> None:
    shares = Shares(4)

    def yields(lane: str, seconds: float) -> bool:
        with shares.taking():
            found = shares.add(lane)
        shares.remove(lane, seconds)
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


def test_no_step_waits_for_a_message_that_was_not_sent(valkey: Valkey, jobs: JobStore) -> None:
    """Threads take steps as those of a worker do, while callers add them. Nothing else wakes the threads."""
    client, waiting, ended = valkey.client(), threading.Semaphore(0), threading.Event()
    steps = Steps(client, shares={JOBS_QUEUE: Shares(3)})
    steps.due.wake(JOBS_QUEUE, "a message")
    chance = Random(5)

    def work(pauses: Random) -> None:
        while not ended.is_set():
            more = client.brpop(JOBS_QUEUE, 0.2) is not None
            while more:
                with steps.take(JOBS_QUEUE) as taken:
                    time.sleep(pauses.random() / 500)
                    if taken:
                        jobs.finish(taken.job.id, end(), lease=taken.lease)
                        taken.ended = True
                        waiting.release()
                more = taken is not None and taken.more

    threads = [threading.Thread(target=work, args=(Random(number),), daemon=True) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(60):
            added = [job_of(jobs, chance.choice("aaab")) for _ in range(chance.randint(1, 6))]
            for _ in added:
                assert waiting.acquire(timeout=90)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
