"""The due work of the queues, and the leases of workers on it.

A queue holds entries, each with the time at which it is due. A worker takes the next due entry and leases it: until the
lease ends, the entry is not due. The worker renews the lease while it works, and removes the entry when it is done. If
the worker dies, its lease lapses, and the entry is due again. So no entry relies on a message; a message in Celery's
queue only wakes a worker. The script that makes work due sends it.

The entries of a queue stand in lanes, which take turns: one for each caller.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis

from schemas.errors import BrokerError
from schemas.settings import DEFAULT_TIMINGS, Timings
from workers.redis.scripts import Script

# Telemetry counts in Redis, and imports this package.
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An entry that this process has leased.

    Args:
        queue: its queue.
        lane: its lane in the queue.
        entry: its name.
        tries: how often it has been taken, this time included.
    """

    queue: str
    lane: str
    entry: str
    tries: int

    @property
    def arguments(self) -> tuple[str, str, str, int]:
        """The arguments of a script that changes the lease."""
        return self.queue, self.lane, self.entry, self.tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The entries of a queue.

    Args:
        due: the number of those that are due.
        later: the number of those that are leased, or due later.
        oldest_seconds: for how many seconds the first one has been due.
    """

    due: int
    later: int
    oldest_seconds: int


class DueWork:
    """The due work of all queues, and the leases of this process.

    Raises (every method):
        BrokerError: Redis cannot be reached, or refuses to write.
    """

    def __init__(self, client: redis.Redis, timings: Timings = DEFAULT_TIMINGS) -> None:
        self.lease_seconds = timings.lease
        self._renew_every = timings.renew_every
        self._add: Script[None] = Script(client, "add_entry")
        self._finish: Script[int] = Script(client, "finish_work")
        self._renew: Script[None] = Script(client, "renew_leases")
        self._expire: Script[None] = Script(client, "expire_leases")
        self._wake: Script[None] = Script(client, "wake_worker")
        self._announce: Script[None] = Script(client, "announce_work")
        self._load: Script[tuple[int, int, int]] = Script(client, "load")
        self._held: set[Lease] = set()
        self._lock = threading.Lock()
        self._renewing: threading.Thread | None = None

    def add(self, queue: str, job_id: str, entry: str) -> None:
        """Add an entry of a job to a queue as due, and wake a worker for it."""
        self._add(queue, job_id, entry)

    @contextmanager
    def renewing(self, lease: Lease) -> Iterator[None]:
        """Renew a lease while the context is open."""
        with self._lock:
            self._held.add(lease)
            if self._renewing is None or not self._renewing.is_alive():
                self._renewing = threading.Thread(target=self._keep, name="leases", daemon=True)
                self._renewing.start()
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(lease)

    def finish(self, lease: Lease) -> bool:
        """Remove an entry, because its work is done; False if another worker has taken it over."""
        return bool(self._finish(*lease.arguments))

    def expire_all(self) -> None:
        """End all leases. Call it when no worker runs, as when the service starts with its own broker."""
        self._expire()

    def give_back(self) -> None:
        """End the leases of this process, so that their work is due at once. Call it as the process ends."""
        with self._lock:
            held = tuple(self._held)
            self._held.clear()
        self._extend(0, held)

    def wake(self, queue: str, message: str) -> None:
        """Wake a worker of a queue if work is due that no message announces. Scripts send `message` from now on."""
        self._wake(queue, message)

    def announce(self, queue: str) -> None:
        """Wake a worker of a queue before there is work, so that it is ready when the work is due."""
        self._announce(queue)

    def load(self, queue: str) -> Load:
        """Return the number of entries of a queue, and how late the first one is."""
        due, later, oldest = self._load(queue)
        return Load(due=due, later=later, oldest_seconds=oldest)

    def _keep(self) -> None:
        """Renew the leases that this process holds, as long as it lives."""
        pause = threading.Event()
        while not pause.wait(self._renew_every):
            with self._lock:
                held = tuple(self._held)
            try:
                self._extend(self.lease_seconds, held)
            except BrokerError as error:
                log.warning("leases cannot be renewed: %s", error)

    def _extend(self, seconds: float, held: tuple[Lease, ...]) -> None:
        if held:
            self._renew(seconds, *(argument for lease in held for argument in lease.arguments))
