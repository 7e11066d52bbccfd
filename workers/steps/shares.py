"""The shares of callers in the threads of one worker: a caller with slow steps leaves a thread to the others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

RECENT: Final = 60.0
"""Seconds for which a caller counts as active after its last step began."""


class Shares:
    """The lanes whose steps this process runs. Threads share it.

    While two or more lanes are active, one lane runs on all threads but one, and on one at least. A lane that is alone
    runs on all threads.

    Args:
        threads: the number of threads that take steps, by queue. A queue that is not in it has no shares.
    """

    def __init__(self, threads: Mapping[str, int]) -> None:
        self._threads = threads
        self._running: Counter[tuple[str, str]] = Counter()
        self._begun: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def taking(self, queue: str) -> Iterator[tuple[str, ...]]:
        """Yield the lanes of a queue that have their share now. No other thread takes a step meanwhile."""
        with self._lock:
            yield tuple(lane for lane in self._lanes(queue) if self._is_full(queue, lane))

    def add(self, queue: str, lane: str) -> None:
        """Count a step of a lane that begins. Call it within `taking`."""
        self._running[queue, lane] += 1
        self._begun[queue, lane] = time.monotonic()

    def remove(self, queue: str, lane: str) -> bool:
        """Count the end of a step. Return whether the lane had its share: due steps of it may have been passed over."""
        with self._lock:
            was_full = self._is_full(queue, lane)
            self._running[queue, lane] -= 1
            return was_full

    def _lanes(self, queue: str) -> list[str]:
        """Return the active lanes of a queue, and forget the others."""
        oldest = time.monotonic() - RECENT
        for key, begun in list(self._begun.items()):
            if begun < oldest and not self._running[key]:
                del self._begun[key], self._running[key]
        return [lane for of, lane in self._begun if of == queue]

    def _is_full(self, queue: str, lane: str) -> bool:
        share = max(1, self._threads.get(queue, 0) - 1)
        return queue in self._threads and self._running[queue, lane] >= share and len(self._lanes(queue)) > 1
