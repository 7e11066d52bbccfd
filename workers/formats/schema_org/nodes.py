"""The objects of a document of JSON-LD: the articles among them, and objects by their @id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from workers.formats.schema_org.terms import ARTICLE_TYPES, ITEM_TYPES, member, types_of


class Nodes:
    """The objects of a document.

    Args:
        values: the JSON values of the document.
        items: whether a picture, a video, sound or a collection may be an item of its own.
    """

    def __init__(self, values: Iterable[Any], *, items: bool = True) -> None:
        self.values = tuple(values)
        self._items = items
        self._by_id: dict[str, dict[str, Any]] | None = None
        self._used: set[int] = set()
        self._sizes: dict[int, int] = {}
        self._uses: list[int] = []
        self.foreign = False
        self.top = [node for value in self.values for node in self._top(value)]

    def stories(self) -> list[dict[str, Any]]:
        """Return the articles among the topmost objects their main entities, and items of other kinds."""
        found = []
        referred: set[str] | None = None
        for node in self.top:
            if is_article(node):
                found.append(node)
            elif self._items and is_item(node):
                referred = self._references() if referred is None else referred
                found += [] if node["@id"] in referred else [node]
            else:
                found += filter(is_article, self._main_entities(node))
        # The main entity of a page may refer to a topmost object: return it once.
        unique = {id(node): node for node in found}
        # An article that refers to itself, as by mainEntityOfPage, has its leaves only once.
        self._used |= unique.keys()
        return list(unique.values())

    def find(self, value: dict[str, Any]) -> dict[str, Any] | None:
        """Return the object that an object with only an @id refers to."""
        if len(value) != 1 or not isinstance(id_ := value.get("@id"), str):
            return None
        if self._by_id is None:
            self._by_id = _index(self.values)
        return self._by_id.get(id_)

    def is_first_use(self, node: dict[str, Any]) -> bool:
        """Return whether an object is used for the first time, and note the use."""
        if id(node) in self._used:
            return False
        self._used.add(id(node))
        self._uses.append(id(node))
        return True

    def repeated_size(self, node: dict[str, Any]) -> int:
        """Return the bytes that one more use of an object repeats; 0 for its first use."""
        if id(node) not in self._used:
            return 0
        if id(node) not in self._sizes:
            self._sizes[id(node)] = len(orjson.dumps(node))
        return self._sizes[id(node)]

    def mark(self) -> int:
        """Return a mark to go back to with `forget`."""
        return len(self._uses)

    def forget(self, mark: int) -> None:
        """Forget all uses since a mark, to read an article again."""
        self._used.difference_update(self._uses[mark:])
        del self._uses[mark:]

    def _main_entities(self, node: dict[str, Any]) -> Iterator[Any]:
        value = member(node, "mainEntity")
        for one in value if isinstance(value, list) else [value]:
            yield (self.find(one) or one) if isinstance(one, dict) else one

    def _references(self) -> set[str]:
        found: set[str] = set()
        for value in _objects(self.values):
            if len(value) == 1 and isinstance(id_ := value.get("@id"), str):
                found.add(id_)
        return found

    def _top(self, value: Any, *, known: bool = True) -> Iterator[dict[str, Any]]:
        if isinstance(value, list):
            for one in value:
                yield from self._top(one, known=known)
        elif isinstance(value, dict):
            known = _is_schema_org(value["@context"]) if "@context" in value else known
            if not known:
                self.foreign = True
            elif types_of(value):
                yield value
            if "@graph" in value:
                yield from self._top(value["@graph"], known=known)


def is_article(node: Any) -> bool:
    """Return whether a value is an article."""
    return isinstance(node, dict) and not ARTICLE_TYPES.isdisjoint(types_of(node))


def is_item(node: dict[str, Any]) -> bool:
    """Return whether an object is a picture, a video, sound or a collection that says what it is."""
    return not ITEM_TYPES.isdisjoint(types_of(node)) and "@id" in node and ("version" in node or "headline" in node)


def _is_schema_org(context: Any) -> bool:
    """Return whether a @context is or includes that of schema.org (JSON-LD 1.1, section 3.1)."""
    if isinstance(context, str):
        return "schema.org" in context
    if isinstance(context, list):
        return any(map(_is_schema_org, context))
    return isinstance(context, dict) and _is_schema_org(list(context.values()))


def _index(values: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return every object with more than an @id, by its @id; of several with one @id, the one with most members."""
    found: dict[str, dict[str, Any]] = {}
    for value in _objects(values):
        id_ = value.get("@id")
        if isinstance(id_, str) and id_ and len(value) > len(found.get(id_, "x")):
            found[id_] = value
    return found


def _objects(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    level = list(values)
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, list):
                below += value
            elif isinstance(value, dict):
                yield value
                below += value.values()
        level = below
