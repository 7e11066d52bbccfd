"""The adoption of work that version 0.1 has recorded: an upgrade loses no job.

Version 0.1 kept lists of waiting and of leased steps, and one of callbacks. The sweep adds their entries to the due
work. A step that a worker of version 0.1 still holds may run twice, which changes nothing.
"""

from __future__ import annotations

from typing import Final, cast

import redis

from schemas.errors import JobNotFoundError
from workers.jobs.step import Step
from workers.jobs.store import JobStore
from workers.redis.connect import broker_errors
from workers.redis.due import DueWork
from workers.redis.keys import CALLBACK, CALLBACKS_QUEUE

STEPS: Final = ("newsmill:waiting", "newsmill:waiting:chunks", "newsmill:leases")
CALLBACKS: Final = "newsmill:callbacks"


def adopt_work(client: redis.Redis, due: DueWork, jobs: JobStore) -> None:
    """Add the steps and callbacks of version 0.1 to the due work.

    Raises:
        BrokerError: Redis cannot be reached, or refuses to write.
    """
    with broker_errors():
        if not client.exists(*STEPS, CALLBACKS):
            return
        for key in STEPS:
            for name in cast("list[bytes]", client.zrange(key, 0, -1)):
                _adopt_step(Step.parse(name.decode()), due, jobs)
                client.zrem(key, name)
        for name in cast("list[bytes]", client.zrange(CALLBACKS, 0, -1)):
            callback_id = name.decode()
            if job_id := cast("bytes | None", client.hget(CALLBACK + callback_id, "job")):
                due.add(CALLBACKS_QUEUE, job_id.decode(), callback_id)
            client.zrem(CALLBACKS, name)


def _adopt_step(step: Step, due: DueWork, jobs: JobStore) -> None:
    try:
        job = jobs.get(step.job_id)
    except JobNotFoundError:
        return
    # Version 0.1 began a large job as a small one.
    step = Step.first(job.id, job.spec) if step.kind == "convert" else step
    due.add(step.queue, step.job_id, str(step))
