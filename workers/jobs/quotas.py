"""The quotas of callers: jobs that wait or run, and stored bytes.

The scripts that change a job's record update its owner's account. This module counts uploads, which have no record yet:
an upload counts while it arrives. If the process that receives it dies, it counts for one more hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
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

DEAD_AFTER: Final = 600
"""The seconds after which an upload without a sign of life is dead."""

_STEP: Final = 8 * 2**20

# An upload gives a sign of life so often. Without one for `DEAD_AFTER`, its files are swept.
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
    def upload(self, owner: str, job_id: str) -> Iterator[Callable[[int], None]]:
        """Count an upload of a caller, from its first byte to its job.

        Yield a function that counts bytes which have arrived, before they are stored. It raises a LimitError if they
        exceed a quota of their owner.
        """
        size, room = 0, 0.0
        seen: float | None = None

        def arrived(more: int) -> None:
            nonlocal size, room, seen
            now = time.monotonic()
            if seen is None or now - seen > _SIGN_EVERY:
                self.seen(job_id)
                seen = now
            before, size = size, size + more
            if size > room:
                room = self.grow(owner, job_id, size)
            if before <= LARGE < size:
                # A large job will come with the upload: its processes start while the upload arrives.
                self._due.announce(CHUNKS_QUEUE)

        try:
            yield arrived
        finally:
            if seen is not None:
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

    def sweep(self) -> None:
        """Forget dead uploads, and add up each account again."""
        with broker_errors():
            self._client.zremrangebyscore(ARRIVING, "-inf", self._client.time()[0] - DEAD_AFTER)
            for account in self._client.scan_iter(f"{ACCOUNT}*", count=1000, _type="HASH"):
                self._settle(account.decode().removeprefix(ACCOUNT), DEAD_AFTER)
