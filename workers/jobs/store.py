"""The job record in Redis: its states, the transitions between them, and its end.

    queued → running → succeeded | partial | failed | canceled; what has ended expires

The record is the truth about a job; Celery's messages only say that there is work. Every transition is
one script that Redis runs as a whole: it looks at the state and changes it, so that two workers, or a
worker and a client who cancels, never both win. Each tells the listeners of `CHANGES`.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, cast

import orjson
import redis

from schemas.errors import BrokerError, JobNotFoundError, KeyInUseError, KeyReusedError, LimitError, QueueFullError
from schemas.job_record import Job, JobEnd, JobSpec, moment, read_answer, read_record
from schemas.settings import Settings
from schemas.settings.broker_urls import parse_redis_url
from workers.jobs import scripts as job_scripts
from workers.jobs.idempotency import PENDING, RequestKey
from workers.jobs.listing import EXPIRING, RECORD, JobLists, Page, Place
from workers.redis.connect import redis_client
from workers.telemetry import events

CHANGES: Final = "newsmill:changes"
"""The channel that tells of every change of a job's record: the job's id, a blank, its status."""

CALLBACKS: Final = "newsmill:callbacks"
"""The callbacks that are to be sent, each with the time it is due; see workers.callbacks.records."""

_ACTIVE: Final = "newsmill:active"
_WORKERS: Final = "newsmill:workers"
_PRESENT_FOR: Final = 15
_TOMBSTONE: Final = 30 * 86_400
_JOB_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NOT_YET_SENT: Final = b'{"status":"pending","attempts":0}'
_ENDED_WITH_CALLBACK: Final = 2

# What a record has of a run of its job, beside its counts.
_OF_CUTTING: Final = ("cut", "chunks", "cut_failed", "joining")
_OF_A_RUN: Final = ("started", "finished", "expires", "files", "file_bytes", "warnings", "error", *_OF_CUTTING)


def connect(url: str) -> redis.Redis:
    """A client of the Redis at a URL, as NEWSMILL_REDIS_URL has it.

    Raises:
        ValueError: the URL names no Redis.
    """
    return redis_client(parse_redis_url(url))


class JobStore:
    """The records of all jobs.

    Args:
        client: a client of Redis.
        settings: what the process runs with.
        callback_due: what is called when a job has ended that has a callback, to have it sent at once; it is
            written down before, and sent a little later where nobody is called.

    Raises (every method):
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(
        self, client: redis.Redis, settings: Settings, *, callback_due: Callable[[], None] = lambda: None
    ) -> None:
        self._client = client
        self._callback_due = callback_due
        self._retention = settings.retention
        self._max_queued = settings.max_queued
        self._limits = {"jobs": settings.limit_jobs, "bytes": settings.limit_bytes}
        self._create = client.register_script(job_scripts.CREATE)
        self._start = client.register_script(job_scripts.START)
        self._progress = client.register_script(job_scripts.PROGRESS)
        self._finish = client.register_script(job_scripts.FINISH)
        self._retry = client.register_script(job_scripts.RETRY)
        self._forget = client.register_script(job_scripts.FORGET)
        self._swept = client.register_script(job_scripts.SWEPT)
        self._lists = JobLists(client)
        self._seen = client.register_script(job_scripts.SEEN)
        self._present = client.register_script(job_scripts.PRESENT)

    def create(
        self,
        job_id: str,
        spec: JobSpec,
        *,
        total: int | None,
        key: RequestKey | None = None,
        waiting: tuple[str, str] | None = None,
    ) -> Job:
        """Write the record of a new job, queued; or find the job that was made for the same key and content before.

        Args:
            job_id: its id.
            spec: what it is to do.
            total: how many articles it has, if that is known.
            key: the key of its request.
            waiting: the list that its first step is to wait in, and the step's name there.

        Raises:
            QueueFullError: too many jobs wait already.
            LimitError: it would be past a limit of its owner.
            KeyReusedError: another request had the key.
            KeyInUseError: the request that has the key is being accepted.
        """
        job = Job(id=job_id, status="queued", spec=spec, created=moment(), total=total)
        record: dict[str, Any] = {"status": job.status, "spec": orjson.dumps(asdict(spec)), "created": job.created}
        if total is not None:
            record["total"] = total
        size = sum(document.size for document in spec.documents)
        record["input_bytes"] = size
        if spec.callback:
            record["callback"] = _NOT_YET_SENT
        if spec.owner:
            record["owner"] = spec.owner
        waits_in, step = waiting or ("", "")
        keys = [job_key(job_id), _ACTIVE, key.name if key else "", waits_in]
        arguments: list[Any] = [time.time(), self._max_queued, job_id, key.digest if key else ""]
        arguments += [spec.owner, size, *self._limits.values(), step]
        with broker_errors():
            answer = cast("list[bytes]", self._create(keys=keys, args=[*arguments, *_flat(record)]))
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
        """The request of a key has been accepted: its job is queued."""
        with broker_errors():
            self._client.hdel(key.name, PENDING)

    def get(self, job_id: str) -> Job:
        """The job as it is now.

        Raises:
            JobNotFoundError: there is none.
        """
        # What is no id could be the end of another key.
        record: dict[bytes, bytes] = {}
        if _JOB_ID.fullmatch(job_id):
            with broker_errors():
                record = cast("dict[bytes, bytes]", self._client.hgetall(job_key(job_id)))
        if not record:
            raise JobNotFoundError(job_id)
        return read_record(job_id, record)

    def status(self, job_id: str) -> str | None:
        """The state that the record has; None where there is no record."""
        with broker_errors():
            status = cast("bytes | None", self._client.hget(job_key(job_id), "status"))
        return status.decode() if status else None

    def start(self, job_id: str) -> Job | None:
        """The job, now running; None where there is nothing to run: it has ended, or there is none.

        A job that was running already is started again: its message was delivered twice, or its worker died.
        """
        with broker_errors():
            record = cast("list[bytes]", self._start(keys=[job_key(job_id)], args=[moment(), job_id, CHANGES]))
        return read_answer(job_id, record)

    def progress(self, job_id: str, *, done: int, failed: int) -> bool:
        """State how far a job is; False when it no longer runs (it was canceled, say)."""
        with broker_errors():
            return bool(self._progress(keys=[job_key(job_id)], args=[job_id, CHANGES, "done", done, "failed", failed]))

    def finish(self, job_id: str, end: JobEnd, *, step: str = "") -> bool:
        """End a job, and write its callback down as due; False when it had ended before.

        Args:
            job_id: its id.
            end: how it ends.
            step: the step that ends it, to be crossed off with that (see workers.steps.leases).
        """
        record = {
            "status": end.status,
            "done": end.done,
            "failed": end.failed,
            "files": orjson.dumps(list(end.files)),
            "file_bytes": sum(file["size"] for file in end.files),
            "warnings": orjson.dumps(list(end.warnings)),
        }
        if end.error:
            record["error"] = orjson.dumps(end.error)
        with broker_errors():
            kept = [self._retention, _TOMBSTONE]
            callback_id = f"msg_{secrets.token_hex(16)}"
            answer = self._finish(
                keys=[job_key(job_id), _ACTIVE, EXPIRING, CALLBACKS, *callback_keys(callback_id)],
                args=[job_id, CHANGES, *kept, callback_id, _NOT_YET_SENT, step, *_flat(record)],
            )
        if answer:
            events.ended(job_id, end)
        if answer == _ENDED_WITH_CALLBACK:
            self._callback_due()
        return bool(answer)

    def retry(self, job_id: str) -> bool:
        """Queue a job that has failed, in whole or in part, once more; False where it has not.

        Raises:
            QueueFullError: too many jobs wait already.
        """
        told: list[Any] = [job_id, CHANGES, time.time(), self._max_queued]
        with broker_errors():
            answer = self._retry(keys=[job_key(job_id), _ACTIVE, EXPIRING], args=[*told, *_OF_A_RUN])
        if answer == b"full":
            raise QueueFullError(self._max_queued)
        return bool(answer == b"ok")

    def has_room(self) -> bool:
        """Whether a job more may wait."""
        with broker_errors():
            return self._client.zcard(_ACTIVE) < self._max_queued

    def forget(self, job_id: str) -> None:
        """Remove a record: no task was queued for it, or its client has deleted it."""
        with broker_errors():
            self._forget(keys=[job_key(job_id), _ACTIVE, EXPIRING], args=[job_id])

    def page(self, owner: str, *, statuses: Sequence[str] = (), limit: int, after: Place | None = None) -> Page:
        """Jobs of an owner, newest first; see `JobLists.page`."""
        with broker_errors():
            return self._lists.page(owner, statuses=statuses, limit=limit, after=after)

    def expired(self, at_most: int = 100) -> tuple[str, ...]:
        """The ids of jobs whose files have had their time; each stays in the list until it is `swept`."""
        with broker_errors():
            seconds, _ = self._client.time()
            found = self._client.zrange(EXPIRING, "-inf", seconds, byscore=True, offset=0, num=at_most)
        return tuple(job_id.decode() for job_id in cast("list[bytes]", found))

    def swept(self, job_id: str) -> None:
        """The files of an expired job are gone."""
        with broker_errors():
            self._swept(keys=[job_key(job_id), EXPIRING], args=[job_id])

    def take_turn(self, name: str, seconds: int) -> bool:
        """Whether something that is to be done once in so many seconds, by whomever, is to be done now."""
        with broker_errors():
            return bool(self._client.set(f"newsmill:turn:{name}", moment(), nx=True, ex=seconds))

    def worker_seen(self, name: str) -> None:
        """A worker is there, and takes tasks."""
        with broker_errors():
            self._seen(keys=[_WORKERS], args=[name])

    def worker_gone(self, name: str) -> None:
        """A worker takes no more tasks."""
        with broker_errors():
            self._client.zrem(_WORKERS, name)

    def workers(self) -> int:
        """How many workers were there a moment ago."""
        return len(self.worker_names())

    def worker_names(self) -> tuple[str, ...]:
        """The workers that were there a moment ago."""
        with broker_errors():
            return tuple(name.decode() for name in self._present(keys=[_WORKERS], args=[_PRESENT_FOR]))

    def counts(self) -> tuple[int, int]:
        """How many jobs wait or run, and how many have ended and are kept."""
        with broker_errors():
            return self._client.zcard(_ACTIVE), self._client.zcard(EXPIRING)

    def check(self) -> None:
        """Whether Redis answers and takes writes."""
        with broker_errors():
            self._client.set("newsmill:check", moment(), ex=60)


def new_job_id() -> str:
    """An id that nobody can guess, fit for a URL and for the name of a folder."""
    return secrets.token_hex(16)


class broker_errors:  # noqa: N801 - reads as the statement that it is
    """A context in which an error of Redis becomes a `BrokerError`."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, redis.RedisError | OSError):
            raise BrokerError(str(error) or type(error).__name__) from error


def job_key(job_id: str) -> str:
    """The key of a job's record."""
    return f"{RECORD}{job_id}"


def callback_keys(callback_id: str) -> tuple[str, str]:
    """The keys of a callback, and of the record of its job as it was when it ended."""
    key = f"newsmill:callback:{callback_id}"
    return key, f"{key}:job"


def _flat(record: Mapping[str, Any]) -> list[Any]:
    return [part for pair in record.items() for part in pair]
