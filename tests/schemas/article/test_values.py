"""Checks of values: what passes and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article.values import (
    check_characters,
    check_day_or_moment,
    check_embargo,
    check_iri,
    check_line,
    check_media_type,
    check_moment,
    check_qcode,
    check_sha256,
    check_text,
    find_forbidden,
    make_line,
    shorten,
)
from tests import strategies

FORBIDDEN = ("\0", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff")
ALLOWED = ("\t", "\n", "\r", " ", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffd", "\ue000", "\U0001f600", "\U0010ffff")


@pytest.mark.parametrize("character", FORBIDDEN)
def test_a_character_that_xml_forbids_is_found_and_named(character: str) -> None:
    assert find_forbidden(f"é{character}x{character}") == 1
    detail = check_characters(f"é{character}x")
    assert detail is not None
    assert f"U+{ord(character):04X} at character 1" in detail


@pytest.mark.parametrize("character", ALLOWED)
def test_allowed_character_passes(character: str) -> None:
    assert find_forbidden(character) is None
    assert check_characters(character) is None


@pytest.mark.parametrize("value", ["A headline", "  inside  ".strip(), "a  b", "“x”", "-", "\u200bx"])
def test_a_line(value: str) -> None:
    assert check_line(value) is None


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("", "blank"),
        (" ", "blank"),
        (" a", "white space around"),
        ("a\u00a0", "white space around"),
        ("a\nb", "line break or a tab"),
        ("a\rb", "line break or a tab"),
        ("a\tb", "line break or a tab"),
        ("a\0b", "U+0000 at character 1"),
    ],
)
def test_not_a_line(value: str, wrong: str) -> None:
    assert wrong in (check_line(value) or "")


@pytest.mark.parametrize(("value", "fits"), [("a\nb\n\nc", True), ("", False), ("a\n", False), ("a\x1bb", False)])
def test_a_text_may_have_lines_in_it(value: str, fits: bool) -> None:
    assert (check_text(value) is None) == fits


@pytest.mark.parametrize(("value", "line"), [(" a\r\n\tb ", "a b"), ("a  b", "a  b"), ("\n", ""), ("a\n \nb", "a   b")])
def test_lines_are_made_one(value: str, line: str) -> None:
    assert make_line(value) == line


@given(strategies.texts())
def test_a_text_made_one_line_is_one(value: str) -> None:
    assert check_line(make_line(value)) is None


@pytest.mark.parametrize("value", ["2024-11-08", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_day(value: str) -> None:
    assert check_day_or_moment(value) is None
    assert "is a day" in (check_embargo(value) or "")


def test_a_month_is_a_date_without_its_day() -> None:
    assert check_day_or_moment("2024-11") is None
    assert "neither a day" in (check_embargo("2024-11") or "")


@pytest.mark.parametrize(
    "value",
    [
        "2024-11-08T16:30:00Z",
        "2024-11-08T16:30:00+01:00",
        "2024-11-08T16:30:00-00:00",
        "2024-11-08T16:30:00.5Z",
        "2024-11-08T16:30:00.123456789012Z",
        "2024-11-08T16:30:00+14:00",
        "2024-11-08T16:30:00-14:00",
        "2024-11-08T23:59:59+05:45",
    ],
)
def test_a_moment(value: str) -> None:
    assert check_moment(value) is None
    assert check_day_or_moment(value) is None
    assert check_embargo(value) is None


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("2024-02-30", "not a day of the calendar"),
        ("2023-02-29", "not a day of the calendar"),
        ("2024-13-01", "not a day of the calendar"),
        ("0000-01-01", "not a day of the calendar"),
        ("2024-11-8", "neither a day"),
        ("20241108", "neither a day"),
        ("08.11.2024", "neither a day"),
        ("2024-13", "neither a day"),
        ("2024-W45-5", "neither a day"),
        ("٢٠٢٤-١١-٠٨", "neither a day"),
        ("2024-11-08\n", "neither a day"),
        ("-2024-11-08", "neither a day"),
        ("2024-11-08T16:30Z", "neither a day"),
        ("2024-11-08 16:30:00Z", "neither a day"),
        ("2024-11-08T16:30:00z", "neither a day"),
        ("2024-11-08T16:30:00+0100", "neither a day"),
        ("2024-11-08T16:30:00,5Z", "neither a day"),
        ("2024-11-08T16:30:00+01:60", "neither a day"),
        ("2024-11-08T24:00:00Z", "not a time of the calendar"),
        ("2024-11-08T16:60:00Z", "not a time of the calendar"),
        ("2024-11-08T16:30:60Z", "not a time of the calendar"),
        ("2024-02-30T16:30:00Z", "not a time of the calendar"),
        ("2024-11-08T16:30:00+14:01", "further than 14 hours"),
        ("2024-11-08T16:30:00-15:00", "further than 14 hours"),
    ],
)
def test_neither_a_day_nor_a_moment(value: str, wrong: str) -> None:
    assert wrong in (check_day_or_moment(value) or "")


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_every_time_with_a_zone_within_14_hours_is_a_moment(at: datetime, minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    zone = f"{sign}{hours:02}:{rest:02}"
    value = at.replace(microsecond=0).isoformat() + zone
    assert check_moment(value) is None
    assert datetime.fromisoformat(value).utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "value",
    [
        "https://www.example.com/story",
        "https://example.com",
        "https://example.com?q=1#top",
        "https://user:pw@example.com:8080/a;b=c?d/e?f#g/h?",
        "http://[2001:db8::1]:80/",
        "https://example.com/%C3%BC",
        "https://bücher.example/größe?q=日本",
        "tag:example.com,2024:17",
        "urn:uuid:00000000-0000-0000-0000-000000000000",
        "urn:newsml:example.com:20241108:17",
        "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk",
        "mailto:desk@example.com",
        "file:///a/b",
    ],
)
def test_an_iri(value: str) -> None:
    assert check_iri(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "story",
        "/story",
        "//example.com/story",
        "www.example.com",
        "1a:b",
        "https://example.com/a b",
        "https://example.com/a\n",
        "https://example.com/<a>",
        'https://example.com/"',
        "https://example.com/{id}",
        "https://example.com/a|b",
        "https://example.com/\\",
        "https://example.com/^",
        "https://example.com/`",
        "https://example.com/%",
        "https://example.com/%zz",
        "https://example.com/#a#b",
        "https://exa mple.com/",
        "https://example.com:port/",
        "https://example.com:/",
        "https://example.com:123456/",
        "https://%zz@example.com/",
        "https://[::1/",
        "https://example.com/\ue000",
        "https://example.com/\0",
        "https://example.com/\ud800",
    ],
)
def test_not_an_iri(value: str) -> None:
    assert "is not an absolute URI" in (check_iri(value) or "")


@pytest.mark.parametrize("value", ["medtop:04000000", "stat:usable", "a:b:c", "iso3166-1a2:AT", "x:ü", "x:a/b"])
def test_a_qcode(value: str) -> None:
    assert check_qcode(value) is None


@pytest.mark.parametrize(
    "value", ["", "medtop", "medtop:", ":04000000", "medtop: 1", "med top:1", "a:b c", "a:b\n", "a:\0", "a:\ud800"]
)
def test_not_a_qcode(value: str) -> None:
    assert check_qcode(value) is not None


@pytest.mark.parametrize(
    ("value", "fits"),
    [("a" * 64, True), ("A" * 64, False), ("a" * 63, False), ("g" * 64, False), ("a" * 64 + "\n", False)],
)
def test_a_sha256(value: str, fits: bool) -> None:
    assert (check_sha256(value) is None) == fits


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("text/plain", True),
        ("text/plain; charset=utf-8", True),
        ("application/vnd.iptc.g2.newsitem+xml", True),
        ("text", False),
        ("text/", False),
        ("text/plain; charset", False),
        ("text/plain;\ncharset=utf-8", False),
        ('text/plain"', False),
        ("text/plain\n", False),
        ("", False),
    ],
)
def test_a_media_type(value: str, fits: bool) -> None:
    assert (check_media_type(value) is None) == fits


def test_quoted_value_is_shortened() -> None:
    assert shorten("a" * 80) == "a" * 80
    assert shorten("a" * 81) == "a" * 79 + "…"
    assert len(check_iri("é " * 100_000) or "") < 250
    assert len(check_day_or_moment("x" * 100_000) or "") < 250
