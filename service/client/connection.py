"""A client's connection to a server: what fails for the moment is asked again, after as long as the server says."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx

from service.client.models import ServerRefusedError, ServerUnreachableError

_TIMEOUT: Final = httpx.Timeout(30, read=90)
_LONGEST_PAUSE: Final = 8.0


class Patience:
    """How long somebody goes on asking a server that fails for the moment: so many seconds without any progress."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """There is progress."""
        self._failures = 0
        self._since: float | None = None

    def bear(self, error: ServerRefusedError | ServerUnreachableError, after: float | None = None) -> None:
        """Wait until it is worth asking again: so many seconds where the server said so, else longer each time.

        Raises:
            ServerRefusedError, ServerUnreachableError: the error, where there is no patience left.
        """
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        # Not all who were turned away at once are to come back at once.
        pause = min(0.25 * 2**self._failures, _LONGEST_PAUSE) * random.uniform(0.5, 1)  # noqa: S311
        pause = max(pause, after or 0)
        self._failures += 1
        if now + pause > self._since + self._seconds:
            raise error
        time.sleep(pause)


class Connection:
    """The connections to one server, and the key that is sent with every request.

    Args:
        server: its address.
        key: the key; that of NEWSMILL_API_KEY when not given.
        patience: for how many seconds to ask again what fails for the moment. A server that could never be connected
            to is not asked again: its address is wrong, or it does not run.
    """

    def __init__(self, server: str, key: str | None, patience: float) -> None:
        key = key or os.environ.get("NEWSMILL_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=server, headers=headers, timeout=_TIMEOUT, follow_redirects=True)
        self._seconds = patience
        self.answered = False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def patience(self) -> Patience:
        """Patience that nobody has tried yet."""
        return Patience(self._seconds)

    def ask(self, method: str, path: str, *, repeatable: bool = True, **given: Any) -> httpx.Response:
        """The answer to a request.

        Args:
            method: its method.
            path: its address, from the server's on.
            repeatable: whether it may be sent again where nobody knows if it has arrived.
            given: what httpx takes besides; or, where it can be read only once, what makes it, as `anew`.

        Raises:
            ServerUnreachableError: no answer came.
            ServerRefusedError: the server answered with a problem.
        """
        anew: Callable[[], Any] | None = given.pop("anew", None)
        patience = self.patience()
        while True:
            try:
                with self._reaching():
                    response = self._http.request(method, path, **given, **(anew() if anew else {}))
                return _accepted(response)
            except ServerUnreachableError as error:
                unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
                if not (self.answered if unsent else repeatable):
                    raise
                patience.bear(error)
            except ServerRefusedError as error:
                if not error.is_for_the_moment:
                    raise
                patience.bear(error, error.after)

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """An answer whose body is read as it comes, once; see `ask` for what it raises."""
        with self._reaching(), self._http.stream("GET", path, headers=dict(headers)) as response:
            self.answered = True
            if response.is_error:
                response.read()
            yield _accepted(response)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
            self.answered = True
        except httpx.TransportError as error:
            message = f"{self._http.base_url} cannot be reached: {error or type(error).__name__}"
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
