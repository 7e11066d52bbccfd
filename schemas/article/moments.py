"""Dates and times as documents state them, compared as far as they can be."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_ZONED = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TRUNCATED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
# A day without a zone begins and ends somewhere on earth.
_WIDEST = timedelta(hours=14)


def is_zoned(value: str) -> bool:
    """Whether a text is a date-time that has its zone, and no white space around it."""
    return bool(_ZONED.fullmatch(value)) and span(value) is not None


@lru_cache(maxsize=4096)
def span(value: str) -> tuple[datetime, datetime] | None:
    """The first and the last moment that a date (of any precision) can mean; None if it is no date."""
    if match := _TRUNCATED.fullmatch(value):
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            first = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
            last = datetime(
                first.year, month or 12, day or monthrange(first.year, month or 12)[1], 23, 59, 59, tzinfo=UTC
            )
            return first - _WIDEST, last + _WIDEST
        except (ValueError, OverflowError):
            return (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)) if year else None
    try:
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            naive = read.replace(tzinfo=UTC)
            return naive - _WIDEST, naive + _WIDEST
        moment = read.astimezone(UTC)
    except ValueError:
        return None
    except OverflowError:
        # The first and the last day of the calendar, seen from UTC.
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return moment, moment


def is_after(one: str, other: str) -> bool:
    """Whether one date is after another, whatever zones and times they leave out; False where either is no date."""
    first, second = span(one), span(other)
    return bool(first and second and first[0] > second[1])
