"""What a process of the API keeps from request to request: its settings, its connections, its waiters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import cast

import redis
from celery import Celery
from flask import current_app

from schemas.settings import Settings
from service.auth.limits import RequestLimits
from service.auth.links import LinkSecret
from service.core.seeds import Seeds
from service.jobs.notifications import Changes
from workers.callbacks.records import CallbackRecords
from workers.celery.app import make_celery, wake_deliverer
from workers.chunked.progress import ChunkRecords
from workers.jobs.quotas import Accounts
from workers.jobs.store import JobStore, connect
from workers.steps.leases import Steps
from workers.storage.base import Store
from workers.storage.factory import open_store
from workers.telemetry.tally import COUNTS

_KEY = "newsmill"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The parts of the service that its views use. None of it is a job's: every process sees the same jobs."""

    settings: Settings
    redis: redis.Redis
    jobs: JobStore
    chunks: ChunkRecords
    steps: Steps
    store: Store
    celery: Celery
    changes: Changes
    seeds: Seeds
    link_secret: LinkSecret
    accounts: Accounts
    limits: RequestLimits
    callbacks: CallbackRecords


def make_state(settings: Settings) -> State:
    """Make the parts; nothing is connected until it is used.

    Raises:
        SettingsError: no Redis is named.
    """
    celery = make_celery(settings)
    client = connect(settings.redis_url or "")
    COUNTS.keep_in(client)
    return State(
        settings=settings,
        redis=client,
        jobs=JobStore(client, settings, callback_due=partial(wake_deliverer, celery)),
        chunks=ChunkRecords(client),
        steps=Steps(client),
        store=open_store(settings.store),
        celery=celery,
        changes=Changes(client),
        seeds=Seeds(settings.seeds),
        link_secret=LinkSecret(client),
        accounts=Accounts(client, settings),
        limits=RequestLimits(client, settings),
        callbacks=CallbackRecords(client),
    )


def state() -> State:
    """The state of the application that serves the current request."""
    return cast("State", current_app.extensions[_KEY])
