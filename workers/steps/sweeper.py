"""The sweep: queue lost steps again, and remove the files of expired jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from workers.jobs.store import JobStore
from workers.steps.leases import Step, Steps
from workers.storage.base import JobFolder, Store
from workers.telemetry import events

_UNFINISHED: Final = 3_600.0
_SWEEP_STORE_EVERY: Final = 3_600


def requeue_lost(steps: Steps, *, send: Callable[[Step], None], queue_empty: Callable[[bool], bool]) -> None:
    """Send the messages of steps that have lost their worker or their message.

    `queue_empty` says whether a queue holds no messages: with True that of large jobs, with False that of small jobs.
    """
    for step in steps.lapsed():
        send(step)
    for chunks in (False, True):
        for step in steps.forgotten(chunks=chunks, queue_empty=queue_empty(chunks)):
            send(step)


def sweep_expired(jobs: JobStore, store: Store) -> None:
    """Remove the files of expired jobs, and unfinished files of killed processes. The records stay for a while.

    A download that has begun continues: the store keeps the file until it is closed.
    """
    while expired := jobs.expired():
        for job_id in expired:
            JobFolder(store, job_id).delete()
            jobs.swept(job_id)
            events.expired(job_id)
    # Unfinished files are rare, and the search for them lists all folders.
    if jobs.take_turn("sweep", _SWEEP_STORE_EVERY):
        store.sweep(older_than=_UNFINISHED)
