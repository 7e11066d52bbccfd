"""The Celery task.

A message says that there is due work in a queue, and nothing else. The worker that gets it takes due work until there
is none. Celery retries no task: if Redis fails or the process dies, the work is due again when its lease has lapsed.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from typing import Final

import redis
from celery import current_app, shared_task

from schemas.errors import BrokerError, ChildDiedError, JobNotFoundError
from schemas.settings import load_settings
from workers.callbacks.delivery import deliver_next
from workers.callbacks.records import CallbackRecords
from workers.celery.app import WORK, wake
from workers.celery.nursery import prepare
from workers.celery.queues import ROLES
from workers.chunked.coordinator import LargeJobs
from workers.chunked.progress import ChunkRecords
from workers.isolation.children import Children
from workers.isolation.quarantine import Isolated
from workers.jobs.contents import JobContents
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.redis.keys import CALLBACKS_QUEUE
from workers.small.run import run_job
from workers.steps.adoption import adopt_work
from workers.steps.leases import Steps, Work
from workers.steps.sweeper import sweep_expired
from workers.storage.base import open_store

# Seconds for which a task takes due work. After that, the message of any work that is left is in the queue.
_SLICE: Final = 1.0

_SETTLE_EVERY: Final = 3_600

# All threads of a worker share the settings, the connections and the children.
_settings: Final = cache(load_settings)


@cache
def _redis() -> redis.Redis:
    return connect(_settings().redis_url or "")


@cache
def _wake() -> Callable[[str], None]:
    return partial(wake, current_app)


@cache
def _steps() -> Steps:
    return Steps(_redis(), _settings().timings, wake=_wake())


@cache
def _callbacks() -> CallbackRecords:
    contents = JobContents(open_store(_settings().store), _settings())
    base_path, timings = _settings().base_path or "", _settings().timings
    return CallbackRecords(_redis(), base_path, timings, wake=_wake(), contents=contents)


@cache
def _large_jobs() -> LargeJobs:
    return LargeJobs(
        jobs=JobStore(_redis(), _settings(), wake=_wake()),
        chunks=ChunkRecords(_redis()),
        store=open_store(_settings().store),
        settings=_settings().without_secrets(),
        queue=_steps().add,
        runner=_isolated(),
    )


@cache
def _isolated() -> Isolated:
    settings = _settings().without_secrets()
    children = Children(partial(prepare, settings), settings.article_time)
    atexit.register(children.close)
    return Isolated(children)


@shared_task(name=WORK, throws=(BrokerError, ChildDiedError))
def work(queue: str) -> None:
    """Do the due work of a queue."""
    act = partial(deliver_next, _callbacks(), _settings()) if queue == CALLBACKS_QUEUE else partial(_take_step, queue)
    end = time.monotonic() + _SLICE
    while act() and time.monotonic() < end:
        pass


def _take_step(queue: str) -> bool:
    """Run the next due step of a queue; False if none is due."""
    with _steps().take(queue) as work, suppress(JobNotFoundError):
        if work:
            _run(work)
    return work is not None


def _run(work: Work) -> None:
    here, step, tries = _large_jobs(), work.step, work.lease.tries
    if step.kind == "cut":
        here.cut(work.job, tries)
    elif step.kind == "chunk":
        here.make(work.job, step.number, tries)
    elif step.kind == "join":
        here.join(work.job, tries)
    elif not work.job.ended:
        work.ended = run_job(
            work.job,
            jobs=here.jobs,
            store=here.store,
            settings=here.settings,
            runner=_isolated(),
            tries=tries,
            lease=work.lease,
        )


def sweep() -> None:
    """Remove the files of expired jobs, and wake workers for due work that no message announces.

    Raises:
        BrokerError: Redis cannot be reached, or refuses writes.
        StoreError: files cannot be removed.
    """
    here = _large_jobs()
    # First what makes room: a full Redis takes no message.
    sweep_expired(here.jobs, here.store)
    if here.jobs.take_turn("accounts", _SETTLE_EVERY):
        Quotas(_redis(), _settings()).sweep()
    adopt_work(_redis(), _steps(), here.jobs)
    for role in ROLES.values():
        for queue in role.queues:
            if _steps().due.wants_worker(queue):
                _wake()(queue)
