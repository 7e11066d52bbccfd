"""The shares of callers in one worker: a caller with slow steps leaves a thread and the processor to the others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import inf
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
    """The lanes of a queue whose steps this process runs. Threads share it.

    While two or more lanes are active, one lane runs on all threads but one, and on one at least. A lane that is alone
    leaves the spare threads to others. A lane that took more time than the others yields the processor to them.

    Args:
        threads: the number of threads that take steps of the queue.
        spare: the number of these threads that stay free for another lane while one lane is alone.
    """

    def __init__(self, threads: float = inf, spare: int = 0) -> None:
        self._threads = threads
        self._spare = spare
        self._taken: dict[str, tuple[float, float]] = {}
        self._running: Counter[str] = Counter()
        self._begun: dict[str, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def taking(self) -> Iterator[tuple[str, ...]]:
        """Yield the lanes that have their share now. No other thread takes a step meanwhile."""
        with self._lock:
            yield tuple(lane for lane in self._lanes() if self._is_full(lane))

    def add(self, lane: str) -> bool:
        """Count a step of a lane that begins. Return whether it yields the processor. Call it within `taking`."""
        self._running[lane] += 1
        self._begun[lane] = time.monotonic()
        others = [self._seconds(other) for other in self._lanes() if other != lane]
        return takes_more(self._seconds(lane), others, _LEAST)

    def remove(self, lane: str, seconds: float) -> bool:
        """Count the end of a step that took some seconds.

        Return whether the lane had its share: due steps of it may have been passed over.
        """
        with self._lock:
            was_full = self._is_full(lane)
            self._running[lane] -= 1
            self._taken[lane] = self._seconds(lane) + seconds, time.monotonic()
            return was_full

    def _seconds(self, lane: str) -> float:
        """Return the seconds that a lane took; the older, the less they count."""
        seconds, at = self._taken.get(lane, (0.0, 0.0))
        return faded(seconds, time.monotonic() - at, RECENT)

    def _lanes(self) -> list[str]:
        """Return the active lanes, and forget the others."""
        oldest = time.monotonic() - RECENT
        for lane, begun in list(self._begun.items()):
            if begun < oldest and not self._running[lane]:
                del self._begun[lane], self._running[lane]
                self._taken.pop(lane, None)
        return list(self._begun)

    def _is_full(self, lane: str) -> bool:
        share = max(1, self._threads - 1) if len(self._lanes()) > 1 else self._threads - self._spare
        return self._running[lane] >= share
