from __future__ import annotations

import pytest
from hypothesis import given

from schemas.article.dates import read_date
from schemas.article.values import check_day_or_moment
from tests.strategies import days_or_moments


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-11-08", "2024-11-08"),
        ("2024-11-08T16:30:00Z", "2024-11-08T16:30:00Z"),
        ("2024-11-08T16:30:00.120+01:00", "2024-11-08T16:30:00.120+01:00"),
        (" 2024-11-08 16:30:00+00:00 ", "2024-11-08T16:30:00+00:00"),
        ("2024-11-08 16:30:00 UTC", "2024-11-08T16:30:00Z"),
        ("2024-11-08t16:30:00z", "2024-11-08T16:30:00Z"),
        ("2024-11-08T16:30+02:00", "2024-11-08T16:30:00+02:00"),
        ("2024-11-08T16:30:00+0200", "2024-11-08T16:30:00+02:00"),
        ("2024-11-08T16:30:00-05", "2024-11-08T16:30:00-05:00"),
        ("2024-11-08T16:30:00,5Z", "2024-11-08T16:30:00.5Z"),
        ("Fri, 08 Nov 2024 16:30:00 +0100", "2024-11-08T16:30:00+01:00"),
        ("8 Nov 2024 16:30 GMT", "2024-11-08T16:30:00Z"),
        ("Fri, 08 Nov 2024 16:30:00 -0000", "2024-11-08T16:30:00-00:00"),
        ("Fri, 08 Nov 2024 16:30:00 EST", "2024-11-08T16:30:00-05:00"),
        ("Fri, 08 Nov 2024 16:30:00 +0000 (UTC)", "2024-11-08T16:30:00Z"),
    ],
)
def test_unambiguous_date_is_read(written: str, read: str) -> None:
    assert read_date(written) == read
    assert check_day_or_moment(read) is None


@pytest.mark.parametrize(
    "written",
    [
        "08/11/2024",
        "2024-11-08T16:30:00",
        "2024-11-08 16:30",
        "8 Nov 24 16:30:00 GMT",
        "32 Nov 2024 16:30:00 GMT",
        "08 Foo 2024 16:30:00 GMT",
        "08 Nov 2024 25:30:00 GMT",
        "08 Nov 2024 16:30:00 +9999",
        "2024-11-08T16:30:00+9900",
        "2024-13-08T16:30:00Z",
        "yesterday",
        "٢٠٢٤-١١-٠٨",
    ],
)
def test_other_date_is_returned_unchanged(written: str) -> None:
    assert check_day_or_moment(read_date(written)) is not None


@given(days_or_moments())
def test_the_articles_own_form_stays_as_it_is(date: str) -> None:
    assert read_date(date) == date
