"""The sweep of the store: remove the files of expired jobs, and those without a record."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from schemas.errors import StoreError
from workers.jobs.store import JobStore
from workers.storage.base import JobFolder, Store
from workers.telemetry import events
from workers.telemetry.logs import get_logger

_UNFINISHED: Final = 3_600.0
_SWEEP_STORE_EVERY: Final = 3_600
_COMPARE_EVERY: Final = 600
_ORPHANED_FOR: Final = 1_800.0
_BATCH: Final = 1_000
_AT_ONCE: Final = 100
_MOST_FAILED: Final = 10

log = get_logger(__name__)


def orphans(jobs: JobStore, store: Store) -> Iterator[tuple[str, ...]]:
    """Yield the jobs that have files in the store, and neither a record nor an upload under way, in batches.

    They are left by an upload that broke off with its process, or by a Redis that has lost its data.
    """
    names = store.names_under("jobs")
    while batch := tuple(islice(names, _BATCH)):
        if found := jobs.without_record(batch):
            yield found


def sweep_orphans(jobs: JobStore, store: Store, *, older_than: float = _ORPHANED_FOR) -> Iterator[str]:
    """Remove the files of jobs without a record, and yield their ids.

    A record may come back from a backup, so the files stay until they have been known as orphans for `older_than`
    seconds.
    """
    for found in orphans(jobs, store):
        for job_id in jobs.orphaned_for(found, older_than):
            JobFolder(store, job_id).delete()
            log.info("orphan removed", job_id=job_id)
            yield job_id


def without_files(jobs: JobStore, store: Store) -> frozenset[str]:
    """Return the jobs whose record says that their files are kept, and that have none in the store."""
    return jobs.with_files() - {*store.names_under("jobs")}


def sweep_expired(jobs: JobStore, store: Store) -> None:
    """Remove the files of expired jobs, and unfinished files of killed processes. The records stay for a while.

    A download that has begun continues: the store keeps the file until it is closed.

    Raises:
        StoreError: the files of several jobs in a row cannot be removed.
        BrokerError: Redis cannot be reached, or refuses writes.
    """
    failed: set[str] = set()
    in_a_row = 0
    while expired := [one for one in jobs.expired(_AT_ONCE + len(failed)) if one not in failed]:
        for job_id in expired:
            try:
                JobFolder(store, job_id).delete()
            except StoreError as error:
                # Files that cannot be removed must not keep those of all other jobs. A store that is down keeps all.
                failed.add(job_id)
                in_a_row += 1
                if in_a_row == _MOST_FAILED:
                    raise
                log.warning("expired job kept", job_id=job_id, error=str(error))
                continue
            in_a_row = 0
            jobs.swept(job_id)
            events.expired(job_id)
    # Unfinished files are rare, and the search for them lists all folders.
    if jobs.take_turn("sweep", _SWEEP_STORE_EVERY):
        store.sweep(older_than=_UNFINISHED)
    if jobs.take_turn("orphans", _COMPARE_EVERY):
        deque(sweep_orphans(jobs, store), maxlen=0)
