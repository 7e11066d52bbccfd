"""Relations within a document: what an article refers to by an id, and stands elsewhere in the document.

The forms are references to included objects (JSON:API, Contentful), and the tables of a database with tables between
them that link their rows (Ghost).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from workers.formats.json.leaves import leaves

_DEEPEST: Final = 2
# An object that many articles refer to is copied for each. All copies have this many times the size of the document.
_FACTOR: Final = 8
_LEAST: Final = 10_000
_AROUND_LEAF: Final = 8
_USERS: Final = ("users", "authors", "people")
_IDENTITY: Final = frozenset(("type", "id", "meta", "lid"))


Objects = dict[Hashable, tuple[str, dict[str, Any]]]
"""Each object with its path, by what refers to it."""


class _Row(dict[str, Any]):
    """A reference to a row of another table."""

    def __init__(self, key: Hashable) -> None:
        super().__init__()
        self.key = key


class Relations:
    """The objects of a document that its articles may refer to.

    Args:
        objects: each object with its path, by what refers to it.
        size: the size of the document, which bounds the copies.
    """

    def __init__(self, objects: Objects, size: int) -> None:
        self._objects = objects
        self._used: set[Hashable] = set()
        self._left = _LEAST + _FACTOR * size
        self._sizes: dict[Hashable, int] = {}

    def complete(self, value: Any, depth: int = 0) -> None:
        """Put the object that each reference in a value refers to into the reference, as far as the bound allows."""
        if not self._objects:
            return
        pending = [value]
        while pending:
            one = pending.pop()
            if isinstance(one, dict):
                key = _reference(one)
                if key is not None and key in self._objects and (found := self._copy(key)) is not None:
                    if depth < _DEEPEST:
                        self.complete(found, depth + 1)
                    one |= {name: inner for name, inner in found.items() if name not in one}
                elif key is None:
                    pending += one.values()
            elif isinstance(one, list):
                pending += one

    def unused(self) -> Iterator[tuple[str, str]]:
        """Yield the leaves of the objects that no article had."""
        for key, (path, value) in self._objects.items():
            if key not in self._used:
                yield from leaves(value, path)

    def _copy(self, key: Hashable) -> dict[str, Any] | None:
        value = self._objects[key][1]
        if key not in self._sizes:
            self._sizes[key] = _size(value)
        if self._sizes[key] > self._left:
            return None
        self._left -= self._sizes[key]
        self._used.add(key)
        return deepcopy(value)


def take_relations(document: Any, table: tuple[dict[str, Any], str, str] | None) -> Relations:
    """Return the objects that a document has for the references to them. They are taken out of it.

    Args:
        document: the document.
        table: what holds the list of its articles, the name of the list there, and the path of the holder; None if it
            has no such list.
    """
    objects: Objects = {}
    if not isinstance(document, dict):
        return Relations(objects, 0)
    includes = document.get("includes")
    groups = {"included": document.get("included")}
    groups |= {f"includes.{name}": group for name, group in includes.items()} if isinstance(includes, dict) else {}
    for path, group in groups.items():
        if not isinstance(group, list):
            continue
        for number, one in enumerate(group):
            key = _identity(one)
            if key is not None and key not in objects:
                objects[key] = f"{path}[{number + 1}]", one
                group[number] = None
    if table:
        _join(*table, objects)
    if not objects:
        return Relations(objects, 0)
    return Relations(objects, sum(map(_size, (document, *(one for _, one in objects.values())))))


def _join(tables: dict[str, Any], name: str, path: str, objects: Objects) -> None:
    """Refer from the rows of one table to those that other tables link to them (Ghost's `posts_tags`)."""
    rows = {str(row.get("id")): row for row in tables[name]}
    own = f"{name.removesuffix('s')}_id"
    for link in [one for one in tables if one.startswith(f"{name}_") and _are_objects(tables[one])]:
        what = link.removeprefix(f"{name}_")
        table = next((one for one in (what, *_USERS) if one != name and _are_rows(tables.get(one))), None)
        other = f"{what.removesuffix('s')}_id"
        if table is None or not all(own in row and other in row for row in tables[link]):
            continue
        for number, row in enumerate(tables[table]):
            if row is not None and (table, str(row.get("id"))) not in objects:
                objects[table, str(row.get("id"))] = f"{path}.{table}[{number + 1}]", row
                tables[table][number] = None
        for joined in sorted(tables[link], key=_order):
            found, key = rows.get(str(joined[own])), (table, str(joined[other]))
            if found is not None and key in objects and isinstance(found.setdefault(what, []), list):
                found[what].append(_Row(key))


def _size(value: Any) -> int:
    """Return about how many bytes the leaves of a value have in JSON."""
    return sum(len(text) + _AROUND_LEAF for _, text in leaves(value))


def _order(row: Mapping[str, Any]) -> int:
    order = row.get("sort_order")
    return order if isinstance(order, int) else 0


def _identity(value: Any) -> Hashable | None:
    """Return what refers to an included object; None if it is no such object."""
    if not isinstance(value, dict):
        return None
    sys = value.get("sys")
    type_, id_ = (sys.get("type"), sys.get("id")) if isinstance(sys, dict) else (value.get("type"), value.get("id"))
    return (type_, id_) if isinstance(type_, str) and isinstance(id_, str) else None


def _reference(value: dict[str, Any]) -> Hashable | None:
    """Return what an object refers to; None if it is no reference."""
    if isinstance(value, _Row):
        return value.key
    sys = value.get("sys")
    if isinstance(sys, dict) and sys.get("type") == "Link":
        type_, id_ = sys.get("linkType"), sys.get("id")
    elif value.keys() <= _IDENTITY:
        type_, id_ = value.get("type"), value.get("id")
    else:
        return None
    return (type_, id_) if isinstance(type_, str) and isinstance(id_, str) else None


def _are_rows(value: Any) -> bool:
    """Return whether a value is a table, whose rows may be taken out."""
    return isinstance(value, list) and bool(value) and all(one is None or isinstance(one, dict) for one in value)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
