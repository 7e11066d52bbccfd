"""What is said of requests: each has an id, a line in the log, and is counted; see also workers.telemetry."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from service.core.caller import caller
from workers.telemetry import metrics, traces
from workers.telemetry.logs import get_logger
from workers.telemetry.tally import COUNTS

if TYPE_CHECKING:
    from workers.telemetry.otel import Span

REQUEST_ID: Final = "X-Request-Id"

# What others make of ids: UUIDs, ULIDs, and those of load balancers, such as Root=1-67891233-abcdef.
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=+/@-]{0,127}")

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# What is asked for every few seconds, by machines.
_ROUTINE: Final = frozenset({"/healthz", "/readyz", "/metrics"})

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class _RequestNow:
    """The request that is answered: its id, when it began, and how long it has waited for a job."""

    id: str
    began: float
    span: Span | None = None
    waited: float = 0.0
    sent: int = 0


_request_now: ContextVar[_RequestNow | None] = ContextVar("request", default=None)


def request_id() -> str:
    """The id of the current request; "" outside of one."""
    now = _request_now.get()
    return now.id if now else ""


def trace_context() -> dict[str, str]:
    """What goes on with the trace of the current request, in another process; nothing where there is none."""
    now = _request_now.get()
    return now.span.headers() if now and now.span else {}


@contextmanager
def waiting() -> Iterator[None]:
    """The time in here is waited for a job, as the client has asked: it says nothing of how quick the service is."""
    now, began = _request_now.get(), time.perf_counter()
    try:
        yield
    finally:
        if now:
            now.waited += time.perf_counter() - began


def observe_requests(app: Flask) -> None:
    """Follow the requests to an application; to be called before anything else is done before its requests."""
    app.before_request(_begin)
    app.after_request(_answered)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    chosen = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(16)
    method, route = _asked_for()
    span = None
    if route not in _ROUTINE and traces.wanted():
        # The names of headers are in any case, and W3C's are looked for in the lower one.
        headers = {name.lower(): value for name, value in request.headers}
        span = traces.begin(f"{method} {route}", kind="server", within=headers, request_id=chosen)
    _request_now.set(_RequestNow(id=chosen, began=time.perf_counter(), span=span))
    clear_contextvars()
    bind_contextvars(request_id=chosen, trace_id=span.trace_id if span else None)


def _asked_for() -> tuple[str, str]:
    """The method and the route of the current request, each of a bounded number of names."""
    method = request.method if request.method in _METHODS else "other"
    return method, request.url_rule.rule if request.url_rule else "none"


def _answered(response: Response) -> Response:
    now = _request_now.get()
    if now is None:  # a test has made the request by halves
        return response
    response.headers[REQUEST_ID] = now.id
    method, route = _asked_for()
    said = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "job_id": str((request.view_args or {}).get("job_id", ""))[:64],
        "caller": caller().id,
        "request_id": now.id,
    }
    if request.method == "HEAD" or response.status_code in (204, 304):
        now.sent = 0
    elif response.content_length is None and response.is_streamed:
        response.response = _counted(response.response, now)
    else:
        now.sent = response.content_length or 0

    def ended() -> None:
        seconds = time.perf_counter() - now.began
        COUNTS.count(metrics.REQUESTS, method=method, route=route, status=str(response.status_code))
        # How long a stream of events takes is up to the job.
        if response.mimetype != "text/event-stream":
            COUNTS.observe(metrics.REQUEST, seconds - now.waited, method=method, route=route)
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        level = logging.DEBUG if route in _ROUTINE else level
        log.log(level, "request", **said, seconds=round(seconds, 4), bytes=now.sent)
        if span := now.span:
            span.set_conventional(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "http.response.body.size": now.sent,
                }
            )
            if response.status_code >= 500:
                span.failed(response.status)
            span.end()

    # werkzeug does not tell of the end of what it passes through as it is.
    response.direct_passthrough = False
    response.call_on_close(ended)
    return response


def _counted(parts: Iterable[bytes], now: _RequestNow) -> Iterator[bytes]:
    for part in parts:
        now.sent += len(part)
        yield part
