"""Parties: the provider, the copyright holder, the authors and contributors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from lxml import etree

from schemas.article import Byline, Party
from schemas.article.bylines import name_in
from schemas.article.parts import PartyType
from workers.formats.newsml_g2.reading.assertions import Described
from workers.formats.newsml_g2.reading.concepts import Concepts
from workers.formats.newsml_g2.reading.leaves import FORMAT, Leaves
from workers.formats.newsml_g2.reading.names import XML_LANG
from workers.formats.newsml_g2.reading.texts import distance, keep_language

_DETAILS: Final[dict[str, PartyType]] = {"personDetails": "person", "organisationDetails": "organisation"}


_LONGEST_BYLINE: Final = 1000


class Authors(NamedTuple):
    """The byline as printed, the authors, and the contributors."""

    byline: str | None
    bylines: tuple[Byline, ...]
    contributors: tuple[Byline, ...]


class Parties:
    """The reader of the parties of one item."""

    def __init__(self, leaves: Leaves, concepts: Concepts, language: str | None, *, made: str | None) -> None:
        self._leaves = leaves
        self._concepts = concepts
        self._language = language
        self._own = made is not None
        self._first_edition = made == ""

    def party(self, elements: Sequence[etree._Element], field: str) -> Party | None:
        """Return the first party with a name. What is left of the elements is not held."""
        party = None
        for element in elements:
            if party:
                self._leaves.drop(element, "the Article holds one")
                continue
            described = self._concepts.open(element)
            if name := self._name(described, field):
                party = Party(name=name, uri=self._concepts.uri_of(described.attributes, field))
        return party

    def authors(
        self,
        creators: Sequence[etree._Element],
        contributors: Sequence[etree._Element],
        by: Sequence[etree._Element],
    ) -> Authors:
        """Return the byline, the authors and the contributors.

        `by` is the byline as printed. The creators that it names are the authors. Without `by`, all creators are. Other
        creators may be a login, an organisation, or the photographer: those with a role or a type are contributors.
        """
        lines = self._lines(by)
        others: list[Byline] = []
        if self._own or not lines:
            authors = tuple(filter(None, (self._byline(creator, "bylines") for creator in creators)))
            byline = ", ".join(lines) or None
        else:
            byline = ", ".join(lines)
            authors, others = self._named_in(byline, creators)
            if not authors:
                authors = tuple(Byline(name=name) for line in lines if (name := name_in(line)))
        helpers = (self._byline(one, "contributors") for one in contributors)
        return Authors(byline, authors, (*others, *filter(None, helpers)))

    def _lines(self, by: Sequence[etree._Element]) -> list[str]:
        lines: list[str] = []
        nearest = min((distance(one.get(XML_LANG), self._language) for one in by), default=0)
        for element in by:
            if not self._own and (plain := self._leaves.plain(element)):
                lines.append(plain)
                continue
            if self._own and self._leaves.skip_repeated(element):
                continue
            if self._first_edition:
                # Items by newsmill 0.1 repeat the authors there, without a mark.
                self._leaves.keep_text(element, FORMAT)
                continue
            attributes = self._leaves.attributes(element)
            line = self._leaves.line(element)
            if distance(attributes.language, self._language) > nearest:
                self._leaves.drop_text(element, "the byline in the language of the item is held")
            elif line:
                self._leaves.keep_text(element, "byline")
                keep_language(attributes, "byline", self._language)
                lines.append(line)
        return lines

    def _named_in(self, line: str, creators: Sequence[etree._Element]) -> tuple[tuple[Byline, ...], list[Byline]]:
        """Return the creators that a byline names, in its order, and those that are contributors."""
        # A longer line is no byline, and to look for many names in it takes long.
        folded = line.casefold() if len(line) <= _LONGEST_BYLINE else ""
        authors: list[tuple[int, Byline]] = []
        others: list[Byline] = []
        for creator in creators:
            described = self._concepts.open(creator)
            names = self._concepts.names(described)
            at = max((folded.find(name.casefold()) for name in names), default=-1)
            if at >= 0:
                authors.append((at, self._made(described, "bylines")))
            elif names and (
                described.attributes.get("role") or described.attributes.get("type") or _details(described)
            ):
                others.append(self._made(described, "contributors"))
            # A creator without a role or a type may be a login; it is left, and so not held.
        return tuple(byline for _, byline in sorted(authors, key=lambda one: one[0])), others

    def _byline(self, element: etree._Element, field: str) -> Byline | None:
        described = self._concepts.open(element)
        return self._made(described, field) if self._concepts.names(described) else None

    def _made(self, described: Described, field: str) -> Byline:
        """Return a party that has a name as an author or a contributor."""
        attributes = described.attributes
        name = self._name(described, field) or ""
        type_ = self._concepts.type(described, field)
        stated: PartyType | None = type_ if type_ in ("person", "organisation") else None
        return Byline(
            name=name,
            uri=self._concepts.uri_of(attributes, field),
            job_title=self._job_title(described, field),
            type=stated or _details(described),
            role=attributes.keep_code("role", f"{field}.role"),
        )

    def _name(self, described: Described, field: str) -> str | None:
        name, others = self._concepts.name(described, field)
        for other in others:
            self._leaves.drop_text(other.element, "the Article holds one name")
        return name or self._concepts.literal(described.attributes, f"{field}.name")

    def _job_title(self, described: Described, field: str) -> str | None:
        """Return the job title. Other software describes the person in a definition, at any length."""
        if not self._own:
            return None
        for element in described.children.pop("definition", ()):
            if line := self._leaves.line(element):
                self._leaves.keep_text(element, f"{field}.job_title")
                return line
        return None


def _details(described: Described) -> PartyType | None:
    """Return the type of a party that its details imply."""
    return next((type_ for name, type_ in _DETAILS.items() if name in described.children), None)
