"""The seconds that a conversion spends on reading, writing and checking."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Work = Literal["read", "write", "check"]


@dataclass(slots=True, kw_only=True)
class Times:
    """Seconds of each kind of work so far."""

    read: float = 0.0
    write: float = 0.0
    check: float = 0.0

    def add(self, other: Times) -> None:
        """Add the seconds of another conversion."""
        self.read += other.read
        self.write += other.write
        self.check += other.check

    def timed(self, work: Work, function: Callable[P, T]) -> Callable[P, T]:
        """Return the function, with the time of its calls counted."""

        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                setattr(self, work, getattr(self, work) + time.perf_counter() - began)

        return call

    def reading(self, items: Iterable[T]) -> Iterator[T]:
        """Yield the items, with the time to get each one counted as reading."""
        following = self.timed("read", iter(items).__next__)
        while True:
            try:
                item = following()
            except StopIteration:
                return
            yield item
