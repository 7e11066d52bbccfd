"""How a worker makes itself known: as long as it can reach Redis, it says so every few seconds."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import Any, Final

from celery.signals import worker_ready, worker_shutting_down

from schemas.errors import BrokerError, NewsmillError
from workers.jobs.store import JobStore
from workers.telemetry.logs import get_logger

EVERY: Final = 3.0
"""Seconds between two signs of life."""

log = get_logger(__name__)


class Presence:
    """Signs of life of one worker, from a thread of its main process."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._ended = threading.Event()

    def begin(self, **_: Any) -> None:
        """Begin, once the worker takes tasks."""
        threading.Thread(target=self._run, name="presence", daemon=True).start()
        log.info("takes tasks", worker=self._name)

    def end(self, **_: Any) -> None:
        """End: the worker takes no more tasks."""
        self._ended.set()
        log.info("takes no more tasks", worker=self._name)
        with suppress(BrokerError):
            self._jobs.worker_gone(self._name)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._jobs.worker_seen(self._name)
            except BrokerError as error:
                log.warning("the worker cannot say that it is there: %s", error)
            self._ended.wait(EVERY)


def check_worker(jobs: JobStore) -> None:
    """Whether a worker of this host, which may be a container, takes tasks.

    Raises:
        NewsmillError: none has said so of late.
        BrokerError: Redis cannot be reached, and so not by the worker either.
    """
    if not any(name.rpartition(":")[0] == socket.gethostname() for name in jobs.worker_names()):
        raise NewsmillError("no worker of this host has been seen for some seconds")


def announce(jobs: JobStore) -> None:
    """Make the worker of this process known while it runs."""
    presence = Presence(jobs)
    worker_ready.connect(presence.begin, weak=False)
    worker_shutting_down.connect(presence.end, weak=False)
