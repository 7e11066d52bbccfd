"""The steps of jobs and their leases: a job that was accepted ends, whichever process dies.

The steps are: convert a small job; cut a large one into chunks; convert a chunk; join the parts. A step is recorded as
waiting before its message is sent. The worker that takes it holds a lease, and renews the lease every few seconds.
Messages may get lost or come twice: the sweep (workers.steps.sweeper) queues a step again if its lease has expired, or
if it waits although its queue is empty; and a leased step is not taken a second time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Self, cast

import redis

from schemas.errors import BrokerError
from schemas.job_record import JobRecord, moment
from schemas.record_fields import read_answer
from schemas.settings import DEFAULT_TIMINGS, Timings
from workers.redis import step_scripts
from workers.redis.connect import Script, broker_errors
from workers.redis.job_scripts import TAKE_AND_START
from workers.redis.keys import CHANGES, LEASES, TAKEN, WAITING, WAITING_CHUNKS, job_key
from workers.telemetry import events
from workers.telemetry.logs import get_logger

Kind = Literal["convert", "cut", "chunk", "join"]

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job; `number` is that of a chunk."""

    job_id: str
    kind: Kind
    number: int = 0

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind} {self.number}"

    @property
    def waiting(self) -> str:
        """The key of the list in which it waits: one for each queue."""
        return WAITING if self.kind == "convert" else WAITING_CHUNKS

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the step named by a member of a list in Redis."""
        job_id, kind, number = text.split(" ")
        return cls(job_id, cast("Kind", kind), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The number of steps that wait and that are leased, and for how many seconds the first one has waited."""

    waiting: int
    leased: int
    oldest_seconds: float


@dataclass(slots=True, kw_only=True)
class JobWork:
    """A small job whose step is leased.

    Args:
        tries: how often the step has been taken, this time included.
        job: the running job; None if it has ended or does not exist.
        ended: set by the caller that has ended the job, which crosses off the step.
    """

    tries: int
    job: JobRecord | None
    ended: bool = False


class Steps:
    """The steps that wait, and their leases.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis, timings: Timings = DEFAULT_TIMINGS) -> None:
        self._client = client
        self._timings = timings
        self._wait: Script[int] = Script(client, step_scripts.WAIT)
        self._take: Script[int] = Script(client, step_scripts.TAKE)
        self._renew: Script[None] = Script(client, step_scripts.RENEW)
        self._cross_off: Script[None] = Script(client, step_scripts.CROSS_OFF)
        # The number of tries, then the record: names and values in turn.
        self._take_and_start: Script[tuple[int, *tuple[bytes, ...]]] = Script(client, TAKE_AND_START)
        self._lapsed: Script[list[bytes]] = Script(client, step_scripts.LAPSED)
        self._forgotten: Script[list[bytes]] = Script(client, step_scripts.FORGOTTEN)
        self._load: Script[tuple[int, int, int]] = Script(client, step_scripts.LOAD)
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._renewing: threading.Thread | None = None

    def wait(self, step: Step) -> None:
        """Record a step as waiting. Call it before the step's message is sent."""
        self._wait(keys=[step.waiting], args=[str(step)])

    @contextmanager
    def work_on(self, step: Step) -> Iterator[int]:
        """Take a step and lease it. Yield how often it has been taken, this time included; 0 if a worker holds it.

        The step is done when the context ends. After an error it is taken again once the lease has expired.
        """
        tries = self._take(keys=[step.waiting], args=[str(step), self._timings.lease])
        if not tries:
            yield 0
            return
        with self._held_while(step, tries):
            yield tries
        self._cross_off(args=[str(step)])

    @contextmanager
    def work_on_job(self, job_id: str) -> Iterator[JobWork | None]:
        """Take the step of a small job and start the job. Yield None if a worker holds the step.

        One script does both, and another ends the job and crosses off the step: that saves two of four round trips,
        each of which waits for the disk. Otherwise it is like `work_on`.
        """
        step = Step(job_id, "convert")
        keys = [step.waiting, job_key(job_id)]
        tries, *record = self._take_and_start(
            keys=keys, args=[str(step), self._timings.lease, moment(), job_id, CHANGES]
        )
        if not tries:
            yield None
            return
        work = JobWork(tries=tries, job=read_answer(job_id, record))
        with self._held_while(step, tries):
            yield work
        if not work.ended:
            self._cross_off(args=[str(step)])

    @contextmanager
    def _held_while(self, step: Step, tries: int) -> Iterator[None]:
        name = str(step)
        self._hold(name)
        try:
            with events.step(step.job_id, step.kind, step.number, tries):
                yield
        finally:
            with self._lock:
                self._held.discard(name)

    def forget(self, step: Step) -> None:
        """Remove a step that waits."""
        with broker_errors():
            self._client.zrem(step.waiting, str(step))

    def at_work(self, job_id: str) -> bool:
        """Return whether a step of a job is leased."""
        with broker_errors():
            leased = cast("list[bytes]", self._client.zrange(LEASES, 0, -1))
        return any(Step.parse(name.decode()).job_id == job_id for name in leased)

    def all_dead(self) -> None:
        """Expire all leases. Call it when no worker runs, as when the service starts with its own broker."""
        with broker_errors():
            self._client.zunionstore(LEASES, {LEASES: 0})

    def lapsed(self) -> tuple[Step, ...]:
        """Return the steps whose lease has expired. They wait again; the caller sends their messages."""
        found = self._lapsed(keys=[WAITING, LEASES, WAITING_CHUNKS])
        return tuple(Step.parse(name.decode()) for name in found)

    def forgotten(self, *, chunks: bool, queue_empty: bool) -> tuple[Step, ...]:
        """Return the steps whose messages are lost. They wait again; the caller sends their messages.

        Args:
            chunks: whether the queue is that of large jobs.
            queue_empty: whether the queue holds no messages. If it does, a message counts as lost when a step that
                was queued much later has been taken.
        """
        waiting = WAITING_CHUNKS if chunks else WAITING
        found = self._forgotten(keys=[waiting, TAKEN], args=[self._timings.forgotten_after, int(queue_empty)])
        return tuple(Step.parse(name.decode()) for name in found)

    def load(self) -> Load:
        """Return the number of waiting and of leased steps."""
        waiting, leased, oldest = self._load(keys=[LEASES, WAITING, WAITING_CHUNKS])
        return Load(waiting=waiting, leased=leased, oldest_seconds=oldest)

    def _hold(self, name: str) -> None:
        with self._lock:
            self._held.add(name)
            if self._renewing is None or not self._renewing.is_alive():
                self._renewing = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._renewing.start()

    def _keep(self) -> None:
        """Renew the leases that this process holds, as long as it lives."""
        pause = threading.Event()
        while not pause.wait(self._timings.renew_every):
            with self._lock:
                held = tuple(self._held)
            if not held:
                continue
            try:
                self._renew(keys=[LEASES], args=[self._timings.lease, *held])
            except BrokerError as error:
                log.warning("leases cannot be renewed: %s", error)
