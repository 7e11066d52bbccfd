"""The sweep is sent every five seconds, by one of the workers for all.

Celery's beat goes by the clock of its machine: set back by an hour, it sends nothing for an hour. Here the pause is
a thread's, and whose turn it is is Redis's to say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

from celery.signals import worker_ready, worker_shutting_down

from schemas.errors import BrokerError
from workers.jobs.store import JobStore
from workers.telemetry.logs import get_logger

SWEEP: Final = "newsmill.sweep"
"""The task that queues again what was lost, and removes the files of expired jobs."""

SWEEP_EVERY: Final = 5

log = get_logger(__name__)


class Sweeping:
    """Sends the sweep from a thread of a worker's main process, while it is this worker's turn."""

    def __init__(self, send: Callable[[], None], jobs: JobStore) -> None:
        self._send = send
        self._jobs = jobs
        self._ended = threading.Event()

    def begin(self, **_: Any) -> None:
        """Begin, once the worker takes tasks."""
        threading.Thread(target=self._run, name="sweeping", daemon=True).start()

    def end(self, **_: Any) -> None:
        """End: the worker takes no more tasks."""
        self._ended.set()

    def _run(self) -> None:
        # A turn is a little shorter than the pause, so that a single worker always has it.
        while not self._ended.is_set():
            try:
                if self._jobs.take_turn("sending-sweep", SWEEP_EVERY - 1):
                    self._send()
            except BrokerError as error:
                log.warning("the sweep cannot be sent: %s", error)
            self._ended.wait(SWEEP_EVERY)


def send_sweeps(send: Callable[[], None], jobs: JobStore) -> None:
    """Have the worker of this process send the sweep while it runs; `send` sends one."""
    sweeping = Sweeping(send, jobs)
    worker_ready.connect(sweeping.begin, weak=False)
    worker_shutting_down.connect(sweeping.end, weak=False)
