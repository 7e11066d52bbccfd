"""OpenTelemetry traces. A job is one trace: its request, its wait and each of its steps, on any machine.

Traces need the extra `newsmill[otel]`, and a receiver of OTLP over HTTP in OTEL_EXPORTER_OTLP_ENDPOINT or
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT. Without them OpenTelemetry is not imported, and `begin` costs one look-up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from workers.telemetry.otel import Span

from workers.telemetry.logs import get_logger

log = get_logger(__name__)


def begin(
    name: str,
    *,
    kind: Literal["server", "consumer", "internal"],
    within: Mapping[str, str],
    at: float | None = None,
    **attributes: str | float,
) -> Span | None:
    """Begin a span; return None where traces are off.

    Args:
        name: the span's name.
        kind: its kind in OpenTelemetry.
        within: W3C Trace Context headers that name the parent span; without them, the span begins a trace.
        at: the Unix time of its begin in seconds; now by default.
        **attributes: its attributes, without their prefix `newsmill.`.
    """
    otel = _otel()
    return otel.Span(name, kind=kind, within=within, at=at, **attributes) if otel else None


def wanted() -> bool:
    """Return whether this process makes traces."""
    return _otel() is not None


def flush() -> None:
    """Send all ended spans. Call it before a process ends that runs no exit handlers."""
    if otel := _otel():
        otel.provider().force_flush(5_000)


def asked_for(environ: Mapping[str, str]) -> bool:
    """Return whether the environment variables turn traces on."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return False
    return bool(environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))


@cache
def _otel() -> Any:
    """Return the module `otel`; None if traces are off or OpenTelemetry is not installed."""
    if not asked_for(os.environ):
        return None
    try:
        return import_module("workers.telemetry.otel")
    except ImportError as error:
        log.warning("traces are off: OpenTelemetry is missing (%s); pip install 'newsmill[otel]'", error)
        return None
