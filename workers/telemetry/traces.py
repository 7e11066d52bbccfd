"""Traces, by OpenTelemetry: a job is one, from its request through its wait to each step, on whichever machine.

They are made where `newsmill[otel]` is installed and the usual variables ask for them: OTEL_EXPORTER_OTLP_ENDPOINT or
OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names a receiver (OTLP over HTTP). Where they are not, nothing is imported, and to
begin a span costs a look into a cache.
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
    """Begin a span; None where no traces are made.

    Args:
        name: what it is.
        kind: its kind, as OpenTelemetry has them.
        within: the headers of W3C's Trace Context that tell what it is a part of; without them it begins a trace.
        at: when it began, in seconds; now where it is not given.
        **attributes: what is said of it, under `newsmill.`.
    """
    made = _otel()
    return made.Span(name, kind=kind, within=within, at=at, **attributes) if made else None


def wanted() -> bool:
    """Whether traces are made here."""
    return _otel() is not None


def flush() -> None:
    """Send what has ended; to be called before a process ends that does nothing at its exit."""
    if made := _otel():
        made.provider().force_flush(5_000)


def asked_for(environ: Mapping[str, str]) -> bool:
    """Whether an environment asks for traces."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER", "otlp") != "otlp":
        return False
    return bool(environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))


@cache
def _otel() -> Any:
    """The module that makes spans; None where they are not asked for, or OpenTelemetry is not installed."""
    if not asked_for(os.environ):
        return None
    try:
        return import_module("workers.telemetry.otel")
    except ImportError as error:
        log.warning("OTEL_ variables ask for traces: pip install 'newsmill[otel]' (%s)", error)
        return None
