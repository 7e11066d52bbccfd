"""Due steps and their leases, with a real Valkey."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schemas.jobs.record import JobRecord
from schemas.settings import Timings
from tests.running import Valkey, until
from tests.workers.jobs.test_store import SPEC, end
from workers.jobs.step import Step
from workers.jobs.store import JobStore, new_job_id
from workers.redis.due import Load
from workers.redis.keys import CHUNKS_QUEUE, DUE, HELD, JOBS_QUEUE, LANES, MESSAGE_ID, QUEUE
from workers.steps.leases import Steps


@pytest.fixture
def client(valkey: Valkey, jobs: JobStore) -> Any:
    return valkey.client()


@pytest.fixture
def steps(client: Any) -> Steps:
    return Steps(client)


def job_of(jobs: JobStore, owner: str = "") -> JobRecord:
    """A queued job with its first step, which is due."""
    job_id = new_job_id()
    spec = replace(SPEC, owner=owner)
    return jobs.create(job_id, spec, total=2, first=Step.first(job_id, spec))


def known(client: Any) -> set[str]:
    """Every key that has something of a step."""
    prefixes = (DUE, LANES, HELD, QUEUE)
    return {key.decode() for key in client.keys("newsmill:*") if key.decode().startswith(prefixes)}


def taken(steps: Steps, queue: str = JOBS_QUEUE) -> str | None:
    """The job of the next due step, which is then done."""
    with steps.take(queue) as work:
        return work.step.job_id if work else None


def die(steps: Steps, queue: str = JOBS_QUEUE) -> None:
    """Take a step, as a worker that dies."""
    with suppress(RuntimeError), steps.take(queue) as work:
        assert work
        raise RuntimeError("dead")


@given(st.sampled_from(["convert", "cut", "chunk", "join"]), st.integers(0, 10**7))
def test_a_step_is_told_by_its_text(kind: Any, number: int) -> None:
    step = Step("0123abcd", kind, number)
    assert Step.parse(str(step)) == step


def test_taking_the_first_step_starts_the_job_and_its_end_removes_it(steps: Steps, jobs: JobStore, client: Any) -> None:
    job = job_of(jobs)
    with steps.take(JOBS_QUEUE) as work:
        assert work
        assert (work.step, work.lease.tries, work.job) == (Step(job.id, "convert"), 1, jobs.get(job.id))
        assert work.job.status == "running"
        assert taken(steps) is None
        work.ended = jobs.finish(job.id, end(), lease=work.lease)
        assert known(client) == set()
    assert jobs.get(job.id).status == "succeeded"


def test_step_is_gone_when_it_is_done(steps: Steps, jobs: JobStore, client: Any) -> None:
    job = job_of(jobs)
    assert (taken(steps), jobs.get(job.id).status, known(client)) == (job.id, "running", set())


def test_of_many_who_take_a_step_at_once_one_has_it(client: Any, jobs: JobStore) -> None:
    job = job_of(jobs)
    had: list[str] = []
    start, stop = threading.Barrier(8), threading.Barrier(8)

    def take() -> None:
        start.wait()
        with Steps(client).take(JOBS_QUEUE) as work:
            had.extend([work.step.job_id] if work else [])
            stop.wait()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert had == [job.id]


def test_step_of_a_dead_worker_is_due_again_and_counts_its_tries(steps: Steps, jobs: JobStore) -> None:
    job = job_of(jobs)
    die(steps)
    assert steps.due.load(JOBS_QUEUE).later == 1
    assert taken(steps) is None
    steps.due.expire_all()
    assert steps.due.load(JOBS_QUEUE).later == 0
    with steps.take(JOBS_QUEUE) as work:
        assert work
        assert (work.lease.tries, work.job.id) == (2, job.id)


def test_lease_is_renewed_while_the_work_goes_on(client: Any, jobs: JobStore) -> None:
    quick = Steps(client, Timings(lease=1.2, renew_every=0.1))
    job_of(jobs)
    with quick.take(JOBS_QUEUE) as work:
        assert work
        before = client.zscore(f"{DUE}{JOBS_QUEUE}:", work.lease.entry)
        assert until(lambda: client.zscore(f"{DUE}{JOBS_QUEUE}:", str(work.step)) > before + 1.5)
        assert taken(quick) is None


def test_late_worker_changes_nothing(steps: Steps, jobs: JobStore) -> None:
    job_of(jobs)
    with steps.take(JOBS_QUEUE) as late:
        assert late
        steps.due.expire_all()
        with steps.take(JOBS_QUEUE) as quick:
            assert quick
            assert not steps.due.finish(late.lease)
            assert steps.due.finish(quick.lease)


def test_small_and_large_jobs_wait_in_queues_of_their_own(steps: Steps, jobs: JobStore) -> None:
    small = job_of(jobs)
    steps.add(Step(small.id, "chunk", 3))
    with steps.take(CHUNKS_QUEUE) as work:
        assert work
        assert work.step == Step(small.id, "chunk", 3)
    assert taken(steps) == small.id


def test_step_that_is_added_twice_is_there_once(steps: Steps, jobs: JobStore, client: Any) -> None:
    job = job_of(jobs)
    for _ in range(2):
        steps.add(Step(job.id, "join"))
    with steps.take(CHUNKS_QUEUE):
        steps.add(Step(job.id, "join"))
        assert taken(steps, CHUNKS_QUEUE) is None
    assert taken(steps, CHUNKS_QUEUE) is None


@pytest.mark.parametrize("state", ["canceled", "deleted"])
def test_step_of_a_job_that_is_over_is_removed(steps: Steps, jobs: JobStore, client: Any, state: str) -> None:
    job, other = job_of(jobs), job_of(jobs)
    jobs.finish(job.id, end("canceled"))
    if state == "deleted":
        jobs.forget(job.id)
    assert taken(steps) == other.id
    assert known(client) == set()


def test_step_that_was_taken_before_its_job_was_canceled_is_taken_again(steps: Steps, jobs: JobStore) -> None:
    job = job_of(jobs)
    die(steps)
    jobs.finish(job.id, end("canceled"))
    steps.due.expire_all()
    with steps.take(JOBS_QUEUE) as work:
        assert work
        assert work.job.status == "canceled"


def test_cancel_leaves_the_lease_of_a_writing_worker(steps: Steps, jobs: JobStore) -> None:
    job = job_of(jobs)
    with steps.take(JOBS_QUEUE):
        assert jobs.finish(job.id, end("canceled"))
        assert steps.due.load(JOBS_QUEUE).later == 1
    assert steps.due.load(JOBS_QUEUE).later == 0


def test_retried_job_is_due_and_has_its_own_lease(steps: Steps, jobs: JobStore, client: Any) -> None:
    job = job_of(jobs)
    with steps.take(JOBS_QUEUE) as work:
        assert work
        jobs.finish(job.id, end("failed"))
        assert jobs.retry(jobs.get(job.id)) == "at work"
    assert jobs.retry(jobs.get(job.id)) == "queued"
    with steps.take(JOBS_QUEUE) as again:
        assert again
        assert (again.lease.tries, again.job.status) == (1, "running")
        again.ended = jobs.finish(job.id, end(), lease=again.lease)
    assert known(client) == set()


def test_callers_take_turns(steps: Steps, jobs: JobStore) -> None:
    crowd = [job_of(jobs, "a").id for _ in range(5)]
    late = [job_of(jobs, "b").id for _ in range(2)]
    assert [taken(steps) for _ in range(8)] == [crowd[0], late[0], crowd[1], late[1], *crowd[2:], None]


@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from("aaabc"), min_size=1, max_size=12), st.integers(0, 12))
def test_every_step_is_taken_once_and_no_caller_waits_for_more_than_one_of_another(
    valkey: Valkey, owners: list[str], deaths: int
) -> None:
    client: Any = valkey.client()
    client.flushdb()
    jobs, steps = valkey.jobs(), Steps(client)
    added = {job_of(jobs, owner).id: owner for owner in owners}
    for _ in range(min(deaths, len(owners))):
        die(steps)
    steps.due.expire_all()
    order: list[str] = []
    while job_id := taken(steps):
        order.append(job_id)
    assert sorted(order) == sorted(added)
    turns = [added[job_id] for job_id in order]
    for at, owner in enumerate(turns):
        later = turns[at + 1 :]
        if owner in later:
            # Every other caller that waits has a turn before this caller has the next.
            assert set(later) - {owner} <= set(later[: later.index(owner)])
    assert known(client) == set()


def test_message_is_sent_while_work_is_due_and_none_is_in_the_queue(steps: Steps, client: Any, jobs: JobStore) -> None:
    def sent(queue: str) -> list[bytes]:
        return client.lpop(queue, 9) or []

    for queue in (JOBS_QUEUE, CHUNKS_QUEUE):
        steps.due.wake(queue, f"{queue} {MESSAGE_ID} {MESSAGE_ID}")
        assert sent(queue) == []
    job_of(jobs)
    steps.add(Step(job_of(jobs).id, "join"))
    [first], [of_chunks] = sent(JOBS_QUEUE), sent(CHUNKS_QUEUE)
    queue, id_, again = first.decode().split()
    assert (queue, again) == (JOBS_QUEUE, id_)
    assert of_chunks.startswith(CHUNKS_QUEUE.encode())
    job_of(jobs)
    [second] = sent(JOBS_QUEUE)
    assert second != first
    with steps.take(JOBS_QUEUE):
        assert len(sent(JOBS_QUEUE)) == 1
        with steps.take(JOBS_QUEUE), steps.take(JOBS_QUEUE):
            assert len(sent(JOBS_QUEUE)) == 1
            steps.due.wake(JOBS_QUEUE, "a message")
            assert sent(JOBS_QUEUE) == []


def test_a_step_tells_whether_more_may_be_due(steps: Steps, client: Any, jobs: JobStore) -> None:
    steps.due.wake(JOBS_QUEUE, "a message")
    job_of(jobs)
    client.delete(JOBS_QUEUE)  # a worker has it
    with steps.take(JOBS_QUEUE) as work:
        job_of(jobs)
        assert client.llen(JOBS_QUEUE) == 1
    assert work
    assert not work.more  # the next step has its own message
    job_of(jobs)
    with steps.take(JOBS_QUEUE) as second:
        client.delete(JOBS_QUEUE)
    with steps.take(JOBS_QUEUE) as last:
        pass
    assert second
    assert last
    assert (second.more, last.more) == (True, False)


def test_work_without_a_message_is_announced_by_the_next_worker(steps: Steps, client: Any, jobs: JobStore) -> None:
    job_of(jobs)
    assert not client.exists(JOBS_QUEUE)
    steps.due.wake(JOBS_QUEUE, "a message")
    steps.due.wake(JOBS_QUEUE, "a message")
    assert client.lrange(JOBS_QUEUE, 0, -1) == [b"a message"]


def test_load_counts_due_and_leased_steps(steps: Steps, jobs: JobStore, client: Any) -> None:
    assert steps.due.load(JOBS_QUEUE) == Load(due=0, later=0, oldest_seconds=0)
    for owner in "aab":
        job_of(jobs, owner)
    with steps.take(JOBS_QUEUE):
        found = steps.due.load(JOBS_QUEUE)
        assert client.scard(QUEUE + JOBS_QUEUE) == 3
    assert (found.due, found.later) == (2, 1)
    assert client.scard(QUEUE + JOBS_QUEUE) == 2
