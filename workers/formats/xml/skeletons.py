"""Skeletons of items that keep every rule, so that items like them are compared instead of checked in full.

Most items of an export differ only in a few values. A skeleton is the bytes of an item without these values. An item
needs no full check if each value stands where its article says, and its skeleton is that of an item that was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from schemas.article import Article
from workers.formats.markup.writing.escaping import escape

_MOST: Final = 1000
# A longer skeleton is that of one article. With many values, the comparison takes longer than the check.
_LONGEST: Final = 16 * 2**10
_MOST_VALUES: Final = 100

Slots = Callable[[Article], Iterator[tuple[str, str | None, str]]]
"""Yields the values of an article that items differ in, each with what stands before and after it."""


class Skeletons:
    """The skeletons of one conversion.

    Args:
        slots: the values that are left out.
        text: the bytes before and after the text of an article.
    """

    def __init__(self, slots: Slots, text: tuple[bytes, bytes]) -> None:
        self._slots = slots
        self._before, self._after = text
        self._known: set[bytes] = set()

    def of(self, article: Article, piece: bytes) -> bytes | None:
        """Return the skeleton of an item; None if it is not worth it, or if a value is not where it should be."""
        if article.blocks or not article.paragraphs:
            return None
        rest = piece
        text = escape(article.body).replace("\n\n", "</p>\n<p>").encode()
        values = [(self._before, text, self._after)]
        for start, value, end in self._slots(article):
            if value:
                values.append((start.encode(), escape(value).encode(), end.encode()))
        if len(values) > _MOST_VALUES or len(piece) - len(text) > _LONGEST:
            return None
        for before, value_of, after in values:
            head, found, tail = rest.partition(b"%b%b%b" % (before, value_of, after))
            if not found:
                return None
            rest = b"%b%b%b%b" % (head, before, after, tail)
        return rest

    def has(self, skeleton: bytes | None) -> bool:
        """Return whether an item of this skeleton was checked."""
        return skeleton in self._known

    def add(self, skeleton: bytes | None) -> None:
        """Remember the skeleton of an item that keeps every rule."""
        if skeleton is not None:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known.add(skeleton)
