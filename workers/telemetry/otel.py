"""Spans of OpenTelemetry. `workers.telemetry.traces` imports this module only where traces are on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Literal

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

from schemas import __version__

_NANOSECONDS = 1_000_000_000
_W3C = TraceContextTextMapPropagator()


class Span:
    """One operation of a trace."""

    def __init__(
        self,
        name: str,
        *,
        kind: Literal["server", "consumer", "internal"],
        within: Mapping[str, str],
        at: float | None = None,
        **attributes: str | float,
    ) -> None:
        """Begin the span; see `workers.telemetry.traces.begin`."""
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
        self.set(**attributes)

    @property
    def trace_id(self) -> str:
        """The id of the span's trace."""
        return trace.format_trace_id(self._span.get_span_context().trace_id)

    def headers(self) -> dict[str, str]:
        """Return the W3C Trace Context headers with which another process continues the trace."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier, trace.set_span_in_context(self._span))
        return carrier

    def set(self, **attributes: str | float) -> None:
        """Set attributes under the prefix `newsmill.`."""
        self._span.set_attributes({f"newsmill.{name}": value for name, value in attributes.items()})

    def set_conventional(self, attributes: Mapping[str, str | int]) -> None:
        """Set attributes under their names in OpenTelemetry's semantic conventions."""
        self._span.set_attributes(dict(attributes))

    def failed(self, why: str | BaseException) -> None:
        """Mark the span as failed."""
        if isinstance(why, BaseException):
            self._span.record_exception(why)
        self._span.set_status(trace.StatusCode.ERROR, str(why))

    def end(self, at: float | None = None) -> None:
        """End the span, now or at a Unix time in seconds."""
        self._span.end(None if at is None else int(at * _NANOSECONDS))


@cache
def provider() -> TracerProvider:
    """Return the provider of this process, which sends spans from a thread. The first span creates it."""
    resource: dict[str, AttributeValue] = {"service.version": __version__}
    if "OTEL_SERVICE_NAME" not in os.environ:
        resource["service.name"] = "newsmill"
    tracers = TracerProvider(resource=Resource.create(resource))
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return tracers
