"""The shares of callers in one worker: a caller with slow steps leaves a thread and the processor to the others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

RECENT: Final = 60.0
"""Seconds for which a caller counts as active after its last step began. What it took counts half as much then."""

_LEAST: Final = 3.0
"""The seconds that a caller may take in any case before its steps yield."""

_MORE: Final = 2.0
"""How many times as many seconds as the other callers took, on average, a caller has taken when its steps yield."""


def faded(seconds: float, age: float, half_life: float) -> float:
    """Return what seconds that a caller took count for now; `age` and `half_life` are in seconds."""
    return float(seconds * 0.5 ** (age / half_life))


def takes_more(seconds: float, others: Sequence[float], least: float) -> bool:
    """Return whether a caller that took some seconds yields to others, which took so many each.

    Args:
        seconds: what it took.
        others: what the other active callers took.
        least: the seconds that it may take in any case.
    """
    return bool(others) and seconds > max(least, _MORE * sum(others) / len(others))


class Shares:
    """The lanes whose steps this process runs. Threads share it.

    While two or more lanes are active, one lane runs on all threads but one, and on one at least. A lane that is alone
    runs on all threads, unless some are for other lanes only. A lane that took more time than the others yields the
    processor to them.

    Args:
        threads: the number of threads that take steps, by queue. A queue that is not in it has no shares.
        alone: the most threads of a lane that is alone, by queue; all threads of a queue that is not in it.
    """

    def __init__(self, threads: Mapping[str, int], alone: Mapping[str, int] | None = None) -> None:
        self._threads = threads
        self._alone = alone or {}
        self._taken: dict[tuple[str, str], tuple[float, float]] = {}
        self._running: Counter[tuple[str, str]] = Counter()
        self._begun: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def taking(self, queue: str) -> Iterator[tuple[str, ...]]:
        """Yield the lanes of a queue that have their share now. No other thread takes a step meanwhile."""
        with self._lock:
            yield tuple(lane for lane in self._lanes(queue) if self._is_full(queue, lane))

    def add(self, queue: str, lane: str) -> bool:
        """Count a step of a lane that begins. Return whether it yields the processor. Call it within `taking`."""
        self._running[queue, lane] += 1
        self._begun[queue, lane] = time.monotonic()
        others = [self._seconds(queue, other) for other in self._lanes(queue) if other != lane]
        return takes_more(self._seconds(queue, lane), others, _LEAST)

    def remove(self, queue: str, lane: str, seconds: float) -> bool:
        """Count the end of a step that took some seconds.

        Return whether the lane had its share: due steps of it may have been passed over.
        """
        with self._lock:
            was_full = self._is_full(queue, lane)
            self._running[queue, lane] -= 1
            self._taken[queue, lane] = self._seconds(queue, lane) + seconds, time.monotonic()
            return was_full

    def _seconds(self, queue: str, lane: str) -> float:
        """Return the seconds that a lane took; the older, the less they count."""
        seconds, at = self._taken.get((queue, lane), (0.0, 0.0))
        return faded(seconds, time.monotonic() - at, RECENT)

    def _lanes(self, queue: str) -> list[str]:
        """Return the active lanes of a queue, and forget the others."""
        oldest = time.monotonic() - RECENT
        for key, begun in list(self._begun.items()):
            if begun < oldest and not self._running[key]:
                del self._begun[key], self._running[key]
                self._taken.pop(key, None)
        return [lane for of, lane in self._begun if of == queue]

    def _is_full(self, queue: str, lane: str) -> bool:
        if queue not in self._threads:
            return False
        threads = self._threads[queue]
        share = max(1, threads - 1) if len(self._lanes(queue)) > 1 else self._alone.get(queue, threads)
        return self._running[queue, lane] >= share
