"""What a value of a setting may be: a size, a time, a number, a choice; each from what an operator writes.

Raises (every function):
    ValueError: it is none; the message says what is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_SIZE = re.compile(r"([0-9]+)\s*(B|KB|MB|GB|TB|KIB|MIB|GIB|TIB)?", re.IGNORECASE)
_SIZES = {"": 1, "B": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("KMGT", 1)
    for suffix, base in (("B", 1000), ("IB", 1024))
}
_DURATION = re.compile(r"([0-9]+)\s*([smhdw]?)")
_DURATIONS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_PUBLISHED = re.compile(r"(?:(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):)?[0-9]{1,5}")


def parse_size(text: str) -> int:
    """A size, in bytes."""
    match = _SIZE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError("a size, such as 500MB or 1GiB")
    return int(match[1]) * int(_SIZES[(match[2] or "").upper()])


def parse_limit(text: str) -> int:
    """A size that something may have at most, in bytes; 0 is none."""
    try:
        return 0 if text == "0" else parse_size(text)
    except ValueError as error:
        raise ValueError(f"{error}; 0 is none") from None


def parse_duration(text: str) -> int:
    """A time, in seconds."""
    match = _DURATION.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError("a duration, such as 90s, 12h or 7d")
    return int(match[1]) * _DURATIONS[match[2]]


def parse_number(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number within bounds."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


def parse_yes_or_no(text: str) -> bool:
    """A choice of two."""
    if text.lower() not in ("yes", "no"):
        raise ValueError("yes or no")
    return text.lower() == "yes"


def parse_published(text: str) -> str:
    """The address of what Docker calls a published port; a port alone is published at every address."""
    match = _PUBLISHED.fullmatch(text)
    if match is None:
        raise ValueError("an address and a port, such as 127.0.0.1:8080, or a port alone, which is of every address")
    return (match[1] or "0.0.0.0").strip("[]")  # noqa: S104 - what a port alone means


def parse_store(text: str) -> str:
    """The place of the artifacts: a folder, or a bucket with a prefix."""
    # A prefix of characters that stand for themselves in a URL, without a part that is . or ..
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)*/?", text):
        raise ValueError("a folder, or s3://bucket/prefix")
    return text


def parse_file(text: str) -> Path:
    """A file that is there."""
    if not Path(text).is_file():
        raise ValueError("the path of a file")
    return Path(text)


def parse_checked(check: Callable[[str], str | None], what: str) -> Callable[[str], str]:
    """What reads a text that a check finds nothing wrong with; `what` says what is expected."""

    def parse(text: str) -> str:
        if check(text):
            raise ValueError(what)
        return text

    return parse


def parse_level(text: str) -> str:
    """A level of logging."""
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("debug, info, warning or error")
    return text.upper()


def parse_log_format(text: str) -> str:
    """A format of log lines."""
    if text.lower() not in ("auto", "json", "text"):
        raise ValueError("auto, json or text")
    return text.lower()
