"""Account for the leaves of an element: each attribute and each run of text is kept, changed or not held.

All leaves are counted in at first. What a reader does not take is not held by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Final

from lxml import etree

from schemas.article.body import Block, plain_blocks
from schemas.article.dates import read_moment, read_zoned_moment
from schemas.article.values import make_line
from schemas.ledger import Ledger, sibling_steps
from workers.formats.markup import read_blocks, read_markup
from workers.formats.markup.reading.places import attributes_of, content_leaves, shown_name
from workers.formats.markup.reading.text import element_text, local_name

_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_TEXT: Final = ""
_TAIL: Final = "\n"
_MOST_ENTRIES: Final = 10_000

Elements = list[etree._Element]


class Account:
    """The leaves of one element.

    Args:
        root: the element.
        ledger: the ledger of its article.
        path: the path of the element in its source.
        apart: the local names, in lower case, of elements whose content is read by `blocks`.
        shown: returns the name of an element in a path.

    Elements and attributes are found by their local names in any case: older documents have capitals.
    """

    __slots__ = ("_apart", "_indexed", "_inner", "_left", "_path", "_root", "_shown", "ledger", "verbatim")

    def __init__(
        self,
        root: etree._Element,
        ledger: Ledger,
        path: str = "",
        *,
        apart: Collection[str] = frozenset(),
        shown: Callable[[etree._Element], str] = shown_name,
    ) -> None:
        self.ledger = ledger
        # Whether all white space is part of a text, as in what newsmill wrote.
        self.verbatim = False
        self._shown = shown
        self._root = root
        self._path = path
        self._apart = apart
        self._indexed: dict[etree._Element, dict[etree._Element, str]] = {}
        self._left: dict[etree._Element, dict[str, str]] = {}
        # The children of each element that is walked, with their local names: to ask lxml again costs as much anew.
        self._inner: dict[etree._Element, list[tuple[str, etree._Element]]] = {}
        pending = [(local_name(root.tag), root)]
        while pending:
            name, element = pending.pop()
            self._left[element] = leaves = attributes_of(element)
            if element is not root and (tail := element.tail) and not tail.isspace():
                leaves[_TAIL] = tail
            if name in apart:
                continue
            if (text := element.text) and not text.isspace():
                leaves[_TEXT] = text
            if len(element):
                self._inner[element] = inner = _named(element)
                pending += reversed(inner)

    # Elements

    def children(self, element: etree._Element, *names: str) -> Elements:
        """Return the children that have one of these names; without names, all."""
        if not len(element):
            return []
        inner = self._inner.get(element) or _named(element)
        return [one for name, one in inner if not names or name in names]

    def all(self, names: str, root: etree._Element | None = None) -> Elements:
        """Return the elements at a path of names, such as "head/docdata/urgency"."""
        found = [self._root if root is None else root]
        for name in names.split("/"):
            found = [inner for one in found for inner in self.children(one, name)]
        return found

    # Attributes

    def get(self, element: etree._Element, name: str) -> str | None:
        """Return an attribute that was not taken yet, without taking it; None if it is absent or blank."""
        found = self._find(element, name)
        return make_line(self._left[element][found]) or None if found is not None else None

    def keep(self, element: etree._Element, name: str, field: str | None) -> str | None:
        """Take an attribute that the Article holds; None if it is absent or blank."""
        found = self._find(element, name)
        if found is None:
            return None
        value = self._left[element].pop(found)
        if self.ledger.whole:
            self.ledger.kept(self._leaf_path(element, found), value, field)
        return make_line(value) or None

    def change(self, element: etree._Element, name: str, field: str | None, reason: str) -> None:
        """Take an attribute that the Article holds in another form."""
        if (found := self._find(element, name)) is not None:
            self.ledger.changed(self._leaf_path(element, found), self._left[element].pop(found), field, reason)

    def drop(self, element: etree._Element, name: str, reason: str) -> None:
        """Take an attribute that the Article does not hold."""
        if (found := self._find(element, name)) is not None:
            self.ledger.not_held(self._leaf_path(element, found), self._left[element].pop(found), reason)

    def _find(self, element: etree._Element, name: str) -> str | None:
        left = self._left[element]
        if name in left:
            return name
        if name == "xml:lang":
            return f"{_XML}lang" if f"{_XML}lang" in left else None
        for one in left:
            if _attribute_name(one) == name:
                return one
        return None

    # Texts

    def line(self, element: etree._Element) -> str:
        """Return the text of an element as one line. It is not taken."""
        return make_line(self.text(element, "\n"))

    def text(self, element: etree._Element, between: str = "\n\n") -> str:
        """Return the text of an element, with `between` between its blocks. It is not taken."""
        if not len(element):
            return element_text(element, verbatim=self.verbatim)
        return between.join(plain_blocks(read_blocks(element, Ledger(), "", verbatim=self.verbatim))).strip()

    def date(
        self, element: etree._Element, field: str, zone: str | None, *, text: str | None = None, zoned: bool = False
    ) -> str | None:
        """Take the date in an element; None if there is none that can be read.

        Args:
            element: the element.
            field: the field that holds it.
            zone: the zone of a time that states none; None if it is not known.
            text: the part of its text that is the date; None for all of it.
            zoned: whether the field needs a date-time with its zone.
        """
        text = self.line(element) if text is None else text
        if not text:
            return None
        value, reason = (read_zoned_moment if zoned else read_moment)(text, zone)
        if value is None:
            self.drop_text(element, reason or "")
        elif reason:
            self.change_text(element, field, reason)
        else:
            self.keep_text(element, field)
        return value

    def keep_text(self, element: etree._Element, field: str | None) -> None:
        """Take all text in an element that the Article holds."""
        if not self.ledger.whole and not len(element):
            self._left[element].pop(_TEXT, None)
            return
        for path, value in self._texts(element):
            self.ledger.kept(path, value.strip(), field)

    def change_text(self, element: etree._Element, field: str | None, reason: str) -> None:
        """Take all text in an element that the Article holds in another form."""
        for path, value in self._texts(element):
            self.ledger.changed(path, value.strip(), field, reason)

    def drop_text(self, element: etree._Element, reason: str) -> None:
        """Take all text in an element that the Article does not hold."""
        for path, value in self._texts(element):
            self.ledger.not_held(path, value.strip(), reason)

    def _texts(self, element: etree._Element) -> Iterator[tuple[str, str]]:
        for one in element.iter(etree.Element):
            left = self._left.get(one)
            if left is None:
                continue
            if _TEXT in left:
                yield self._leaf_path(one, _TEXT), left.pop(_TEXT)
            if one is not element and _TAIL in left:
                yield self._leaf_path(one, _TAIL), left.pop(_TAIL)

    def release(self, element: etree._Element) -> str:
        """Take the text that stands directly in an element. The caller accounts for it, by its path."""
        return self._left[element].pop(_TEXT, "")

    def blocks(self, element: etree._Element, field: str = "paragraphs") -> tuple[Block, ...]:
        """Read the content of an element as blocks. Its own attributes are left."""
        self._forget(element)
        return read_markup(element, self.ledger, self.path(element), field=field, verbatim=self.verbatim)

    def loose_blocks(self, parent: etree._Element, elements: Elements, field: str = "paragraphs") -> tuple[Block, ...]:
        """Read some children of an element as blocks, as where the element for the text is left out."""
        content = etree.Element("content")
        if elements and elements[0].getprevious() is None:
            content.text = self._left[parent].pop(_TEXT, None)
        content.extend(map(deepcopy, elements))
        for one in elements:
            self._forget(one)
            self._left[one].clear()
        return read_blocks(content, self.ledger, self.path(parent), field=field)

    def _forget(self, element: etree._Element) -> None:
        """Leave the content of an element to its own reader."""
        for inner in element.iterdescendants(etree.Element):
            self._left.pop(inner, None)
        self._left[element].pop(_TEXT, None)

    def drop_apart(self, element: etree._Element, reason: str) -> None:
        """Record all content of an element that is read apart as not held."""
        self._forget(element)
        for path, value in content_leaves(element, self.path(element)):
            self.ledger.not_held(path, value.strip(), reason)

    # The end

    def finish(self) -> None:
        """Record each leaf that was not taken as not held."""
        for element, left in self._left.items():
            for name, value in left.items():
                if not self.ledger.whole and len(self.ledger.entries) > _MOST_ENTRIES:
                    return
                self.ledger.not_held(self._leaf_path(element, name), value.strip() if name in (_TEXT, _TAIL) else value)
        self._left.clear()
        self._inner.clear()
        self._indexed.clear()

    def path(self, element: etree._Element) -> str:
        """Return the place of an element. An index is given only among siblings of a name, in a whole ledger."""
        steps: list[str] = []
        while element is not self._root:
            parent = element.getparent()
            if parent is None:
                break
            steps.append(self._names(parent)[element] if self.ledger.whole else self._shown(element))
            element = parent
        return "/".join(filter(None, (self._path, *reversed(steps))))

    def _leaf_path(self, element: etree._Element, name: str) -> str:
        if name == _TAIL:
            parent = element.getparent()
            return self.path(parent) if parent is not None else ""
        path = self.path(element)
        if name == _TEXT:
            return path
        shown = f"@xml:{name[len(_XML) :]}" if name.startswith(_XML) else f"@{name.rpartition('}')[2]}"
        return f"{path}/{shown}".lstrip("/")

    def _names(self, parent: etree._Element) -> dict[etree._Element, str]:
        if parent not in self._indexed:
            children = list(parent.iterchildren(etree.Element))
            steps = sibling_steps([self._shown(child) for child in children])
            self._indexed[parent] = dict(zip(children, steps, strict=True))
        return self._indexed[parent]


def _named(element: etree._Element) -> list[tuple[str, etree._Element]]:
    """Return the child elements of an element with their local names."""
    return [(local_name(one.tag), one) for one in element.iterchildren(etree.Element)]


@lru_cache(maxsize=512)
def _attribute_name(stated: str) -> str:
    """Return the local name of an attribute in lower case; "" for one of XML itself."""
    return "" if stated.startswith(_XML) else stated.rpartition("}")[2].lower()
