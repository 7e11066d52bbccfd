"""The parts that all requests to an API process share: settings, connections, stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app
from redis import Redis

from schemas.errors import NoRedisError
from schemas.settings import Settings
from service.core.seeds import Seeds
from workers.chunked.progress import ChunkRecords
from workers.jobs.contents import JobContents
from workers.jobs.listing import JobLists
from workers.jobs.quotas import Quotas
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.redis.due import DueWork
from workers.storage.base import Store, open_store
from workers.telemetry.tally import COUNTS

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The connections and stores that views use. It holds no job data: every process sees the same jobs."""

    settings: Settings
    redis: Redis
    jobs: JobStore
    lists: JobLists
    chunks: ChunkRecords
    due: DueWork
    store: Store
    contents: JobContents
    seeds: Seeds
    quotas: Quotas


def make_state(settings: Settings) -> State:
    """Make the parts. Connections open on first use.

    Raises:
        SettingsError: `NEWSMILL_REDIS_URL` is not set.
    """
    if not settings.redis_url:
        raise NoRedisError
    client = connect(settings.redis_url)
    COUNTS.send_to(client)
    store = open_store(settings.store)
    return State(
        settings=settings,
        redis=client,
        jobs=JobStore(client, settings),
        lists=JobLists(client),
        chunks=ChunkRecords(client),
        due=DueWork(client),
        store=store,
        contents=JobContents(store, settings),
        seeds=Seeds(settings.seeds),
        quotas=Quotas(client, settings),
    )


def install(app: Flask, part: object) -> None:
    """Make a part available to the views of an application, under its type."""
    app.extensions[_key(type(part))] = part


def installed(kind: type[_Part]) -> _Part:
    """Return the part of this type that `install` added to the application of the current request."""
    return part_of(current_app, kind)


def part_of(app: Flask, kind: type[_Part]) -> _Part:
    """Return the part of this type that `install` added to an application."""
    part: _Part = app.extensions[_key(kind)]
    return part


def state() -> State:
    """Return the state of the application that serves the current request."""
    return installed(State)


def _key(kind: type) -> str:
    return f"newsmill.{kind.__name__}"
