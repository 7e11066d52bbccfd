"""The steps of jobs, and who is at work on them: what was accepted ends, whatever dies in between.

A step (to convert a small job, to cut a large one, to make a chunk, to join the parts) is written down as waiting
before its message is sent, and stands in a lease, renewed every few seconds, while somebody works on it. Messages
may be lost, or come twice: a step whose lease has run out, or that waits though its queue is empty, is queued
again by whoever looks after that (`newsmill.sweep`); one that is leased is not taken up a second time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, Self, cast

import redis

from schemas.errors import BrokerError
from schemas.job_record import Job, moment, read_answer
from workers.jobs.scripts import TAKE_AND_START
from workers.jobs.store import CHANGES, broker_errors, job_key
from workers.steps import scripts as step_scripts
from workers.steps.scripts import LEASES, TAKEN, WAITING, WAITING_CHUNKS
from workers.telemetry import events
from workers.telemetry.logs import get_logger

Kind = Literal["convert", "cut", "chunk", "join"]

LEASE: Final = 12
"""Seconds after its last sign of life that a process is taken for dead."""

RENEW_EVERY: Final = 3.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job; a chunk has its number."""

    job_id: str
    kind: Kind
    number: int = 0

    def __str__(self) -> str:
        return f"{self.job_id} {self.kind} {self.number}"

    @property
    def waiting(self) -> str:
        """The list in Redis that it waits in, one for each queue."""
        return WAITING if self.kind == "convert" else WAITING_CHUNKS

    @classmethod
    def parse(cls, text: str) -> Self:
        """The step that a member of the lists in Redis names."""
        job_id, kind, number = text.split(" ")
        return cls(job_id, cast("Kind", kind), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many steps wait, on how many somebody is at work, and for how many seconds the first has waited."""

    waiting: int
    leased: int
    oldest_seconds: float


@dataclass(slots=True, kw_only=True)
class JobWork:
    """A small job that is worked on.

    Args:
        tries: how often it has been taken up, this time included.
        job: the job, running; None where there is nothing to run: it has ended, or there is none.
        ended: to be set when the job has been ended here, with which its step is crossed off.
    """

    tries: int
    job: Job | None
    ended: bool = False


class Steps:
    """The steps that wait, and the leases.

    Raises (every method):
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._wait = client.register_script(step_scripts.WAIT)
        self._take = client.register_script(step_scripts.TAKE)
        self._renew = client.register_script(step_scripts.RENEW)
        self._cross_off = client.register_script(step_scripts.CROSS_OFF)
        self._take_and_start = client.register_script(TAKE_AND_START)
        self._lapsed = client.register_script(step_scripts.LAPSED)
        self._forgotten = client.register_script(step_scripts.FORGOTTEN)
        self._load = client.register_script(step_scripts.LOAD)
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._renewing: threading.Thread | None = None

    def wait(self, step: Step) -> None:
        """Write a step down as waiting; to be called before its message is sent."""
        with broker_errors():
            self._wait(keys=[step.waiting], args=[str(step)])

    @contextmanager
    def work_on(self, step: Step) -> Iterator[int]:
        """Work on a step: how often it has been taken up, this time included; 0 where somebody else is at it.

        Left without an error, the step is done. Left with one, it is taken up again when the lease has run out.
        """
        with broker_errors():
            tries = int(self._take(keys=[step.waiting], args=[str(step), LEASE]))
        if not tries:
            yield 0
            return
        with self._held_while(step, tries):
            yield tries
        self._done(step)

    @contextmanager
    def work_on_job(self, job_id: str) -> Iterator[JobWork | None]:
        """Work on a small job, of which the one step starts with the job, and is crossed off as the job ends.

        That spares two of four answers of Redis, each of which waits for the disk. None where somebody else is at
        it; left with an error, or in any other state than ended, it is as with `work_on`.
        """
        step = Step(job_id, "convert")
        arguments: list[Any] = [str(step), LEASE, moment(), job_id, CHANGES]
        with broker_errors():
            answer = self._take_and_start(keys=[step.waiting, job_key(job_id)], args=arguments)
        tries = int(answer[0])
        if not tries:
            yield None
            return
        work = JobWork(tries=tries, job=read_answer(job_id, answer[1:]))
        with self._held_while(step, tries):
            yield work
        if not work.ended:
            self._done(step)

    @contextmanager
    def _held_while(self, step: Step, tries: int) -> Iterator[None]:
        name = str(step)
        self._hold(name)
        try:
            with events.step(step.job_id, step.kind, step.number, tries):
                yield
        finally:
            self._release(name)

    def _done(self, step: Step) -> None:
        with broker_errors():
            self._cross_off(args=[str(step)])

    def forget(self, step: Step) -> None:
        """A step that waits is not to be done after all."""
        with broker_errors():
            self._client.zrem(step.waiting, str(step))

    def at_work(self, job_id: str) -> bool:
        """Whether somebody is at work on a step of a job."""
        with broker_errors():
            leased = cast("list[bytes]", self._client.zrange(LEASES, 0, -1))
        return any(Step.parse(name.decode()).job_id == job_id for name in leased)

    def all_dead(self) -> None:
        """Nobody works on anything, as when the service starts with a broker of its own: all leases have run out."""
        with broker_errors():
            self._client.zunionstore(LEASES, {LEASES: 0})

    def lapsed(self) -> tuple[Step, ...]:
        """Steps whose worker has died; they wait again, and their messages are to be sent."""
        with broker_errors():
            found = cast("list[bytes]", self._lapsed(keys=[WAITING, LEASES, WAITING_CHUNKS]))
        return tuple(Step.parse(name.decode()) for name in found)

    def forgotten(self, seconds: int, *, chunks: bool, queue_empty: bool) -> tuple[Step, ...]:
        """Steps whose messages are lost; they count as queued from now, and their messages are to be sent.

        Args:
            seconds: how much longer a step has waited than one that was taken, or at all where the queue is empty.
            chunks: whether the queue is that of large jobs.
            queue_empty: whether there are no messages in it.
        """
        waiting = WAITING_CHUNKS if chunks else WAITING
        with broker_errors():
            found = cast("list[bytes]", self._forgotten(keys=[waiting, TAKEN], args=[seconds, int(queue_empty)]))
        return tuple(Step.parse(name.decode()) for name in found)

    def load(self) -> Load:
        """How much waits and is worked on."""
        with broker_errors():
            waiting, leased, oldest = cast("list[int]", self._load(keys=[LEASES, WAITING, WAITING_CHUNKS]))
        return Load(waiting=waiting, leased=leased, oldest_seconds=oldest)

    def _hold(self, name: str) -> None:
        with self._lock:
            self._held.add(name)
            if self._renewing is None or not self._renewing.is_alive():
                self._renewing = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._renewing.start()

    def _release(self, name: str) -> None:
        with self._lock:
            self._held.discard(name)

    def _keep(self) -> None:
        """Renew what this process holds, for as long as it lives."""
        pause = threading.Event()
        while not pause.wait(RENEW_EVERY):
            with self._lock:
                held = tuple(self._held)
            if not held:
                continue
            try:
                with broker_errors():
                    self._renew(keys=[LEASES, str(LEASE)], args=held)
            except BrokerError as error:
                log.warning("leases cannot be renewed: %s", error)
