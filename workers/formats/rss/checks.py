"""Check RSS 2.0: the items that newsmill writes, and whole feeds of any origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Final

from lxml import etree

from schemas.article.values import check_iri, check_media_type, shorten
from schemas.errors import FileFault
from workers.formats.markup.writing.escaping import escape
from workers.formats.rss.writer import NAME
from workers.formats.templates import keywords, names, slots
from workers.formats.xml.feeds.checks.files import FeedRules, check_feed_file, partners_of
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.checks.values import (
    check_extension,
    check_markup,
    check_once,
    check_tag,
    check_url,
    has_markup,
)
from workers.formats.xml.feeds.checks.written import ItemChecker, WrittenItems
from workers.formats.xml.feeds.names import ATOM, name_of
from workers.formats.xml.feeds.reading.categories import SECTION
from workers.formats.xml.feeds.writing.dates import rfc_822, w3c
from workers.formats.xml.feeds.writing.elements import NAMESPACES
from workers.formats.xml.templates import XmlItems

_VERSIONS: Final = ("0.91", "0.92", "2.0")
_RFC_822 = re.compile(
    r"(?:(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>\d{4}|\d\d) "
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))? (?:UT|GMT|Z|[ECMP][SD]T|[+-]\d{4})"
)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EMAIL = re.compile(r"[^\s@()<>]+@[^\s@()<>]+\.[^\s@()<>]+(?P<name>\s*\([^()]+\))?")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SAME: Final = (
    ("pubDate", "dc:date"), ("author", "dc:creator"), ("category", "dc:subject"), ("source", "dc:source"),
    ("copyright", "dc:rights"), ("language", "dc:language"), ("lastBuildDate", "dcterms:modified"),
    ("managingEditor", "dc:creator"), ("webMaster", "dc:publisher"),
)  # fmt: skip
_MANY: Final = ("item", "category")
ITEMS: Final = XmlItems(
    slots(
        (rb"<title", attrgetter("headline")),
        (rb"<link", attrgetter("url")),
        (rb'<guid isPermaLink="false"', attrgetter("id")),
        (rb"<pubDate", lambda article: rfc_822(article.published) or "" if article.published else ""),
        (rb"<dcterms:modified", lambda article: w3c(article.modified) if article.modified else ""),
        (rb"<dc:creator", names()),
        (rb'<category domain="%b"' % re.escape(SECTION).encode(), attrgetter("section")),
        (rb"<category", keywords()),
        # A description is HTML, so it is escaped twice.
        (rb"<description", lambda article: escape(article.description or "")),
        (rb"<dcterms:available", attrgetter("embargoed")),
    ),
    before_text=b"<![CDATA[",
)


def check_rss_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file, by the rules of RSS 2.0 and of the partner that its generator names."""
    return check_feed_file(path, _RULES)


def check_root(root: etree._Element, report: Report) -> bool:
    """Check the root element."""
    if name_of(root) != "rss":
        detail = f"the root element is <{name_of(root)}>; RSS 2.0 has <rss> (RSS 1.0 is read, and not checked)"
        report(root, "rss-root", detail)
        return False
    if (version := root.get("version")) not in _VERSIONS:
        report(root, "rss-root", f'version is {version!r}; write version="2.0"')
    return True


def check_item(item: etree._Element, report: Report) -> None:
    """Check an item, which is read to its end."""
    names = _check_children(item, _ITEM, report)
    if not names & {"title", "description"}:
        report(item, "rss-title", "an item has neither a title nor a description; write one of them")
    if "guid" not in names:
        report.advise(item, "rss-guid-missing", "an item has no guid; readers cannot tell whether it is new")


def check_channel(channel: etree._Element, report: Report) -> None:
    """Check a channel beside its items."""
    names = _check_children(channel, _CHANNEL, report)
    for name in ("title", "link", "description"):
        if name not in names:
            report(channel, "rss-channel", f"the channel has no {name}; write one")
    if not any(one.get("rel") == "self" for one in channel.iterchildren(etree.Element) if name_of(one) == "atom:link"):
        report.advise(channel, "rss-self", 'the channel has no <atom:link rel="self">; state its own address')


def _check_children(
    parent: etree._Element, checks: Mapping[str, Callable[[etree._Element, Report], None]], report: Report
) -> set[str]:
    names: set[str] = set()
    single: set[str] = set()
    for child in parent.iterchildren(etree.Element):
        name = name_of(child)
        if ":" in name:
            check_once(child, single, name, report)
            check_extension(child, name, report)
        elif check := checks.get(name):
            if name in names and name not in _MANY:
                report(child, "rss-once", f"<{name}> stands a second time; keep one")
            check(child, report)
        elif name != "item":
            report(child, "rss-element", f"<{name}> is no element of RSS 2.0; take it out, or give it a namespace")
        names.add(name)
    for core, extension in _SAME:
        if core in names and extension in names:
            detail = f"<{core}> and <{extension}> say the same; keep one of them"
            report.advise(parent, "rss-semantics", detail)
    return names


def _identity(item: etree._Element) -> str | None:
    return next(((one.text or "").strip() for one in item.iterchildren(etree.Element) if name_of(one) == "guid"), None)


# Values


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _any(element: etree._Element, report: Report) -> None:
    """Check an element that has any text."""


def _title(element: etree._Element, report: Report) -> None:
    if has_markup(_text(element)):
        report.advise(element, "rss-markup", "a title has elements of HTML; write plain text")


def _url(element: etree._Element, report: Report) -> None:
    check_url(element, _text(element), report)


def _date(element: etree._Element, report: Report) -> None:
    text = _text(element)
    match = _RFC_822.fullmatch(text)
    detail = f"{shorten(text)!r} is no date of RFC 822; write Fri, 08 Nov 2024 16:30:00 GMT"
    if match is None or match["month"] not in _MONTHS or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        report(element, "rss-date", detail)
        return
    year = int(match["year"])
    try:
        day = date(year if year > 99 else year + 2000, _MONTHS.index(match["month"]) + 1, int(match["day"]))
    except ValueError:
        report(element, "rss-date", detail)
        return
    if match["weekday"] and _WEEKDAYS[day.weekday()] != match["weekday"]:
        report(element, "rss-weekday", f"{day} is a {_DAYS[day.weekday()]}, not {match['weekday']}; correct one")
    if len(match["year"]) == 2:
        report.advise(element, "rss-year", f"{shorten(text)!r} has a year of two digits; write four")


def _email(element: etree._Element, report: Report) -> None:
    match = _EMAIL.fullmatch(_text(element))
    if match is None:
        detail = f"{shorten(_text(element))!r} has no e-mail address; write a@example.com (A Name), or use dc:creator"
        report(element, "rss-email", detail)
    elif not match["name"]:
        report.advise(element, "rss-name", "an e-mail address has no name beside it; write a@example.com (A Name)")


def _guid(element: etree._Element, report: Report) -> None:
    permanent = element.get("isPermaLink", "true")
    if permanent not in ("true", "false"):
        report(element, "rss-permalink", f"isPermaLink is {shorten(permanent)!r}; write true or false")
    elif permanent == "true" and check_iri(_text(element)):
        detail = f'the guid {shorten(_text(element))!r} is no address; write isPermaLink="false"'
        report(element, "rss-permalink", detail)
    elif _text(element).isdigit() and len(_text(element)) < 9:
        report.advise(element, "rss-guid-short", "the guid is a small number, which other feeds have too; write a URI")


def _enclosure(element: etree._Element, report: Report) -> None:
    for name in ("url", "length", "type"):
        if element.get(name) is None:
            report(element, "rss-enclosure", f"an enclosure has no {name}; state it")
    if url := element.get("url"):
        check_url(element, url, report)
    length = element.get("length")
    if length is not None and not (length.isascii() and length.isdecimal()):
        report(element, "rss-enclosure", f"length is {shorten(length)!r}; write the number of bytes")
    type_ = element.get("type")
    if type_ is not None and check_media_type(type_):
        report(element, "rss-enclosure", f"type is {shorten(type_)!r}; write a media type, such as image/jpeg")


def _source(element: etree._Element, report: Report) -> None:
    if (url := element.get("url")) is None:
        report(element, "rss-source", "a source has no url; state the address of its feed")
    else:
        check_url(element, url, report)


def _language(element: etree._Element, report: Report) -> None:
    check_tag(element, _text(element), report)


def _description(element: etree._Element, report: Report) -> None:
    check_markup(element, element.text or "", report)


def _number(element: etree._Element, report: Report) -> None:
    if not (_text(element).isascii() and _text(element).isdecimal()):
        report(element, "rss-number", f"{shorten(_text(element))!r} is no whole number; write one")


def _image(element: etree._Element, report: Report) -> None:
    inner = {name_of(one): _text(one) for one in element.iterchildren(etree.Element)}
    for name in ("url", "title", "link"):
        if name not in inner:
            report(element, "rss-image", f"an image has no {name}; state it")
    for name, most in (("width", 144), ("height", 400)):
        value = inner.get(name)
        if value is not None and not (re.fullmatch(r"\d{1,9}", value, re.ASCII) and 0 < int(value) <= most):
            report(element, "rss-image", f"{name} is {shorten(value)!r}; write 1 to {most}")


def _hours(element: etree._Element, report: Report) -> None:
    for one in element.iterchildren(etree.Element):
        if not (re.fullmatch(r"\d{1,2}", _text(one), re.ASCII) and int(_text(one)) <= 24):
            report(one, "rss-number", f"{shorten(_text(one))!r} is no hour; write 0 to 23")


def _skipped_days(element: etree._Element, report: Report) -> None:
    for one in element.iterchildren(etree.Element):
        if _text(one) not in _DAYS:
            report(one, "rss-day", f"{shorten(_text(one))!r} is no day; write Monday to Sunday")


_ITEM: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    "title": _title,
    "link": _url,
    "description": _description,
    "author": _email,
    "category": _any,
    "comments": _url,
    "enclosure": _enclosure,
    "guid": _guid,
    "pubDate": _date,
    "source": _source,
}
_CHANNEL: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    "title": _title,
    "link": _url,
    "description": _description,
    "language": _language,
    "copyright": _any,
    "managingEditor": _email,
    "webMaster": _email,
    "pubDate": _date,
    "lastBuildDate": _date,
    "category": _any,
    "generator": _any,
    "docs": _url,
    "cloud": _any,
    "ttl": _number,
    "image": _image,
    "rating": _any,
    "textInput": _any,
    "skipHours": _hours,
    "skipDays": _skipped_days,
}
_RULES: Final = FeedRules(
    prefix="rss", root=check_root, item=check_item, feed=check_channel, identity=_identity, unique="rss-unique"
)
CHECKER: Final = partial(
    ItemChecker,
    WrittenItems(
        file=NAME,
        prefix="rss",
        feed=(f'<channel xmlns:atom="{ATOM}"{NAMESPACES}>'.encode(), b"</channel>"),
        markup=ITEMS,
        rules=check_item,
        is_dated=False,
    ),
)
"""The check of each item that a conversion writes."""
SCHEMAS: Final = partners_of(_RULES)
"""The rules of each partner alone."""
