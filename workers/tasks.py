"""The Celery tasks: thin, each calls the pipe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from celery import shared_task

from schemas.errors import BrokerError
from schemas.settings import Settings, load_settings
from workers.artifacts import Store, open_store
from workers.celery_app import CONVERT
from workers.jobs import JobStore, connect
from workers.run import run_job


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    """What a process of the pool keeps from task to task."""

    settings: Settings
    jobs: JobStore
    store: Store


@cache
def _process() -> _Process:
    settings = load_settings()
    return _Process(
        settings=settings,
        jobs=JobStore(connect(settings.redis_url or ""), settings),
        store=open_store(settings.store),
    )


# A job whose record cannot be reached is tried again until it can; one whose worker died is tried again as often as
# its record allows: what was accepted ends.
@shared_task(
    name=CONVERT,
    autoretry_for=(BrokerError,),
    retry_backoff=True,
    retry_backoff_max=30,
    max_retries=None,
    retry_on_worker_lost=True,  # type: ignore[call-overload]  # new in Celery 5.7, not in its stubs yet
)
def convert(job_id: str) -> None:
    """Run the job of this id."""
    process = _process()
    run_job(job_id, jobs=process.jobs, store=process.store, settings=process.settings)
