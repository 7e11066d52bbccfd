"""Templates of items in JSON: which values are left out, and how they are written again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import orjson

from schemas.article import Article
from workers.formats.templates import Slot, Value

# A longer template is that of one article.
_LONGEST: Final = 16 * 2**10
# The bytes before a value that tell its slot are at most as many.
_BEFORE: Final = 100
_VALUE = re.compile(rb':("(?:[^"\\]++|\\.)*+")')


def string(value: Value) -> Value:
    """Return the function of a value as orjson writes it."""
    return lambda article: orjson.dumps(value(article))


@dataclass(frozen=True, slots=True)
class JsonTemplate:
    """An item without the strings in slots.

    Args:
        form: its bytes, with %b in place of each string.
        values: the functions of the strings in JSON, in order.
    """

    form: bytes
    values: tuple[Value, ...]

    def fits(self, article: Article, piece: bytes) -> bool:
        """Return whether a piece is this item with the values of an article."""
        return self.form % tuple([value(article) for value in self.values]) == piece


@dataclass(frozen=True, slots=True)
class JsonItems:
    """The items of a format, as templates are made of them.

    Args:
        slots: the strings that a template leaves out, with the bytes that each stands after, without its colon. The
            functions return them in JSON.
    """

    slots: tuple[Slot, ...]

    def template(self, article: Article, piece: bytes) -> JsonTemplate | None:
        """Return the template of an item as orjson writes it; None if it is too long."""
        form: list[bytes] = []
        values: list[Value] = []
        at = 0
        for found in _VALUE.finditer(piece):
            if value := self._value(article, piece, found):
                form += [piece[at : found.start(1)].replace(b"%", b"%%"), b"%b"]
                values.append(value)
                at = found.end(1)
        form.append(piece[at:].replace(b"%", b"%%"))
        made = JsonTemplate(b"".join(form), tuple(values))
        return made if values and len(made.form) <= _LONGEST else None

    def _value(self, article: Article, piece: bytes, found: re.Match[bytes]) -> Value | None:
        """Return the function of the string that a match is, if it has a slot."""
        at = found.start()
        for before, value in self.slots:
            if value(article) == found[1] and before.search(piece, max(0, at - _BEFORE), at):
                return value
        return None
