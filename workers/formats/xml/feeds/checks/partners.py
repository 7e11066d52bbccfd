"""The rules for feeds that partners publish: what their pages ask of a title, a text, a picture, a date.

Each is advice: the partner decides. A feed that newsmill wrote for a partner names it in its generator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from schemas.article.dates import read_moment, span
from schemas.article.values import shorten
from schemas.rules import Rule
from workers.formats.markup import plain_text
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.media import kind_of_address

_MSN: Final = (
    "MSN feed item metadata requirements, "
    "https://support.microsoft.com/topic/msn-feed-item-metadata-requirements-0114c19c-36bb-4fef-8322-4a1ed6888329"
)
_MSN_HTML: Final = (
    "MSN HTML guidelines and tag restrictions, "
    "https://support.microsoft.com/topic/msn-html-guidelines-and-tag-restrictions-2a12f610-f3da-43ea-8dc4-766f6df89e8d"
)
_MSN_FEED: Final = "MSN feed specifications, https://helpcenter.microsoftstart.com/kb/feed-specifications"
_FLIPBOARD: Final = "Flipboard RSS feed specification, https://about.flipboard.com/rss-spec/"
_SMARTNEWS: Final = "SmartFormat Specification 2.1, https://publishers.smartnews.com/hc/en-us/articles/360036526213"

RULES: Final = tuple(
    Rule(id_, sentence, reference, "advice")
    for id_, sentence, reference in (
        ("msn-required", "An item has an id, a title, a date, a text and a link", _MSN),
        ("msn-title", "A title has more than 20 characters, and at most 150", _MSN),
        ("msn-date", "An item was published in the past, less than 365 days ago", _MSN),
        ("msn-html", "A text has no elements that are taken out", _MSN_HTML),
        ("msn-image", "An image has at least 720 pixels in width or height, and at most 15 MB", _MSN_FEED),
        ("msn-abstract", "An abstract is plain text", _MSN),
        ("flipboard-required", "An item has a title, a link and its full text", _FLIPBOARD),
        ("flipboard-image", "An item has an image with at least 400 pixels in each dimension", _FLIPBOARD),
        ("flipboard-items", "A feed has at least 30 items", _FLIPBOARD),
        ("flipboard-description", "A description has at least 300 characters", _FLIPBOARD),
        ("smartnews-required", "An item has a title, a link, an id, a date and its full text", _SMARTNEWS),
        ("smartnews-channel", "A feed has a language, a date, and a description of at most 30 characters", _SMARTNEWS),
        ("smartnews-image", "An item has a thumbnail", _SMARTNEWS),
        ("smartnews-logo", "A feed has a logo (snf:logo)", _SMARTNEWS),
    )
)
"""The rules, in the order of the partners."""

PROFILES: Final = ("msn", "flipboard", "smartnews")
_GENERATOR = re.compile(r"newsmill\b[^()]*\((?P<profile>[a-z]+)\)")
_TAKEN_OUT = re.compile(r"<(style|script|object|embed|param|applet|form|input)\b", re.IGNORECASE)
_YEAR: Final = timedelta(days=365)
_MSN_LARGEST: Final = 15 * 10**6


@dataclass(slots=True)
class Item:
    """The statements of an item that the rules of partners need."""

    element: etree._Element
    title: str = ""
    link: str = ""
    id: str = ""
    date: str = ""
    text: str = ""
    summary: str = ""
    images: list[etree._Element] = field(default_factory=list)


_NAMES: Final[Mapping[str, str]] = {
    "title": "title",
    "atom:title": "title",
    "link": "link",
    "guid": "id",
    "atom:id": "id",
    "pubDate": "date",
    "atom:published": "date",
    "dc:date": "date",
    "content:encoded": "text",
    "atom:content": "text",
    "description": "summary",
    "atom:summary": "summary",
}


def item_of(element: etree._Element) -> Item:
    """Return what an item states."""
    item = Item(element)
    for child in element.iterchildren(etree.Element):
        name = name_of(child)
        if field_ := _NAMES.get(name):
            text = (child.text or "").strip() or " ".join(map(str, child.itertext())).strip()
            if not getattr(item, field_):
                setattr(item, field_, text)
        elif name == "atom:link" and child.get("rel", "alternate") == "alternate":
            item.link = item.link or child.get("href", "")
    for one in element.iter(etree.Element):
        name = name_of(one)
        if name == "media:thumbnail" or (name in ("media:content", "enclosure") and _is_image(one)):
            item.images.append(one)
    return item


def _is_image(element: etree._Element) -> bool:
    medium, type_ = element.get("medium"), element.get("type", "")
    if medium:
        return medium == "image"
    return type_.startswith("image/") or (not type_ and kind_of_address(element.get("url", "")) == "picture")


def profile_in(generator: str) -> str | None:
    """Return the partner that newsmill wrote a feed for, by its generator; None if there is none."""
    match = _GENERATOR.search(generator)
    return match["profile"] if match and match["profile"] in PROFILES else None


def check_item(profile: str, element: etree._Element, report: Report, now: datetime | None = None) -> None:
    """Check an item against the rules of a partner."""
    item = item_of(element)
    for rule, detail in _OF_ITEMS[profile](item, now or datetime.now(UTC)):
        report.advise(element, rule, detail)


def check_feed(profile: str, feed: etree._Element, items: int, report: Report) -> None:
    """Check what a feed states beside its items, and their number."""
    if profile == "flipboard" and items < 30:
        report.advise(feed, "flipboard-items", f"the feed has {items} items; give at least 30")
    if profile != "smartnews":
        return
    stated = {name_of(one): (one.text or "").strip() for one in feed.iterchildren(etree.Element)}
    for names in (("language",), ("pubDate", "atom:updated")):
        if not any(stated.get(name) for name in names) and not (names == ("language",) and _language(feed)):
            report.advise(feed, "smartnews-channel", f"the feed has no {names[0]}; state one")
    description = stated.get("description", stated.get("atom:subtitle", ""))
    if len(description) > 30:
        report.advise(feed, "smartnews-channel", f"the description has {len(description)} characters; give at most 30")
    if "snf:logo" not in stated:
        report.advise(feed, "smartnews-logo", "the feed has no snf:logo; add the address of one")


def _language(feed: etree._Element) -> str | None:
    return feed.get("{http://www.w3.org/XML/1998/namespace}lang")


def _missing(item: Item, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if not getattr(item, name):
            yield f"the item has no {name}; state one"


def _msn(item: Item, now: datetime) -> Iterator[tuple[str, str]]:
    for detail in _missing(item, ("id", "title", "date", "text", "link")):
        yield "msn-required", detail
    if item.title and not 20 < len(item.title) <= 150:
        yield "msn-title", f"the title has {len(item.title)} characters; write 21 to 150"
    moment = span(read_moment(item.date).value or "") if item.date else None
    if moment and not now - _YEAR < moment[1] <= now + timedelta(days=1):
        yield "msn-date", f"the date is {shorten(item.date)}; give items of the last 365 days"
    if found := _TAKEN_OUT.search(item.text):
        yield "msn-html", f"the text has {found[0]!r}, which is taken out; leave it out"
    if "<" in item.summary and plain_text(item.summary).strip() != item.summary:
        yield "msn-abstract", "the abstract has markup; write plain text"
    for image in item.images:
        width, height, size = (_number(image, name) for name in ("width", "height", "fileSize"))
        if width and height and max(width, height) < 720:
            yield "msn-image", f"an image has {width} by {height} pixels; give at least 720 in one of them"
        if size and size > _MSN_LARGEST:
            yield "msn-image", f"an image has {size:,} bytes; give at most {_MSN_LARGEST:,}"


def _flipboard(item: Item, _now: datetime) -> Iterator[tuple[str, str]]:
    for detail in _missing(item, ("title", "link", "text")):
        yield "flipboard-required", detail
    sizes = [(_number(image, "width"), _number(image, "height")) for image in item.images]
    if not sizes and "<img" not in item.text:
        yield "flipboard-image", "the item has no image; give one with at least 400 pixels in each dimension"
    elif sizes and all(width and height and min(width, height) < 400 for width, height in sizes):
        yield "flipboard-image", "each image has less than 400 pixels in a dimension; give a larger one"
    if len(item.summary) < 300:
        yield "flipboard-description", f"the description has {len(item.summary)} characters; give at least 300"


def _smartnews(item: Item, _now: datetime) -> Iterator[tuple[str, str]]:
    for detail in _missing(item, ("title", "link", "id", "date", "text")):
        yield "smartnews-required", detail
    if not any(name_of(image) == "media:thumbnail" for image in item.images):
        yield "smartnews-image", "the item has no media:thumbnail; add one"


def _number(element: etree._Element, name: str) -> int | None:
    value = element.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 12 else None


_OF_ITEMS: Final[Mapping[str, Callable[[Item, datetime], Iterator[tuple[str, str]]]]] = {
    "msn": _msn,
    "flipboard": _flipboard,
    "smartnews": _smartnews,
}
