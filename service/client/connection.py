"""Requests to a server, with retries of what fails for the moment, and their errors."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx

from schemas.errors import NewsmillError
from service.client.steps import Call, Open, Opened, Pause, Send, Take

_TIMEOUT: Final = httpx.Timeout(30, read=90)
_LONGEST_PAUSE: Final = 8.0


class ServerUnreachableError(NewsmillError):
    """No answer came from the server."""

    after: float | None = None
    is_for_the_moment = True


class ServerRefusedError(NewsmillError):
    """The server answered with a problem.

    Args:
        status: the HTTP status.
        problem: its problem details (RFC 9457), empty if it gave none.
        after: the seconds to wait before the next try, if the server named them.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], after: float | None = None) -> None:
        super().__init__(status, problem, after)
        self.status = status
        self.problem = problem
        self.after = after

    @property
    def is_for_the_moment(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in (429, 502, 503, 504)

    def __str__(self) -> str:
        said = str(self.problem.get("detail") or self.problem.get("title") or "no reason given")
        faults = self.problem.get("errors") or ()
        places = [(fault.get("pointer") or fault.get("parameter"), fault["detail"]) for fault in faults]
        lines = [f"{place}: {detail}" for place, detail in places if place]
        return "\n  ".join([f"the server answered {self.status}: {said}", *(lines if len(lines) > 1 else [])])


class RetryBudget:
    """The retry budget: seconds without progress."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Start the budget afresh: there is progress."""
        self._failures = 0
        self._since: float | None = None

    def wait_after(self, error: ServerRefusedError | ServerUnreachableError) -> Call[None]:
        """Wait before the next try: as long as the server says, else longer each time.

        Raises:
            ServerRefusedError, ServerUnreachableError: the error, if a retry is useless or the budget is spent.
        """
        if not error.is_for_the_moment:
            raise error
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        # Jitter: clients that were refused together should not return together.
        pause = min(0.25 * 2**self._failures, _LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
        pause = max(pause, error.after or 0)
        self._failures += 1
        if now + pause > self._since + self._seconds:
            raise error
        yield Pause(pause)


def http_settings(server: str, key: str | None) -> dict[str, Any]:
    """Return the arguments of an httpx client of a server.

    Args:
        server: its address.
        key: the key, which is sent with every request. Default: NEWSMILL_API_KEY.
    """
    key = key or os.environ.get("NEWSMILL_API_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"base_url": server, "headers": headers, "timeout": _TIMEOUT, "follow_redirects": True}


class Connection:
    """Requests to one server, as calls that are run by `service.client.steps`.

    Args:
        base: its address.
        patience: the seconds for retries without progress. A server that has never answered is not tried again: its
            address is wrong, or it does not run.
    """

    def __init__(self, base: httpx.URL, patience: float) -> None:
        self._base = base
        self._seconds = patience
        self.answered = False

    def retry_budget(self) -> RetryBudget:
        """Return a fresh retry budget."""
        return RetryBudget(self._seconds)

    def request(self, method: str, path: str, *, repeatable: bool = True, **given: Any) -> Call[httpx.Response]:
        """Send a request and return the answer.

        Args:
            method: its method.
            path: its path on the server.
            repeatable: whether it may be sent again if it may have arrived.
            given: more arguments of httpx. `for_each_try` makes those that can be read only once, for each try.

        Raises:
            ServerUnreachableError: no answer came.
            ServerRefusedError: the server answered with a problem.
        """
        for_each_try: Callable[[], Any] | None = given.pop("for_each_try", None)
        budget = self.retry_budget()
        while True:
            try:
                tried = {**given, **(for_each_try() if for_each_try else {})}
                with self._reaching():
                    response: httpx.Response = yield Send(method, self._below(path), tried)
                return _accepted(response)
            except ServerUnreachableError as error:
                unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
                if not (self.answered if unsent else repeatable):
                    raise
                yield from budget.wait_after(error)
            except ServerRefusedError as error:
                yield from budget.wait_after(error)

    def open(self, path: str, headers: Mapping[str, str], *, lines: bool = False) -> Call[Opened]:
        """Open an answer to read it in pieces, without retries; raises as `request` does. Close it at its end."""
        with self._reaching():
            opened: Opened = yield Open(self._below(path), headers, lines)
        _accepted(opened.response)
        return opened

    def take(self, opened: Opened) -> Call[Any]:
        """Return the next piece of an opened answer; None behind the last one.

        Raises:
            ServerUnreachableError: the connection broke.
        """
        with self._reaching():
            return (yield Take(opened))

    def _below(self, path: str) -> str:
        """Return a path below the server's address. Those that the server gives begin with the path of the address."""
        return path.removeprefix(self._base.path.rstrip("/"))

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
            self.answered = True
        except httpx.TransportError as error:
            message = f"{self._base} cannot be reached: {error or type(error).__name__}"
            raise ServerUnreachableError(message) from error


def _accepted(response: httpx.Response) -> httpx.Response:
    if not response.is_error:
        return response
    problem: Mapping[str, Any] = {}
    with suppress(ValueError):
        problem = response.json()
    after = response.headers.get("Retry-After", "")
    seconds = float(after) if after.isascii() and after.isdigit() else None
    raise ServerRefusedError(response.status_code, problem if isinstance(problem, dict) else {}, seconds)
