"""The Celery task.

A message says that there is due work in a queue, and nothing else. The worker that gets it takes due work until no more
is due. Celery retries no task: if Redis fails or the process dies, the work is due again when its lease has lapsed.

After a stop signal, a worker finishes the steps that it has begun and takes no more. A step that takes longer than a
few seconds is given back: the process ends, and the step is due at once.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import redis
from celery import shared_task
from celery.signals import worker_shutting_down

from schemas.errors import BrokerError, ChildDiedError
from schemas.settings import load_settings
from workers.redis.connect import connect
from workers.redis.keys import CALLBACKS_QUEUE

if TYPE_CHECKING:
    from workers.celery.steps import StepTaker
    from workers.celery.upkeep import Upkeep

WORK: Final = "newsmill.work"
"""The name of the task that does due work; its one argument is the queue."""

STOP_GRACE: Final = 5.0
"""Seconds for which a step goes on after a stop signal."""

_lock: Final = threading.Lock()
_stopping: Final = threading.Event()


@shared_task(name=WORK, throws=(BrokerError, ChildDiedError))
def work(queue: str) -> None:
    """Do the due work of a queue."""
    with _lock:
        take = upkeep() if queue == CALLBACKS_QUEUE else step_taker()
    while not _stopping.is_set() and take(queue):
        pass


# Each role imports what it needs, the workers for jobs and for chunks with their first task. All threads share it.


@cache
def upkeep() -> Upkeep:
    """Return what the worker for callbacks does."""
    from workers.celery.upkeep import Upkeep  # noqa: PLC0415

    return Upkeep(_redis(), load_settings())


@cache
def step_taker() -> StepTaker:
    """Return what the workers for jobs and for chunks do."""
    from workers.celery.steps import StepTaker  # noqa: PLC0415

    return StepTaker(_redis(), load_settings())


def _redis() -> redis.Redis:
    return connect(load_settings().redis_url or "")


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    """Take no more work, and end this process after a few seconds: Celery would wait for its threads without end."""
    _stopping.set()
    timer = threading.Timer(STOP_GRACE, _give_up)
    timer.daemon = True
    timer.start()


def _give_up() -> None:
    if step_taker.cache_info().currsize:
        with suppress(BrokerError):
            step_taker().give_back()
    os._exit(0)
