"""What is known of an item of NewsML-G2 while its elements pass by, and the rules about more than one of them."""

from __future__ import annotations

from typing import Final

from lxml import etree

from workers.formats.newsml_g2.checks.codes import Aliases, Report
from workers.formats.newsml_g2.checks.vocabularies import ANCESTOR, DIRECT, NAR

_BROADER: Final = f"{{{NAR}}}broader"
_TAG_START: Final = len(NAR) + 2


class ItemWalk:
    """What is known of an item (or of a message's header) while its elements are walked."""

    def __init__(self, aliases: Aliases, report: Report) -> None:
        self.aliases = aliases
        self.report = report
        self.ids: dict[str, etree._Element] = {}
        self.references: list[tuple[etree._Element, str, str]] = []
        self.literals: set[str] = set()
        self.asserted: list[tuple[etree._Element, str]] = []
        self.reasons: list[tuple[etree._Element, str]] = []
        self.tools: list[etree._Element] = []
        self.texts: dict[str, tuple[etree._Element, str]] = {}
        self.concepts: dict[str, str | None] = {}
        self.signals: set[str | None] = set()
        self.targets: list[str] = []

    def concept(self, element: etree._Element) -> str | None:
        """The URI of the concept that an element names, if it can be known."""
        qcode = element.get("qcode")
        return (self.aliases.uri(qcode) if qcode else None) or element.get("uri")

    def finish(self) -> None:
        """The rules that are about more than one element."""
        for element, name, value in self.references:
            for reference in value.split():
                if reference not in self.ids:
                    self.report(element, "g2-20-idref", f"{name}={reference!r}", "the id of an element of the item")
        for element, literal in self.asserted:
            if literal not in self.literals:
                self.report(element, "g2-34-literal", literal, "a literal that a property of the item has")
        if self.reasons:
            self._check_reasons()
        if self.tools and "metadataCreator" not in self.texts:
            for element in self.tools:
                if not element.get("creator") and not element.get("creatoruri"):
                    expected = "@creator, or a metadataCreator of the item: which system it was"
                    self.report(element, "g2-32-tool", f"{local_name(element)} how={element.get('how')!r}", expected)

    def _check_reasons(self) -> None:
        """An ancestor is there for the sake of a value that is direct, and below it where the item says so."""
        ancestors = [element for element, why in self.reasons if why == ANCESTOR]
        if not ancestors:
            return
        broader: dict[str, list[str]] = {}
        for element, _ in self.reasons:
            above = [concept for child in element.iterchildren(_BROADER) if (concept := self.concept(child))]
            broader.setdefault(self.concept(element) or "", []).extend(above)
        reached = {self.concept(element) or "" for element, why in self.reasons if why == DIRECT}
        hierarchy = any(broader.values())
        ahead = list(reached)
        while ahead:
            ahead = [above for concept in ahead for above in broader.get(concept, ()) if above not in reached]
            reached.update(ahead)
        for element in ancestors:
            if not reached or (hierarchy and self.concept(element) not in reached):
                expected = "a value with why:direct below it in the item"
                self.report(element, "g2-33-why", f"why:ancestor on {element.get('qcode')}", expected)


def local_name(element: etree._Element) -> str:
    """The name of an element of the NAR namespace."""
    return str(element.tag)[_TAG_START:]


def nar(*names: str) -> tuple[str, ...]:
    """The tags of elements of the NAR namespace."""
    return tuple(f"{{{NAR}}}{name}" for name in names)
