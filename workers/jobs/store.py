"""The records of jobs in Redis.

    queued → running → succeeded | partial | failed | canceled → expired

The record is the truth about a job; a Celery message only says that there is work. Each transition is one script
(workers.redis.job_scripts), and publishes the new status on the channel `CHANGES`.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, cast

import redis

from schemas.errors import JobNotFoundError, KeyInUseError, KeyReusedError, LimitError, QueueFullError
from schemas.job_record import JobEnd, JobRecord, JobSpec, moment
from schemas.record_fields import NOT_YET_SENT, Fields, ended_fields, new_fields, read_record
from schemas.settings import Settings
from workers.jobs.idempotency import RequestKey
from workers.jobs.listing import JobLists, Listing, Page, Place
from workers.redis import job_scripts
from workers.redis.connect import Script, broker_errors, read_hash
from workers.redis.keys import (
    ACTIVE,
    ARRIVING,
    CALLBACKS,
    CHANGES,
    EXPIRING,
    ORPHANS,
    WORKERS,
    callback_keys,
    job_key,
)
from workers.telemetry import events

_PRESENT_FOR: Final = 15
_TOMBSTONE: Final = 30 * 86_400
_JOB_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ENDED_WITH_CALLBACK: Final = 2

# The fields that a run adds to a record, in addition to the counts.
_OF_CUTTING: Final = ("cut", "chunks", "cut_failed", "joining")
_OF_A_RUN: Final = ("started", "finished", "expires", "files", "file_bytes", "warnings", "error", *_OF_CUTTING)


class JobStore:
    """The records of all jobs.

    Args:
        client: a client of Redis.
        settings: the settings of this process.
        callback_due: called when a job with a callback has ended, to have the callback sent at once. It is recorded
            before, and sent with the next sweep if this fails.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(
        self, client: redis.Redis, settings: Settings, *, callback_due: Callable[[], None] = lambda: None
    ) -> None:
        self._client = client
        self._callback_due = callback_due
        self._retention = settings.retention
        self._max_queued = settings.max_queued
        self._limits = {"jobs": settings.limit_jobs, "bytes": settings.limit_bytes}
        self._lists = JobLists(client)
        self._create: Script[list[bytes]] = Script(client, job_scripts.CREATE, adds=True)
        self._progress: Script[int] = Script(client, job_scripts.PROGRESS)
        self._finish: Script[int] = Script(client, job_scripts.FINISH)
        self._retry: Script[bytes] = Script(client, job_scripts.RETRY, adds=True)
        self._forget: Script[None] = Script(client, job_scripts.FORGET)
        self._swept: Script[None] = Script(client, job_scripts.SWEPT)
        self._seen: Script[int] = Script(client, job_scripts.SEEN)
        self._orphaned: Script[list[bytes]] = Script(client, job_scripts.ORPHANED)
        self._turn: Script[int] = Script(client, job_scripts.TURN)
        self._present: Script[list[bytes]] = Script(client, job_scripts.PRESENT)

    def create(
        self,
        job_id: str,
        spec: JobSpec,
        *,
        total: int | None,
        key: RequestKey | None = None,
        waiting: tuple[str, str] = ("", ""),
    ) -> JobRecord:
        """Write the record of a new job, queued; or return the job of an earlier request with the same key and content.

        `waiting` is the list in which the first step waits, and the step's name.

        Raises:
            QueueFullError: too many jobs are queued.
            LimitError: the job would exceed a quota of its owner.
            KeyReusedError: the key belongs to another request.
            KeyInUseError: the request of the key is still being accepted.
        """
        job = JobRecord(id=job_id, status="queued", spec=spec, created=moment(), total=total)
        record = new_fields(job)
        waits_in, step = waiting
        digest, limits = key.digest if key else "", self._limits.values()
        answer = self._create(
            keys=[job_key(job_id), ACTIVE, key.name if key else "", waits_in],
            args=[
                *(time.time(), self._max_queued, job_id, digest, spec.owner, record["input_bytes"]),
                *(*limits, step, *_flat(record)),
            ],
        )
        if answer[0] == b"full":
            raise QueueFullError(self._max_queued)
        if (limit := answer[0].decode()) in self._limits:
            raise LimitError(limit, self._limits[limit])
        if answer[0] == b"another":
            raise KeyReusedError
        if answer[0] == b"pending":
            raise KeyInUseError
        return job if answer[0] == b"new" else self.get(answer[1].decode())

    def accepted(self, key: RequestKey) -> None:
        """Record that the request of a key has been accepted: its job is queued."""
        with broker_errors():
            self._client.hdel(key.name, job_scripts.PENDING)

    def get(self, job_id: str) -> JobRecord:
        """Return the current record of a job.

        Raises:
            JobNotFoundError: there is none.
        """
        # Any other text could be the end of another key.
        record: dict[bytes, bytes] = {}
        if _JOB_ID.fullmatch(job_id):
            with broker_errors():
                record = read_hash(self._client, job_key(job_id))
        if not record:
            raise JobNotFoundError(job_id)
        return read_record(job_id, record)

    def status(self, job_id: str) -> str | None:
        """Return the status in the record; None if there is no record."""
        with broker_errors():
            status = cast("bytes | None", self._client.hget(job_key(job_id), "status"))
        return status.decode() if status else None

    def progress(self, job_id: str, *, done: int, failed: int, duplicates: int = 0) -> bool:
        """Record the progress of a job; False if the job no longer runs."""
        counts = ("done", done, "failed", failed, "duplicates", duplicates)
        return bool(self._progress(keys=[job_key(job_id)], args=[job_id, CHANGES, *counts]))

    def finish(self, job_id: str, end: JobEnd, *, step: str = "") -> bool:
        """End a job, cross off the step that ends it, and record its callback as due; False if it had ended before."""
        callback_id = f"msg_{secrets.token_hex(16)}"
        answer = self._finish(
            keys=[job_key(job_id), ACTIVE, EXPIRING, CALLBACKS, *callback_keys(callback_id)],
            args=[
                job_id,
                CHANGES,
                self._retention,
                _TOMBSTONE,
                callback_id,
                NOT_YET_SENT,
                step,
                *_flat(ended_fields(end)),
            ],
        )
        if answer:
            events.ended(job_id, end)
        if answer == _ENDED_WITH_CALLBACK:
            self._callback_due()
        return bool(answer)

    def retry(self, job_id: str) -> bool:
        """Queue a failed or partial job again; False if it is neither.

        Raises:
            QueueFullError: too many jobs are queued.
        """
        answer = self._retry(
            keys=[job_key(job_id), ACTIVE, EXPIRING],
            args=[job_id, CHANGES, time.time(), self._max_queued, *_OF_A_RUN],
        )
        if answer == b"full":
            raise QueueFullError(self._max_queued)
        return answer == b"ok"

    def has_room(self) -> bool:
        """Return whether one more job may be queued."""
        with broker_errors():
            return self._client.zcard(ACTIVE) < self._max_queued

    def forget(self, job_id: str) -> None:
        """Remove a record: its task was not queued, or its client deletes it."""
        self._forget(keys=[job_key(job_id), ACTIVE, EXPIRING], args=[job_id])

    def page(
        self,
        owner: str | None,
        *,
        statuses: Iterable[str] = (),
        tags: Iterable[str] = (),
        limit: int,
        after: Place | None = None,
    ) -> Page:
        """Return the jobs of an owner, or with None of all owners, newest first; see `JobLists.page`."""
        listing = Listing(owner=owner, statuses=tuple(statuses), tags=frozenset(tags))
        with broker_errors():
            return self._lists.page(listing, limit=limit, after=after)

    def expired(self, at_most: int = 100) -> tuple[str, ...]:
        """Return the ids of expired jobs whose files are not yet removed (`swept`)."""
        with broker_errors():
            seconds, _ = self._client.time()
            found = self._client.zrange(EXPIRING, "-inf", seconds, byscore=True, offset=0, num=at_most)
        return tuple(job_id.decode() for job_id in cast("list[bytes]", found))

    def swept(self, job_id: str) -> None:
        """Record that the files of an expired job are removed."""
        self._swept(keys=[job_key(job_id), EXPIRING], args=[job_id])

    def without_record(self, job_ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of some jobs that have neither a record nor an upload under way."""
        with broker_errors():
            asking = self._client.pipeline(transaction=False)
            for job_id in job_ids:
                asking.exists(job_key(job_id))
                asking.zscore(ARRIVING, job_id)
            answers = asking.execute()
        pairs = zip(job_ids, answers[::2], answers[1::2], strict=True)
        absent = (job_id for job_id, exists, arriving in pairs if not exists and arriving is None)
        return tuple(job_id for job_id in absent if _JOB_ID.fullmatch(job_id))

    def orphaned_for(self, job_ids: Sequence[str], seconds: float) -> tuple[str, ...]:
        """Note jobs without a record. Return those that were noted `seconds` ago or earlier."""
        found = self._orphaned(keys=[ORPHANS], args=[seconds, *job_ids])
        return tuple(job_id.decode() for job_id in found)

    def with_files(self) -> frozenset[str]:
        """Return the ids of the jobs that have ended and whose files are kept."""
        with broker_errors():
            return frozenset(job_id.decode() for job_id in cast("list[bytes]", self._client.zrange(EXPIRING, 0, -1)))

    def take_turn(self, name: str, seconds: float) -> bool:
        """Return whether this process runs a task that one of all processes runs every `seconds` seconds."""
        return bool(self._turn(keys=[f"newsmill:turn:{name}"], args=[int(seconds * 1000)]))

    def worker_seen(self, name: str) -> None:
        """Record a heartbeat of a worker."""
        self._seen(keys=[WORKERS], args=[name])

    def worker_gone(self, name: str) -> None:
        """Record that a worker takes no more tasks."""
        with broker_errors():
            self._client.zrem(WORKERS, name)

    def worker_names(self) -> tuple[str, ...]:
        """Return the workers with a recent heartbeat."""
        return tuple(name.decode() for name in self._present(keys=[WORKERS], args=[_PRESENT_FOR]))

    def workers(self) -> int:
        """Return the number of workers with a recent heartbeat."""
        return len(self.worker_names())

    def counts(self) -> tuple[int, int]:
        """Return the number of jobs that wait or run, and of those that have ended and have their files."""
        with broker_errors():
            return self._client.zcard(ACTIVE), self._client.zcard(EXPIRING)

    def check(self) -> None:
        """Check that Redis answers and takes writes."""
        with broker_errors():
            self._client.set("newsmill:check", moment(), ex=60)


def new_job_id() -> str:
    """Return an unguessable id that is safe in URLs and in names of folders."""
    return secrets.token_hex(16)


def _flat(record: Fields) -> list[str | bytes | int]:
    return [part for pair in record.items() for part in pair]
