"""Job notifications: what wakes a waiter, and a restart of Redis."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from schemas.jobs.job import ENDED
from schemas.jobs.record import JobEnd
from service.jobs.notifications import JobNotifications
from tests.proxy import proxy_to
from tests.running import Valkey, start_job, until, valkey_at
from tests.service.asking import waiting_job
from workers.jobs.store import JobStore
from workers.redis.connect import connect


@contextmanager
def listening(client: redis.Redis, **bounds: Any) -> Iterator[JobNotifications]:
    """Notifications whose thread ends with its connection, and logs nothing during other tests."""
    changes = JobNotifications(client, **bounds)
    try:
        yield changes
    finally:
        changes.stop()


@pytest.fixture
def changes(valkey: Valkey) -> Iterator[JobNotifications]:
    with listening(valkey.client()) as changes:
        yield changes


def test_a_waiter_is_woken_by_a_notification(changes: JobNotifications, jobs: JobStore) -> None:
    for _ in range(5):
        job = waiting_job(jobs)
        with changes.subscribe(job.id) as changed:
            assert changed
            changed.clear()
            start_job(jobs, job.id)
            assert changed.wait(2)


def test_a_change_of_another_job_wakes_no_waiter(changes: JobNotifications, jobs: JobStore) -> None:
    mine, other = waiting_job(jobs), waiting_job(jobs)
    with changes.subscribe(mine.id) as changed:
        assert changed
        assert changed.wait(5)  # by the subscription
        changed.clear()
        start_job(jobs, other.id)
        assert not changed.wait(0.2)


def test_all_waiters_share_one_connection(changes: JobNotifications, jobs: JobStore, valkey: Valkey) -> None:
    job = waiting_job(jobs)
    woken: list[int] = []

    def wait() -> None:
        with changes.subscribe(job.id) as changed:
            assert changed
            ready.release()
            if changed.wait(5):
                woken.append(1)

    with changes.subscribe(job.id):  # the first waits for the subscription
        assert changes._subscribed.wait(5)
    ready = threading.Semaphore(0)
    before = valkey.client().info("clients")["connected_clients"]
    waiters = [threading.Thread(target=wait) for _ in range(20)]
    for waiter in waiters:
        waiter.start()
    for _ in waiters:
        ready.acquire()
    assert valkey.client().info("clients")["connected_clients"] <= before + 1
    start_job(jobs, job.id)
    for waiter in waiters:
        waiter.join()
    assert len(woken) == 20


def test_a_waiter_for_an_ended_job_is_woken_at_once(changes: JobNotifications, jobs: JobStore, valkey: Valkey) -> None:
    job, another = waiting_job(jobs), waiting_job(jobs)
    with changes.subscribe(another.id, to=ENDED) as changed:
        assert changed
        assert until(changes._subscribed.is_set)
        changed.clear()
        jobs.finish(job.id, JobEnd(status="succeeded"))
        jobs.finish(another.id, JobEnd(status="succeeded"))
        assert changed.wait(2)
    with changes.subscribe(job.id, to=ENDED) as changed:
        assert changed
        assert changed.is_set()
    # A job that is retried no longer counts as ended.
    with changes.subscribe(job.id, to={"running"}) as changed:
        assert changed
        assert not changed.is_set()


def test_a_finished_waiter_is_forgotten(changes: JobNotifications, jobs: JobStore) -> None:
    job = waiting_job(jobs)
    with pytest.raises(ValueError, match="x"), changes.subscribe(job.id):
        raise ValueError("x")
    assert changes._waiting == {}


def test_the_number_of_waiters_is_limited(valkey: Valkey, jobs: JobStore) -> None:
    job = waiting_job(jobs)
    with listening(valkey.client(), most=2) as few:
        with few.subscribe(job.id) as first, few.subscribe(job.id) as second:
            assert first
            assert second
            with few.subscribe(job.id) as third:
                assert third is None
            with few.subscribe(job.id) as fourth:
                assert fourth is None
        with few.subscribe(job.id) as first, few.subscribe(job.id) as second:
            assert first
            assert second


def test_a_restart_of_redis_loses_no_waiter(changes: JobNotifications, jobs: JobStore, valkey: Valkey) -> None:
    job = waiting_job(jobs)
    with changes.subscribe(job.id) as changed:
        assert changed
        assert changed.wait(5)  # by the subscription
        changed.clear()
        valkey.kill()
        assert changed.wait(3), "the waiter is not woken"
        valkey.start()
        assert until(lambda: _listening(valkey))
        assert changes._subscribed.wait(5)
        changed.clear()
        start_job(jobs, job.id)
        assert changed.wait(2)


def test_a_silent_connection_is_replaced(tmp_path: Path) -> None:
    with ExitStack() as held:
        valkey = held.enter_context(valkey_at(tmp_path))
        proxy = held.enter_context(proxy_to(valkey.url))
        jobs = valkey.jobs()
        job = waiting_job(jobs)
        client = connect(proxy.endpoint.replace("http", "redis"))
        changes = held.enter_context(listening(client, patience=1))
        with changes.subscribe(job.id) as changed:
            assert changed
            assert until(lambda: _listening(valkey) == 1)
            # Replies to pings keep a quiet connection open.
            changed.clear()
            assert not changed.wait(1.5)
            proxy.freeze()
            assert changed.wait(20), "the waiter is not woken"
            # Redis has not noticed that the first connection is gone either.
            assert until(lambda: _listening(valkey) == 2)
            changed.clear()
            start_job(jobs, job.id)
            assert changed.wait(20)


def _listening(valkey: Valkey) -> int:
    return int(valkey.client().pubsub_numsub("newsmill:changes")[0][1])
