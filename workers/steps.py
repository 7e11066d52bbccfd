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
from typing import Final, Literal, Self, cast

import redis

from schemas.errors import BrokerError
from workers.jobs import broker_errors
from workers.suspects import DEATHS, PLACES
from workers.telemetry import events
from workers.telemetry.logs import get_logger

Kind = Literal["convert", "cut", "chunk", "join"]

LEASE: Final = 12
"""Seconds after its last sign of life that a process is taken for dead."""

RENEW_EVERY: Final = 3.0

_WAITING: Final = "newsmill:waiting"
_WAITING_CHUNKS: Final = "newsmill:waiting:chunks"
_TAKEN: Final = "newsmill:taken"
_LEASES: Final = "newsmill:leases"
_TRIES: Final = "newsmill:tries"

# All times are Redis's own: workers on many machines have many clocks, and a clock can jump.
_WAIT = """
redis.call('ZADD', KEYS[1], redis.call('TIME')[1], ARGV[1])
"""

# Gives how often the step has been taken up, or 0 where somebody is at work on it. Since when the step that was
# taken last had waited is kept: queues are taken in order, and the message of one that waits for longer is lost.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
local leased = redis.call('ZSCORE', KEYS[2], ARGV[1])
if leased and tonumber(leased) > now then return 0 end
local since = redis.call('ZSCORE', KEYS[1], ARGV[1])
if since then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('HSET', KEYS[4], KEYS[1], since)
end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
return redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
"""

_RENEW = """
local now = tonumber(redis.call('TIME')[1])
for _, step in ipairs(ARGV) do redis.call('ZADD', KEYS[1], 'XX', now + KEYS[2], step) end
"""

# A step is done: its lease goes, and what is known of its tries.
_DONE = """
redis.call('ZREM', KEYS[1], ARGV[1])
for number = 2, #KEYS do redis.call('HDEL', KEYS[number], ARGV[1]) end
"""

# Steps whose lease has run out, now waiting again.
_LAPSED = """
local now = tonumber(redis.call('TIME')[1])
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)
for _, step in ipairs(lapsed) do
    redis.call('ZREM', KEYS[2], step)
    redis.call('ZADD', string.find(step, ' convert ', 1, true) and KEYS[1] or KEYS[3], now, step)
end
return lapsed
"""

# Steps that have waited for so long though their queue is empty, or for so much longer than the one that was taken
# last; taken as queued again from now.
_FORGOTTEN = """
local now = tonumber(redis.call('TIME')[1])
local passed = ARGV[2] == '1' and now or tonumber(redis.call('HGET', KEYS[2], KEYS[1]) or 0)
local steps = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', passed - ARGV[1], 'LIMIT', 0, 100)
for _, step in ipairs(steps) do redis.call('ZADD', KEYS[1], now, step) end
return steps
"""

_LOAD = """
local now = redis.call('TIME')[1]
local waiting, waited = 0, 0
for number = 2, #KEYS do
    local oldest = redis.call('ZRANGE', KEYS[number], 0, 0, 'WITHSCORES')
    waiting = waiting + redis.call('ZCARD', KEYS[number])
    waited = math.max(waited, oldest[2] and now - oldest[2] or 0)
end
return {waiting, redis.call('ZCARD', KEYS[1]), waited}
"""

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
        return _WAITING if self.kind == "convert" else _WAITING_CHUNKS

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


class Steps:
    """The steps that wait, and the leases.

    Raises (every method):
        BrokerError: Redis cannot be reached, or does not let us write.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._wait = client.register_script(_WAIT)
        self._take = client.register_script(_TAKE)
        self._renew = client.register_script(_RENEW)
        self._end = client.register_script(_DONE)
        self._lapsed = client.register_script(_LAPSED)
        self._forgotten = client.register_script(_FORGOTTEN)
        self._load = client.register_script(_LOAD)
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
        name = str(step)
        with broker_errors():
            tries = int(self._take(keys=[step.waiting, _LEASES, _TRIES, _TAKEN], args=[name, LEASE]))
        if not tries:
            yield 0
            return
        self._hold(name)
        try:
            with events.step(step.job_id, step.kind, step.number, tries):
                yield tries
        finally:
            self._release(name)
        self._done(name)

    def _done(self, name: str) -> None:
        # What waits stays: whoever wrote it down since has sent a message for it, which then finds nothing to do.
        # Whoever took it up meanwhile, as this one seemed to be dead, may have written down where it died.
        with broker_errors():
            self._end(keys=[_LEASES, _TRIES, PLACES, DEATHS], args=[name])

    def forget(self, step: Step) -> None:
        """A step that waits is not to be done after all."""
        with broker_errors():
            self._client.zrem(step.waiting, str(step))

    def at_work(self, job_id: str) -> bool:
        """Whether somebody is at work on a step of a job."""
        with broker_errors():
            leased = cast("list[bytes]", self._client.zrange(_LEASES, 0, -1))
        return any(Step.parse(name.decode()).job_id == job_id for name in leased)

    def all_dead(self) -> None:
        """Nobody works on anything, as when the service starts with a broker of its own: all leases have run out."""
        with broker_errors():
            self._client.zunionstore(_LEASES, {_LEASES: 0})

    def lapsed(self) -> tuple[Step, ...]:
        """Steps whose worker has died; they wait again, and their messages are to be sent."""
        with broker_errors():
            found = cast("list[bytes]", self._lapsed(keys=[_WAITING, _LEASES, _WAITING_CHUNKS]))
        return tuple(Step.parse(name.decode()) for name in found)

    def forgotten(self, seconds: int, *, chunks: bool, queue_empty: bool) -> tuple[Step, ...]:
        """Steps whose messages are lost; they count as queued from now, and their messages are to be sent.

        Args:
            seconds: how much longer a step has waited than one that was taken, or at all where the queue is empty.
            chunks: whether the queue is that of large jobs.
            queue_empty: whether there are no messages in it.
        """
        waiting = _WAITING_CHUNKS if chunks else _WAITING
        with broker_errors():
            found = cast("list[bytes]", self._forgotten(keys=[waiting, _TAKEN], args=[seconds, int(queue_empty)]))
        return tuple(Step.parse(name.decode()) for name in found)

    def load(self) -> Load:
        """How much waits and is worked on."""
        with broker_errors():
            waiting, leased, oldest = cast("list[int]", self._load(keys=[_LEASES, _WAITING, _WAITING_CHUNKS]))
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
                    self._renew(keys=[_LEASES, str(LEASE)], args=held)
            except BrokerError as error:
                log.warning("leases cannot be renewed: %s", error)
