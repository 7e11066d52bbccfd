"""Notifications of job changes: one Redis subscription in each process, shared by all its waiting requests."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Final

import redis

from schemas.jobs.job import ENDED, STATUSES
from service.core.problems import ProblemError
from service.core.request_log import waiting
from service.core.turns import paused
from workers.redis.keys import CHANGES
from workers.telemetry.logs import get_logger

log = get_logger(__name__)

MOST_WAITING: Final = 192
"""The maximum number of waiting requests in one process, which has 256 threads (`service.runtime.http_server`)."""

_RECONNECT = 0.5

# Many clients begin to wait for a job milliseconds after it has ended.
_ENDED_JOBS_KEPT: Final = 10_000


def next_change(changed: threading.Event, seconds: float) -> bool:
    """Wait for the event of a subscription, and clear it. Return whether it was set in so many seconds.

    The caller's other requests have the turn meanwhile.
    """
    with paused():
        was_set = changed.wait(seconds)
    changed.clear()
    return was_set


class JobNotifications:
    """Wakes waiting requests when the record of their job changes.

    A waiting request holds a thread, so the number of them is limited: the other threads serve other requests. A caller
    with a key takes half of the places at most.

    A notification can be lost, for example when Redis restarts. A waiter therefore reads the record before it waits
    and again at intervals. The notification only makes the response fast.

    A silently broken connection looks like an idle one. It is pinged, and replaced if no reply comes.

    Args:
        client: the Redis client.
        most: the maximum number of waiting requests.
        patience: the seconds after which a silent connection is replaced.
    """

    def __init__(self, client: redis.Redis, most: int = MOST_WAITING, patience: float = 6.0) -> None:
        self._client = client
        self._patience = patience
        self._most = most
        self._of: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[threading.Event, Container[str]]] = defaultdict(dict)
        self._ended: dict[str, str] = {}
        self._listener: threading.Thread | None = None
        self._subscribed = threading.Event()
        self.stopping = False

    def stop(self) -> None:
        """Wake all waiting requests: the process stops. From now on none waits."""
        self.stopping = True
        self._wake_all()

    def refuse_if_stopping(self) -> None:
        """Refuse to wait in a process that stops.

        Raises:
            ProblemError: it stops.
        """
        if self.stopping:
            raise ProblemError("stopping", "The service is stopping. Retry in 1 s.", retry_after="1")

    @contextmanager
    def subscribe(
        self, job_id: str, *, to: Container[str] = STATUSES, owner: str = ""
    ) -> Iterator[threading.Event | None]:
        """Yield an event that is set at every change of the job, and at once if it has just ended.

        The waiter clears the event. Yields None if too many requests wait already: respond with the job as it is.

        Args:
            job_id: the job's id.
            to: the states that set the event. Progress of a running job counts as a change to "running".
            owner: the caller; "" without keys.
        """
        if not self._take_place(owner):
            yield None
            return
        changed = threading.Event()
        with self._lock:
            self._waiting[job_id][changed] = to
            if self._ended.get(job_id) in to:
                changed.set()
            if self._listener is None:
                self._listener = threading.Thread(target=self._listen, name="job-notifications", daemon=True)
                self._listener.start()
        try:
            # Only the first waiter of a process waits for the subscription itself.
            self._subscribed.wait(2)
            with waiting():
                yield changed
        finally:
            with self._lock:
                del self._waiting[job_id][changed]
                if not self._waiting[job_id]:
                    del self._waiting[job_id]
                self._of[owner] -= 1
                self._of += Counter()  # drops callers without a waiting request

    def _take_place(self, owner: str) -> bool:
        with self._lock:
            if self._of.total() >= self._most or (owner and self._of[owner] >= self._most // 2):
                return False
            self._of[owner] += 1
            return True

    def _listen(self) -> None:
        while not self.stopping:
            try:
                self._receive()
            except (redis.RedisError, OSError) as error:
                if self.stopping:
                    return
                log.warning("subscription lost", error=str(error))
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
                        raise redis.TimeoutError(f"no message and no reply to a ping for {self._patience:g} s")
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
                self._ended.pop(job_id, None)  # move the job to the end: the first is dropped below
                self._ended[job_id] = status
                if len(self._ended) > _ENDED_JOBS_KEPT:
                    del self._ended[next(iter(self._ended))]
            for changed, to in self._waiting.get(job_id, {}).items():
                if status in to:
                    changed.set()

    def _wake_all(self) -> None:
        with self._lock:
            for waiting in self._waiting.values():
                for changed in waiting:
                    changed.set()
