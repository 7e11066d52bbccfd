"""Spans by OpenTelemetry: imported where they are asked for, and it is installed (see workers.telemetry.traces)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from multiprocessing.util import Finalize
from typing import Any, Literal

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from schemas import __version__

_NANOSECONDS = 1_000_000_000
_W3C = TraceContextTextMapPropagator()


class Span:
    """Something that takes its time."""

    def __init__(
        self,
        name: str,
        *,
        kind: Literal["server", "consumer", "internal"],
        within: Mapping[str, str],
        at: float | None = None,
        **attributes: str | float,
    ) -> None:
        """Begin; see `workers.telemetry.traces.begin`."""
        self._span = (
            provider()
            .get_tracer("newsmill", __version__)
            .start_span(
                name,
                context=_W3C.extract(within),
                kind=trace.SpanKind[kind.upper()],
                start_time=None if at is None else int(at * _NANOSECONDS),
            )
        )
        self.say(**attributes)

    @property
    def trace_id(self) -> str:
        """The id of the trace that it belongs to."""
        return trace.format_trace_id(self._span.get_span_context().trace_id)

    def carried(self) -> dict[str, str]:
        """What another process needs to go on with the trace: the headers of W3C's Trace Context."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, trace.set_span_in_context(self._span))
        return carrier

    def say(self, **attributes: str | float) -> None:
        """Say more of it; the attributes' names get `newsmill.` before them."""
        self._span.set_attributes({f"newsmill.{name}": value for name, value in attributes.items()})

    def say_as_conventions_have_it(self, attributes: Mapping[str, str | int]) -> None:
        """Say more of it, under the names of OpenTelemetry's semantic conventions."""
        self._span.set_attributes(dict(attributes))

    def failed(self, why: str | BaseException) -> None:
        """It failed."""
        if isinstance(why, BaseException):
            self._span.record_exception(why)
        self._span.set_status(trace.StatusCode.ERROR, str(why))

    def end(self, at: float | None = None) -> None:
        """It ends: now, or at a time in seconds."""
        self._span.end(None if at is None else int(at * _NANOSECONDS))


@cache
def provider() -> TracerProvider:
    """What makes the spans of this process and sends them, from a thread; made when the first of them begins."""
    described: dict[str, Any] = {"service.version": __version__}
    if "OTEL_SERVICE_NAME" not in os.environ:
        described["service.name"] = "newsmill"
    made = TracerProvider(resource=Resource.create(described))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    # As with the counts: until Python 3.13 a process of multiprocessing's does nothing of atexit's.
    Finalize(None, made.shutdown, exitpriority=0)
    return made
