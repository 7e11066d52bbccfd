"""Dates in feeds: those of RFC 822 in RSS, and those of RFC 3339 elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final

from schemas.article.dates import is_zoned

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=1024)
def rfc_822(value: str) -> str | None:
    """Return a date-time as RSS has it: "Fri, 08 Nov 2024 16:30:00 GMT"; None for a date without time or zone."""
    if not is_zoned(value):
        return None
    moment = datetime.fromisoformat(value)
    zone = "GMT" if value[-1] == "Z" else value[-6:].replace(":", "")
    clock = f"{moment.hour:02d}:{moment.minute:02d}:{moment.second:02d}"
    day = f"{_DAYS[moment.weekday()]}, {moment.day:02d} {_MONTHS[moment.month - 1]}"
    return f"{day} {moment.year:04d} {clock} {zone}"


def rfc_3339(value: str) -> str | None:
    """Return a date-time with its zone as it is; None for a date without time or zone."""
    return value if is_zoned(value) else None


def w3c(value: str) -> str:
    """Return a date for Dublin Core, which takes a day or a month, but no time without a zone (W3C-DTF)."""
    return value if is_zoned(value) else value[:10]


def has_lost_part(value: str, *, seconds_only: bool = False) -> bool:
    """Return whether a date has a time without a zone, or fractions of a second where there are only seconds."""
    return len(value) > 10 and (not is_zoned(value) or (seconds_only and "." in value))
