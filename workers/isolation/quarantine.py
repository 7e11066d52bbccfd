"""Articles that kill or block the process which converts them: found by where the processes died, and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Protocol, TypeVar

from schemas.errors import ChildDiedError, NewsmillError, NoChildError
from workers.isolation.children import Check, Children, Task
from workers.isolation.watch import FIRST, Attempt

T = TypeVar("T")

KILLED: Final = "the process that converted it died three times; it may need more memory than the machine has"
"""The reason of an article that is left out."""

_MOST_LEFT_OUT: Final = 10
_MOST_UNEXPLAINED: Final = 10
_DEATHS_AT_A_PLACE: Final = 2
"""One death alone may have any cause. The first process of a task records other places, and has most likely died at
the same one: so an article is left out after three deaths."""


def overdue(seconds: float) -> str:
    """Return the reason of an article that took longer than the time limit."""
    return f"its conversion took longer than {seconds:g} seconds (NEWSMILL_ARTICLE_TIME)"


class GivenUpError(NewsmillError):
    """The processes of a task died too often: `deaths` times."""

    def __init__(self, deaths: int) -> None:
        super().__init__(f"the process that converted it died {deaths} times")
        self.deaths = deaths


class Runner(Protocol):
    """Runs tasks in other processes, as `Isolated` does; tests run them in this one."""

    def call(self, task: Task[T], check: Check = ..., /) -> T:
        """Run a task, and return its result; see `Children.call`."""

    def each(self, task: Task[Iterator[T]], check: Check = ..., /) -> Iterator[T]:
        """Run a task, and yield the items of its result."""

    def convert(self, task: Task[T], check: Check = ..., left_out: Mapping[str, str] | None = None, /) -> T:
        """Run a task that converts articles, without those that kill or block a process; see `Isolated.convert`."""


class Isolated:
    """Converts in child processes, and again without the articles on which children died.

    Args:
        children: the child processes.
        yields: whether each conversion yields the processor to other processes from its beginning.
    """

    def __init__(self, children: Children, *, yields: bool = False) -> None:
        self._children = children
        self._yields = yields
        self.call = children.call
        self.each = children.each

    def convert(self, task: Task[T], check: Check = lambda _: None, left_out: Mapping[str, str] | None = None) -> T:
        """Run a task that converts articles, and return its result.

        Args:
            task: the task. It is idempotent, and calls its watch before each article.
            check: see `Check`.
            left_out: the articles that an earlier conversion has left out.

        Raises:
            GivenUpError: children died too often, or at no article.
            ChildDiedError: no child could be started, or all were ended for good.
            Exception: the task or `check` raised it.
        """
        attempt = Attempt(careful=True, left_out=left_out) if left_out else FIRST
        deaths: Counter[str] = Counter()
        died = 0
        while True:
            try:
                return self._children.call(task, check, attempt, yields=self._yields)
            except NoChildError:
                raise
            except ChildDiedError as error:
                if self._children.closed:
                    raise
                died += 1
                left_out = dict(attempt.left_out)
                if attempt.careful and is_article(error.place):
                    deaths[error.place] += 1
                    if error.overdue:
                        left_out[error.place] = overdue(self._children.seconds)
                    elif deaths[error.place] >= _DEATHS_AT_A_PLACE:
                        left_out[error.place] = KILLED
                explained = sum(deaths[place] for place in left_out)
                if len(left_out) > _MOST_LEFT_OUT or died - explained > _MOST_UNEXPLAINED:
                    raise GivenUpError(died) from None
                attempt = Attempt(careful=True, left_out=left_out)


def is_article(place: str) -> bool:
    """Return whether a place is that of an article."""
    return place.endswith((" read", " written"))
