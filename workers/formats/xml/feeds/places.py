"""The values of the items of a feed, each with its place: the path of its element or attribute from the item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.conversion import UNNAMED, Conversion
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.reading.categories import GENRE, SECTION
from workers.formats.xml.feeds.reading.feed import ITEMS
from workers.formats.xml.feeds.writing.dates import has_lost_part
from workers.formats.xml.feeds.writing.elements import concept_of, is_relation

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_KINDS: Final = {SECTION: "[section]", GENRE: "[genre]"}


def walk_feed(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the place and the value of each attribute and each text of the items."""
    for raw in files.values():
        for item in etree.fromstring(raw).iter(etree.Element):
            if name_of(item) in ITEMS:
                yield from _walk(item, "")


def _walk(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        short = str(name).replace(_XML, "xml:")
        yield f"{path}/@{short}".lstrip("/"), str(value)
    if element.text and element.text.strip():
        yield path, element.text
    for child in element.iterchildren(etree.Element):
        kind = child.get("domain") or child.get("scheme") or ""
        relation = f"[{rel}]" if (rel := child.get("rel")) == "alternate" else _KINDS.get(kind, "")
        name = name_of(child).removeprefix("atom:") if ":" not in path else name_of(child)
        yield from _walk(child, f"{path}/{name}{relation}".lstrip("/"))


def unstated_in_feed(conversion: Conversion, options: FeedOptions, format_id: str, *, needs_address: bool) -> str:
    """Return what a feed has a placeholder for, and how to state it; "" if it has none.

    Args:
        conversion: the conversion.
        options: the options of the feed.
        format_id: the id of its format.
        needs_address: whether the format demands the address of the site.
    """
    missing = {}
    if not options.title and conversion.operator.name == UNNAMED:
        missing["title"] = f"the name “{UNNAMED}”"
    if needs_address and not options.link and not conversion.operator.uri:
        missing["link"] = "a placeholder for the address of its site"
    if not missing:
        return ""
    names = " and ".join(f"`{format_id}.{name}`" for name in missing)
    plural = "s" if len(missing) > 1 else ""
    return f"The feed has {' and '.join(missing.values())}. State its own with the option{plural} {names}."


def lost_in_feed(article: Article, *, in_rss: bool) -> Iterable[str]:
    """Yield the fields of an article whose values have no place in a feed, though others have.

    Of a canceled article, a feed says only that it is (RFC 6721).
    """
    if article.status == "canceled":
        yield from (name for name in ("headline", "description", "paragraphs", "media") if getattr(article, name))
        return
    for name in ("published", "modified", "expires"):
        value = getattr(article, name)
        seconds_only = in_rss and name == "published"
        if value and has_lost_part(value, seconds_only=seconds_only):
            yield name
    if any(one.name is None for one in (article.located,) if one):
        yield "located"
    if any(one.rel and not is_relation(one.rel) for one in article.links):
        yield "links.rel"
    if any(one.href is None for one in article.links):
        yield "links"
    if any(one.qcode and one.uri for one in article.subjects):
        yield "subjects.uri"
    if any(not concept_of(one) and not one.name for one in article.subjects):
        yield "subjects"
    if any(not one.renditions for one in article.media):
        yield "media"
