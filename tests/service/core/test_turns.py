"""The turns of callers: none takes the threads or the processor time of a process from the others."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core import turns as module
from service.core.problems import ProblemError
from service.core.turns import ACTIVE, AT_ONCE, MOST_OTHERS, MOST_WAITING, Turn, Turns, current_turn, paused
from service.runtime.wsgi_bridge import WsgiBridge
from tests.running import until


class Clock:
    """A clock that stands still, and what is called later."""

    def __init__(self) -> None:
        self.now = 0.0
        self.later: list[tuple[float, Callable[[], object]]] = []

    def call_later(self, seconds: float, act: Callable[[], object]) -> None:
        self.later.append((self.now + seconds, act))

    def advance(self, seconds: float) -> None:
        ends = self.now + seconds
        while due := [one for one in self.later if one[0] <= ends]:
            first = min(due, key=lambda one: one[0])
            self.later.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = ends


class Begun(list[str]):
    """The turns that began, by the names of their requests."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns

    def ask(self, caller: str, name: str = "", *, goes_on: bool = False) -> bool:
        name = name or caller
        if began := self._turns.take(caller, lambda: self.append(name), goes_on=goes_on):
            self.append(name)
        return began


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock.call_later, lambda: clock.now)


@pytest.fixture
def begun(turns: Turns) -> Begun:
    return Begun(turns)


def test_caller_has_some_turns_at_a_time_and_others_wait(turns: Turns, begun: Begun) -> None:
    assert all(begun.ask("ada") for _ in range(AT_ONCE))
    assert not begun.ask("ada", "next")
    assert not begun.ask("ada", "one that went before", goes_on=True)
    assert begun.ask("bo")
    turns.end("ada", 0.001)
    turns.end("ada", 0.001)
    assert begun[-2:] == ["one that went before", "next"]


def test_requests_that_wait_are_bounded_for_each_caller(turns: Turns, begun: Begun) -> None:
    for _ in range(AT_ONCE + MOST_WAITING):
        begun.ask("ada")
    with pytest.raises(ProblemError) as refused:
        begun.ask("ada")
    assert refused.value.problem.type.status == 429
    assert refused.value.problem.headers["Retry-After"] == "5"
    assert not begun.ask("ada", "goes on", goes_on=True)
    assert begun.ask("bo")


def test_caller_that_took_more_rests_beside_active_ones(clock: Clock, turns: Turns, begun: Begun) -> None:
    begun.ask("ada")
    turns.end("ada", 1.0)
    begun.ask("bo")
    assert begun.ask("ada", "first")
    assert not begun.ask("ada", "second")
    turns.end("ada", 0.2)
    assert begun.ask("bo")
    clock.advance(0.19)
    assert begun[-1] == "bo"
    clock.advance(0.02)
    assert begun[-1] == "second"


def test_caller_that_took_more_goes_on_once_it_is_alone(clock: Clock, turns: Turns, begun: Begun) -> None:
    begun.ask("bo")
    begun.ask("ada")
    turns.end("ada", 1.5)
    for number in range(5):
        begun.ask("ada", str(number))
    assert begun == ["bo", "ada"]
    clock.advance(2 * ACTIVE)
    assert begun[2:] == list("01234")


def test_callers_that_take_the_same_hold_up_none(turns: Turns, begun: Begun) -> None:
    for caller in ("ada", "bo", "cy") * 2:
        assert begun.ask(caller)
        turns.end(caller, 0.9)


@given(st.lists(st.sampled_from([0.001, 0.02, 0.05, 0.3]), min_size=10, max_size=20), st.integers(1, 6))
def test_heavy_caller_goes_on_and_takes_no_more_than_its_part(costs: list[float], others: int) -> None:
    clock = Clock()
    turns = Turns(clock.call_later, lambda: clock.now)
    begun = Begun(turns)
    begun.ask("heavy")
    turns.end("heavy", 5.0)
    for number in range(others):
        begun.ask(f"light {number}")
    taken, ended, began = 0.0, 0, clock.now
    for _ in costs:
        begun.ask("heavy", "turn")
    while ended < len(costs):
        for number in range(others):
            assert begun.ask(f"light {number}")
            turns.end(f"light {number}", 0.0)
        while begun.count("turn") > ended:
            clock.now += costs[ended]
            taken += costs[ended]
            turns.end("heavy", costs[ended])
            ended += 1
        clock.advance(0.1)
    assert taken / (clock.now - began) <= 1 / (1 + min(others, MOST_OTHERS)) + 0.1


def test_credentials_count_once_they_were_checked(turns: Turns) -> None:
    assert turns.caller_of("Bearer k", "192.0.2.1") == "192.0.2.1"
    turns.identify("Bearer k", "ada")
    assert turns.caller_of("Bearer k", "192.0.2.1") == turns.caller_of("Bearer k", "192.0.2.2") == "key ada"
    assert turns.caller_of("Bearer other", "192.0.2.1") == "192.0.2.1"
    assert [Turn(turns, sent, "192.0.2.1").key_name for sent in ("Bearer k", "Bearer other")] == ["ada", ""]


class Server:
    """The bridge, with an application that works until it is told to end."""

    def __init__(self) -> None:
        self.working: Counter[str] = Counter()
        self.may_end = threading.Event()
        self.bridge = WsgiBridge(self._app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def _app(self, environ: Any, start: Any) -> list[bytes]:
        try:
            if turn := current_turn():
                turn.refuse_if_too_many()
        except ProblemError:
            start("429 Too Many Requests", [])
            return [b""]
        self.working[environ["PATH_INFO"]] += 1
        if environ["PATH_INFO"] == "/waits":
            with paused():
                self.may_end.wait(90)
        elif environ["PATH_INFO"] == "/works":
            self.may_end.wait(90)
        start("200 OK", [])
        return [b""]

    def get(self, path: str, address: str) -> Callable[[], int]:
        """Send a request; return what waits for its status."""
        sent: list[Any] = []
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [], "client": (address, 1), "server": ("localhost", 1), "scheme": "http", "http_version": "1.1",
        }  # fmt: skip

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        future = asyncio.run_coroutine_threadsafe(self.bridge(scope, receive, send), self._loop)

        def status() -> int:
            future.result(90)
            return int(sent[0]["status"])

        return status

    def end(self) -> None:
        self.may_end.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(90)
        self._loop.close()


@contextmanager
def served() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.end()


def test_requests_of_one_address_wait_and_others_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    with served() as server:
        first = server.get("/works", "192.0.2.1")
        assert until(lambda: server.working["/works"] == 1)
        second = server.get("/quick", "192.0.2.1")
        refused = server.get("/quick", "192.0.2.1")
        assert refused() == 429
        assert server.get("/quick", "192.0.2.2")() == 200
        assert server.get("/healthz", "192.0.2.1")() == 200
        assert server.working["/quick"] == 1
        server.may_end.set()
        assert (first(), second()) == (200, 200)


def test_a_request_that_waits_leaves_its_turn_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    with served() as server:
        waiting = server.get("/waits", "192.0.2.1")
        assert until(lambda: server.working["/waits"] == 1)
        assert server.get("/quick", "192.0.2.1")() == 200
        server.may_end.set()
        assert waiting() == 200
