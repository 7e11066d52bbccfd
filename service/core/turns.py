"""The turns of callers in a process: no caller takes the threads and the processor time from the others.

A request has a turn while a thread works for it. It gives up its turn while it waits for a job or for its client.
Only one thread of a Python process computes at a time: what one caller's requests compute delays those of the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from math import inf
from threading import Event, Lock
from typing import Final, TypeVar

from service.core.problems import ProblemError
from workers.steps.shares import faded, takes_more

T = TypeVar("T")

AT_ONCE: Final = 32
"""The turns that one caller has at a time."""

MOST_WAITING: Final = 1_000
"""The requests of one caller that wait for a turn. Each holds up to 64 KiB of its body. The next one is refused."""

RECENT: Final = 10.0
"""Seconds after which the processor time that a caller took counts half as much."""

LEAST: Final = 0.5
"""The seconds of processor time that a caller may take in any case before it yields."""

ACTIVE: Final = 0.5
"""Seconds for which a caller counts as active after its last turn began or ended."""

MOST_OTHERS: Final = 4
"""The active callers that a caller yields to at most, so that one among many idle callers goes on."""

_LONGEST_REST: Final = 2.0
_LOOK_EVERY: Final = 0.25
_COMPARED: Final = 32
_NAMES: Final = 10_000
# Begins the name of a caller that is known by its key. No address begins so.
_KEY: Final = "key "

Start = Callable[[], object]


@dataclass(slots=True, eq=False)
class _Account:
    """What a caller has in progress, and the processor time that it took."""

    running: int = 0
    waiting: deque[Start] = field(default_factory=deque)
    seconds: float = 0.0
    seen: float = 0.0
    rests_until: float = 0.0
    looked_at: float = inf

    def recent(self, now: float) -> float:
        """Return the seconds of processor time that it took; the older, the less they count."""
        return faded(self.seconds, now - self.seen, RECENT)


class Turns:
    """The turns of a process. Threads share it.

    A caller has `AT_ONCE` turns at a time; further requests wait. While others are active, a caller that took far more
    processor time than they did yields: it has one turn at a time, and rests after each for as long as each of the
    others would take for the same.

    Args:
        later: calls something after some seconds, from any thread.
        clock: the time in seconds.
    """

    def __init__(self, later: Callable[[float, Start], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._later = later
        self._clock = clock
        # The least recently active caller is the first.
        self._accounts: dict[str, _Account] = {}
        self._names: dict[str, str] = {}
        self._lock = Lock()

    def caller_of(self, credentials: str, address: str) -> str:
        """Return the caller of a request: the one that these credentials are known to be of, else its address."""
        return self._names.get(credentials, address)

    def identify(self, credentials: str, caller: str) -> None:
        """Make known of which caller some credentials are. They were checked."""
        if len(self._names) >= _NAMES:
            self._names.clear()
        self._names[credentials] = f"{_KEY}{caller}"

    def take(self, caller: str, start: Start, *, goes_on: bool = False) -> bool:
        """Take a turn. Return True if it begins now; `start` is called when it begins later.

        Args:
            caller: the caller.
            start: called by another thread.
            goes_on: whether the request has had a turn before: it is the next one.

        Raises:
            ProblemError: too many requests of the caller wait.
        """
        with self._lock:
            account = self._seen(caller)
            if (goes_on or not account.waiting) and self._may_start(account):
                account.running += 1
                return True
            if goes_on:
                account.waiting.appendleft(start)
            elif len(account.waiting) < MOST_WAITING:
                account.waiting.append(start)
            else:
                detail = f"{MOST_WAITING:,} requests of this caller wait for their turn. Retry in 5 s."
                raise ProblemError("too-many-requests", detail, retry_after="5")
            self._look_later(account)
            return False

    def end(self, caller: str, seconds: float) -> None:
        """End a turn that took some seconds of processor time."""
        with self._lock:
            account = self._seen(caller)
            account.running -= 1
            account.seconds += seconds
            if others := self._yields_to(account):
                now = self._clock()
                rest = seconds * min(others, MOST_OTHERS)
                account.rests_until = min(max(now, account.rests_until) + rest, now + _LONGEST_REST)
            starts = self._due(account)
        for start in starts:
            start()

    def _look(self, account: _Account) -> None:
        with self._lock:
            account.looked_at = inf
            starts = self._due(account)
        for start in starts:
            start()

    def _due(self, account: _Account) -> list[Start]:
        """Return what begins now."""
        starts = []
        while account.waiting and self._may_start(account):
            account.running += 1
            starts.append(account.waiting.popleft())
        if account.waiting:
            self._look_later(account)
        return starts

    def _look_later(self, account: _Account) -> None:
        """Look again when a rest is over. The end of a turn looks too; so do the others, by being no longer active."""
        now = self._clock()
        rest = account.rests_until - now
        pause = min(rest, _LOOK_EVERY) if rest > 0 else _LOOK_EVERY
        if now + pause < account.looked_at:
            account.looked_at = now + pause
            self._later(pause, partial(self._look, account))

    def _may_start(self, account: _Account) -> bool:
        if account.running >= AT_ONCE:
            return False
        could_wait = account.running or account.rests_until > self._clock()
        return not (could_wait and self._yields_to(account))

    def _yields_to(self, account: _Account) -> int:
        """Return the number of active callers that a caller yields to."""
        now = self._clock()
        if account.recent(now) <= LEAST:
            return 0
        others = [
            other.recent(now)
            for other in islice(reversed(self._accounts.values()), _COMPARED)
            if other is not account and now - other.seen < ACTIVE
        ]
        return len(others) if takes_more(account.recent(now), others, LEAST) else 0

    def _seen(self, caller: str) -> _Account:
        """Return the account of a caller that is active now, and forget those that no longer are."""
        now = self._clock()
        account = self._accounts.pop(caller, None) or _Account()
        account.seconds, account.seen = account.recent(now), now
        self._accounts[caller] = account
        first, oldest = next(iter(self._accounts.items()))
        if now - oldest.seen > 6 * RECENT and not oldest.running and not oldest.waiting:
            del self._accounts[first]
        return account


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


class Turn:
    """The turns of one request.

    Args:
        turns: those of the process.
        credentials: what identifies its caller, as it was sent.
        address: the address of its client.
    """

    def __init__(self, turns: Turns, credentials: str, address: str) -> None:
        self._turns = turns
        self._credentials = credentials
        self._caller = turns.caller_of(credentials, address)
        self._refusal: ProblemError | None = None
        self._goes_on = False
        self._began = 0.0

    async def begin(self) -> None:
        """Wait for a turn. If too many requests wait, the application refuses the request."""
        if self._refusal:
            return
        loop = asyncio.get_running_loop()
        begun = loop.create_future()
        start = partial(loop.call_soon_threadsafe, begun.set_result, None)
        try:
            if not self._turns.take(self._caller, start, goes_on=self._goes_on):
                await begun
        except ProblemError as error:
            self._refusal = error
        self._goes_on = True

    def run(self, act: Callable[[], T]) -> T:
        """Run something in a thread when its turn has begun, and end the turn."""
        _current.set(self)
        if self._refusal:
            return act()
        self._began = time.thread_time()
        try:
            return act()
        finally:
            self._end()

    def identify(self, caller: str) -> None:
        """Say of which caller the request is, as its credentials were checked; "" for no caller that is known."""
        if caller:
            self._turns.identify(self._credentials, caller)

    @property
    def key_name(self) -> str:
        """The name of the caller's key, if its credentials were checked with an earlier request; else ""."""
        return self._caller.removeprefix(_KEY) if self._caller.startswith(_KEY) else ""

    def refuse_if_too_many(self) -> None:
        """Refuse the request if it got no turn.

        Raises:
            ProblemError: too many requests of the caller wait.
        """
        if self._refusal:
            raise self._refusal

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Give up the turn in this context, and wait for the next one at its end."""
        if self._refusal:
            yield
            return
        self._end()
        try:
            yield
        finally:
            begun = Event()
            if not self._turns.take(self._caller, begun.set, goes_on=True):
                begun.wait()
            self._began = time.thread_time()

    def _end(self) -> None:
        self._turns.end(self._caller, time.thread_time() - self._began)


def current_turn() -> Turn | None:
    """Return the turn of the current request; None outside of the server, and for probes."""
    return _current.get()


@contextmanager
def paused() -> Iterator[None]:
    """Give up the turn of the current request in this context, because it waits."""
    with turn.pause() if (turn := _current.get()) else nullcontext():
        yield
