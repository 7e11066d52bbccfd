"""Check Atom 1.0: the entries that newsmill writes, and whole feeds of any origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Final

from lxml import etree

from schemas.article.dates import is_zoned
from schemas.article.values import check_iri, check_media_type, shorten
from schemas.errors import FileFault
from workers.formats.atom.writer import NAME
from workers.formats.markup import find_html
from workers.formats.templates import keywords, names, slots
from workers.formats.xml.feeds.checks.files import FeedRules, check_feed_file, partners_of
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.checks.values import (
    check_extension,
    check_markup,
    check_once,
    check_tag,
    check_url,
)
from workers.formats.xml.feeds.checks.written import ItemChecker, WrittenItems
from workers.formats.xml.feeds.names import ATOM, name_of
from workers.formats.xml.feeds.reading.categories import SECTION
from workers.formats.xml.feeds.writing.elements import NAMESPACES
from workers.formats.xml.templates import XmlItems

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}div"
_MANY: Final = ("atom:author", "atom:category", "atom:contributor", "atom:link")
ITEMS: Final = XmlItems(
    slots(
        (rb"<id", attrgetter("id")),
        (rb"<title", attrgetter("headline")),
        (rb"<updated", attrgetter("modified")),
        (rb"<updated|<published", attrgetter("published")),
        (rb"<author><name", names()),
        (rb'<link rel="alternate" href', attrgetter("url")),
        (rb'<category scheme="%b" term' % re.escape(SECTION).encode(), attrgetter("section")),
        (rb"<category term", keywords()),
        (rb"<summary", attrgetter("description")),
        (rb"<dcterms:available", attrgetter("embargoed")),
    ),
    before_text=b"<![CDATA[",
)


def check_atom_file(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file, by the rules of Atom 1.0 and of the partner that its generator names."""
    return check_feed_file(path, _RULES)


def check_root(root: etree._Element, report: Report) -> bool:
    """Check the root element."""
    if root.tag not in (f"{{{ATOM}}}feed", f"{{{ATOM}}}entry"):
        detail = f"the root element is <{name_of(root)}>; it has to be feed or entry of {ATOM}"
        report(root, "atom-root", detail)
        return False
    return True


def check_entry(entry: etree._Element, report: Report, *, has_author: bool | None = None) -> None:
    """Check an entry, which is read to its end.

    Args:
        entry: the entry.
        report: collects its faults.
        has_author: whether its feed has an author; None to look.
    """
    children = list(entry.iterchildren(etree.Element))
    names = _check_children(entry, children, _ENTRY, report)
    for name in ("id", "title", "updated"):
        if f"atom:{name}" not in names:
            report(entry, "atom-required", f"an entry has no {name}; write one")
    if has_author is None:
        feed = entry.getparent()
        has_author = feed is not None and any(name_of(one) == "atom:author" for one in feed.iterchildren(etree.Element))
        has_author = has_author or any(
            name_of(inner) == "atom:author"
            for one in children
            if name_of(one) == "atom:source"
            for inner in one.iterchildren(etree.Element)
        )
    if not has_author and "atom:author" not in names:
        report(entry, "atom-author", "neither the entry nor its feed has an author; state one")
    _check_content(entry, children, names, report)


def _check_content(entry: etree._Element, children: list[etree._Element], names: set[str], report: Report) -> None:
    links = [one for one in children if name_of(one) == "atom:link"]
    alternates = [one for one in links if one.get("rel", "alternate") == "alternate"]
    seen = set()
    for link in alternates:
        key = (link.get("type"), link.get("hreflang"))
        if key in seen:
            report(link, "atom-alternate", "two alternate links have the same type and language; keep one")
        seen.add(key)
    content = next((one for one in children if name_of(one) == "atom:content"), None)
    if content is None and not alternates:
        report(entry, "atom-content", "an entry has neither content nor an alternate link; write one of them")
    if "atom:summary" in names:
        return
    type_ = "" if content is None else content.get("type", "")
    is_text = "/" not in type_ or type_.endswith(("+xml", "/xml")) or type_.startswith("text/")
    if content is not None and (content.get("src") is not None or not is_text):
        report(entry, "atom-summary", "the content is elsewhere, or no text, and there is no summary; write one")


def check_feed(feed: etree._Element, report: Report) -> None:
    """Check a feed beside its entries."""
    children = [one for one in feed.iterchildren(etree.Element) if name_of(one) != "atom:entry"]
    names = _check_children(feed, children, _FEED, report)
    for name in ("id", "title", "updated"):
        if f"atom:{name}" not in names:
            report(feed, "atom-required", f"the feed has no {name}; write one")
    if not any(one.get("rel") == "self" for one in children if name_of(one) == "atom:link"):
        report.advise(feed, "atom-self", 'the feed has no <link rel="self">; state its own address')


def _check_children(
    parent: etree._Element,
    children: list[etree._Element],
    checks: Mapping[str, Callable[[etree._Element, Report], None]],
    report: Report,
) -> set[str]:
    names: set[str] = set()
    single: set[str] = set()
    if (language := parent.get(_LANG)) is not None and language:
        check_tag(parent, language, report)
    for child in children:
        name = name_of(child)
        if not name.startswith("atom:"):
            check_once(child, single, name, report)
            check_extension(child, name, report)
            if ":" not in name:
                report(child, "atom-element", f"<{name}> has no namespace; give it one")
        elif check := checks.get(name.removeprefix("atom:")):
            if name in names and name not in _MANY:
                report(child, "atom-once", f"<{name.removeprefix('atom:')}> stands a second time; keep one")
            check(child, report)
        else:
            report(child, "atom-element", f"<{name.removeprefix('atom:')}> is no element of Atom at this place")
        names.add(name)
    return names


def _identity(entry: etree._Element) -> str | None:
    found = {name_of(one): (one.text or "").strip() for one in entry.iterchildren(etree.Element)}
    # Two entries of one id are two versions, if they were updated at different times (RFC 4287, section 4.1.1).
    return f"{found['atom:id']} {found.get('atom:updated')}" if found.get("atom:id") else None


# Values


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _any(element: etree._Element, report: Report) -> None:
    """Check an element that has any content."""


def _construct(element: etree._Element, report: Report) -> None:
    """Check a text construct (RFC 4287, section 3.1)."""
    type_ = element.get("type", "text")
    if type_ not in ("text", "html", "xhtml"):
        report(element, "atom-type", f"type is {shorten(type_)!r}; use text, html or xhtml")
        return
    _markup(element, type_, report)


def _markup(element: etree._Element, type_: str, report: Report) -> None:
    if type_ == "xhtml":
        if len(element) != 1 or element[0].tag != _XHTML:
            report(element, "atom-xhtml", "the type is xhtml, and the content is not one div of XHTML; wrap it in one")
    elif type_ in ("text", "html") and len(element):
        report(element, "atom-markup", f"the type is {type_}, and the text has elements; escape them")
    elif type_ == "html":
        check_markup(element, element.text or "", report)
    elif type_ == "text" and "<" in _text(element) and find_html(_text(element)):
        report.advise(element, "atom-undeclared", 'the text has elements of HTML; write type="html", or plain text')


def _content(element: etree._Element, report: Report) -> None:
    type_ = element.get("type", "text")
    if (source := element.get("src")) is not None:
        check_url(element, source, report)
        if _text(element) or len(element):
            report(element, "atom-type", "the content has an address and a text; keep one of them")
    elif type_ in ("text", "html", "xhtml"):
        _markup(element, type_, report)
    elif check_media_type(type_) or type_.startswith(("multipart/", "message/")):
        report(element, "atom-type", f"type is {shorten(type_)!r}; use text, html, xhtml or a media type")


def _date(element: etree._Element, report: Report) -> None:
    if not is_zoned(_text(element)):
        detail = f"{shorten(_text(element))!r} is no date-time of RFC 3339; write 2024-11-08T16:30:00Z"
        report(element, "atom-date", detail)


def _id(element: etree._Element, report: Report) -> None:
    if check_iri(_text(element)):
        report(element, "atom-id", f"the id {shorten(_text(element))!r} is no absolute IRI; write one")


def _link(element: etree._Element, report: Report) -> None:
    if (href := element.get("href")) is None:
        report(element, "atom-link", "a link has no href; state it")
    elif check_iri(href) and not element.base:
        report(element, "feed-url", f"the address {shorten(href)!r} is not absolute; write it with its scheme and host")
    rel = element.get("rel")
    if rel is not None and not rel.strip():
        report(element, "atom-link", "rel is blank; leave it out, or name a relation")
    type_ = element.get("type")
    if type_ is not None and check_media_type(type_):
        report(element, "feed-media-type", f"type is {shorten(type_)!r}; write a media type, such as text/html")
    if language := element.get("hreflang"):
        check_tag(element, language, report)
    length = element.get("length")
    if length is not None and not (length.isascii() and length.isdecimal()):
        report(element, "feed-number", f"length is {shorten(length)!r}; write the number of bytes")


def _category(element: etree._Element, report: Report) -> None:
    if element.get("term") is None:
        report(element, "atom-category", "a category has no term; state it")
    if scheme := element.get("scheme"):
        check_url(element, scheme, report, "the scheme")


def _person(element: etree._Element, report: Report) -> None:
    inner = {name_of(one): _text(one) for one in element.iterchildren(etree.Element)}
    if not inner.get("atom:name"):
        report(element, "atom-person", "a person has no name; state one")
    if (uri := inner.get("atom:uri")) is not None:
        check_url(element, uri, report)
    email = inner.get("atom:email")
    if email is not None and "@" not in email:
        report(element, "atom-person", f"the e-mail address {shorten(email)!r} has no @; correct it, or leave it out")


def _address(element: etree._Element, report: Report) -> None:
    check_url(element, _text(element), report)


_SHARED: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    "author": _person,
    "category": _category,
    "contributor": _person,
    "id": _id,
    "link": _link,
    "rights": _construct,
    "title": _construct,
    "updated": _date,
}
_ENTRY: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    **_SHARED,
    "content": _content,
    "published": _date,
    "source": _any,
    "summary": _construct,
}
_FEED: Final[Mapping[str, Callable[[etree._Element, Report], None]]] = {
    **_SHARED,
    "generator": _any,
    "icon": _address,
    "logo": _address,
    "subtitle": _construct,
}
_RULES: Final = FeedRules(
    prefix="atom", root=check_root, item=check_entry, feed=check_feed, identity=_identity, unique="atom-unique"
)
CHECKER: Final = partial(
    ItemChecker,
    WrittenItems(
        file=NAME,
        prefix="atom",
        feed=(f'<feed xmlns="{ATOM}"{NAMESPACES}>'.encode(), b"</feed>"),
        markup=ITEMS,
        rules=partial(check_entry, has_author=True),
        is_dated=True,
    ),
)
"""The check of each item that a conversion writes."""
SCHEMAS: Final = partners_of(_RULES)
"""The rules of each partner alone."""
