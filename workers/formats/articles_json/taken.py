"""A value that is taken out of a JSON object for a field of the Article, and what becomes of its leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from schemas.article.dates import DayOrder
from schemas.article.values import find_forbidden, without_forbidden
from schemas.ledger import Ledger
from workers.formats.json.leaves import is_stated, leaves, member_path

# The members of an object that stands for one value: WordPress has `rendered`, converted XML `#text`.
TEXT_NAMES: Final = (
    *("rendered", "processed", "value", "text", "html", "content", "plaintext", "plain", "#text", "_text", "$t"),
)
"""The members of an object that has a text."""

_LOCALE: Final = re.compile("[a-z]{2}-[A-Z]{2}")
_VALUE_NAMES: Final = (*TEXT_NAMES[:6], "name", "title", "label", *TEXT_NAMES[6:])
# Members that hold what a relation leads to, and those that stand beside them.
_RELATED: Final = ("data", "attributes", "fields", "nodes", "edges", "node")
_BESIDE: Final = frozenset(
    (
        *(*_RELATED, "id", "type", "sys", "meta", "links", "relationships", "documentId", "lid"),
        *("cursor", "pageInfo", "totalCount", "__typename"),
    )
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A value, its path, and the field of the Article that it is for. Each of its leaves is accounted for once.

    Args:
        value: the JSON value.
        path: its place in the article, such as "author[1].name".
        field: the field of the Article, for the ledger.
        ledger: the ledger of the article.
        zone: the time zone of dates that state none; None if it is not known.
        order: the order of day and month in numeric dates; None if it is not known.
    """

    value: Any
    path: str
    field: str
    ledger: Ledger
    zone: str | None = None
    order: DayOrder | None = None

    def keep(self, field: str = "") -> None:
        """Record each leaf as kept."""
        if self.ledger.whole:
            for path, text in leaves(self.value, self.path):
                self.ledger.kept(path, text, field or self.field)

    def change(self, reason: str, field: str = "") -> None:
        """Record each leaf as changed."""
        for path, text in leaves(self.value, self.path):
            self.ledger.changed(path, text, field or self.field, reason)

    def drop(self, reason: str = "") -> None:
        """Record each leaf as not held."""
        for path, text in leaves(self.value, self.path):
            self.ledger.not_held(path, text, reason)

    def member(self, name: str, field: str = "") -> Taken:
        """Take a member of an object out of it."""
        path = member_path(self.path, name)
        return Taken(self.value.pop(name, None), path, field or self.field, self.ledger, self.zone, self.order)

    def items(self) -> Iterator[Taken]:
        """Yield the items of a list that state something; the value itself if it is no list."""
        if not isinstance(self.value, list):
            yield self
            return
        for number, item in enumerate(self.value, 1):
            if is_stated(item):
                yield Taken(item, f"{self.path}[{number}]", self.field, self.ledger, self.zone, self.order)

    def in_language(self) -> Taken:
        """Return the value in an object that has it for one language and country alone, such as `en-GB`."""
        if isinstance(self.value, dict) and is_of_language(self.value):
            return self.member(next(iter(self.value)))
        return self

    def things(self) -> Iterator[Taken]:
        """Yield the items of a list; in place of one that a relation leads to, what it has beside its identity.

        An object whose members all have a name is a list of them, by keys.
        """
        value = self.value
        if isinstance(value, dict) and value and all(isinstance(one, dict) and "name" in one for one in value.values()):
            for name in list(value):
                yield self.member(name)
            return
        if (own := self.in_language()) is not self:
            yield from own.things()
            return
        for item in self.items():
            value = item.value
            name = None
            if isinstance(value, dict) and value.keys() <= _BESIDE:
                name = next(
                    (name for name in _RELATED if isinstance(value.get(name), dict | list) and value[name]), None
                )
            if name is None:
                yield item
            else:
                inner = item.member(name)
                item.drop()
                yield from inner.things()

    def single(self) -> Taken | None:
        """Return the one value that is stated, out of a list or an object. What stands beside it is not held."""
        found = self.in_language()
        inner: Taken | None
        while isinstance(found.value, list | dict):
            if isinstance(found.value, list):
                items = list(found.items())
                inner = items[0] if items else None
                for other in items[1:]:
                    other.drop("another value stands before it")
            else:
                name = next((name for name in _VALUE_NAMES if is_stated(found.value.get(name))), None)
                inner = None if name is None else found.member(name)
                found.drop()
            if inner is None:
                return None
            found = inner
        return found if is_stated(found.value) else None


def is_of_language(value: dict[str, Any]) -> bool:
    """Return whether an object has a value for one language and country alone."""
    return len(value) == 1 and _LOCALE.fullmatch(next(iter(value))) is not None


def clean(value: dict[str, Any], ledger: Ledger) -> None:
    """Take characters that no format can hold out of the strings of an object."""
    if any(find_forbidden(text) is not None for _, text in leaves(value)):
        _clean(value, "", ledger)


def _clean(value: Any, path: str, ledger: Ledger) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            value[name] = _clean(inner, member_path(path, name), ledger)
    elif isinstance(value, list):
        value[:] = [_clean(inner, f"{path}[{number}]", ledger) for number, inner in enumerate(value, 1)]
    elif isinstance(value, str) and (at := find_forbidden(value)) is not None:
        reason = f"it has U+{ord(value[at]):04X}, which no format can hold; such characters are taken out"
        ledger.changed(path, value, None, reason)
        return without_forbidden(value)
    return value
