"""Observation of requests: each has an id, a log line, counts and a span (see workers.telemetry)."""

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

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import MethodNotAllowed

from service.core.caller import caller
from workers.telemetry import metrics, traces
from workers.telemetry.logs import bind_fields, clear_fields, get_logger
from workers.telemetry.tally import COUNTS

if TYPE_CHECKING:
    from workers.telemetry.otel import Span

REQUEST_ID: Final = "X-Request-Id"

# Accepts UUIDs, ULIDs and the ids of load balancers, such as Root=1-67891233-abcdef.
_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:=+/@-]{0,127}")

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# Requested every few seconds by probes and Prometheus.
_ROUTINE: Final = frozenset({"/healthz", "/readyz", "/metrics"})

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class _CurrentRequest:
    """The current request: its id, its start, its problem, the seconds it waited for a job, and the bytes it sent."""

    id: str
    began: float
    problem: str = ""
    span: Span | None = None
    waited: float = 0.0
    sent: int = 0


_current_request: ContextVar[_CurrentRequest | None] = ContextVar("request", default=None)


def request_id() -> str:
    """Return the id of the current request; "" outside of a request."""
    current = _current_request.get()
    return current.id if current else ""


def trace_context() -> dict[str, str]:
    """Return the headers that continue the trace of the current request in another process; empty without a trace."""
    current = _current_request.get()
    return current.span.headers() if current and current.span else {}


def note_problem(slug: str) -> None:
    """Let the log line of the current request name the problem that it is answered with."""
    if current := _current_request.get():
        current.problem = slug


@contextmanager
def waiting() -> Iterator[None]:
    """Leave the time in this context out of the request's duration: the client requested to wait for a job."""
    current, began = _current_request.get(), time.perf_counter()
    try:
        yield
    finally:
        if current:
            current.waited += time.perf_counter() - began


def observe_requests(app: Flask) -> None:
    """Observe the requests of an application. Call this before other `before_request` functions are registered."""
    app.before_request(_begin)
    app.after_request(_log_when_closed)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    chosen = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(16)
    method, route = _method_and_route()
    span = None
    if route not in _ROUTINE and traces.wanted():
        # The propagator of W3C Trace Context looks for lower-case names.
        headers = {name.lower(): value for name, value in request.headers}
        span = traces.begin(f"{method} {route}", kind="server", within=headers, request_id=chosen)
    _current_request.set(_CurrentRequest(id=chosen, began=time.perf_counter(), span=span))
    clear_fields()
    bind_fields(request_id=chosen, trace_id=span.trace_id if span else None)


def _method_and_route() -> tuple[str, str]:
    """Return the method and the route of the current request, each from a bounded set: they are labels of metrics."""
    method = request.method if request.method in _METHODS else "other"
    rule, refused = request.url_rule, request.routing_exception
    if isinstance(refused, MethodNotAllowed) and refused.valid_methods:
        allowed = next(iter(refused.valid_methods))
        rule, _ = current_app.url_map.bind("").match(request.path, method=allowed, return_rule=True)
    return method, rule.rule if rule else "none"


def _log_when_closed(response: Response) -> Response:
    current = _current_request.get()
    if current is None:  # a test calls only a part of the application
        return response
    response.headers[REQUEST_ID] = current.id
    method, route = _method_and_route()
    fields = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "job_id": str((request.view_args or {}).get("job_id", ""))[:64],
        "caller": caller().id,
        "request_id": current.id,
    }
    if current.problem:
        fields |= {"problem": current.problem, "address": request.remote_addr}
    if request.method == "HEAD" or response.status_code in (204, 304):
        current.sent = 0
    elif response.content_length is None and response.is_streamed:
        response.response = _counted(response.response, current)
    else:
        current.sent = response.content_length or 0

    def ended() -> None:
        seconds = time.perf_counter() - current.began
        COUNTS.count(metrics.REQUESTS, method=method, route=route, status=str(response.status_code))
        # The duration of an event stream depends on the job.
        if response.mimetype != "text/event-stream":
            COUNTS.observe(metrics.REQUEST, seconds - current.waited, method=method, route=route)
        level = logging.WARNING if response.status_code >= 500 else logging.INFO
        level = logging.DEBUG if route in _ROUTINE else level
        log.log(level, "request", **fields, seconds=round(seconds, 4), bytes=current.sent)
        if span := current.span:
            span.set_conventional(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "http.response.body.size": current.sent,
                }
            )
            if response.status_code >= 500:
                span.failed(response.status)
            span.end()

    # werkzeug does not call call_on_close for a response that it passes through.
    response.direct_passthrough = False
    response.call_on_close(ended)
    return response


def _counted(parts: Iterable[bytes], current: _CurrentRequest) -> Iterator[bytes]:
    for part in parts:
        current.sent += len(part)
        yield part
