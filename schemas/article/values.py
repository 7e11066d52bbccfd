"""Checks of an article's values. Each returns what is wrong with a value, or None.

The rules are the ones all formats share, so every `Article` can be written in each of them: XML 1.0 (Char), XML Schema
(dates, single-line strings), JSON (no lone surrogates), RFC 3987 (IRIs) and NewsML-G2 (QCodes).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON implementation reads exactly (RFC 8259, section 6)."""

FORBIDDEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""A character that no format can hold: one that XML 1.0, section 2.2, leaves out."""

UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
"""A UUID as RFC 9562 writes it: many sources state one as an id. As a URI, it has `urn:uuid:` before it."""

# In UTF-8: all bytes except control characters; then the first bytes of all forbidden characters beyond ASCII.
_PLAIN_BYTES = bytes(byte for byte in range(256) if byte >= 0x20 or byte in b"\t\n\r")
_FORBIDDEN_SEQUENCES = (b"\xef\xbf", b"\xed")
_LINE_BREAKS = re.compile(r"[\t\n\r]+")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:[0-5]\d)", re.ASCII)
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?", re.ASCII)
_WIDEST = timedelta(hours=14)
_QCODE = re.compile(r"[^\s:]+:\S+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+(?:; ?[a-z0-9-]+=[\w.+-]+)*", re.ASCII | re.IGNORECASE)

# RFC 3987: unreserved characters, sub-delimiters, ':' and '@', percent-encoded octets, and characters beyond ASCII. A
# port has one to five digits, as libxml2 requires of an xs:anyURI.
_BEYOND = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U000dfffd"
_SEGMENT = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/{_BEYOND}]++|%[0-9A-Fa-f]{{2}})*+"
_QUERY = _SEGMENT.replace("@/", "@/?")


@cache
def _iri() -> re.Pattern[str]:
    # Compiled on first use, as its large sets of characters take 10 ms.
    return re.compile(
        r"[A-Za-z][A-Za-z0-9+.\-]*+:"
        rf"(?://(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:{_BEYOND}]|%[0-9A-Fa-f]{{2}})*@)?"
        rf"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;={_BEYOND}]|%[0-9A-Fa-f]{{2}})*)(?::[0-9]{{1,5}})?(?=[/?#]|$)|(?!//))"
        rf"{_SEGMENT}(?:\?{_QUERY})?(?:#{_QUERY})?"
    )


# Most IRIs are addresses of plain characters, which takes half the time to see.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.\-]*(?:/[A-Za-z0-9._~/\-]*)?", re.ASCII)


def find_forbidden(value: str) -> int | None:
    """Return the index of the first character that no format can hold, or None.

    These are control characters, U+FFFE and U+FFFF (XML 1.0, section 2.2), and lone surrogates, which no encoding has.
    """
    if value.isprintable():
        return None
    # A text with line breaks is not "printable" to Python. A search in its bytes is three times as fast as the regex.
    raw = value.encode(errors="surrogatepass")
    if not raw.translate(None, _PLAIN_BYTES) and not any(map(raw.__contains__, _FORBIDDEN_SEQUENCES)):
        return None
    found = FORBIDDEN.search(value)
    return found.start() if found else None


def without_forbidden(value: str) -> str:
    """Return a text without the characters that no format can hold. A blank takes the place of one that parts words."""
    return value if value.isprintable() else FORBIDDEN.sub(lambda found: " " if found[0].isspace() else "", value)


def check_characters(value: str) -> str | None:
    """Check that every format can hold each character of a text."""
    at = find_forbidden(value)
    if at is None:
        return None
    return f"has U+{ord(value[at]):04X} at character {at}, which no XML can carry; take it out of the source"


def check_line(value: str) -> str | None:
    """Check a text of one line: not blank, no tab or line break (NewsML-G2: g2normalizedString)."""
    if not value or value != value.strip():
        return "is blank or has white space around it"
    if value.isprintable():
        return None
    return check_characters(value) or ("has a line break or a tab in it" if _LINE_BREAKS.search(value) else None)


def check_text(value: str) -> str | None:
    """Check a text of any number of lines: not blank."""
    if not value or value != value.strip():
        return "is blank or has white space around it"
    return check_characters(value)


def make_line(value: str) -> str:
    """Return a text as one line: each run of line breaks and tabs becomes a blank, and the ends are stripped."""
    return (value if value.isprintable() else _LINE_BREAKS.sub(" ", value)).strip()


def check_day_or_moment(value: str) -> str | None:
    """Check a day, a month, or a date-time with seconds (XML Schema: date, gYearMonth, dateTime).

    A source may state no day, and no zone.
    """
    if not _DAY.fullmatch(value):
        if _MONTH.fullmatch(value):
            return None
        return check_moment(f"{value}Z" if _WITHOUT_ZONE.fullmatch(value) else value)
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{value!r} is not a day of the calendar"
    return None


def check_moment(value: str) -> str | None:
    """Check a date-time with seconds and its zone (XML Schema: dateTime; RFC 3339)."""
    if not _MOMENT.fullmatch(value):
        return f"{shorten(value)!r} is neither a day (2024-11-08) nor a date-time with its zone (2024-11-08T16:30:00Z)"
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return f"{value!r} is not a time of the calendar"
    if value[-1] == "Z":
        return None
    offset = moment.utcoffset()
    if offset is None or abs(offset) > _WIDEST:
        return f"{value!r} has a zone further than 14 hours from UTC"
    return None


def check_embargo(value: str) -> str | None:
    """Check the end of an embargo: a date-time with its zone, not a day."""
    if _DAY.fullmatch(value):
        return f"{value!r} is a day; an embargo ends at a time with its zone (2024-11-08T16:30:00Z)"
    return check_moment(value)


def check_iri(value: str) -> str | None:
    """Check an absolute IRI (RFC 3987)."""
    if _PLAIN_ADDRESS.fullmatch(value) or _iri().fullmatch(value):
        return None
    return (
        f"{shorten(value)!r} is not an absolute URI, such as https://www.example.com/story or tag:example.com,2024:17"
    )


def check_qcode(value: str) -> str | None:
    """Check a QCode: a scheme's alias, a colon, a code without white space (NewsML-G2: QCodeType)."""
    if not _QCODE.fullmatch(value):
        return f"{shorten(value)!r} is not a QCode, such as medtop:04000000"
    return check_characters(value)


def check_sha256(value: str) -> str | None:
    """Check a SHA-256 in lower-case hexadecimal."""
    return None if _SHA256.fullmatch(value) else f"{shorten(value)!r} is not a SHA-256 in 64 hexadecimal digits"


def check_media_type(value: str) -> str | None:
    """Check a media type with its parameters (RFC 6838)."""
    return None if _MEDIA_TYPE.fullmatch(value) else f"{shorten(value)!r} is not a media type, such as text/plain"


def shorten(value: str, most: int = 80) -> str:
    """Return a value for an error message, cut to `most` characters."""
    return value if len(value) <= most else f"{value[: most - 1]}…"
