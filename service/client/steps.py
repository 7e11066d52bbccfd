"""The steps of a call, and how they are taken: one after the other, or in an event loop.

A call of the client, such as "send documents and return the job", is a generator. It yields what has to be done, gets
the result, and returns its own; it neither blocks nor awaits. So one implementation serves `Client` and `AsyncClient`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request and read its whole answer."""

    method: str
    path: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Open:
    """Send a GET request and read only the head of its answer: the result is `Opened`."""

    path: str
    headers: Mapping[str, str]
    lines: bool = False


@dataclass(slots=True)
class Opened:
    """An answer whose body is read in pieces: its bytes as they arrive, or its lines."""

    response: httpx.Response
    pieces: Any


@dataclass(frozen=True, slots=True)
class Take:
    """Read the next piece of an opened answer; None behind the last one."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class Close:
    """Close an opened answer."""

    opened: Opened


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Call a function that blocks, such as one that reads a file."""

    function: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Emit(Generic[T]):
    """Give an item to the caller, who iterates."""

    item: T


Step = Send | Open | Take | Close | Pause | Work
Call = Generator[Step, Any, T]
"""A call that returns a result."""

Items = Generator[Step | Emit[T], Any, None]
"""A call that gives items to its caller."""


class _UnderWay(Generic[T]):
    """A call under way: the outcome of its last step, and the answers that it has opened."""

    def __init__(self, call: Items[T]) -> None:
        self._call = call
        self._answer: Any = None
        self.error: Exception | None = None
        self.opened: list[Opened] = []

    def answer(self, answer: Any) -> None:
        """Give the call the result of its step."""
        self._answer = answer
        if isinstance(answer, Opened):
            self.opened.append(answer)

    def next_step(self) -> Step | Emit[T] | None:
        """Return the next step; None at the end of the call."""
        answer, error = self._answer, self.error
        self._answer = self.error = None
        try:
            return self._call.throw(error) if error else self._call.send(answer)
        except StopIteration:
            return None


class Steps:
    """Takes the steps of calls one after the other."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def run(self, call: Call[T]) -> T:
        """Take the steps of a call, and return its result."""
        found = _Result[T]()
        for _ in self._items(found.of(call)):
            pass
        return found.value

    def iterate(self, call: Items[T]) -> Iterator[T]:
        """Take the steps of a call, and yield its items."""
        return self._items(call)

    def _items(self, call: Items[T]) -> Iterator[T]:
        under_way = _UnderWay(call)
        try:
            while step := under_way.next_step():
                if isinstance(step, Emit):
                    yield step.item
                    continue
                try:
                    under_way.answer(self._take(step))
                except Exception as raised:
                    under_way.error = raised
        finally:
            for one in under_way.opened:
                one.response.close()

    def _take(self, step: Step) -> Any:
        match step:
            case Send(method, path, given):
                return self._http.request(method, path, **given)
            case Open(path, headers, lines):
                response = self._http.send(self._http.build_request("GET", path, headers=dict(headers)), stream=True)
                if response.is_error:
                    response.read()
                return Opened(response, response.iter_lines() if lines else response.iter_raw())
            case Take(opened):
                return next(opened.pieces, None)
            case Close(opened):
                opened.response.close()
            case Pause(seconds):
                time.sleep(seconds)
            case Work(function):
                return function()
        return None


class AsyncSteps:
    """Takes the steps of calls in an event loop of asyncio."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def run(self, call: Call[T]) -> T:
        """Take the steps of a call, and return its result."""
        found = _Result[T]()
        async for _ in self.iterate(found.of(call)):
            pass
        return found.value

    async def iterate(self, call: Items[T]) -> AsyncIterator[T]:
        """Take the steps of a call, and yield its items."""
        under_way = _UnderWay(call)
        try:
            while step := under_way.next_step():
                if isinstance(step, Emit):
                    yield step.item
                    continue
                try:
                    under_way.answer(await self._take(step))
                except Exception as raised:
                    under_way.error = raised
        finally:
            for one in under_way.opened:
                await one.response.aclose()

    async def _take(self, step: Step) -> Any:
        match step:
            case Send(method, path, given):
                return await self._http.request(method, path, **given)
            case Open(path, headers, lines):
                request = self._http.build_request("GET", path, headers=dict(headers))
                response = await self._http.send(request, stream=True)
                if response.is_error:
                    await response.aread()
                return Opened(response, response.aiter_lines() if lines else response.aiter_raw())
            case Take(opened):
                with suppress(StopAsyncIteration):
                    return await anext(opened.pieces)
            case Close(opened):
                await opened.response.aclose()
            case Pause(seconds):
                await asyncio.sleep(seconds)
            case Work(function):
                return await asyncio.to_thread(function)
        return None


class _Result(Generic[T]):
    """The result of a call that is run as one without items."""

    value: T

    def of(self, call: Call[T]) -> Items[Any]:
        self.value = yield from call
