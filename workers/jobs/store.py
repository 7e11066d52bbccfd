"""The records of jobs in Redis.

    queued → running → succeeded | partial | failed | canceled → expired

The record is the truth about a job; a Celery message only wakes a worker. Each transition is one script
(workers.redis.scripts), and publishes the new status on the channel `CHANGES`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

import redis

from schemas.errors import JobNotFoundError, KeyReusedError, LimitError, QueueFullError
from schemas.jobs.record import JobEnd, JobRecord, JobSpec, moment
from schemas.jobs.record_fields import (
    NOT_YET_SENT,
    ended_fields,
    expired_fields,
    new_fields,
    queued_fields,
    read_record,
)
from schemas.settings import Settings
from workers.jobs.idempotency import RequestKey
from workers.jobs.quotas import DEAD_AFTER
from workers.jobs.step import Step
from workers.redis.connect import broker_errors, read_hash
from workers.redis.due import Lease
from workers.redis.keys import ACTIVE, ARRIVING, CHECK, EXPIRING, WORKERS, job_key
from workers.redis.scripts import Script, flat
from workers.telemetry import events

_PRESENT_FOR: Final = 15
_TOMBSTONE: Final = 30 * 86_400
_JOB_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_KEY_KEPT: Final = 86_400


class JobStore:
    """The records of all jobs.

    Args:
        client: a client of Redis.
        settings: the settings of this process.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._client = client
        self._retention = settings.retention
        self._max_queued = settings.max_queued
        self._limits = {"jobs": settings.limit_jobs, "bytes": settings.limit_bytes}
        self._create: Script[list[bytes]] = Script(client, "create_job")
        self._progress: Script[int] = Script(client, "record_progress")
        self._finish: Script[int] = Script(client, "finish_job")
        self._retry: Script[bytes] = Script(client, "retry_job")
        self._forget: Script[None] = Script(client, "forget_job")
        self._swept: Script[None] = Script(client, "sweep_job")
        self._seen: Script[int] = Script(client, "see_worker")
        self._orphaned: Script[list[bytes]] = Script(client, "note_orphans")
        self._turn: Script[int] = Script(client, "take_turn")

    def create(
        self,
        job_id: str,
        spec: JobSpec,
        *,
        total: int | None,
        key: RequestKey | None = None,
        first: Step | None = None,
        size: int | None = None,
    ) -> JobRecord:
        """Write the record of a new job, queued; or return the job of an earlier request with the same key and content.

        `first` is its first step, due at once. Without it no worker runs the job. `size` is the number of bytes
        that the request counts for; by default what `spec` states.

        Raises:
            QueueFullError: too many jobs are queued.
            LimitError: the job would exceed a quota of its owner.
            KeyReusedError: the key belongs to another request.
        """
        counted = spec.size if size is None else size
        job = JobRecord(id=job_id, status="queued", spec=spec, created=moment(), total=total, counted=counted)
        known = (key.name, key.digest) if key else ("", "")
        due = (first.queue, str(first)) if first else ("", "")
        answer, *known_job = self._create(
            *(self._max_queued, job_id, spec.owner, *known, _KEY_KEPT),
            *(counted, *self._limits.values(), *due, *flat(new_fields(job))),
        )
        if answer == b"full":
            raise QueueFullError(self._max_queued)
        if (limit := answer.decode()) in self._limits:
            raise LimitError(limit, self._limits[limit])
        if answer == b"another":
            raise KeyReusedError
        if answer == b"known":
            return self.get(known_job[0].decode())
        return job

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
        return bool(self._progress(job_id, "done", done, "failed", failed, "duplicates", duplicates))

    def finish(self, job_id: str, end: JobEnd, *, job: JobRecord | None = None, lease: Lease | None = None) -> bool:
        """End a job, remove the step that ends it, and add its callback; False if it had ended before.

        `job` is the job as it ran. Without it, its record is read first.
        """
        try:
            job = job or self.get(job_id)
        except JobNotFoundError:
            return False
        made = end.file_totals.bytes + (end.result.size if end.result and not end.result.start else 0)
        counted = 0 if end.status == "canceled" else job.counted + made
        callback_id = f"msg_{secrets.token_hex(16)}"
        step = lease.arguments if lease else ("", "", "", "")
        ended = self._finish(
            *(job_id, self._retention, _TOMBSTONE, callback_id, NOT_YET_SENT, *step),
            *(counted, *flat(ended_fields(job, end, self._retention))),
        )
        if ended:
            events.ended(job_id, end)
        return bool(ended)

    def retry(self, job: JobRecord, *, kept: JobSpec | None = None) -> str:
        """Queue a failed or partial job again.

        Args:
            job: the job with its whole request (workers.jobs.contents).
            kept: the request as the record keeps it; by default the whole.

        Returns:
            "queued"; "not failed"; or "at work" if a worker has not finished its last step.

        Raises:
            QueueFullError: too many jobs are queued.
            LimitError: its owner has too many jobs that wait or run.
        """
        kept = kept or job.spec
        first, most_jobs = Step.first(job.id, job.spec), self._limits["jobs"]
        answer = self._retry(
            *(job.id, self._max_queued, first.queue, str(first), most_jobs, job.spec.size + kept.stored),
            *flat(queued_fields(replace(job, spec=kept))),
        )
        if answer == b"jobs":
            raise LimitError("jobs", most_jobs)
        if answer == b"full":
            raise QueueFullError(self._max_queued)
        return answer.decode()

    def has_room(self) -> bool:
        """Return whether one more job may be queued."""
        with broker_errors():
            return self._client.zcard(ACTIVE) < self._max_queued

    def forget(self, job_id: str) -> None:
        """Remove a record."""
        self._forget(job_id)

    def expired(self, at_most: int = 100) -> tuple[str, ...]:
        """Return the ids of expired jobs whose files are not yet removed (`swept`)."""
        with broker_errors():
            seconds, _ = self._client.time()
            found = self._client.zrange(EXPIRING, "-inf", seconds, byscore=True, offset=0, num=at_most)
            names = {one: one.decode(errors="replace") for one in cast("list[bytes]", found)}
            # What is no id would name other files.
            if damaged := [one for one, name in names.items() if not _JOB_ID.fullmatch(name)]:
                self._client.zrem(EXPIRING, *damaged)
        return tuple(name for one, name in names.items() if one not in damaged)

    def swept(self, job_id: str) -> None:
        """Record that the files of an expired job are removed. Its record keeps what the list shows."""
        with broker_errors():
            record = read_hash(self._client, job_key(job_id))
        fields = expired_fields(read_record(job_id, record)) if record else {}
        self._swept(job_id, record.get(b"expires", b""), *flat(fields))

    def without_record(self, job_ids: Sequence[str]) -> tuple[str, ...]:
        """Return those of some jobs that have neither a record nor an upload under way."""
        with broker_errors():
            seconds, _ = self._client.time()
            asking = self._client.pipeline(transaction=False)
            for job_id in job_ids:
                asking.exists(job_key(job_id))
                asking.zscore(ARRIVING, job_id)
            answers = asking.execute()
        pairs = zip(job_ids, answers[::2], answers[1::2], strict=True)
        dead = seconds - DEAD_AFTER
        absent = (job_id for job_id, exists, seen in pairs if not exists and (seen is None or seen < dead))
        return tuple(job_id for job_id in absent if _JOB_ID.fullmatch(job_id))

    def arriving(self) -> dict[str, float]:
        """Return the uploads that are under way, or were until their process died: how long ago each was seen."""
        with broker_errors():
            seconds, _ = self._client.time()
            found = self._client.zrange(ARRIVING, seconds - DEAD_AFTER, "+inf", byscore=True, withscores=True)
        return {one.decode(errors="replace"): seconds - seen for one, seen in cast("list[tuple[bytes, float]]", found)}

    def orphaned_for(self, job_ids: Sequence[str], seconds: float) -> tuple[str, ...]:
        """Note jobs without a record. Return those that were noted `seconds` ago or earlier."""
        found = self._orphaned(seconds, *job_ids)
        return tuple(job_id.decode() for job_id in found)

    def with_files(self) -> frozenset[str]:
        """Return the ids of the jobs that have ended and whose files are kept."""
        with broker_errors():
            return frozenset(job_id.decode() for job_id in cast("list[bytes]", self._client.zrange(EXPIRING, 0, -1)))

    def take_turn(self, name: str, seconds: float) -> bool:
        """Return whether this process runs a task that one of all processes runs every `seconds` seconds."""
        return bool(self._turn(name, int(seconds * 1000)))

    def worker_seen(self, name: str) -> None:
        """Record a heartbeat of a worker."""
        self._seen(name, _PRESENT_FOR)

    def worker_gone(self, name: str) -> None:
        """Record that a worker takes no more tasks."""
        with broker_errors():
            self._client.zrem(WORKERS, name)

    def worker_names(self) -> tuple[str, ...]:
        """Return the workers with a recent heartbeat."""
        with broker_errors():
            seconds, _ = self._client.time()
            found = self._client.zrange(WORKERS, seconds - _PRESENT_FOR, "+inf", byscore=True)
        return tuple(name.decode() for name in cast("list[bytes]", found))

    def counts(self) -> tuple[int, int]:
        """Return the number of jobs that wait or run, and of those that have ended and have their files."""
        with broker_errors():
            return self._client.zcard(ACTIVE), self._client.zcard(EXPIRING)

    def check(self) -> None:
        """Check that Redis answers and takes writes."""
        with broker_errors():
            self._client.set(CHECK, moment(), ex=60)


def new_job_id() -> str:
    """Return an unguessable id that is safe in URLs and in names of folders."""
    return secrets.token_hex(16)
