"""Waiting for a job without polling: one subscription of each process, shared by all who wait in it."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Final

import redis

from schemas.job import ENDED, STATUSES
from service.core.request_log import waiting
from workers.jobs.store import CHANGES
from workers.telemetry.logs import get_logger

log = get_logger(__name__)

MOST_WAITING: Final = 192
"""How many wait in one process at a time, of the 256 threads that it has (`service.runtime.http_server`)."""

_RECONNECT = 0.5

_REMEMBERED: Final = 10_000
"""Jobs that ended last, of which it is known that they did: who posts one waits for it some milliseconds later."""


class Changes:
    """Wakes those who wait for a job when its record changes.

    Who waits holds a thread of the process: no more than so many may, so that there are some for those who post.

    A notification can be lost (Redis has restarted, say), so that a waiter looks at the record before it waits,
    and again now and then; the notification is what makes it quick.

    A connection that was cut without a word looks like one on which nothing happens: it is asked for a sign of life,
    and made anew where none comes.

    Args:
        client: of Redis.
        most: how many may wait at a time.
        patience: for how many seconds a connection may be silent.
    """

    def __init__(self, client: redis.Redis, most: int = MOST_WAITING, patience: float = 6.0) -> None:
        self._client = client
        self._patience = patience
        self._room = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[threading.Event, Container[str]]] = defaultdict(dict)
        self._ended: dict[str, str] = {}
        self._listener: threading.Thread | None = None
        self._subscribed = threading.Event()

    @contextmanager
    def of(self, job_id: str, *, to: Container[str] = STATUSES) -> Iterator[threading.Event | None]:
        """An event that is set at every change of the job from now on, or by its end before; who waits on it clears it.

        None where too many wait already: then one has to be content with the job as it is.

        Args:
            job_id: the job's id.
            to: the states to wake for; a job that runs tells of its progress as a change to "running".
        """
        if not self._room.acquire(blocking=False):
            yield None
            return
        try:
            with self._registered(job_id, to) as changed:
                yield changed
        finally:
            self._room.release()

    @contextmanager
    def _registered(self, job_id: str, to: Container[str]) -> Iterator[threading.Event]:
        changed = threading.Event()
        with self._lock:
            self._waiting[job_id][changed] = to
            if self._ended.get(job_id) in to:
                changed.set()
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="changes", daemon=True)
                self._listener.start()
        # Only the first who waits in a process has to wait for the subscription itself.
        self._subscribed.wait(2)
        try:
            with waiting():
                yield changed
        finally:
            with self._lock:
                del self._waiting[job_id][changed]
                if not self._waiting[job_id]:
                    del self._waiting[job_id]

    def _listen(self) -> None:
        while True:
            try:
                self._receive()
            except (redis.RedisError, OSError) as error:
                log.warning("waiting for Redis: %s", error)
            self._subscribed.clear()
            self._wake_all()
            time.sleep(_RECONNECT)

    def _receive(self) -> None:
        with self._client.pubsub() as subscription:
            subscription.subscribe(CHANGES)
            heard = time.monotonic()
            while True:
                message = subscription.get_message(timeout=self._patience / 3)
                if message is None:
                    if time.monotonic() - heard > self._patience:
                        raise redis.TimeoutError(f"it has said nothing for {self._patience:g} s, and answers no ping")
                    subscription.ping()
                    continue
                heard = time.monotonic()
                if message["type"] == "subscribe":
                    self._subscribed.set()
                    self._wake_all()
                elif message["type"] == "message":
                    self._wake(*message["data"].decode().split(" "))

    def _wake(self, job_id: str, status: str) -> None:
        with self._lock:
            if status in ENDED:
                self._ended.pop(job_id, None)  # the last to end is the last to be forgotten
                self._ended[job_id] = status
                if len(self._ended) > _REMEMBERED:
                    del self._ended[next(iter(self._ended))]
            for changed, to in self._waiting.get(job_id, {}).items():
                if status in to:
                    changed.set()

    def _wake_all(self) -> None:
        with self._lock:
            for waiting in self._waiting.values():
                for changed in waiting:
                    changed.set()
