"""Log lines: one for each thing that happens, as JSON for machines or as text for a terminal, on standard error.

They are structlog's. A module logs by `get_logger(__name__)`, with what belongs to the event as keywords; what belongs
to all that is done meanwhile (the request's id, the job's) is bound by `structlog.contextvars`, and is in every line.
Libraries log by the standard library, and their records go through the same processors.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable
from typing import Any, Final, TextIO, cast

import orjson
import structlog
from structlog.contextvars import merge_contextvars
from structlog.dev import Column, ConsoleRenderer, KeyValueColumnFormatter, LogLevelColumnFormatter, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, add_log_level, format_exc_info
from structlog.stdlib import ProcessorFormatter, add_logger_name
from structlog.typing import EventDict, FilteringBoundLogger, Processor

from schemas.settings import Settings
from schemas.settings.masking import masked

# Where nothing but a blank, a quote or a control character could make two values, or two lines, of one.
_PLAIN: Final = re.compile(r'[^\s"=\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

_FIRST: Final = ("timestamp", "level", "logger", "event")

_KNOWN: Final[tuple[Processor, ...]] = (
    merge_contextvars,
    add_logger_name,
    add_log_level,
    TimeStamper(fmt="iso", utc=True),
    format_exc_info,
)
"""What makes of a call all that there is to say."""


class _StandardError:
    """Where the lines go, each in one call.

    structlog's own hold a lock meanwhile, which stays locked in a process of Celery's pool that is forked just then.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")

    debug = info = warning = error = critical = write


def get_logger(name: str) -> FilteringBoundLogger:
    """The logger of a module."""
    return cast("FilteringBoundLogger", structlog.get_logger(name))


def configure_logging(settings: Settings) -> None:
    """Log what the settings say, and as they say, from here on in this process and in those that it forks.

    newsmill's own loggers have the level of the setting. Those of its libraries have it from warning up: a line for
    each task costs Celery a fifth of what it moves.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    shown = renderers(settings.log_format, sys.stderr)
    _configure(level, shown, last=True)
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(make_formatter(shown))
    root = logging.getLogger()
    root.handlers = [out]
    root.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def renderers(log_format: str, stream: TextIO) -> tuple[Processor, ...]:
    """What makes a line of all that there is to say.

    Args:
        log_format: "json", "text", or "auto": text on a terminal, and JSON elsewhere.
        stream: where the lines go.
    """
    terminal = stream.isatty()
    if log_format == "text" or (log_format == "auto" and terminal):
        return (_told, _indented, _console(colored=terminal and not os.environ.get("NO_COLOR")))
    return (_told, JSONRenderer(serializer=_json, default=_other))


def processors(shown: tuple[Processor, ...]) -> list[Processor]:
    """What a line of newsmill's own goes through."""
    return [*_KNOWN, *shown]


def make_formatter(shown: tuple[Processor, ...]) -> logging.Formatter:
    """What makes the same line of what libraries log by the standard library."""
    return ProcessorFormatter(foreign_pre_chain=_KNOWN, processors=(ProcessorFormatter.remove_processors_meta, *shown))


def _configure(level: int, shown: tuple[Processor, ...], *, last: bool) -> None:
    structlog.configure(
        processors=processors(shown),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_StandardError,
        cache_logger_on_first_use=last,
    )


def _told(_: Any, __: str, event: EventDict) -> EventDict:
    """What every line has comes first; a value that is not known is left out; and no password is in any."""
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
    except TypeError:  # a lone surrogate, in the name of a file say: orjson refuses it
        return json.dumps(event, default=default)


def _other(value: Any) -> str:
    return masked(str(value))


def _indented(_: Any, __: str, event: EventDict) -> EventDict:
    """A traceback stands below its line, and nothing in it can pass for one."""
    if trace := event.get("exception"):
        event["exception"] = "\n".join(f"    {_CONTROL.sub('?', part)}" for part in trace.split("\n"))
    return event


def _console(*, colored: bool) -> ConsoleRenderer:
    """The form of structlog's for people, but with values and messages that cannot be more than they are."""
    style = ConsoleRenderer.get_default_column_styles(colored)
    levels = ConsoleRenderer.get_default_level_styles(colored)

    def column(
        value_style: str, value: Callable[[Any], str], *, key_style: str | None = None, postfix: str = ""
    ) -> Any:
        return KeyValueColumnFormatter(key_style, value_style, style.reset, value, postfix=postfix)

    return ConsoleRenderer(
        columns=[
            Column("timestamp", column(style.timestamp, str)),
            Column("level", LogLevelColumnFormatter(levels, style.reset)),
            Column("logger", column(style.logger_name, _message, postfix=":")),
            Column("event", column(style.bright, _message)),
            Column("", column(style.kv_value, _value, key_style=style.kv_key)),
        ],
        sort_keys=False,
        exception_formatter=plain_traceback,
    )


def _message(value: Any) -> str:
    return _CONTROL.sub("?", str(value))


def _value(value: Any) -> str:
    text = _other(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


# A command that is no service logs what is wrong, and not on standard output, as structlog would by itself.
_configure(logging.WARNING, renderers("text", sys.stderr), last=False)
