"""The Celery tasks.

A message only says that there is work. The record and the lease say which work, and whether it is still due. Celery
retries no task: if Redis fails or the process dies, the step is taken again when its lease has expired.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final

import redis
from celery import current_app, shared_task

from schemas.errors import BrokerError, ChildDiedError, JobNotFoundError
from schemas.settings import load_settings
from workers.callbacks.delivery import deliver_next
from workers.callbacks.records import CallbackRecords
from workers.celery.app import (
    CHUNK,
    CONVERT,
    CUT,
    DELIVER,
    JOIN,
    messages_in,
    send_task,
    wake_deliverer,
)
from workers.celery.queues import CHUNKS_QUEUE, DELIVERERS, JOBS_QUEUE
from workers.chunked.coordinator import LargeJobs
from workers.chunked.progress import ChunkRecords
from workers.isolation.child import Child
from workers.isolation.quarantine import Isolated
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.small.run import run_job
from workers.steps.leases import Kind, Step, Steps
from workers.steps.sweeper import requeue_lost, sweep_expired
from workers.storage.base import open_store

_TASKS: Final[dict[Kind, str]] = {"convert": CONVERT, "cut": CUT, "chunk": CHUNK, "join": JOIN}

_SETTLE_EVERY: Final = 3_600


def _queue(step: Step) -> None:
    """Record a step as waiting, and send its message."""
    _steps().wait(step)
    _send(step)


def _send(step: Step) -> None:
    """Send the message of a waiting step."""
    arguments: list[Any] = [step.job_id, step.number] if step.kind == "chunk" else [step.job_id]
    send_task(current_app, _TASKS[step.kind], *arguments)


# Each process of the pool has its own settings, connections and stores, and reuses them for all tasks.
_settings: Final = cache(load_settings)


@cache
def _redis() -> redis.Redis:
    return connect(_settings().redis_url or "")


@cache
def _steps() -> Steps:
    return Steps(_redis(), _settings().timings)


@cache
def _large_jobs() -> LargeJobs:
    return LargeJobs(
        jobs=JobStore(_redis(), _settings(), callback_due=partial(wake_deliverer, current_app)),
        chunks=ChunkRecords(_redis()),
        store=open_store(_settings().store),
        settings=_settings(),
        queue=_queue,
        runner=_isolated(),
    )


@cache
def _isolated() -> Isolated:
    return Isolated(Child(_settings().article_time))


def _run(step: Step, act: Callable[[int], None]) -> None:
    """Take a step and run it, unless a worker holds it. A job that is gone is no error."""
    with _steps().work_on(step) as tries, suppress(JobNotFoundError):
        if tries:
            act(tries)


@shared_task(name=CONVERT, throws=(BrokerError, ChildDiedError))
def convert(job_id: str) -> None:
    """Run a job."""
    here = _large_jobs()
    with _steps().work_on_job(job_id) as work, suppress(JobNotFoundError):
        if work and work.job:
            work.ended = run_job(
                work.job,
                jobs=here.jobs,
                store=here.store,
                settings=here.settings,
                hand_on=_queue,
                tries=work.tries,
                isolated=_isolated(),
            )


@shared_task(name=CUT, throws=(BrokerError, ChildDiedError))
def cut(job_id: str) -> None:
    """Split a large job into chunks."""
    _run(Step(job_id, "cut"), partial(_large_jobs().cut, job_id))


@shared_task(name=CHUNK, throws=(BrokerError, ChildDiedError))
def chunk(job_id: str, number: int) -> None:
    """Make a chunk of a large job."""
    _run(Step(job_id, "chunk", number), partial(_large_jobs().make, job_id, number))


@shared_task(name=JOIN, throws=(BrokerError, ChildDiedError))
def join(job_id: str) -> None:
    """Merge the parts of a large job."""
    _run(Step(job_id, "join"), partial(_large_jobs().join, job_id))


# Acknowledged at once: the callback is recorded, and due again if this process dies.
@shared_task(name=DELIVER, throws=(BrokerError,), acks_late=False)
def deliver() -> None:
    """Send a callback that is due, and have the next one sent."""
    if deliver_next(CallbackRecords(_redis(), _settings().base_path or ""), _settings()):
        wake_deliverer(current_app)


def sweep() -> None:
    """Remove the files of expired jobs, queue lost steps again, and send due callbacks.

    Raises:
        BrokerError: Redis cannot be reached, or refuses writes.
        StoreError: files cannot be removed.
    """
    here = _large_jobs()
    # First what makes room: a full Redis takes no message.
    sweep_expired(here.jobs, here.store)
    if here.jobs.take_turn("accounts", _SETTLE_EVERY):
        Quotas(_redis(), _settings()).sweep()
    requeue_lost(
        _steps(),
        send=_send,
        queue_empty=lambda chunks: not messages_in(current_app, CHUNKS_QUEUE if chunks else JOBS_QUEUE),
    )
    for _ in range(min(CallbackRecords(_redis()).due(), DELIVERERS)):
        wake_deliverer(current_app)
