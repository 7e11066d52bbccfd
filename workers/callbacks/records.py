"""The callbacks to be sent, in Redis.

The script that ends a job adds its callback as due. A sender leases it: if the sender dies, the callback is due again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import orjson
import redis

from schemas.errors import StoreError
from schemas.jobs.callbacks import write_secret
from schemas.jobs.job import CallbackState
from schemas.jobs.record import JobRecord
from schemas.jobs.record_fields import read_record
from schemas.settings import DEFAULT_TIMINGS, Timings
from schemas.typed_json import to_json
from workers.jobs.contents import JobContents
from workers.jobs.view import job_json
from workers.redis.connect import kept_secret
from workers.redis.due import DueWork, Lease
from workers.redis.keys import CALLBACK_SECRET, CALLBACKS_QUEUE
from workers.redis.scripts import Script, pairs_of
from workers.telemetry.logs import get_logger

log = get_logger(__name__)

PER_HOST: Final = 4
"""The most callbacks that are sent to one host at a time, so that a silent host holds a few senders only."""

MOST_FILES: Final = 1_000
"""The most files that the body of a callback lists. A job with more is sent without the list."""

PER_CALLER: Final = 12
"""The most callbacks of one caller that are sent at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """A callback to be sent now.

    Args:
        lease: the lease on it.
        job_id: the job that has ended.
        owner: the owner of the job.
        url: its URL.
        headers: its headers beside newsmill's own.
        body: its body, the same at every attempt.
        attempts: how often it was taken, this time included.
        age: seconds since the job's end.
    """

    lease: Lease
    job_id: str
    owner: str
    url: str
    body: bytes
    attempts: int
    age: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id, the same at every attempt: the header `webhook-id`."""
        return self.lease.entry


class CallbackRecords:
    """The callbacks of all jobs.

    Args:
        client: a client of Redis.
        base_path: the path that the service is published under.
        timings: the intervals of the leases.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(
        self,
        client: redis.Redis,
        base_path: str = "",
        timings: Timings = DEFAULT_TIMINGS,
        *,
        contents: JobContents | None = None,
    ) -> None:
        self._client = client
        self._base_path = base_path
        self._contents = contents
        self.due = DueWork(client, timings)
        # The lane, the id, its tries, the age, the callback, and the record of the job.
        self._take: Script[tuple[bytes, bytes, int, int, list[bytes], list[bytes]] | None] = Script(
            client, "take_callback"
        )
        self._settle: Script[None] = Script(client, "settle_callback")

    @contextmanager
    def take(self) -> Iterator[Callback | None]:
        """Take the next due callback, and lease it while the context is open; None if none is due.

        A callback that is not settled is due again when its lease has lapsed.
        """
        taken = self._take(self.due.lease_seconds, PER_HOST, PER_CALLER)
        if taken is None:
            yield None
            return
        lane, entry, tries, age, fields, record = taken
        lease = Lease(queue=CALLBACKS_QUEUE, lane=lane.decode(), entry=entry.decode(), tries=tries)
        callback, job = pairs_of(fields), pairs_of(record)
        job_id = callback[b"job"].decode()
        if job:
            ended = read_record(job_id, job, now=0)  # as it was at its end
            try:
                whole = self._contents.whole(ended) if self._contents else ended
            except StoreError as error:  # the callback is due again when its lease has lapsed
                log.warning("the files of a callback cannot be read", job_id=job_id, error=error.public_detail)
                yield None
                return
            callback |= _first(whole, self._base_path)
        with self.due.renewing(lease):
            yield Callback(
                lease=lease,
                job_id=job_id,
                owner=callback[b"owner"].decode(),
                url=callback[b"url"].decode(),
                body=callback[b"body"],
                attempts=int(callback[b"attempts"]),
                age=age,
                headers=orjson.loads(callback.get(b"headers", b"{}")),
            )

    def settle(self, callback: Callback, state: CallbackState, *, again: float | None = None) -> None:
        """Record the result of an attempt.

        Args:
            callback: the callback.
            state: its state, which its job shows.
            again: the seconds until it is due again; None if it is delivered or given up.
        """
        _, lane, entry, tries = callback.lease.arguments
        headers = ("headers", orjson.dumps(callback.headers)) if callback.headers else ()
        self._settle(
            *(lane, entry, tries, callback.job_id, orjson.dumps(to_json(state)), "" if again is None else again),
            *("owner", callback.owner, "url", callback.url, "body", callback.body, *headers),
        )

    def secret(self) -> str:
        """Return the secret in Redis, which the first call creates."""
        return kept_secret(self._client, CALLBACK_SECRET, write_secret(secrets.token_bytes(32))).decode()


def _first(job: JobRecord, base_path: str) -> dict[bytes, bytes]:
    """Return the fields of a callback that are kept from its first attempt on."""
    # A callback is in Redis until it is delivered, so it is not large.
    shown = job if len(job.files) <= MOST_FILES else replace(job, files=())
    body = {"type": f"job.{job.status}", "timestamp": job.finished, "data": job_json(shown, base_path)}
    return {
        b"owner": job.spec.owner.encode(),
        b"url": (job.spec.callback or "").encode(),
        b"headers": orjson.dumps(job.spec.callback_headers),
        b"body": orjson.dumps(body),
    }
