"""The Celery tasks: thin, each calls the pipe."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from celery import current_app, shared_task

from schemas.errors import BrokerError, JobNotFoundError
from schemas.settings import load_settings
from workers.artifacts import open_store
from workers.celery_app import CHUNK, CONVERT, CUT, JOIN, SWEEP
from workers.chunk_records import ChunkRecords
from workers.jobs import JobStore, connect
from workers.large import LargeJobs
from workers.run import run_job, sweep_expired


class _CeleryQueue:
    """The next steps, as tasks."""

    def cut(self, job_id: str) -> None:
        _send(CUT, job_id)

    def chunk(self, job_id: str, number: int) -> None:
        _send(CHUNK, job_id, number)

    def join(self, job_id: str) -> None:
        _send(JOIN, job_id)


def _send(name: str, *args: Any) -> None:
    current_app.send_task(name, args=args)


@cache
def _large_jobs() -> LargeJobs:
    """What a process of the pool keeps from task to task."""
    settings = load_settings()
    client = connect(settings.redis_url or "")
    return LargeJobs(
        jobs=JobStore(client, settings),
        chunks=ChunkRecords(client),
        store=open_store(settings.store),
        settings=settings,
        queue=_CeleryQueue(),
    )


# A task whose record cannot be reached is tried again until it can; one whose worker died is tried again as often
# as its record allows: what was accepted ends.
_task = partial(
    shared_task,
    autoretry_for=(BrokerError,),
    dont_autoretry_for=(JobNotFoundError,),
    retry_backoff=True,
    retry_backoff_max=30,
    max_retries=None,
    retry_on_worker_lost=True,
    throws=(JobNotFoundError,),
)


@_task(name=CONVERT)
def convert(job_id: str) -> None:
    """Run a job."""
    here = _large_jobs()
    run_job(job_id, jobs=here.jobs, store=here.store, settings=here.settings, hand_on=_CeleryQueue().cut)


@_task(name=SWEEP)
def sweep() -> None:
    """Remove the files of expired jobs."""
    here = _large_jobs()
    sweep_expired(here.jobs, here.store)


@_task(name=CUT)
def cut(job_id: str) -> None:
    """Cut a large job into chunks."""
    _large_jobs().cut(job_id)


@_task(name=CHUNK)
def chunk(job_id: str, number: int) -> None:
    """Make a chunk of a large job."""
    _large_jobs().make(job_id, number)


@_task(name=JOIN)
def join(job_id: str) -> None:
    """Join the parts of a large job."""
    _large_jobs().join(job_id)
