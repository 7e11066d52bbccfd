"""Skeletons of items that keep every rule, so that items like them are compared instead of checked in full.

Most items of an export differ only in a few values. A skeleton is the text of an item without these values. An item
needs no full check if each value stands where its article says, and its skeleton is that of an item that was checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from schemas.article import Article
from workers.formats.markup.writing.escaping import escape, write_paragraphs

_MOST: Final = 1000
# A longer skeleton is that of one article. With many values, the comparison takes longer than the check.
_LONGEST: Final = 16 * 2**10
_MOST_VALUES: Final = 100
_ENOUGH: Final = 64

Slots = Callable[[Article], Iterator[tuple[str, str | None, str]]]
"""Yields the values of an article that items differ in, in their order, each with what stands before and after it."""


class Skeletons:
    """The skeletons of one conversion.

    Args:
        slots: the values that are left out.
        text: the bytes before and after the text of an article.
    """

    def __init__(self, slots: Slots, text: tuple[bytes, bytes]) -> None:
        self._slots = slots
        self._before, self._after = text
        self._known: set[str] = set()

    def of(self, article: Article, piece: bytes) -> str | None:
        """Return the skeleton of an item; None if it is not worth it, or if a value is not where it should be."""
        if article.blocks or not article.paragraphs:
            return None
        text = write_paragraphs(article.encoded)
        if len(piece) - len(text) > _LONGEST:
            return None
        # A long text is found by its beginning, then compared. A search for all of it is slower.
        at = piece.find(self._before + text[:_ENOUGH])
        begin = at + len(self._before)
        end = begin + len(text)
        if at < 0 or not piece.startswith(text, begin) or not piece.startswith(self._after, end):
            return None
        values = [(start, value, after) for start, value, after in self._slots(article) if value]
        if len(values) >= _MOST_VALUES:
            return None
        made: list[str] = []
        rest = piece[:begin].decode() + piece[end:].decode()
        for start, value, after in values:
            head, found, rest = rest.partition(f"{start}{escape(value)}{after}")
            if not found:
                return None
            made += (head, start, after)
        return "".join((*made, rest))

    def has(self, skeleton: str | None) -> bool:
        """Return whether an item of this skeleton was checked."""
        return skeleton in self._known

    def add(self, skeleton: str | None) -> None:
        """Remember the skeleton of an item that keeps every rule."""
        if skeleton is not None:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known.add(skeleton)
