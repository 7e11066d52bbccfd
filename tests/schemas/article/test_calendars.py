"""Dates of other calendars: read where the calendar is certain, else left out and named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article.calendars import NO_LUNAR, find_lunar_date, find_solar_day, is_other_year
from schemas.article.dates import read_moment

MONTHS = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("۱۱ اسفند ۱۴۰۲", "2024-03-01"),
        ("جمعه ۱۱ اسفند ۱۴۰۲ - ۰۹:۳۰", "2024-03-01"),
        ("1 فروردین 1403", "2024-03-20"),
        ("۳۰ اسفند ۱۴۰۳", "2025-03-20"),
        ("۱ فروردین ۱۴۰۴", "2025-03-21"),
        ("۲۲ بهمن ۱۳۵۷", "1979-02-11"),
        ("۲۴ اسد ۱۴۰۰", "2021-08-15"),
        ("۱۰ ارديبهشت ماه ۱۴۰۱", "2022-04-30"),
    ],
)
def test_a_solar_hijri_date_in_words_is_read(text: str, day: str) -> None:
    assert find_solar_day(text) == day
    assert read_moment(text).value == day


@pytest.mark.parametrize(
    "text", ["۳۰ اسفند ۱۴۰۴", "۳۲ مهر ۱۴۰۲", "مهر ۱۴۰۲", "۱۱ مهر ۲۰۲۳", "۱۴۰۲/۱۲/۱۱", "1402-12-11", ""]
)
def test_what_is_no_day_of_that_calendar_or_only_a_number_is_not_read(text: str) -> None:
    assert find_solar_day(text) is None


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_the_day_behind_a_day_is_the_next_one(day: date) -> None:
    """Each day of 150 years is that of one Solar Hijri date."""
    year = day.year - (621 if (day.month, day.day) > (3, 22) else 622)
    dates = (f"{number} {month} {one}" for one in (year, year + 1) for month in MONTHS for number in range(1, 32))
    assert [found for found in map(find_solar_day, dates) if found == day.isoformat()] == [day.isoformat()]


def test_no_day_is_left_between_two_years() -> None:
    for year in range(1330, 1480):
        last = find_solar_day(f"30 اسفند {year}") or find_solar_day(f"29 اسفند {year}")
        assert last
        assert find_solar_day(f"1 فروردین {year + 1}") == (date.fromisoformat(last) + timedelta(1)).isoformat()


@pytest.mark.parametrize("text", ["20 شعبان 1445", "٢٠ شعبان ١٤٤٥", "1 محرم 1446", "3 جمادى الآخرة 1445"])
def test_a_hijri_date_is_named_and_not_read(text: str) -> None:
    assert find_lunar_date(f"الجمعة {text} هـ") == text
    assert read_moment(text) == (None, NO_LUNAR)


def test_years_before_there_was_news_are_of_another_calendar() -> None:
    assert is_other_year("1402-12-11")
    assert not is_other_year("2024-03-01")
    assert not is_other_year("1605-01-01")
