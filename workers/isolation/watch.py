"""The watch over a conversion: a time limit for each article, and how far the conversion is."""

from __future__ import annotations

import os
import signal
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from mmap import mmap
from types import TracebackType
from typing import Final, NamedTuple, Self

_COUNTS: Final = struct.Struct("3Q")
_PLACE: Final = slice(_COUNTS.size, _COUNTS.size + 32)

MARK_SIZE: Final = _PLACE.stop
"""The size of a mark in shared memory, in bytes."""


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


class Counts(NamedTuple):
    """How many articles a conversion has converted, failed to convert, and found to be duplicates."""

    done: int
    failed: int
    duplicates: int


class Mark:
    """How far a task is, in memory that a process shares with its parent: its place and its counts.

    Args:
        memory: MARK_SIZE bytes.
    """

    def __init__(self, memory: mmap) -> None:
        self._memory = memory

    @property
    def place(self) -> str:
        """The place that was reached; "" for none."""
        return self._memory[_PLACE].rstrip(b" \0").decode()

    @place.setter
    def place(self, place: str) -> None:
        self._memory[_PLACE] = place.encode().ljust(_PLACE.stop - _PLACE.start)

    @property
    def counts(self) -> Counts:
        """The counts so far."""
        return Counts(*_COUNTS.unpack_from(self._memory))

    @counts.setter
    def counts(self, counts: Counts) -> None:
        _COUNTS.pack_into(self._memory, 0, *counts)

    def clear(self) -> None:
        """Begin a task."""
        self._memory[:] = bytes(MARK_SIZE)


class Watch:
    """Ends this process if it stays at one place for too long, and tells the parent process how far it is.

    The conversion calls it with each place before it works on that place; see `workers.pipeline.pipe.LeaveOut`. The
    kernel ends the process (SIGALRM), because a regular expression or a C library may run without ever returning to
    Python. As a context manager, it ends the time limit.

    Args:
        seconds: the time limit of one place; up to a tenth more may pass. 0 for none.
        attempt: which places are left out.
        mark: tells the parent process how far this process is; None for no parent.
        parent: the id of the process that forked this one, which ends when that one has died. None for no such process.
    """

    def __init__(
        self, seconds: float, attempt: Attempt = FIRST, *, mark: Mark | None = None, parent: int | None = None
    ) -> None:
        self._seconds = seconds
        # To set the timer takes a hundredth of an article's time, so it is set now and then.
        self._slack = seconds / 10
        self._next = 0.0
        self._attempt = attempt
        self._mark = mark
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
        if self._mark is not None:
            self._mark.place = place
        return self._attempt.left_out.get(place)

    def count(self, done: int, failed: int, duplicates: int) -> None:
        """Tell the parent process how many articles are converted, failed and duplicates."""
        if self._mark is not None:
            self._mark.counts = Counts(done, failed, duplicates)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._next = 0.0
