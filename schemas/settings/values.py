"""Parsers of the values of settings, from the text that an operator writes.

Raises (every parser):
    ValueError: the text is not such a value. The message says what is expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

_SIZES: Final[dict[str, int]] = {"": 1, "B": 1} | {
    f"{letter}{suffix}": int(base**power)
    for power, letter in enumerate("KMGT", 1)
    for suffix, base in (("B", 1_000), ("IB", 1_024))
}
_SIZE: Final = re.compile(r"([0-9]+)\s*([KMGT]?I?B|)", re.IGNORECASE)
_DURATIONS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION: Final = re.compile(r"([0-9]+)\s*([smhdw]?)")
_ORIGIN: Final = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?|\*")
_PUBLISHED: Final = re.compile(r"(?:(\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]+):)?[0-9]{1,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Intervals of the workers, in seconds. Tests shorten them.

    Args:
        lease: the time from the last renewal of a lease to its end.
        renew_every: the pause between two renewals.
        sweep_every: the pause between two sweeps.
    """

    lease: float = 12
    renew_every: float = 3
    sweep_every: float = 5

    def __str__(self) -> str:
        return " ".join(f"{one.name}={getattr(self, one.name):g}" for one in fields(self))


DEFAULT_TIMINGS: Final = Timings()


def parse_timings(text: str) -> Timings:
    """Parse seconds by the names of `Timings`."""
    try:
        timings = Timings(**{name: float(seconds) for name, _, seconds in (one.partition("=") for one in text.split())})
    except (TypeError, ValueError):
        timings = None
    if timings is None or not 0 < timings.renew_every < timings.lease or timings.sweep_every <= 0.1:
        raise ValueError(f"seconds, such as {DEFAULT_TIMINGS}, with renew_every below lease and sweep_every over 0.1")
    return timings


def parse_size(text: str) -> int:
    """Parse a size, in bytes."""
    match = _SIZE.fullmatch(text)
    unit = _SIZES.get(match[2].upper()) if match else None
    if match is None or unit is None or int(match[1]) == 0:
        raise ValueError("a size, such as 500MB or 1GiB")
    return int(match[1]) * unit


def parse_limit(text: str) -> int:
    """Parse a size limit, in bytes; 0 means no limit."""
    try:
        return 0 if text == "0" else parse_size(text)
    except ValueError as error:
        raise ValueError(f"{error}; 0 means no limit") from None


def parse_duration(text: str) -> int:
    """Parse a duration, in seconds."""
    match = _DURATION.fullmatch(text)
    if match is None or int(match[1]) == 0:
        raise ValueError("a duration, such as 90s, 12h or 7d")
    return int(match[1]) * _DURATIONS[match[2]]


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of a whole number within bounds."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return parse


def choice(*values: str, form: Callable[[str], str] = str.lower) -> Callable[[str], str]:
    """Return a parser of one of several words, in upper or lower case; `form` turns the word into the value."""

    def parse(text: str) -> str:
        if text.lower() not in values:
            raise ValueError(f"{', '.join(values[:-1])} or {values[-1]}")
        return form(text)

    return parse


def parse_yes_or_no(text: str) -> bool:
    """Parse "yes" or "no"."""
    return choice("yes", "no")(text) == "yes"


def parse_base_path(text: str) -> str:
    """Return the path of a URL without a slash at its end; "" is the root."""
    path = text.rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", path) or {".", ".."} & set(path.split("/")):
        raise ValueError("a path, such as /newsmill, of letters, digits and . _ ~ -")
    return path


def parse_origins(text: str) -> tuple[str, ...]:
    """Parse a list of origins, each as a browser sends it: a scheme, a host in lower case, and a port if it has one."""
    origins = tuple(text.replace(",", " ").split())
    if not all(map(_ORIGIN.fullmatch, origins)):
        raise ValueError("origins, such as https://news.example.com or http://localhost:3000, separated by blanks")
    return origins


def parse_published(text: str) -> str:
    """Return the address of a published port in Docker's notation; a port alone means every address."""
    match = _PUBLISHED.fullmatch(text)
    if match is None:
        raise ValueError("an address and a port, such as 127.0.0.1:8080, or a port alone for every address")
    return (match[1] or "0.0.0.0").strip("[]")  # noqa: S104 - what a port alone means


def parse_store(text: str) -> str:
    """Parse the place of the artifacts: a folder, or a bucket with a prefix."""
    # The prefix has only characters that a URL need not escape, and no part that is . or ..
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/(?!\.{1,2}(/|$))[A-Za-z0-9._-]+)*/?", text):
        raise ValueError("a folder, or s3://bucket/prefix")
    return text


def checked(check: Callable[[str], str | None], expected: str) -> Callable[[str], str]:
    """Return a parser of a text that `check` accepts: for which it returns nothing."""

    def parse(text: str) -> str:
        if check(text):
            raise ValueError(expected)
        return text

    return parse
