"""The bridge from the HTTP server to Flask: an ASGI application that runs a WSGI application in threads.

A thread works for a request only while the application has something to do. The event loop waits for the client: for
the beginning of the body, and until each piece of the response is sent. So a slow client holds no thread. Only the rest
of a large body is read by a thread, as the application stores it while it arrives. The number of such uploads is
limited, and each has a least pace.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from math import inf
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, TypeVar
from urllib.parse import unquote_to_bytes

import orjson
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestTimeout
from werkzeug.wsgi import FileWrapper

from service.core.problems import MEDIA_TYPE, Problem, ProblemError
from service.core.proxies import client_address
from service.core.turns import Turn, Turns, paused
from service.jobs.notifications import MOST_WAITING

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

T = TypeVar("T")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class _Runner(Protocol):
    """Runs a part of a request in a thread."""

    def __call__(self, act: Callable[[], T], /) -> Awaitable[T]: ...


STALLED: Final = 30.0
"""The most seconds between two pieces of a body."""

LEAST_PACE: Final = 1024
"""The least average pace of a body in bytes a second. A body of any size has `STALLED` seconds more."""

UPLOADS: Final = 128
"""The large bodies that a process receives at a time: those that are longer than `_BEGINNING`."""

UPLOADS_OF_ONE: Final = 64
"""The large bodies of one caller among them."""

THREADS: Final = MOST_WAITING + UPLOADS + 64
"""The threads for requests. Those that wait for a job or receive a large body leave 64 for the others."""

_BEGINNING: Final = 64 * 1024
_PIECE: Final = 64 * 1024


class WsgiBridge:
    """An ASGI application that runs a WSGI application.

    Health has a thread of its own, and readiness and metrics have four: they respond when all others are taken.
    For the others, callers take turns; see `service.core.turns`.

    Args:
        app: the application.
        base_path: the path under which it is published.
        trusted: the proxies whose X-Forwarded-For is believed.
        largest: the largest body, in bytes. The application refuses a larger one by its Content-Length.
    """

    def __init__(
        self,
        app: WSGIApplication,
        base_path: str = "",
        trusted: Sequence[IPv4Network | IPv6Network] = (),
        *,
        largest: float = inf,
    ) -> None:
        self._app = app
        self._largest = largest
        self._base_path = base_path
        self._threads = ThreadPoolExecutor(THREADS, "request")
        probes = ThreadPoolExecutor(4, "probe")
        self._trusted = trusted
        self._turns: Turns | None = None
        self._own = {"/healthz": ThreadPoolExecutor(1, "health"), "/readyz": probes, "/metrics": probes}
        self._uploads = _Uploads()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request (ASGI 3)."""
        run = self._runner(scope)
        try:
            response = await self._respond(scope, receive, run)
        except asyncio.CancelledError:  # the grace of a stop is over
            await _say_stopping(send)
            return
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        if response.whole:
            await send({"type": "http.response.body", "body": response.first})
            return
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            piece: bytes | None = response.first
            while piece is not None and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await run(response.next)
            await send({"type": "http.response.body"})
        finally:
            gone.cancel()
            await run(response.close)

    async def _respond(self, scope: Message, receive: Receive, run: _Runner) -> _Response:
        """Return the response of the application, from its first piece on."""
        body = _Body(scope, receive, self._uploads)
        # A client that expects 100 (Continue) sends nothing of a body that is too large.
        if body.stated <= self._largest:
            await body.begin()
        try:
            return await run(partial(_Response, self._app, _environ(scope, body)))
        finally:
            body.end()

    def _runner(self, scope: Message) -> _Runner:
        """Return what runs the parts of a request."""
        if probes := self._own.get(scope["path"].removeprefix(self._base_path)):
            return partial(_run, probes, copy_context())
        if self._turns is None:
            self._turns = Turns(partial(_call_later, asyncio.get_running_loop()))
        headers: dict[bytes, bytes] = dict(scope["headers"])
        forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1")
        address = client_address((scope["client"] or ("",))[0], forwarded, self._trusted)
        turn = Turn(self._turns, headers.get(b"authorization", b"").decode("latin-1"), address)
        return partial(_take_turn, self._threads, copy_context(), turn)


class _Response:
    """A response, from its first piece on. Every method runs in a thread, and so does the application.

    `whole` says that the first piece is all of the body, and that the response is closed.
    """

    def __init__(self, app: WSGIApplication, environ: dict[str, Any]) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self._body: Iterable[bytes] = app(environ, self._start)
        self._pieces: Iterator[bytes] = iter(self._body)
        self.whole = True
        try:
            self.first = next(self._pieces, b"")
            length = dict(self.headers).get(b"content-length", b"")
            self.whole = (
                not self.first
                or length == b"%d" % len(self.first)
                or environ["REQUEST_METHOD"] == "HEAD"
                or self.status in (204, 304)
            )
        finally:
            if self.whole:
                self.close()

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        # The server adds the date to each response. werkzeug adds it to some.
        self.headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers if name != "Date"
        ]
        return _write

    def next(self) -> bytes | None:
        """Return the next piece of the body; None at its end."""
        return next(self._pieces, None)

    def close(self) -> None:
        """Close the response."""
        if close := getattr(self._body, "close", None):
            close()


def _write(data: bytes) -> None:
    raise NotImplementedError("the application returns its body and does not write it (PEP 3333)")


class _Body:
    """The body of a request, as `wsgi.input`."""

    def __init__(self, scope: Message, receive: Receive, uploads: _Uploads) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        self.stated = int(headers.get(b"content-length", b"0"))
        self._more = self.stated > 0 or b"transfer-encoding" in headers
        # A caller is known by its key, else by its address. The application checks the key before it reads the body.
        self._caller: bytes | str = headers.get(b"authorization") or (scope["client"] or ("",))[0]
        self._receive = receive
        self._uploads = uploads
        self._loop = asyncio.get_running_loop()
        self._held = bytearray()
        self._error: HTTPException | None = None
        self._received, self._waited = 0, 0.0
        self._is_upload = False

    async def begin(self) -> None:
        """Wait for the beginning of the body. An error of the client is raised when the application reads."""
        while self._more and len(self._held) < _BEGINNING:
            await self._wait()

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, all if it is negative; b"" at the end. Call it in a thread.

        Raises:
            RequestTimeout: the client is too slow.
            ClientDisconnected: the client is gone.
            ProblemError: too many large bodies arrive at the time.
        """
        while self._more and (size < 0 or not self._held):
            if not self._is_upload:
                self._uploads.begin(self._caller)
                self._is_upload = True
            with paused():
                asyncio.run_coroutine_threadsafe(self._wait(), self._loop).result()
        if self._error:
            raise self._error
        data = bytes(self._held if size < 0 else self._held[:size])
        del self._held[: len(data)]
        return data

    def end(self) -> None:
        """Free its place among the large bodies."""
        if self._is_upload:
            self._uploads.end(self._caller)

    async def _wait(self) -> None:
        """Wait for the next piece, as long as the least pace allows. Only time spent here counts."""
        began = self._loop.time()
        try:
            async with asyncio.timeout(min(STALLED, STALLED + self._received / LEAST_PACE - self._waited)):
                message = await self._receive()
        except TimeoutError:
            detail = f"The body stalled, or came at less than {LEAST_PACE:,} bytes a second. Send it again."
            self._error = RequestTimeout(detail)
        else:
            piece = message.get("body", b"")
            self._received += len(piece)
            self._held += piece
            if message["type"] == "http.disconnect":
                self._error = ClientDisconnected()
        self._waited += self._loop.time() - began
        self._more = self._error is None and message["more_body"]


class _Uploads:
    """The large bodies that are arriving."""

    def __init__(self) -> None:
        self._of: Counter[bytes | str] = Counter()
        self._lock = Lock()

    def begin(self, caller: bytes | str) -> None:
        with self._lock:
            if self._of.total() >= UPLOADS or self._of[caller] >= UPLOADS_OF_ONE:
                detail = f"{UPLOADS} large bodies, or {UPLOADS_OF_ONE} of this caller, are arriving. Retry in 5 s."
                raise ProblemError("too-many-uploads", detail, retry_after="5")
            self._of[caller] += 1

    def end(self, caller: bytes | str) -> None:
        with self._lock:
            self._of[caller] -= 1
            self._of += Counter()  # drops callers without an upload


async def _run(threads: Executor, context: Context, act: Callable[[], T]) -> T:
    """Run in a thread, in the context of the request."""
    return await asyncio.get_running_loop().run_in_executor(threads, context.run, act)


async def _take_turn(threads: Executor, context: Context, turn: Turn, act: Callable[[], T]) -> T:
    """Run in a thread, in the context of the request, when it is the caller's turn."""
    await turn.begin()
    return await _run(threads, context, partial(turn.run, act))


def _call_later(loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], object]) -> None:
    """Call something in the event loop after some seconds. Any thread may call this."""
    loop.call_soon_threadsafe(lambda: loop.call_later(seconds, act))


async def _say_stopping(send: Send) -> None:
    problem = Problem(slug="stopping", detail="The service is stopping. Retry in 1 s.")
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"retry-after", b"1"), (b"connection", b"close")]
    body = orjson.dumps(problem.body())
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": problem.type.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _disconnect(receive: Receive) -> None:
    """Wait until the client is gone or the response is complete."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _environ(scope: Message, body: _Body) -> dict[str, Any]:
    """Return the environment of a request (PEP 3333)."""
    host, port = scope["server"] or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope["client"] or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _file_wrapper,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # in CGI's names it would be the header with a hyphen
        name, value = raw_name.decode("latin-1").upper().replace("-", "_"), raw_value.decode("latin-1")
        if name not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            name = f"HTTP_{name}"
        separator = "; " if name == "HTTP_COOKIE" else ","
        environ[name] = f"{environ[name]}{separator}{value}" if name in environ else value
    return environ


def _file_wrapper(file: IO[bytes], _: int = 0) -> Iterable[bytes]:
    return FileWrapper(file, _PIECE)
