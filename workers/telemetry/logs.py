"""Log lines: one for each thing that happens, as JSON for machines or as text for a terminal, on standard error.

Modules log by the standard library (`logging.getLogger(__name__)`), with what belongs to the event in `extra`; what
belongs to all that is done meanwhile (the request's id, the job's) is bound, and is in every line.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

from schemas.masking import masked
from schemas.settings import Settings

_OURS: Final = ("schemas", "workers", "service")

# Where nothing but a blank, a quote or a control character could make two values, or two lines, of one.
_PLAIN: Final = re.compile(r'[^\s"=\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_COLORS: Final = {"debug": 2, "info": 32, "warning": 33, "error": 31, "critical": 31}

# What every record has: all else in one is the event's own.
_OF_EVERY_RECORD: Final = frozenset(
    {*vars(logging.LogRecord("", 0, "", 0, "", None, None)), "message", "asctime", "data", "taskName"}
)

_bound: ContextVar[Mapping[str, Any]] = ContextVar("bound", default={})  # noqa: B039 - it is never changed in place


@contextmanager
def bound(**names: Any) -> Iterator[None]:
    """Have these names in every line that is logged in this context, and what is bound in it no longer after it."""
    token = _bound.set({**_bound.get(), **names})
    try:
        yield
    finally:
        _bound.reset(token)


def bind(**names: Any) -> None:
    """Have these names, too, in every line from here on."""
    _bound.set({**_bound.get(), **names})


def bind_anew(**names: Any) -> None:
    """Have these names, and no others, in every line from here on."""
    _bound.set(names)


def configure_logging(settings: Settings) -> None:
    """Log what the settings say, and as they say, from here on in this process and in those that it forks.

    newsmill's own loggers have the level of the setting. Those of its libraries have it from warning up: a line for
    each task costs Celery a fifth of what it moves.
    """
    root = logging.getLogger()
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(make_formatter(settings.log_format, sys.stderr))
    root.handlers = [out]
    level = logging.getLevelNamesMapping()[settings.log_level]
    root.setLevel(max(level, logging.WARNING))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def make_formatter(log_format: str, stream: TextIO) -> logging.Formatter:
    """What makes a line of a record.

    Args:
        log_format: "json", "text", or "auto": text on a terminal, and JSON elsewhere.
        stream: where the lines go.
    """
    terminal = stream.isatty()
    if log_format == "text" or (log_format == "auto" and terminal):
        return _Text(colored=terminal and not os.environ.get("NO_COLOR"))
    return _Json()


class _Json(logging.Formatter):
    """An object in one line; a value that is not known is left out."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"timestamp": _moment(record), "level": record.levelname.lower(), "logger": record.name}
        event |= {"event": masked(record.getMessage()), **_told(record)}
        if record.exc_info:
            event["exception"] = masked(self.formatException(record.exc_info))
        try:
            return orjson.dumps(event, default=str).decode()
        except TypeError:  # a lone surrogate, in the name of a file say: orjson refuses it
            return json.dumps(event, default=str)


class _Text(logging.Formatter):
    """A line of text, whose values are quoted where they have to be; a traceback is indented below it."""

    def __init__(self, *, colored: bool) -> None:
        super().__init__()
        self._colored = colored

    def format(self, record: logging.LogRecord) -> str:
        level = f"{record.levelname.lower():7}"
        if self._colored:
            level = f"\x1b[{_COLORS.get(level.strip(), 0)}m{level}\x1b[0m"
        line = f"{_moment(record)} {level} {record.name}: {_CONTROL.sub('?', masked(record.getMessage()))}"
        line += "".join(f" {name}={_value(value)}" for name, value in _told(record).items())
        if record.exc_info:
            trace = masked(self.formatException(record.exc_info))
            line += "".join(f"\n    {_CONTROL.sub('?', part)}" for part in trace.split("\n"))
        return line


def _told(record: logging.LogRecord) -> dict[str, Any]:
    """What is bound, and what the event has of its own, in this order and without passwords."""
    own = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
    return {
        name: masked(value) if isinstance(value, str) else value
        for name, value in {**_bound.get(), **own}.items()
        if value is not None and value != ""
    }


def _moment(record: logging.LogRecord) -> str:
    when = datetime.fromtimestamp(record.created, UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(value: Any) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
