"""One story that several scripts of a page state: plugins of a content system often repeat each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from schemas.article.values import check_iri
from workers.formats.schema_org.terms import member

SAID_OTHERWISE: Final = "another description of the article on the page says otherwise"


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
    stories: list[Story] = []
    for node in nodes:
        index = next((number for number, one in enumerate(stories) if _is_same(one.node, node)), None)
        if index is None:
            stories.append(Story(node))
        else:
            stories[index] = _merged(stories[index], node)
    return stories


def _merged(story: Story, other: dict[str, Any]) -> Story:
    node, repeated, differing = dict(story.node), list(story.repeated), list(story.differing)
    for name, value in other.items():
        known = node.get(name)
        if known in (None, "", [], {}):
            node[name] = value
        elif known == value or name in ("@context", "@type"):
            repeated.append((name, value))
        else:
            differing.append((name, value))
    return Story(node, tuple(repeated), tuple(differing))


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two objects describe one article: by @id, else by address, else by headline and text."""
    for key in (_id, _url):
        first, second = key(one), key(other)
        if first and second and first != second:
            # Plugins give one article different @ids: "#article", "#richSnippet". The same address tells it.
            if key is _id:
                continue
            return False
        if first and first == second:
            return True
    if one == other:
        return True
    headline = _text(one, "headline")
    if not headline or headline != _text(other, "headline"):
        return False
    bodies = {body for node in (one, other) if (body := _text(node, "articleBody"))}
    return len(bodies) < 2


def _id(node: dict[str, Any]) -> str | None:
    return _text(node, "@id")


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
