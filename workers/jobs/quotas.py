"""The quotas of callers: jobs that wait or run, and stored bytes.

The scripts that change a job's record update its owner's account. This module counts uploads, which have no record yet:
an upload counts while it arrives. If the process that receives it dies, it counts for one more hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import redis

from schemas.errors import BrokerError, LimitError
from schemas.jobs.record import LARGE
from schemas.settings import Settings
from workers.redis.connect import broker_errors
from workers.redis.due import DueWork
from workers.redis.keys import ACCOUNT, ARRIVING, CHUNKS_QUEUE
from workers.redis.scripts import Script

_DEAD_AFTER: Final = 600
_STEP: Final = 8 * 2**20

# An upload gives a sign of life so often. Without one for `_DEAD_AFTER`, its files are swept.
_SIGN_EVERY: Final = 60.0


class Quotas:
    """The quotas of all callers.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis, settings: Settings) -> None:
        self._client = client
        self._due = DueWork(client)
        self._limits = settings.limit_jobs, settings.limit_bytes
        self._grow: Script[bytes] = Script(client, "grow_upload")
        self._end_upload: Script[None] = Script(client, "end_upload")
        self._settle: Script[None] = Script(client, "settle_account")

    @contextmanager
    def upload(self, owner: str, job_id: str) -> Iterator[Upload]:
        """Count an upload of a caller, from its first byte to its job."""
        upload = Upload(self, owner, job_id)
        try:
            yield upload
        finally:
            if upload.seen:
                with suppress(BrokerError):  # `sweep` removes it
                    self._end_upload(owner, job_id)

    def grow(self, owner: str, job_id: str, size: int) -> float:
        """Return the bytes that an upload may have: `size` or more.

        Raises:
            LimitError: `size` exceeds a quota of its owner.
        """
        if not any(self._limits):
            return float("inf")
        answer = self._grow(owner, job_id, size, _STEP, *self._limits).decode()
        if answer in ("jobs", "bytes"):
            raise LimitError(answer, dict(zip(("jobs", "bytes"), self._limits, strict=True))[answer])
        return float(answer) if self._limits[1] else float("inf")

    def seen(self, job_id: str) -> None:
        """Record a sign of life of an upload."""
        with broker_errors():
            self._client.zadd(ARRIVING, {job_id: self._client.time()[0]})

    def announce(self) -> None:
        """Wake a worker for a large job that will come with an upload: its processes start while the upload arrives."""
        self._due.announce(CHUNKS_QUEUE)

    def sweep(self) -> None:
        """Forget dead uploads, and add up each account again."""
        with broker_errors():
            self._client.zremrangebyscore(ARRIVING, "-inf", self._client.time()[0] - _DEAD_AFTER)
            for account in self._client.scan_iter(f"{ACCOUNT}*", count=1000, _type="HASH"):
                self._settle(account.decode().removeprefix(ACCOUNT), _DEAD_AFTER)


class Upload:
    """One upload while it arrives."""

    def __init__(self, quotas: Quotas, owner: str, job_id: str) -> None:
        self._quotas = quotas
        self._owner = owner
        self._job_id = job_id
        self._size = 0
        self._room = 0.0
        self.seen: float | None = None

    def arrived(self, more: int) -> None:
        """Count bytes that have arrived, before they are stored.

        Raises:
            LimitError: they exceed a quota of their owner.
            BrokerError: Redis cannot be reached.
        """
        now = time.monotonic()
        if self.seen is None or now - self.seen > _SIGN_EVERY:
            self._quotas.seen(self._job_id)
            self.seen = now
        before = self._size
        self._size += more
        if self._size > self._room:
            self._room = self._quotas.grow(self._owner, self._job_id, self._size)
        if before <= LARGE < self._size:
            self._quotas.announce()
