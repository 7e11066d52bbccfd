"""The details of an item's concepts in `assert` (NewsML-G2 Specification, "Concept Details in an Item")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from schemas.bounds import Budget
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children, Leaves
from workers.formats.newsml_g2.reading.own import is_made_literal

_KEYS = ("qcode", "uri", "literal")
_DETAILS = "geoAreaDetails"


@dataclass(slots=True)
class Described:
    """A concept of the item: its attributes, its children and those of the assertion about it.

    Args:
        known: its name, if another property has read the assertion.
        asserted: the assertion.
    """

    element: etree._Element
    attributes: Attributes
    children: Children
    known: str | None = None
    asserted: etree._Element | None = None


class Assertions:
    """The assertions of one item, by the QCodes, URIs and literals of their concepts.

    The name of a concept that the item refers to many times is repeated as far as the budget allows.
    """

    def __init__(self, leaves: Leaves, elements: Iterable[etree._Element], budget: Budget, *, own: bool) -> None:
        self._leaves = leaves
        self._own = own
        self._by_key: dict[str, list[etree._Element]] = {}
        self._unused: dict[etree._Element, None] = {}
        self.known: dict[etree._Element, str] = {}
        self.budget = budget
        for element in elements:
            self._unused[element] = None
            for key in filter(None, map(element.get, _KEYS)):
                self._by_key.setdefault(key.strip(), []).append(element)

    def finish(self) -> None:
        """Record the assertions about concepts that the item does not refer to as not held."""
        self._leaves.drop_all(self._unused)

    def add_to(self, described: Described, uri: str | None) -> None:
        """Add what an assertion says of a concept to it.

        Args:
            described: the concept.
            uri: the URI that its QCode stands for.
        """
        keys = (*map(described.attributes.get, _KEYS), uri)
        found = next((self._by_key[key] for key in keys if key in self._by_key), None)
        if found is None:
            return
        if self._own:
            self._add_own(described, found)
            return
        described.attributes.keep("literal", FORMAT)
        asserted = found[0]
        if asserted not in self._unused:
            # The leaves of the assertion are recorded already, for another property.
            known = self.known.get(asserted)
            if known and self.budget.draw(len(known)):
                described.known = known
            return
        for one in found:
            if one in self._unused:
                self._take(one, described.children)
        described.asserted = asserted

    def _add_own(self, described: Described, found: list[etree._Element]) -> None:
        """Add the position of a subject. newsmill asserts nothing else that the subject does not state itself."""
        literal = described.attributes.get("literal")
        if literal and is_made_literal(literal):
            described.attributes.keep("literal", FORMAT)
        typed = bool(described.attributes.get("type")) and "name" in described.children
        asserted = next((one for one in found if one in self._unused and (typed or not _has_type(one))), None)
        if asserted is None:
            return
        children: Children = {}
        self._take(asserted, children)
        for name, elements in children.items():
            if name == _DETAILS:
                described.children.setdefault(name, []).extend(elements)
            for element in elements if name != _DETAILS else ():
                self._leaves.attributes(element).keep("qcode", FORMAT)
                self._leaves.keep_text(element, FORMAT)

    def _take(self, asserted: etree._Element, into: Children) -> None:
        del self._unused[asserted]
        attributes = self._leaves.attributes(asserted)
        for name in _KEYS:
            attributes.keep(name, FORMAT)
        self._leaves.children(asserted, into=into)


def _has_type(asserted: etree._Element) -> bool:
    return any(str(child.tag).endswith("}type") for child in asserted)
