"""Find an extracted text in its page, so that the page's own markup says what each part of it is.

An extractor returns plain paragraphs. The page has them with headings, links, lists, tables and figures. The text of
the page without white space is one string, in which each paragraph is found by its characters: white space is what
extractors change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Any, Final

from lxml import etree

# libxml2 compares each of the nodes of ".//text()[…]" with all others.
_TEXTS: Final = etree.XPath("descendant::text()[normalize-space()]")
# A shorter text is found only where it is the whole of a text node: "By" is a part of many words.
_SHORT: Final = 16
# The shortest beginning of a text that is looked for when the text as a whole is not in the page.
_LEAST: Final = 24
# The search for texts that an extractor made up ends: each character that is passed counts, and each place in vain.
_MOST_PASSED: Final = 200_000_000
_PLACE: Final = 200


class PageText:
    """The text of an element, in which parts are selected.

    Args:
        root: the element, such as the `body` of a page.
    """

    def __init__(self, root: etree._Element) -> None:
        self.nodes: list[Any] = _TEXTS(root)
        packed = ["".join(node.split()) for node in self.nodes]
        self._starts = [0, *accumulate(map(len, packed))]
        self._text = "".join(packed)
        self._selected = bytearray(len(self.nodes))
        self._cursor = 0
        self._left = _MOST_PASSED

    def select(self, texts: Iterable[str]) -> float:
        """Select some texts, which are in the order of the page; return the part of their characters that was found."""
        wanted = found = 0
        for text in texts:
            packed = "".join(text.split())
            wanted += len(packed)
            found += self._select(packed)
        return found / wanted if wanted else 0.0

    def unselect(self, indexes: Iterable[int]) -> None:
        """Take text nodes out of the selection."""
        for index in indexes:
            self._selected[index] = False

    def add(self, element: etree._Element) -> bool:
        """Select the text of an element of which nothing is selected, unless it is short or a link."""
        inside = [index for inner in element.iter() for index in self._held.get(inner, ())]
        if not inside or any(map(self.is_selected, inside)):
            return False
        size = sum(len(self.nodes[index]) for index in inside)
        linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
        if size < _LEAST or 2 * linked > size:
            return False
        for index in inside:
            self._selected[index] = True
        return True

    def add_before(self, element: etree._Element, index: int) -> None:
        """Select the text of an element that stands before a text node."""
        for inner in element.iter():
            for one in self._held.get(inner, ()):
                if one < index:
                    self._selected[one] = True

    def holder(self, index: int) -> Any:
        """Return the element that a text node stands directly in."""
        node = self.nodes[index]
        element = node.getparent()
        return element.getparent() if node.is_tail else element

    @cached_property
    def _held(self) -> dict[Any, list[int]]:
        held: dict[Any, list[int]] = {}
        for index in range(len(self.nodes)):
            held.setdefault(self.holder(index), []).append(index)
        return held

    def is_selected(self, index: int) -> bool:
        """Return whether a text node is selected."""
        return bool(self._selected[index])

    @property
    def selected(self) -> list[int]:
        """The indexes of the selected text nodes."""
        return [index for index, one in enumerate(self._selected) if one]

    def _select(self, text: str) -> int:
        """Select a text without white space; return the number of its characters that were found."""
        found = 0
        while text:
            at = self._find(text)
            if at >= 0:
                self._mark(at, at + len(text))
                return found + len(text)
            part = self._beginning(text)
            if not part:
                # The character that the extractor changed, or what it added.
                part = text[: _LEAST // 2]
            else:
                self._mark(self._find(part), self._find(part) + len(part))
                found += len(part)
            text = text[len(part) :]
        return found

    def _find(self, text: str) -> int:
        for start in (self._cursor, 0):
            at = self._next(text, start)
            while at >= 0:
                if len(text) >= _SHORT or self._is_whole(at, at + len(text)):
                    return at
                at = self._next(text, at + 1)
        return -1

    def _next(self, text: str, start: int) -> int:
        """Return the next place of a text; -1 if there is none, or if the search has taken long."""
        if self._left <= 0:
            return -1
        at = self._text.find(text, start)
        self._left -= _PLACE + (at if at >= 0 else len(self._text)) - start
        return at

    def _is_whole(self, start: int, end: int) -> bool:
        """Return whether a place begins and ends with text nodes."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1)
        return self._starts[first] == start and self._starts[last] == end

    def _beginning(self, text: str) -> str:
        """Return the longest beginning of a text that is in the page, by halving; "" if it is short."""
        low, high = _LEAST, len(text) - 1
        if high < low or self._find(text[:low]) < 0:
            return ""
        while low < high:
            middle = (low + high + 1) // 2
            if self._next(text[:middle], self._cursor) >= 0 or self._next(text[:middle], 0) >= 0:
                low = middle
            else:
                high = middle - 1
        return text[:low]

    def _mark(self, start: int, end: int) -> None:
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        for index in range(first, last + 1):
            low, high = self._starts[index], self._starts[index + 1]
            # At least half of a node at an edge must be in the text.
            if 2 * (min(high, end) - max(low, start)) >= high - low:
                self._selected[index] = True
        self._cursor = end
