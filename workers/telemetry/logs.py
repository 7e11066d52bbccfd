"""Structured log lines on standard error, as JSON for machines or as text for a terminal.

A module gets its logger from `get_logger(__name__)` and passes the fields of an event as keywords. Fields of all events
of a request or a job are bound by `structlog.contextvars`. Records of libraries, from the standard library's logging,
go through the same processors.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final, TextIO, TypeVar, cast

import orjson
import structlog
from structlog.contextvars import (
    bind_contextvars,
    bound_contextvars,
    clear_contextvars,
    get_contextvars,
    merge_contextvars,
)
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from schemas.settings import Settings, masked

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_FIRST: Final = ("timestamp", "level", "logger", "event")

_KNOWN: Final[tuple[Processor, ...]] = (
    merge_contextvars,
    add_logger_name,
    add_log_level,
    TimeStamper(fmt="iso", utc=True),
    format_exc_info,
)
"""The processors that complete an event, before it is rendered."""


class _StandardError:
    """Write each line in one call. A line that cannot be written is dropped: no work fails for a log."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, line: str) -> None:
        with suppress(OSError):  # the supervisor was killed, say, or the disk is full
            sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = write


bind_fields: Final = bind_contextvars
"""Add fields to all later lines of this thread."""

clear_fields: Final = clear_contextvars
"""Remove the fields of the lines of this thread."""

A = TypeVar("A")
T = TypeVar("T")


def get_logger(name: str) -> FilteringBoundLogger:
    """Return the logger of a module."""
    return cast("FilteringBoundLogger", structlog.get_logger(name))


def with_fields(task: Callable[[A], T]) -> Callable[[A], T]:
    """Return a task for another process, in whose lines are the fields that lines of this thread have now."""
    return partial(_with_fields, get_contextvars(), task)


def _with_fields(fields: Mapping[str, Any], task: Callable[[A], T], argument: A) -> T:
    with bound_contextvars(**fields):
        return task(argument)


def configure_logging(settings: Settings) -> None:
    """Configure the logs of this process, from the settings.

    newsmill's own loggers have the level of the setting. Those of libraries log warnings and errors only: a line for
    each task costs a fifth of Celery's throughput.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    rendering = renderers(settings.log_format, sys.stderr)
    _configure(level, rendering, cached=True)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(make_formatter(rendering))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def renderers(log_format: str, stream: TextIO) -> tuple[Processor, ...]:
    """Return the processors that render an event as a line.

    Args:
        log_format: "json", "text", or "auto": text on a terminal, and JSON elsewhere.
        stream: the stream that takes the lines.
    """
    terminal = stream.isatty()
    if log_format == "text" or (log_format == "auto" and terminal):
        return (_ordered, _on_one_line, _console(colored=terminal and not os.environ.get("NO_COLOR")))
    return (_ordered, JSONRenderer(serializer=_json, default=_masked_text))


def processors(rendering: tuple[Processor, ...]) -> list[Processor]:
    """Return the processors of newsmill's own events."""
    return [*_KNOWN, *rendering]


def make_formatter(rendering: tuple[Processor, ...]) -> logging.Formatter:
    """Return a formatter that renders records of the standard library in the same form."""
    return ProcessorFormatter(
        foreign_pre_chain=_KNOWN, processors=(ProcessorFormatter.remove_processors_meta, *rendering)
    )


def _configure(level: int, rendering: tuple[Processor, ...], *, cached: bool) -> None:
    structlog.configure(
        processors=processors(rendering),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_StandardError,
        cache_logger_on_first_use=cached,
    )


def _ordered(_: Any, __: str, event: EventDict) -> EventDict:
    """Put the fields of every line first, leave out unknown values, and mask passwords."""
    line = {name: event.pop(name) for name in _FIRST if name in event}
    line.update(event)
    return {
        name: masked(value) if isinstance(value, str) else value
        for name, value in line.items()
        if name == "event" or (value is not None and value != "")
    }


def _json(event: EventDict, *, default: Callable[[Any], str]) -> str:
    try:
        return orjson.dumps(event, default=default).decode()
    except TypeError:  # orjson refuses a lone surrogate, as in the name of a file
        return json.dumps(event, default=default)


def _masked_text(value: Any) -> str:
    return masked(str(value))


def _on_one_line(_: Any, __: str, event: EventDict) -> EventDict:
    """Make text of every value. The console quotes fields itself; a traceback is indented below its line."""
    for name, value in event.items():
        if name == "exception":
            event[name] = "\n".join(f"    {_CONTROL.sub('?', part)}" for part in value.split("\n"))
        elif name in ("event", "logger"):
            event[name] = _CONTROL.sub("?", str(value))
        elif not isinstance(value, int | float):
            event[name] = _masked_text(value)
    return event


def _console(*, colored: bool) -> ConsoleRenderer:
    return ConsoleRenderer(
        colors=colored, sort_keys=False, pad_event_to=0, repr_native_str=True, exception_formatter=plain_traceback
    )


# The default, for a command that configures nothing: warnings, on standard error (structlog would use standard output).
_configure(logging.WARNING, renderers("text", sys.stderr), cached=False)
