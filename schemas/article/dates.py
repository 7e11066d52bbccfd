"""Dates: the forms that documents use, the form that an Article holds, and comparison.

    2024-11-08                                 →  2024-11-08
    2024/11/8, 20241108, 8 Nov 2024            →  2024-11-08
    Nov. 8th, 2024; Friday, November 8, 2024   →  2024-11-08
    25/12/2024, 12/25/2024, 8.11.2024          →  2024-12-25, 2024-12-25, 2024-11-08
    2024-11-08 16:30:00+00:00                  →  2024-11-08T16:30:00+00:00
    2024-11-08T16:30+0200, 20241108T163000Z    →  2024-11-08T16:30:00+02:00, 2024-11-08T16:30:00Z
    Fri, 08 Nov 2024 16:30:00 GMT              →  2024-11-08T16:30:00Z
    Fri Nov 08 2024 16:30:00 GMT+0100 (CET)    →  2024-11-08T16:30:00+01:00
    2024-11-08 4:30 PM                         →  2024-11-08T16:30:00, without a zone
    ۱۱ اسفند ۱۴۰۲                              →  2024-03-01

A date is never guessed. Not read are a numeric day that could be a month (5/6/2024), a year of two digits, and a date
without its day, except for a month of ISO 8601 (2024-11). A time without a zone stays without one, unless the reader of
the document knows the zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from schemas.article.calendars import NO_LUNAR, find_lunar_date, find_solar_day
from schemas.article.values import check_day_or_moment
from schemas.article.zones import WIDEST, find_zone

DayOrder = Literal["day-first", "month-first"]
"""The order of day and month in a numeric date such as 5/6/2024."""


class ReadMoment(NamedTuple):
    """A date as it was read.

    Args:
        value: a day ("2024-11-08") or a date-time with seconds, with its zone or without one
            ("2024-11-08T16:30:00+01:00", "2024-11-08T16:30:00"); None if the text cannot be read as a date.
        reason: what the text lacks, as a clause ("the time has no zone"); None if nothing is lost.
    """

    value: str | None
    reason: str | None


class SharedOrder(NamedTuple):
    """The order of day and month in the dates of a document.

    Args:
        order: the order that they prove; None if they prove none, or both.
        is_open: whether any date without dots could be read in either order.
    """

    order: DayOrder | None
    is_open: bool


_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# RFC 5322, section 4.3, and the zones of Europe. Any other name stands for several zones.
_ZONES: Final = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT"), "Z"),
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
    "WET": "+00:00",
    "WEST": "+01:00",
    "CET": "+01:00",
    "CEST": "+02:00",
    "EET": "+02:00",
    "EEST": "+03:00",
}
_LONGEST: Final = 100
_NO_DATE: Final = "the text is not a date in a known form"

_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,?\s+)?"
_MONTH = r"(?P<word>[a-z]{3,9})\.?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,12})\d*)?)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
# The comment of RFC 5322 and of JavaScript, in parentheses; the suffix of RFC 9557, in brackets.
_ZONE = r"(?:\s*(?P<name>[a-z]{1,5})?(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?:\s*\([^()]*\)|\[[^\[\]]*\])*)"
_TIME = rf"(?:(?:T|,?\s+(?:at\s+)?){_CLOCK}{_HALF}{_ZONE})?"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}}){_TIME}",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
        rf"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,12}})\d*)?)?{_ZONE})?",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s-]+(?:of\s+)?{_MONTH},?[\s-]+(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(?P<year>\d{{4}})",
        rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){_TIME}",
    )
)
_NUMERIC: Final = _FORMS[-1]
_WITHOUT_DAY = re.compile(rf"\d{{4}}(?:[-/.]?\d\d?)?|{_MONTH},?\s+\d{{4}}", re.ASCII | re.IGNORECASE)
_ZONED = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TRUNCATED = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


@lru_cache(maxsize=4096)
def read_moment(text: str, zone: str | None = None, order: DayOrder | None = None) -> ReadMoment:
    """Read a date in any form that has one meaning.

    Args:
        text: the text, with or without white space around it.
        zone: the zone of a time that states none, which `check_zone` has found right; None if it is not known.
        order: the order of day and month in a numeric date, where the document proves one or the request states it;
            None if it is not known.

    Returns:
        the date and what it lacks. `value` is None if the text is no date.
    """
    text = text.strip()
    if check_day_or_moment(text) is None and (text[10:] == "" or is_zoned(text)):
        return ReadMoment(text, None)
    for form in _FORMS if len(text) <= _LONGEST else ():
        if match := form.fullmatch(text):
            return _read(match.groupdict(), zone, order)
    if _WITHOUT_DAY.fullmatch(text):
        return ReadMoment(None, "the date has no day")
    if not text.isascii() and (day := find_solar_day(text)):
        return ReadMoment(day, "it is a day of the Solar Hijri calendar; a time beside it is left out")
    if not text.isascii() and find_lunar_date(text):
        return ReadMoment(None, NO_LUNAR)
    return ReadMoment(None, _NO_DATE)


def read_zoned_moment(text: str, zone: str | None = None, order: DayOrder | None = None) -> ReadMoment:
    """Read a date-time for a field that needs a zone, such as `first_created` or `embargoed`.

    The arguments are those of `read_moment`. A day and a date-time without a zone give no value.
    """
    read = read_moment(text, zone, order)
    if read.value is None or is_zoned(read.value):
        return read
    return ReadMoment(None, read.reason or "the date has no time")


def day_order(text: str) -> DayOrder | None:
    """Return the order of day and month that a numeric date proves, because one of its numbers is past 12."""
    match = _NUMERIC.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None or read_moment(text).value is None:
        return None
    if int(match["one"]) > 12:
        return "day-first"
    return "month-first" if int(match["two"]) > 12 else None


def shared_day_order(texts: Iterable[str]) -> SharedOrder:
    """Return the order of day and month that the dates of a document prove together.

    Dates that contradict each other prove none. Dates with dots contradict others whose month is first, unless one of
    them has its month first too.
    """
    proven, of_dots = set[DayOrder](), set[DayOrder]()
    is_open = open_dots = False
    for text in texts:
        match = _NUMERIC.fullmatch(text.strip()) if len(text) <= _LONGEST else None
        if match is None:
            continue
        dots = match["mark"] == "."
        if order := day_order(text):
            (of_dots if dots else proven).add(order)
        elif int(match["one"]) != int(match["two"]):
            open_dots, is_open = open_dots or dots, is_open or not dots
    if proven and open_dots and not of_dots:
        proven.add("day-first")
    proven |= of_dots
    return SharedOrder(proven.pop() if len(proven) == 1 else None, is_open)


def _read(parts: dict[str, str | None], zone: str | None, order: DayOrder | None) -> ReadMoment:
    """Return the date of a text that has the form of one."""
    reason = None
    if parts.get("one"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        # With dots, the day comes first in all countries that use them.
        day_month = _day_and_month(one, two, order or ("day-first" if parts["mark"] == "." else None))
        if (order == "month-first" and one > 12) or (order == "day-first" and two > 12):
            reason = "its day and its month are in the other order"
        if day_month is None:
            return ReadMoment(
                None, "the day and the month cannot be told apart; give their order with the reading option dates"
            )
        day, month = day_month
    else:
        day, month = int(parts["day"] or 0), _month(parts)
    if parts.get("word") and not month:
        return ReadMoment(None, _NO_DATE)
    try:
        calendar_day = date(int(parts["year"] or 0), month, day)
    except ValueError:
        return ReadMoment(None, "there is no such day in the calendar")
    if calendar_day.year == 1:
        return ReadMoment(None, "the year 1 is how software writes a date that it does not know")
    if parts.get("hour") is None:
        return ReadMoment(calendar_day.isoformat(), reason)
    clock = _clock(parts)
    if clock is None:
        return ReadMoment(calendar_day.isoformat(), "there is no such time of day")
    value, lacks = _with_zone(f"{calendar_day}T{clock}", parts, zone)
    return ReadMoment(value, lacks or reason)


def _month(parts: dict[str, str | None]) -> int:
    """Return the number of a month; 0 if its name is unknown."""
    word = parts.get("word")
    if not word:
        return int(parts["month"] or 0)
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word.lower())), 0)


def _day_and_month(one: int, two: int, order: DayOrder | None) -> tuple[int, int] | None:
    """Return day and month of a numeric date; None if either number may be the day."""
    if two > 12:
        return two, one
    if one > 12 or one == two or order == "day-first":
        return one, two
    return (two, one) if order == "month-first" else None


def _clock(parts: dict[str, str | None]) -> str | None:
    """Return the time of day, without a zone; None if there is no such time."""
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = f".{parts['fraction']}" if parts.get("fraction") else ""
    return f"{hour:02}:{minute:02}:{second:02}{fraction}"


def _with_zone(moment: str, parts: dict[str, str | None], zone: str | None) -> ReadMoment:
    """Return a date-time with the zone of its text, else with the zone of the document."""
    name, offset = parts.get("name"), parts.get("offset")
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits, "00") if len(digits) <= 2 else (digits[:-2], digits[-2:])
        written = f"{moment}{offset[0]}{int(hours):02}:{minutes}"
        if check_day_or_moment(written) is None:
            return ReadMoment(written, None)
        return ReadMoment(moment, f"there is no zone {offset}")
    if name:
        known = _ZONES.get(name.upper())
        return ReadMoment(f"{moment}{known}", None) if known else ReadMoment(moment, f"the zone {name} is not known")
    held = find_zone(zone) if zone else None
    if held is None:
        return ReadMoment(moment, "the time has no zone")
    local = datetime.fromisoformat(moment.partition(".")[0]).replace(tzinfo=held)
    reason = _ambiguity(local)
    return ReadMoment(f"{moment}{'Z' if zone == 'UTC' else local.isoformat()[19:]}", reason)


def _ambiguity(local: datetime) -> str | None:
    """Return what is uncertain about a local time, at the change to or from daylight saving time."""
    if local.utcoffset() == local.replace(fold=1).utcoffset():
        return None
    again = local.astimezone(UTC).astimezone(local.tzinfo)
    if again.replace(tzinfo=None) == local.replace(tzinfo=None):
        return "the time comes twice in its zone on this day; the first is taken"
    return "the clocks of its zone skip the time on this day"


def is_zoned(value: str) -> bool:
    """Return whether a text is a date-time with its zone, without white space around it."""
    return bool(_ZONED.fullmatch(value)) and span(value) is not None


def has_zone(stated: str) -> bool:
    """Return whether a date of an Article is a date-time with its zone: `is_zoned`, for a date that was checked."""
    return len(stated) > 10 and (stated[-1] == "Z" or stated[-6] in "+-")


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
            return first - WIDEST, last + WIDEST
        except (ValueError, OverflowError):
            return (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)) if year else None
    try:
        read = datetime.fromisoformat(value)
        if read.tzinfo is None:
            naive = read.replace(tzinfo=UTC)
            return naive - WIDEST, naive + WIDEST
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
