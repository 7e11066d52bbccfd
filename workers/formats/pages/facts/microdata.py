"""The items of schema.org in the markup of a page, as objects of JSON-LD: microdata and RDFa Lite.

HTML standard, 5 (Microdata); W3C, RDFa Lite 1.1. The text of the article is left out: it is read from the markup, with
its structure. The updates of a live blog have theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final, NamedTuple

from lxml import etree

from schemas.article.body import plain_blocks
from schemas.ledger import Ledger
from workers.formats.markup import read_blocks
from workers.formats.schema_org.terms import ARTICLE_TYPES, short_name

# By their attributes: to test each element of a page takes six times as long.
_TYPED: Final = etree.XPath("descendant-or-self::*/@itemtype/.. | descendant-or-self::*/@typeof/..")
_DEEPEST: Final = 8
_MOST_TEXT: Final = 1000
# Properties with the text of the article, and those that are no part of it.
_LEFT_OUT: Final = frozenset(
    "articleBody text comment commentCount interactionCount interactionStatistic review potentialAction mainEntity "
    "mainContentOfPage hasPart isPartOf relatedLink significantLink breadcrumb sponsor discussionUrl".split()
)
_UPDATE: Final = "liveBlogUpdate"
_TEXTS: Final = ("articleBody", "text")
_VALUES: Final = {
    **dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video", "amp-img"), "src"),
    **dict.fromkeys(("a", "area", "link"), "href"),
    "object": "data",
    "time": "datetime",
    "data": "value",
    "meter": "value",
}


class MarkedItem(NamedTuple):
    """An article in the markup: its object, and the element that it is."""

    node: dict[str, Any]
    element: Any


def find_marked(root: Any) -> list[MarkedItem]:
    """Return the articles in the markup of a page that stand in no other article, the first of each headline."""
    found: dict[Any, MarkedItem] = {}
    for element in _TYPED(root):
        if not _is_item(element):
            continue
        types = [type_ for type_ in _types(element) if type_ in ARTICLE_TYPES]
        if types and not any(above in found for above in element.iterancestors()):
            found[element] = MarkedItem(_object(element, types, 0), element)
    # Some pages mark one article twice: for readers, and for machines.
    distinct: dict[str, MarkedItem] = {}
    for number, item in enumerate(found.values()):
        headline = item.node.get("headline")
        distinct.setdefault(headline if isinstance(headline, str) else f"{number}.", item)
    return [*distinct.values()]


def find_texts(item: MarkedItem) -> list[Any]:
    """Return the outermost elements of an item that are marked as its text."""
    found: dict[Any, None] = {}
    for inner, names in _properties(item.element):
        if (
            "articleBody" in names
            and not _is_item(inner)
            and not any(above in found for above in inner.iterancestors())
        ):
            found[inner] = None
    return [*found]


def _types(element: Any) -> list[str]:
    stated = element.get("itemtype") or element.get("typeof") or ""
    return [short_name(type_) for type_ in stated.split()]


def _object(element: Any, types: list[str], depth: int, *, is_update: bool = False) -> dict[str, Any]:
    node: dict[str, Any] = {"@type": types[0]} if types else {}
    id_ = element.get("itemid") or element.get("resource")
    if id_ and "://" in id_:
        node["@id"] = id_.strip()
    stated: set[tuple[str, str]] = set()
    for inner, names in _properties(element):
        for name in names:
            if is_update and name in _TEXTS:
                if "articleBody" not in node:
                    node["articleBody"] = _text(inner)
                continue
            if name in _LEFT_OUT or (":" in name and not name.startswith("schema:")):
                continue
            value = _value(inner, depth, is_update=name == _UPDATE)
            if value in ("", None, {}):
                continue
            name = short_name(name)
            if (name, repr(value)) in stated:
                continue
            stated.add((name, repr(value)))
            if name not in node:
                node[name] = value
            elif type(node[name]) is list:
                node[name].append(value)
            else:
                node[name] = [node[name], value]
    return node


def _properties(element: Any) -> Iterator[tuple[Any, list[str]]]:
    """Yield the elements with properties of an item, but not those of items in it."""
    level = list(element)
    while level:
        below: list[Any] = []
        for one in level:
            names = (one.get("itemprop") or one.get("property") or "").split()
            if names:
                yield one, names
            if not _is_item(one):
                below += one
        level = below


def _is_item(element: Any) -> bool:
    return element.get("itemscope") is not None or element.get("typeof") is not None


def _text(element: Any) -> str:
    """Return the paragraphs of an element."""
    return "\n\n".join(plain_blocks(read_blocks(deepcopy(element), Ledger(), _UPDATE, attributes=False)))


def _value(element: Any, depth: int, *, is_update: bool) -> Any:
    if _is_item(element):
        types = _types(element)[:1]
        return _object(element, types, depth + 1, is_update=is_update) if depth < _DEEPEST else None
    content = element.get("content")
    if content is None and (name := _VALUES.get(element.tag)):
        content = element.get(name)
    if content is None:
        content = " ".join("".join(element.itertext()).split())[:_MOST_TEXT]
    return content.strip()
