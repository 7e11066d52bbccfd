"""The values that RSS and Atom share: addresses, dates, languages, numbers, markup in texts, extensions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.article.dates import is_zoned
from schemas.article.languages import check_language
from schemas.article.values import check_day_or_moment, check_iri, check_media_type, shorten
from schemas.rules import Rule
from workers.formats.markup import find_html
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.names import TOMBSTONES, name_of

DELETED: Final = f"{{{TOMBSTONES}}}deleted-entry"
"""The element of a canceled article."""

_VALIDATOR: Final = "W3C Feed Validation Service"
_MRSS: Final = "Media RSS 1.5.1"
RULES: Final = (
    Rule("feed-url", "An address is absolute", f'{_VALIDATOR}, "InvalidFullLink"; RFC 3986, section 4.3'),
    Rule("feed-language", "A language is a registered tag", f'{_VALIDATOR}, "InvalidLanguage"; BCP 47 (RFC 5646)'),
    Rule(
        "feed-w3c-date",
        "A date of Dublin Core is a year, a month, a day, or a date-time with its zone",
        f'{_VALIDATOR}, "InvalidW3CDTFDate"; W3C Date and Time Formats',
    ),
    Rule("feed-number", "A number of bytes or pixels is a whole number", f'{_VALIDATOR}, "InvalidIntegerAttribute"'),
    Rule("feed-media-type", "A media type is one of RFC 6838", f'{_VALIDATOR}, "InvalidMIMEAttribute"'),
    Rule("feed-media-medium", "A medium is image, audio, video, document or executable", f"{_MRSS}, media:content"),
    Rule("feed-media-url", "A media object has an address or a player", f"{_MRSS}, media:content"),
    Rule("feed-media-text-type", "The type of a title or a description is plain or html", f"{_MRSS}, media:title"),
    Rule("feed-point", "A point is a latitude and a longitude in degrees", "GeoRSS Simple, point"),
    Rule("feed-once", "An element that states one thing stands once", f'{_VALIDATOR}, "DuplicateElement"'),
    Rule("feed-script", "A text has no scripts and no forms", f'{_VALIDATOR}, "SecurityRisk"', "advice"),
    Rule("feed-relative", "Addresses in a text are absolute", f'{_VALIDATOR}, "ContainsRelRef"', "advice"),
    Rule("feed-control", "A text has no control characters", f'{_VALIDATOR}, "BadCharacters"', "advice"),
    Rule("feed-deleted", "A deleted entry has the id of the entry, and when it was deleted", "RFC 6721, section 3"),
    Rule("feed-text", "The feed states what the article states", "newsmill's own rule, of what it writes"),
)

_YEAR_OR_MONTH = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_MINUTES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_RISKS = re.compile(r"<(script|form|input|object|applet|meta|style|embed)\b|\son[a-z]{3,12}\s*=", re.IGNORECASE)
_RELATIVE = re.compile(
    r"<(?:a|img|video|audio|source|iframe)\b[^<>]{0,2000}?\s(?:href|src)\s*=\s*[\"'](?![a-z][a-z0-9+.-]*:|#)",
    re.IGNORECASE,
)
_C1 = re.compile("[\x80-\x9f]")
_MEDIUMS: Final = ("image", "audio", "video", "document", "executable")
_TEXT_TYPES: Final = ("plain", "html")
_SINGLE: Final = frozenset(
    ("content:encoded", "dc:date", "dc:language", "dc:rights", "dc:type", "dc:format", "dc:source", "dc:title",
     "dcterms:created", "dcterms:issued", "dcterms:modified", "media:description", "media:title", "media:copyright")
)  # fmt: skip


def check_url(element: etree._Element, value: str, report: Report, what: str = "the address") -> None:
    """Check an absolute address."""
    if check_iri(value.strip()):
        report(element, "feed-url", f"{what} {shorten(value)!r} is not absolute; write it with its scheme and host")


def is_w3c_date(value: str) -> bool:
    """Return whether a text is a date of W3C-DTF."""
    if _YEAR_OR_MONTH.fullmatch(value) or _MINUTES.fullmatch(value):
        return True
    if len(value) == 10:
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return is_zoned(value) and check_day_or_moment(value) is None


def check_markup(element: etree._Element, text: str, report: Report) -> None:
    """Check HTML that readers will show."""
    if risk := _RISKS.search(text):
        report.advise(element, "feed-script", f"{shorten(risk[0].strip())!r} is taken out by readers; leave it out")
    if found := _RELATIVE.search(text):
        shown = shorten(found[0])
        report.advise(element, "feed-relative", f"an address after {shown!r} is relative; readers cannot resolve it")
    if _C1.search(text):
        report.advise(element, "feed-control", "the text has control characters (U+0080 to U+009F); write Unicode")


def check_extension(element: etree._Element, name: str, report: Report) -> None:
    """Check an element of an extension, and those in it."""
    if check := _CHECKS.get(name):
        check(element, report)
    if name in ("media:group", "media:content"):
        for child in element.iterchildren(etree.Element):
            check_extension(child, name_of(child), report)


def check_once(element: etree._Element, seen: set[str], name: str, report: Report) -> None:
    """Check that an element of an extension stands once in an item; `seen` has the names so far."""
    if name in _SINGLE:
        if name in seen:
            report(element, "feed-once", f"<{name}> stands a second time; keep one")
        seen.add(name)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _date(element: etree._Element, report: Report) -> None:
    if not is_w3c_date(value := _text(element)):
        detail = f"{shorten(value)!r} is no date of W3C-DTF; write 2024-11-08 or 2024-11-08T16:30:00Z"
        report(element, "feed-w3c-date", detail)


def check_tag(element: etree._Element, value: str, report: Report) -> None:
    """Check a language tag."""
    if detail := check_language(value):
        report(element, "feed-language", detail)


def _language(element: etree._Element, report: Report) -> None:
    check_tag(element, _text(element), report)


def _content(element: etree._Element, report: Report) -> None:
    check_markup(element, element.text or "", report)


def _license(element: etree._Element, report: Report) -> None:
    if text := _text(element):
        check_url(element, text, report)


def _media(element: etree._Element, report: Report) -> None:
    url = element.get("url")
    if url is not None:
        check_url(element, url, report)
    elif not any(name_of(child) == "media:player" for child in element.iterchildren(etree.Element)):
        report(element, "feed-media-url", "a media:content has no url; state one, or a media:player")
    medium, type_ = element.get("medium"), element.get("type")
    if medium is not None and medium not in _MEDIUMS:
        report(element, "feed-media-medium", f"medium is {shorten(medium)!r}; use {', '.join(_MEDIUMS)}")
    if type_ is not None and check_media_type(type_):
        report(element, "feed-media-type", f"type is {shorten(type_)!r}; write a media type, such as image/jpeg")
    _numbers(element, report)


def _numbers(element: etree._Element, report: Report) -> None:
    for name in ("fileSize", "width", "height"):
        value = element.get(name)
        if value is not None and not (value.isascii() and value.isdecimal()):
            report(element, "feed-number", f"{name} is {shorten(value)!r}; write a whole number")


def _thumbnail(element: etree._Element, report: Report) -> None:
    check_url(element, element.get("url", ""), report)
    _numbers(element, report)


def _media_text(element: etree._Element, report: Report) -> None:
    type_ = element.get("type", "plain")
    if type_ not in _TEXT_TYPES:
        report(element, "feed-media-text-type", f"type is {shorten(type_)!r}; use plain or html")
    elif type_ == "html":
        check_markup(element, element.text or "", report)


def _point(element: etree._Element, report: Report) -> None:
    try:
        latitude, longitude = (float(number) for number in _text(element).replace(",", " ").split())
    except ValueError:
        latitude = longitude = 1000.0
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        detail = f"{shorten(_text(element))!r} is no point; write a latitude and a longitude, such as 48.2 16.4"
        report(element, "feed-point", detail)


def has_markup(text: str) -> bool:
    """Return whether a plain text has elements of HTML."""
    return "<" in text and find_html(text) is not None


_CHECKS: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    "content:encoded": _content,
    "dc:date": _date,
    "dc:language": _language,
    "dcterms:created": _date,
    "dcterms:issued": _date,
    "dcterms:modified": _date,
    "creativeCommons:license": _license,
    "media:content": _media,
    "media:thumbnail": _thumbnail,
    "media:title": _media_text,
    "media:description": _media_text,
    "georss:point": _point,
}


def check_deleted(element: etree._Element, article: Article, report: Report) -> None:
    """Check the element of a canceled article (RFC 6721, section 3)."""
    if element.get("ref") != article.id or not is_zoned(element.get("when", "")):
        report(element, "feed-deleted", "a deleted entry needs the id of its article, and a date-time")
