"""Work that version 0.1 has recorded; with a real Valkey."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.jobs.record import JobDocument, JobEnd
from tests.running import Valkey, start_job
from tests.workers.callbacks.test_records import SPEC as WITH_CALLBACK
from tests.workers.jobs.test_store import SPEC
from workers.callbacks.records import CallbackRecords
from workers.jobs.step import Step
from workers.jobs.store import JobStore, new_job_id
from workers.redis.keys import CHUNKS_QUEUE, JOBS_QUEUE
from workers.steps.adoption import CALLBACKS, STEPS, adopt_work
from workers.steps.leases import Steps

LARGE = replace(SPEC, documents=(JobDocument(key="jobs/a/input-0", size=10**7),))


def taken(steps: Steps, queue: str) -> list[Step]:
    found: list[Step] = []
    while True:
        with steps.take(queue) as work:
            if work is None:
                return found
            found.append(work.step)


def test_steps_of_version_0_1_are_due(valkey: Valkey, jobs: JobStore) -> None:
    client: Any = valkey.client()
    small, large, split = (jobs.create(new_job_id(), spec, total=1).id for spec in (SPEC, LARGE, LARGE))
    start_job(jobs, split)
    waiting, waiting_chunks, leases = STEPS
    client.zadd(waiting, {f"{small} convert 0": 1, f"{large} convert 0": 2, f"{'0' * 32} convert 0": 3})
    client.zadd(waiting_chunks, {f"{split} chunk 7": 1})
    client.zadd(leases, {f"{split} join 0": 1})
    steps = Steps(client)
    for _ in range(2):
        adopt_work(client, steps.due, jobs)
    assert taken(steps, JOBS_QUEUE) == [Step(small, "convert")]
    assert sorted(map(str, taken(steps, CHUNKS_QUEUE))) == sorted(
        map(str, (Step(large, "cut"), Step(split, "chunk", 7), Step(split, "join")))
    )
    assert not client.exists(*STEPS)


def test_callback_of_version_0_1_is_sent(valkey: Valkey, jobs: JobStore) -> None:
    client: Any = valkey.client()
    job = jobs.create(new_job_id(), WITH_CALLBACK, total=1)
    start_job(jobs, job.id)
    jobs.finish(job.id, JobEnd(status="succeeded"))
    records = CallbackRecords(client)
    with records.take() as callback:
        assert callback
    for key in client.keys("newsmill:due:*") + client.keys("newsmill:lanes:*") + ["newsmill:held"]:
        client.delete(key)
    client.zadd(CALLBACKS, {callback.id: 1, "msg_none": 1})
    adopt_work(client, records.due, jobs)
    with records.take() as again:
        assert again
        assert (again.id, again.owner, again.attempts) == (callback.id, "desk", 2)
