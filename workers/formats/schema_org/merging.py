"""One story that several scripts of a page state: plugins of a content system often repeat each other."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from schemas.article.values import check_iri
from workers.formats.schema_org.terms import member

SAID_OTHERWISE: Final = "another description of the article on the page says otherwise"


_MOST_ALIKE: Final = 50


class Story(NamedTuple):
    """An article of a page.

    Args:
        node: its members; those of the first description, and what others add.
        repeated: members that are stated again with the same value.
        differing: members of the other descriptions whose value differs.
    """

    node: dict[str, Any]
    repeated: tuple[tuple[str, Any], ...] = ()
    differing: tuple[tuple[str, Any], ...] = ()


def merge_stories(nodes: Iterable[dict[str, Any]]) -> list[Story]:
    """Return the articles of a page, in which descriptions of one article are one."""
    stories: list[_Merged] = []
    # The stories of each mark, so that a story is compared only with those that may be the same.
    marked: dict[Any, dict[int, None]] = {}
    for node in nodes:
        alike = sorted({index for mark in _marks(node) for index in islice(marked.get(mark, ()), _MOST_ALIKE)})
        index = next((one for one in alike if _is_same(stories[one].node, node)), None)
        if index is None:
            index = len(stories)
            stories.append(_Merged(node))
        else:
            stories[index].add(node)
        for mark in _marks(stories[index].node):
            marked.setdefault(mark, {})[index] = None
    return [Story(one.node, tuple(one.repeated), tuple(one.differing)) for one in stories]


class _Merged:
    """A story while its descriptions are found."""

    def __init__(self, node: dict[str, Any]) -> None:
        self.node = node
        self.repeated: list[tuple[str, Any]] = []
        self.differing: list[tuple[str, Any]] = []

    def add(self, other: dict[str, Any]) -> None:
        """Add another description of it."""
        node = self.node = dict(self.node)
        for name, value in other.items():
            known = node.get(name)
            if known in (None, "", [], {}):
                node[name] = value
            elif known == value or name in ("@context", "@type"):
                self.repeated.append((name, value))
            else:
                self.differing.append((name, value))


def _marks(node: dict[str, Any]) -> list[Any]:
    """Return what a story has in common with each that is the same: @id, address, headline, or else all of it."""
    found: list[Any] = [(key, value) for key in (_id, _url, _headline) if (value := key(node))]
    return found or [orjson.dumps(node, option=orjson.OPT_SORT_KEYS)]


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two objects describe one article: by @id, else by address, else by headline and text."""
    for key in (_id, _url):
        first, second = key(one), key(other)
        if first and second and first != second:
            # Plugins give one article different @ids: "#article", "#richSnippet". The same address tells it.
            if key is _id:
                continue
            # They also give the @id of the page, such as "/story#webpage", in place of its address.
            pages = {address.partition("#")[0].rstrip("/") for address in (first, second)}
            if len(pages) == 1 and _headline(one) == _headline(other):
                continue
            return False
        if first and first == second:
            return True
    if one == other:
        return True
    headline = _headline(one)
    if not headline or headline != _headline(other):
        return False
    bodies = {body for node in (one, other) if (body := _text(node, "articleBody"))}
    return len(bodies) < 2


def _id(node: dict[str, Any]) -> str | None:
    return _text(node, "@id")


def _headline(node: dict[str, Any]) -> str | None:
    return _text(node, "headline")


def _url(node: dict[str, Any]) -> str | None:
    for name in ("url", "mainEntityOfPage"):
        value = member(node, name)
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and (value.startswith("//") or check_iri(value) is None):
            return value.partition("://")[2].rstrip("/") or value
    return None


def _text(node: dict[str, Any], name: str) -> str | None:
    value = member(node, name)
    return " ".join(value.split()) or None if isinstance(value, str) else None
