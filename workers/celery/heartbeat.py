"""Heartbeats of workers, and what else they do every few seconds."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from celery.signals import worker_ready, worker_shutting_down

from schemas.errors import BrokerError, NewsmillError, StoreError
from workers.jobs.store import JobStore
from workers.telemetry.logs import get_logger

EVERY: Final = 3.0
"""Seconds between two heartbeats."""

log = get_logger(__name__)


def check_worker(jobs: JobStore) -> None:
    """Check that a worker of this host (or container) takes tasks.

    Raises:
        NewsmillError: none has sent a heartbeat lately.
        BrokerError: Redis cannot be reached, and so not by the worker either.
    """
    if not any(name.rpartition(":")[0] == socket.gethostname() for name in jobs.worker_names()):
        raise NewsmillError("no worker of this host has been seen for some seconds")


def announce(jobs: JobStore) -> None:
    """Send heartbeats while the worker of this process takes tasks."""
    name = f"{socket.gethostname()}:{os.getpid()}"

    def started(**_: Any) -> None:
        log.info("worker started", worker=name)

    def stopped(**_: Any) -> None:
        log.info("worker stopping", worker=name)
        with suppress(BrokerError):
            jobs.worker_gone(name)

    repeat("heartbeat", EVERY, lambda: jobs.worker_seen(name))
    worker_ready.connect(started, weak=False)
    worker_shutting_down.connect(stopped, weak=False)


def repeat(name: str, every: float, act: Callable[[], None]) -> None:
    """Act every few seconds in a thread, while the worker of this process takes tasks."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            try:
                act()
            except (BrokerError, StoreError) as error:
                log.warning(f"{name} failed", error=str(error))
            except Exception:
                log.exception(f"{name} failed")  # a thread that ended would act never again
            ended.wait(every)

    def begin(**_: Any) -> None:
        threading.Thread(target=run, name=name, daemon=True).start()

    def end(**_: Any) -> None:
        ended.set()

    worker_ready.connect(begin, weak=False)
    worker_shutting_down.connect(end, weak=False)
