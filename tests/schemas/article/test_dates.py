from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article.dates import day_order, is_zoned, read_moment, read_zoned_moment, shared_day_order
from schemas.article.values import check_day_or_moment
from schemas.article.zones import check_zone
from tests.strategies import days_or_moments

NO_ZONE = "the time has no zone"
NO_DATE = "the text is not a date in a known form"

ORDER = "the day and the month cannot be told apart; give their order with the reading option dates"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-11-08", "2024-11-08"),
        ("2024/11/08", "2024-11-08"),
        ("2024.11.8", "2024-11-08"),
        ("20241108", "2024-11-08"),
        ("8 Nov 2024", "2024-11-08"),
        ("08-Nov-2024", "2024-11-08"),
        ("8th of November, 2024", "2024-11-08"),
        ("November 8, 2024", "2024-11-08"),
        ("Fri., Nov. 8th 2024", "2024-11-08"),
        ("Sept. 8, 2024", "2024-09-08"),
        ("25/12/2024", "2024-12-25"),
        ("12-25-2024", "2024-12-25"),
        ("5/5/2024", "2024-05-05"),
        ("8.11.2024", "2024-11-08"),
        ("2024-11-08T16:30:00Z", "2024-11-08T16:30:00Z"),
        ("2024-11-08T16:30:00.120+01:00", "2024-11-08T16:30:00.120+01:00"),
        (" 2024-11-08 16:30:00+00:00 ", "2024-11-08T16:30:00+00:00"),
        ("2024-11-08 16:30:00 UTC", "2024-11-08T16:30:00Z"),
        ("2024-11-08t16:30:00z", "2024-11-08T16:30:00Z"),
        ("2024-11-08T16:30+02:00", "2024-11-08T16:30:00+02:00"),
        ("2024-11-08T16:30:00+0200", "2024-11-08T16:30:00+02:00"),
        ("2024-11-08T16:30:00-05", "2024-11-08T16:30:00-05:00"),
        ("2024-11-08T16:30:00,5Z", "2024-11-08T16:30:00.5Z"),
        ("2024-11-08T16:30:00+01:00[Europe/Vienna]", "2024-11-08T16:30:00+01:00"),
        ("20241108T163000Z", "2024-11-08T16:30:00Z"),
        ("20241108T1630+0100", "2024-11-08T16:30:00+01:00"),
        ("Fri, 08 Nov 2024 16:30:00 +0100", "2024-11-08T16:30:00+01:00"),
        ("8 Nov 2024 16:30 GMT", "2024-11-08T16:30:00Z"),
        ("Fri, 08 Nov 2024 16:30:00 -0000", "2024-11-08T16:30:00-00:00"),
        ("Fri, 08 Nov 2024 16:30:00 EST", "2024-11-08T16:30:00-05:00"),
        ("Fri, 08 Nov 2024 16:30:00 +0000 (UTC)", "2024-11-08T16:30:00+00:00"),
        ("Fri Nov 08 2024 16:30:00 GMT+0100 (Central European Standard Time)", "2024-11-08T16:30:00+01:00"),
        ("Fri Nov  8 16:30:00 +0000 2024", "2024-11-08T16:30:00+00:00"),
        ("November 8, 2024 at 4:30 p.m. EST", "2024-11-08T16:30:00-05:00"),
    ],
)
def test_a_date_with_one_meaning_is_read(written: str, read: str) -> None:
    assert read_moment(written) == (read, None)
    assert check_day_or_moment(read) is None


@pytest.mark.parametrize(
    ("written", "read", "reason"),
    [
        ("2024-11-08T16:30:00", "2024-11-08T16:30:00", NO_ZONE),
        ("2024-11-08 16:30", "2024-11-08T16:30:00", NO_ZONE),
        ("2024-11-08 12:30 AM", "2024-11-08T00:30:00", NO_ZONE),
        ("20241108163000", "2024-11-08T16:30:00", NO_ZONE),
        ("12/25/2024, 4:30:00 PM", "2024-12-25T16:30:00", NO_ZONE),
        ("Fri Nov  8 16:30:00 2024", "2024-11-08T16:30:00", NO_ZONE),
        ("2024-11-08 16:30 IST", "2024-11-08T16:30:00", "the zone IST is not known"),
        ("08 Nov 2024 16:30:00 +9999", "2024-11-08T16:30:00", "there is no zone +9999"),
        ("2024-11-08T16:30:00+9900", "2024-11-08T16:30:00", "there is no zone +9900"),
        ("08 Nov 2024 25:30:00 GMT", "2024-11-08", "there is no such time of day"),
        ("2024-11-08 13:30 PM", "2024-11-08", "there is no such time of day"),
    ],
)
def test_what_a_date_lacks_is_said_and_the_rest_of_it_is_read(written: str, read: str, reason: str) -> None:
    assert read_moment(written) == (read, reason)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (
            "5/6/2024 8:00 AM",
            ORDER,
        ),
        ("05-06-2024", ORDER),
        ("2024", "the date has no day"),
        ("2024/11", "the date has no day"),
        ("November 2024", "the date has no day"),
        ("2024-02-30", "there is no such day in the calendar"),
        ("13/13/2024", "there is no such day in the calendar"),
        ("2024-13-08T16:30:00Z", "there is no such day in the calendar"),
        ("32 Nov 2024 16:30:00 GMT", "there is no such day in the calendar"),
        ("8 Nov 24 16:30:00 GMT", NO_DATE),
        ("08 Foo 2024 16:30:00 GMT", NO_DATE),
        ("1731083400", NO_DATE),
        ("soon", NO_DATE),
        ("", NO_DATE),
        ("٢٠٢٤-١١-٠٨", NO_DATE),
        ("2024-11-08" + " " * 200 + "x", NO_DATE),
    ],
)
def test_no_date_is_made_up(written: str, reason: str) -> None:
    assert read_moment(written) == (None, reason)


@pytest.mark.parametrize(
    ("zone", "read"),
    [
        ("Europe/Vienna", "2024-11-08T16:30:00+01:00"),
        ("America/New_York", "2024-11-08T16:30:00-05:00"),
        ("UTC", "2024-11-08T16:30:00Z"),
        ("+05:45", "2024-11-08T16:30:00+05:45"),
        ("-3", "2024-11-08T16:30:00-03:00"),
    ],
)
def test_a_time_without_a_zone_is_in_the_zone_of_its_document(zone: str, read: str) -> None:
    assert check_zone(zone) is None
    assert read_moment("2024-11-08 16:30", zone) == (read, None)
    assert read_moment("2024-11-08 16:30+02:00", zone) == ("2024-11-08T16:30:00+02:00", None)
    assert read_moment("2024-11-08", zone) == ("2024-11-08", None)


def test_a_local_time_that_comes_twice_or_never_is_said() -> None:
    twice = read_moment("2024-10-27 02:30", "Europe/Vienna")
    assert twice == ("2024-10-27T02:30:00+02:00", "the time comes twice in its zone on this day; the first is taken")
    never = read_moment("2024-03-31 02:30", "Europe/Vienna")
    assert never == ("2024-03-31T02:30:00+01:00", "the clocks of its zone skip the time on this day")


@pytest.mark.parametrize("zone", ["", "Europe", "Vienna", "../UTC", "+15:00", "\0", "x" * 5000])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    assert "is not a time zone" in str(check_zone(zone))


def test_the_document_may_prove_the_order_of_day_and_month() -> None:
    assert day_order("25/12/2024 08:00") == "day-first"
    assert day_order("12/25/2024") == "month-first"
    for text in ("5/6/2024", "5/5/2024", "25.13.2024", "2024-12-25", "x" * 10_000):
        assert day_order(text) is None
    assert read_moment("5/6/2024", None, "day-first") == ("2024-06-05", None)
    assert read_moment("5/6/2024", None, "month-first") == ("2024-05-06", None)


@pytest.mark.parametrize(
    ("texts", "order", "is_open"),
    [
        ("5/6/2024 25/6/2024", "day-first", True),
        ("5/6/2024 6/25/2024", "month-first", True),
        ("5/6/2024 25/6/2024 6/25/2024", None, True),
        ("5/5/2024 2024-06-25 x", None, False),
        ("5.6.2024 25.6.2024", "day-first", False),
        ("5.6.2024", None, False),
        ("11.8.2024 11.13.2024", "month-first", False),
        ("5.6.2024 11/13/2024", None, False),
    ],
)
def test_the_dates_of_a_document_prove_their_order_together(texts: str, order: str | None, is_open: bool) -> None:
    assert shared_day_order(texts.split()) == (order, is_open)


def test_a_stated_order_counts_for_dots_too_and_what_contradicts_it_is_said() -> None:
    assert read_moment("8.11.2024") == ("2024-11-08", None)
    assert read_moment("8.11.2024", None, "month-first") == ("2024-08-11", None)
    said = "its day and its month are in the other order"
    assert read_moment("13.11.2024", None, "month-first") == ("2024-11-13", said)
    assert read_moment("11/13/2024 10:30", "UTC", "day-first") == ("2024-11-13T10:30:00Z", said)
    assert read_moment("13.11.2024", None, "day-first") == ("2024-11-13", None)


def test_a_field_that_needs_a_zone_takes_no_date_without_one() -> None:
    assert read_zoned_moment("2024-11-08 16:30+01:00") == ("2024-11-08T16:30:00+01:00", None)
    assert read_zoned_moment("2024-11-08 16:30", "UTC") == ("2024-11-08T16:30:00Z", None)
    assert read_zoned_moment("2024-11-08 16:30") == (None, NO_ZONE)
    assert read_zoned_moment("2024-11-08") == (None, "the date has no time")
    assert read_zoned_moment("soon") == (None, NO_DATE)


@given(days_or_moments())
def test_the_articles_own_form_stays_as_it_is(date: str) -> None:
    assert read_moment(date) == (date, None)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/., ]{1,2}[0-9]{1,4}[T ]?[0-9:.apm+Z-]{0,16}")
)
def test_any_text_gives_a_date_or_a_reason(text: str) -> None:
    value, reason = read_moment(text)
    assert value is not None or reason is not None
    if value is not None and not is_zoned(value):
        assert check_day_or_moment(value[:10]) is None
        assert len(value) == 10 or (len(value) >= 19 and reason is not None)
