"""Dates of articles in feeds: those of RFC 822 in RSS, and those of RFC 3339 elsewhere."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

from schemas.article.dates import has_zone

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = {
    f"{number:02d}": name
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


@lru_cache(maxsize=1024)
def rfc_822(value: str) -> str | None:
    """Return a date-time as RSS has it: "Fri, 08 Nov 2024 16:30:00 GMT"; None for a date without time or zone."""
    if not has_zone(value):
        return None
    weekday = _DAYS[date.fromisoformat(value[:10]).weekday()]
    zone = "GMT" if value[-1] == "Z" else value[-6:].replace(":", "")
    return f"{weekday}, {value[8:10]} {_MONTHS[value[5:7]]} {value[:4]} {value[11:19]} {zone}"


def rfc_3339(value: str) -> str | None:
    """Return a date-time with its zone as it is; None for a date without time or zone."""
    return value if has_zone(value) else None


def w3c(value: str) -> str:
    """Return a date for Dublin Core, which takes a day or a month, but no time without a zone (W3C-DTF)."""
    return value if has_zone(value) else value[:10]


def has_lost_part(value: str, *, seconds_only: bool = False) -> bool:
    """Return whether a date has a time without a zone, or fractions of a second where there are only seconds."""
    return len(value) > 10 and (not has_zone(value) or (seconds_only and "." in value))
