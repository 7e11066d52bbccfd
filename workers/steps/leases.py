"""The due steps of jobs, and their leases: an accepted job ends even if any process dies."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import redis

from schemas.jobs.record import JobRecord, moment
from schemas.jobs.record_fields import read_record
from schemas.settings import DEFAULT_TIMINGS, Timings
from workers.jobs.step import Step
from workers.redis.due import DueWork, Lease
from workers.redis.scripts import Script, pairs_of
from workers.steps.shares import Shares
from workers.telemetry import events


@dataclass(slots=True, kw_only=True)
class Work:
    """A leased step of a job.

    Args:
        step: the step.
        lease: its lease.
        job: the job, which this script has started if it was queued.
        ended: set by the caller that has ended the job, which removes the step too.
        yields: whether the step yields the processor to those of other callers; see `Shares`.
        more: whether more steps of the queue may be due, once this one has been done: its caller takes the next one
            then. A step that becomes due later has its own message.
    """

    step: Step
    lease: Lease
    job: JobRecord
    ended: bool = False
    yields: bool = False
    more: bool = True


class Steps:
    """The steps of all jobs.

    Args:
        client: a client of Redis.
        timings: the intervals of the leases.
        shares: the shares of callers in the threads of this process, by queue; without limit by default.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(
        self,
        client: redis.Redis,
        timings: Timings = DEFAULT_TIMINGS,
        *,
        shares: Mapping[str, Shares] = {},
    ) -> None:
        self.due = DueWork(client, timings)
        self._shares = defaultdict(Shares, shares)
        # The lane, the entry, its tries, whether more are due; then the record: names and values in turn.
        self._take: Script[tuple[bytes, bytes, int, int, *tuple[bytes, ...]] | None] = Script(client, "take_step")

    def add(self, step: Step) -> None:
        """Add a step as due, and wake a worker for it."""
        self.due.add(step.queue, step.job_id, str(step))

    @contextmanager
    def take(self, queue: str) -> Iterator[Work | None]:
        """Take the next due step of a queue, and start its job if it is queued. Yield None if none is due.

        The step is done when the context ends. After an error it is due again once its lease has lapsed.
        """
        shares, yields = self._shares[queue], False
        with shares.taking() as full:
            taken = self._take(queue, self.due.lease_seconds, moment(), *full)
            if taken:
                yields = shares.add(taken[0].decode())
        if taken is None:
            yield None
            return
        lane, entry, tries, more, *record = taken
        lease = Lease(queue=queue, lane=lane.decode(), entry=entry.decode(), tries=tries)
        began = time.monotonic()
        try:
            step = Step.parse(lease.entry)
            with self.due.renewing(lease), events.step(step.job_id, step.kind, step.number, tries):
                job = read_record(step.job_id, pairs_of(record))
                work = Work(step=step, lease=lease, job=job, yields=yields, more=bool(more))
                yield work
            if not work.ended:
                self.due.finish(lease)
        finally:
            had_its_share = shares.remove(lease.lane, time.monotonic() - began)
        work.more = work.more or had_its_share
