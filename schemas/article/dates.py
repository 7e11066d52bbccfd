"""Dates: the forms that documents use, the form that an Article holds, and comparison.

    2024-11-08 16:30:00+00:00        →  2024-11-08T16:30:00+00:00
    2024-11-08T16:30+0200            →  2024-11-08T16:30:00+02:00
    2024-11-08t16:30:00.5z           →  2024-11-08T16:30:00.5Z
    Fri, 08 Nov 2024 16:30:00 GMT    →  2024-11-08T16:30:00Z

Only unambiguous forms are read: no numeric day that could be a month, no time without its zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:[Tt]|[ ]+)(?P<minute>\d\d:\d\d)(?P<second>:\d\d)?(?:[.,](?P<fraction>\d+))?"
    r"[ ]?(?P<zone>[Zz]|UTC|GMT|(?P<hours>[+-]\d\d)(?::?(?P<minutes>\d\d))?)",
    re.ASCII,
)
# RFC 5322, section 3.3, and section 4.3 for zone names. Two-digit years are not read.
_MAIL = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d\d:\d\d(?::\d\d)?\s+"
    r"(?P<zone>[+-]\d{4}|UTC?|GMT|[ECMP][SD]T)(?:\s*\([^()]*\))?",
    re.ASCII,
)
_ZONED = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TRUNCATED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
# The largest offset of a zone: a day without a zone may begin or end that much earlier or later.
_WIDEST = timedelta(hours=14)


def read_date(text: str) -> str:
    """Return an ISO 8601 or RFC 5322 date in the form of an Article; a day stays a day.

    A text in neither form is returned unchanged; the Article refuses it.
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        second = match["second"] or ":00"
        fraction = f".{match['fraction']}" if match["fraction"] else ""
        zone = f"{match['hours']}:{match['minutes'] or '00'}" if match["hours"] else "Z"
        return f"{match['day']}T{match['minute']}{second}{fraction}{zone}"
    if match := _MAIL.fullmatch(text):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError):
            return text
        if moment.tzinfo is None:
            # RFC 5322, section 3.3: -0000 is a time in UTC without information on the local zone.
            return f"{moment.isoformat()}-00:00"
        return moment.isoformat().removesuffix("+00:00") + "Z" if not moment.utcoffset() else moment.isoformat()
    return text


def is_zoned(value: str) -> bool:
    """Return whether a text is a date-time with its zone, without white space around it."""
    return bool(_ZONED.fullmatch(value)) and span(value) is not None


@lru_cache(maxsize=4096)
def span(value: str) -> tuple[datetime, datetime] | None:
    """Return the earliest and latest moment that a date of any precision can mean; None if it is no date."""
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
        # The conversion to UTC leaves the calendar, on its first or last day.
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return moment, moment


def is_after(one: str, other: str) -> bool:
    """Return whether one date is surely after another, for any missing time or zone. False if either is no date."""
    first, second = span(one), span(other)
    return bool(first and second and first[0] > second[1])
