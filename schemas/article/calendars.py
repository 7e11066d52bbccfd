"""Dates of other calendars than the Gregorian one, stated in words.

    ۱۱ اسفند ۱۴۰۲      →  2024-03-01    (Solar Hijri, of Iran and Afghanistan: the names of its months tell it)
    20 شعبان 1445      →  not read      (Hijri: its months begin on other days from country to country)

A year alone does not tell the calendar: 1402-12-11 may be of either.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

_SOLAR: Final = {
    **dict(
        zip(
            "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(),
            range(1, 13),
            strict=True,
        )
    ),
    # The names of the months in Afghanistan.
    **dict(zip("حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت".split(), range(1, 13), strict=True)),
    "امرداد": 5,
    "ابان": 8,
    "اذر": 9,
    "اسپند": 12,
}
_LUNAR: Final = (
    "محرم|صفر|ربيع (?:ال)?(?:[اأآ]ول|[اأآ]خر|ثاني|الثاني)|رجب|شعبان|رمضان|شوال|"
    "جماد[يى] (?:ال)?(?:[اأ]ول[يى]|[اأآ]خر[ةه]?|ثاني[ةه]?)|ذ[يوا]? ?(?:ال)?(?:قعد[ةه]|حج[ةه])"
)
# Keyboards of Arabic write these letters of Persian otherwise.
_LETTERS: Final = str.maketrans("يىكئ\u200c", "ییکی ")
_YEAR: Final = r"1[34]\d\d"
_DIGITS: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_SOLAR_DATE: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(_SOLAR)})\s+(?:ماه\s+)?(?P<year>{_YEAR})(?!\d)"
)
_LUNAR_DATE: Final = re.compile(rf"(?<!\d)\d{{1,2}}\s+(?:من\s+)?(?:{_LUNAR})\s*[,،]?\s*{_YEAR}(?!\d)")
_OTHER_NUMERIC: Final = re.compile(
    rf"(?<!\d){_YEAR}([/-])\d{{1,2}}\1\d{{1,2}}(?!\d)|(?<!\d)\d{{1,2}}([/-])\d{{1,2}}(?:\2){_YEAR}(?!\d)"
)
_LONGEST: Final = 200

# 1 Farvardin 1403.
_EPOCH: Final = date(2024, 3, 20)
_EPOCH_YEAR: Final = 1403

NO_LUNAR: Final = "it is a Hijri date, whose day differs from country to country; give it with --set published=DATE"
OTHER_YEAR: Final = "its year is of another calendar, which it does not name"


def find_solar_day(text: str) -> str | None:
    """Return the Gregorian day (YYYY-MM-DD) of the first Solar Hijri date in a text; None if it has none."""
    if len(text) > _LONGEST or not (found := _SOLAR_DATE.search(text.translate(_DIGITS).translate(_LETTERS))):
        return None
    year, month, day = int(found["year"]), _SOLAR[found["month"]], int(found["day"])
    if not 1 <= day <= _days_of(year, month):
        return None
    before = sum(_days_of(year, one) for one in range(1, month)) + day - 1
    return (_new_year(year) + timedelta(before)).isoformat()


def find_lunar_date(text: str) -> str | None:
    """Return the first date of the Hijri calendar in a text; None if it has none."""
    found = _LUNAR_DATE.search(text.translate(_DIGITS)) if len(text) <= _LONGEST else None
    return text[found.start() : found.end()] if found else None


def find_other_date(text: str) -> tuple[str, str] | None:
    """Return the first date in a text whose day or calendar is not certain, and why it is not; None if it has none."""
    if lunar := find_lunar_date(text):
        return lunar, NO_LUNAR
    found = _OTHER_NUMERIC.search(text.translate(_DIGITS)) if len(text) <= _LONGEST else None
    return (text[found.start() : found.end()], OTHER_YEAR) if found else None


def is_other_year(moment: str) -> bool:
    """Return whether the year of a date was before there was news, so that it is of another calendar."""
    return bool(re.match(rf"{_YEAR}(?:-|$)", moment))


def _is_leap(year: int) -> bool:
    """Return whether a year of the Solar Hijri calendar has 366 days: the cycle of 33 years holds from 1178 to 1633."""
    return (25 * year + 11) % 33 < 8


def _days_of(year: int, month: int) -> int:
    return 31 if month < 7 else 30 if month < 12 or _is_leap(year) else 29


def _new_year(year: int) -> date:
    """Return the Gregorian day of the first day of a year."""
    years = range(_EPOCH_YEAR, year) if year > _EPOCH_YEAR else range(year, _EPOCH_YEAR)
    days = sum(366 if _is_leap(one) else 365 for one in years)
    return _EPOCH + timedelta(days if year > _EPOCH_YEAR else -days)
