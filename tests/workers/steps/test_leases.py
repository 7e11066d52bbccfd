"""Waiting steps and leases, with a real Valkey."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.settings import Timings
from tests.running import Valkey
from workers.steps.leases import Step, Steps

STEP = Step("0123abcd", "chunk", 17)
LEASES = "newsmill:leases"
WAITING = "newsmill:waiting:chunks"


@pytest.fixture
def client(valkey: Valkey) -> Iterator[Any]:
    client = valkey.client()
    client.flushdb()
    yield client
    client.close()


def waiting(client: Any) -> list[str]:
    return [name.decode() for name in client.zrange(WAITING, 0, -1)]


def leased(client: Any) -> list[str]:
    return [name.decode() for name in client.zrange(LEASES, 0, -1)]


def test_a_step_is_told_by_its_text() -> None:
    assert Step.parse(str(STEP)) == STEP
    assert Step.parse(str(Step("a", "join"))) == Step("a", "join")


def test_a_step_waits_is_leased_and_is_gone_when_it_is_done(client: Any) -> None:
    steps = Steps(client)
    steps.wait(STEP)
    assert (waiting(client), leased(client)) == ([str(STEP)], [])
    with steps.work_on(STEP) as tries:
        assert tries == 1
        assert (waiting(client), leased(client)) == ([], [str(STEP)])
    assert (waiting(client), leased(client)) == ([], [])
    assert client.hlen("newsmill:tries") == 0


def test_leased_step_is_not_taken_again(client: Any) -> None:
    mine, another = Steps(client), Steps(client)
    with mine.work_on(STEP) as tries:
        assert tries == 1
        with another.work_on(STEP) as twice:
            assert twice == 0
        assert leased(client) == [str(STEP)]


def test_of_many_who_take_a_step_at_once_one_has_it(client: Any) -> None:
    had: list[int] = []
    start, end = threading.Barrier(8), threading.Barrier(8)

    def take() -> None:
        start.wait()
        with Steps(client).work_on(STEP) as tries:
            had.append(tries)
            end.wait()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(had) == [0] * 7 + [1]


def test_step_with_expired_lease_waits_and_counts_its_tries(client: Any) -> None:
    steps = Steps(client)
    with pytest.raises(RuntimeError), steps.work_on(STEP):
        raise RuntimeError("as a process that dies")
    assert steps.lapsed() == ()
    client.zadd(LEASES, {str(STEP): 1})
    assert steps.lapsed() == (STEP,)
    assert (waiting(client), leased(client)) == ([str(STEP)], [])
    with steps.work_on(STEP) as tries:
        assert tries == 2


def test_a_lease_is_renewed_while_the_work_goes_on(client: Any) -> None:
    steps = Steps(client, Timings(renew_every=0.05))
    with steps.work_on(STEP):
        client.zadd(LEASES, {str(STEP): 1})
        deadline = threading.Event()
        for _ in range(100):
            if client.zscore(LEASES, str(STEP)) > 1:
                break
            deadline.wait(0.05)
        assert client.zscore(LEASES, str(STEP)) > 1
        assert steps.lapsed() == ()


def forgotten(steps: Steps, *, queue_empty: bool, chunks: bool = True) -> tuple[Step, ...]:
    return steps.forgotten(chunks=chunks, queue_empty=queue_empty)


def test_old_step_of_an_empty_queue_is_forgotten_once(client: Any) -> None:
    steps = Steps(client)
    steps.wait(STEP)
    assert forgotten(steps, queue_empty=True) == ()
    client.zadd(WAITING, {str(STEP): 1})
    assert forgotten(steps, queue_empty=False) == ()
    assert forgotten(steps, queue_empty=True, chunks=False) == ()
    assert forgotten(steps, queue_empty=True) == (STEP,)
    assert forgotten(steps, queue_empty=True) == ()


def test_step_passed_by_later_ones_is_forgotten_in_a_busy_queue(client: Any) -> None:
    steps = Steps(client)
    lost, between, later = STEP, Step("0123abcd", "chunk", 18), Step("4567cdef", "join")
    client.zadd(WAITING, {str(lost): 1_000, str(between): 1_010, str(later): 1_031})
    assert forgotten(steps, queue_empty=False) == ()
    with steps.work_on(later):
        assert forgotten(steps, queue_empty=False) == (lost,)
        assert forgotten(steps, queue_empty=False, chunks=False) == ()


def test_small_jobs_and_chunks_wait_in_lists_of_their_own(client: Any) -> None:
    steps = Steps(client)
    small = Step("0123abcd", "convert")
    for step in (small, STEP):
        steps.wait(step)
    assert client.zrange("newsmill:waiting", 0, -1) == [str(small).encode()]
    assert waiting(client) == [str(STEP)]
    for step in (small, STEP):
        with pytest.raises(RuntimeError), steps.work_on(step):
            raise RuntimeError("as a process that dies")
        client.zadd(LEASES, {str(step): 1})
    assert set(steps.lapsed()) == {small, STEP}
    assert client.zrange("newsmill:waiting", 0, -1) == [str(small).encode()]
    assert waiting(client) == [str(STEP)]


def test_step_queued_during_its_lease_still_waits_afterwards(client: Any) -> None:
    steps = Steps(client)
    with steps.work_on(STEP):
        steps.wait(STEP)
    assert (waiting(client), leased(client)) == ([str(STEP)], [])
    steps.forget(STEP)
    assert waiting(client) == []


def test_job_in_work_is_recognized(client: Any) -> None:
    steps = Steps(client)
    assert not steps.at_work(STEP.job_id)
    with steps.work_on(STEP):
        assert steps.at_work(STEP.job_id)
        assert not steps.at_work("4567cdef")
    assert not steps.at_work(STEP.job_id)


def test_all_leases_end_when_no_worker_can_be_alive(client: Any) -> None:
    steps = Steps(client)
    with pytest.raises(RuntimeError), steps.work_on(STEP):
        raise RuntimeError("as a machine that loses its power")
    steps.all_dead()
    with steps.work_on(STEP) as tries:
        assert tries == 2
    steps.all_dead()
    assert steps.lapsed() == ()
