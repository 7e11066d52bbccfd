"""The watch over a conversion: a time limit for each article, and the place that the conversion has reached."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from mmap import mmap
from types import TracebackType
from typing import Final, Self

PLACE_SIZE: Final = 32
"""The size of a place in shared memory, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a conversion.

    Args:
        careful: whether a process has died in an earlier attempt, so that one article is read at a time.
        left_out: the reasons of the articles that are left out, by their places; see `workers.pipeline.pipe.LeaveOut`.
    """

    careful: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)


FIRST: Final = Attempt()


class Watch:
    """Ends this process if it stays at one place for too long, and records the place for the parent process.

    The conversion calls it with each place before it works on that place; see `workers.pipeline.pipe.LeaveOut`. The
    kernel ends the process (SIGALRM), because a regular expression or a C library may run without ever returning to
    Python. As a context manager, it ends the time limit.

    Args:
        seconds: the time limit of one place; up to a tenth more may pass. 0 for none.
        attempt: which places are left out.
        place: the shared memory for the place, PLACE_SIZE bytes; None to record none.
        parent: the id of the parent process; this process ends when its parent has died. None for no such process.
    """

    def __init__(
        self, seconds: float, attempt: Attempt = FIRST, *, place: mmap | None = None, parent: int | None = None
    ) -> None:
        self._seconds = seconds
        # To set the timer takes a hundredth of an article's time, so it is set now and then.
        self._slack = seconds / 10
        self._next = 0.0
        self._attempt = attempt
        self._place = place
        self._parent = parent

    @property
    def careful(self) -> bool:
        """Whether one article is read at a time, so that the places of two attempts are the same."""
        return self._attempt.careful

    @property
    def left_out(self) -> Mapping[str, str]:
        """The reasons of the articles that are left out, by their places."""
        return self._attempt.left_out

    def __call__(self, place: str) -> str | None:
        """Return why a place is left out; None to work on it, from now on until the next call."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._slack
            signal.setitimer(signal.ITIMER_REAL, self._seconds and self._seconds + self._slack)
        if self._parent is not None and os.getppid() != self._parent:
            os._exit(1)
        if self._place is not None:
            self._place[:] = place.encode().ljust(PLACE_SIZE)
        return self._attempt.left_out.get(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._next = 0.0
