"""Concepts: subjects, places, genres, with what `assert` says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from lxml import etree

from schemas.article import Concept, Place, Position, RoleText, Subject, SubjectType
from schemas.article.newscodes import CONCEPT_TYPES, schemes
from schemas.article.values import check_iri, check_qcode, make_line
from schemas.bounds import LARGEST_EXPANSION, Budget
from workers.formats.newsml_g2.checks.vocabularies import CODE_FORMS
from workers.formats.newsml_g2.reading.assertions import Assertions, Described
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children, Leaves
from workers.formats.newsml_g2.reading.names import G2_NAMES
from workers.formats.newsml_g2.reading.own import OTHER_URI, TEXT_URI, is_made_literal, text_of
from workers.formats.newsml_g2.reading.texts import NAMES, Text, code_of, keep_language, keep_other, read_texts

TYPES: Final[dict[str, SubjectType]] = {
    **{code_of(code): type_ for type_, code in CONCEPT_TYPES.items()},
    "poi": "place",  # a point of interest
}
"""The type of each code of the concept nature."""

_NATURES: Final = ("cpnat:", "http://cv.iptc.org/newscodes/cpnature/")
_DETAILS: Final = ("geoAreaDetails", "POIDetails")
_PER_CENT = re.compile(r"\d{1,3}", re.ASCII)


class Identity(NamedTuple):
    """The QCode of a concept, and its URI."""

    qcode: str | None = None
    uri: str | None = None


class Concepts:
    """The reader of the concepts of one item: its catalogs, its language, its assertions."""

    def __init__(
        self, leaves: Leaves, language: str | None, asserts: Sequence[etree._Element], *, made: str | None
    ) -> None:
        self._leaves = leaves
        self._own = made is not None
        self._first_edition = made == ""
        self._language = language
        self._aliases: dict[str, str] = {}
        self._budget = Budget(LARGEST_EXPANSION)
        self._assertions = Assertions(leaves, asserts, self._budget, own=self._own) if asserts else None

    def finish(self) -> None:
        """Record the assertions about concepts that the item does not refer to as not held."""
        if self._assertions:
            self._assertions.finish()

    def add_catalogs(self, catalogs: Iterable[etree._Element]) -> None:
        """Read the aliases of the catalogs in the item."""
        for catalog in catalogs:
            self._leaves.attributes(catalog)
            for scheme in self._leaves.children(catalog).pop("scheme", ()):
                attributes = self._leaves.attributes(scheme)
                alias, uri = attributes.keep("alias", FORMAT), attributes.keep("uri", FORMAT)
                # newsmill binds the aliases that nothing resolves to the alias itself.
                if alias and uri and not uri.startswith(TEXT_URI):
                    self._aliases.setdefault(alias, uri)
                self._leaves.no_children(scheme)

    # Identity

    def identity(self, attributes: Attributes, field: str) -> Identity:
        """Take the QCode, the URI and the literal of a concept.

        A QCode is kept if its alias is the IPTC's, or if the item does not say what its alias means. Otherwise the
        concept has the URI that the catalog of the item gives.
        """
        uri = self._uri(attributes, "uri", field)
        qcode = attributes.get("qcode")
        if qcode is None:
            return Identity(self._own_qcode(attributes, field) if self._own else None, uri)
        alias, _, code = qcode.partition(":")
        of_iptc, of_item = schemes().get(alias), self._aliases.get(alias)
        if reason := _qcode_fault(qcode, of_item or of_iptc, code):
            attributes.drop("qcode", reason)
            return Identity(None, uri)
        if of_item is None or of_item == of_iptc:
            attributes.keep("qcode", f"{field}.qcode")
            return Identity(qcode, uri)
        resolved = of_item + code
        if check_iri(resolved):
            attributes.drop("qcode", f"its alias stands for {of_item!r}, which is no URI")
        elif uri in (None, resolved):
            attributes.keep("qcode", f"{field}.uri")
            uri = resolved
        else:
            attributes.drop("qcode", "the concept has another URI")
        return Identity(None, uri)

    def _own_qcode(self, attributes: Attributes, field: str) -> str | None:
        """Take the QCode that newsmill wrote as a literal, because its vocabulary does not have it."""
        literal = attributes.get("literal")
        if literal is None or is_made_literal(literal) or check_qcode(literal):
            return None
        return attributes.keep("literal", f"{field}.qcode")

    def uri_of(self, attributes: Attributes, field: str) -> str | None:
        """Take the URI of a concept, or the QCode that stands for one."""
        uri = self._uri(attributes, "uri", field)
        qcode = attributes.get("qcode")
        resolved = self.resolve(qcode) if qcode else None
        if resolved and uri in (None, resolved):
            attributes.keep("qcode", f"{field}.uri")
            return resolved
        return uri

    def resolve(self, qcode: str) -> str | None:
        """Return the URI of a QCode by the catalogs of the item; None if they do not give one."""
        alias, _, code = qcode.partition(":")
        scheme = self._aliases.get(alias) or schemes().get(alias)
        resolved = scheme + code if scheme and code and self._budget.draw(len(scheme)) else None
        return resolved if resolved and not check_iri(resolved) else None

    def _uri(self, attributes: Attributes, name: str, field: str) -> str | None:
        uri = attributes.get(name)
        if uri is None:
            return None
        if check_iri(uri):
            attributes.drop(name, "it is not an absolute URI")
            return None
        return attributes.keep(name, f"{field}.uri")

    # Details

    def open(self, element: etree._Element) -> Described:
        """Return the attributes and children of a concept, with the children of the assertion about it."""
        described = Described(element, self._leaves.attributes(element), self._leaves.children(element))
        if self._assertions:
            qcode = described.attributes.get("qcode")
            self._assertions.add_to(described, self.resolve(qcode) if qcode else None)
        return described

    def names(self, described: Described) -> list[str]:
        """Return the names of a concept. None of them is recorded yet."""
        found = list(filter(None, map(self._leaves.line, described.children.get("name", ()))))
        if described.known:
            found.append(described.known)
        literal = described.attributes.get("literal")
        return found or ([make_line(literal)] if literal else [])

    def name(self, described: Described, field: str) -> tuple[str | None, list[Text]]:
        """Take the name of a concept, and return it with the other names, which are not recorded yet."""
        names = described.children.pop("name", ())
        if not names:
            return described.known, []
        if len(names) == 1 and described.asserted is None and (plain := self._leaves.plain(names[0])):
            return plain, []
        texts = read_texts(self._leaves, names, self._language, NAMES, line=True)
        if self._own:
            # newsmill writes the name of a concept first, without a role and a language.
            texts.sort(key=lambda one: one.number)
            if texts and (texts[0].role or texts[0].language):
                return None, texts
        if not texts:
            return None, []
        main, *others = texts
        self._leaves.keep_text(main.element, f"{field}.name")
        if main.rank <= 1:
            main.attributes.keep_code("role", f"{field}.name")
        keep_language(main.attributes, f"{field}.name", self._language)
        rest = []
        for other in others:
            if other.text == main.text and not self._own:
                # An assertion repeats the name.
                self._leaves.keep_text(other.element, f"{field}.name")
            else:
                rest.append(other)
        if self._assertions and described.asserted is not None:
            self._assertions.known[described.asserted] = main.text
        rest.sort(key=lambda one: one.number)
        return main.text, rest

    def subject(self, element: etree._Element) -> Subject | None:
        """Return a subject; None if nothing identifies it."""
        facets = _only(element, "mainConcept")
        if facets is not None:
            return self._faceted(element, facets)
        described = self.open(element)
        attributes = described.attributes
        identity = self.identity(attributes, "subjects")
        name, names = self._named(described, identity, "subjects")
        type_ = self.type(described, "subjects")
        if not (name or identity.qcode or identity.uri):
            return None
        uri = identity.uri or (self._other_uri(described.children, "subjects") if self._own else None)
        creator = attributes.keep_code("creator", "subjects.creator")
        why = attributes.keep_code("why", "subjects.why") or attributes.keep_code("how", "subjects.why")
        return Subject(
            name=name,
            qcode=identity.qcode,
            uri=uri,
            type=type_,
            names=names,
            relevance=_per_cent(attributes, "relevance"),
            confidence=_per_cent(attributes, "confidence"),
            why=why,
            creator=creator,
            **self._related(described, "subjects"),
        )

    def _faceted(self, element: etree._Element, main: etree._Element) -> Subject | None:
        """Return the main concept of a subject with facets. The Article has no place for the facets."""
        for name, elements in self._leaves.children(element).items():
            if name == "mainConcept":
                elements.remove(main)
        self._leaves.attributes(element)
        return self.subject(main)

    def place(self, elements: Sequence[etree._Element]) -> Place | None:
        """Return the first place that something identifies. The others are not held."""
        place = None
        for element in elements:
            if place:
                self._leaves.drop(element, "the Article holds one place")
                continue
            described = self.open(element)
            identity = self.identity(described.attributes, "located")
            name, names = self._named(described, identity, "located")
            if name or identity.qcode or identity.uri:
                uri = identity.uri or (self._other_uri(described.children, "located") if self._own else None)
                place = Place(
                    name=name,
                    qcode=identity.qcode,
                    uri=uri,
                    names=names,
                    **self._related(described, "located"),
                )
        return place

    def _named(self, described: Described, identity: Identity, field: str) -> tuple[str | None, tuple[RoleText, ...]]:
        name, others = self.name(described, field)
        names = tuple(keep_other(self._leaves, other, f"{field}.names") for other in others)
        if name is None and not identity.qcode and not identity.uri:
            name = self.literal(described.attributes, f"{field}.name")
        return name, names

    def literal(self, attributes: Attributes, field: str) -> str | None:
        """Take the literal of a concept as its name."""
        literal = attributes.keep("literal", field)
        return make_line(literal) or None if literal else None

    def type(self, described: Described, field: str) -> SubjectType | None:
        """Take the nature of a concept, if the Article has a word for it."""
        found: SubjectType | None = None
        attributes = described.attributes
        for name in ("type", "typeuri"):
            stated = attributes.get(name)
            if (
                stated
                and stated.startswith(_NATURES)
                and (known := TYPES.get(code_of(stated)))
                and found in (None, known)
            ):
                attributes.keep(name, f"{field}.type")
                found = known
        for element in described.children.pop("type", ()):
            of_type = self._leaves.attributes(element)
            stated = of_type.get("qcode") or of_type.get("uri") or ""
            known = TYPES.get(code_of(stated)) if stated.startswith(_NATURES) else None
            if known and found in (None, known):
                of_type.keep("qcode", f"{field}.type")
                of_type.keep("uri", f"{field}.type")
                found = known
            self._leaves.children(element)
        return found

    def _related(self, described: Described, field: str) -> dict[str, Any]:
        """Return the fields about other concepts, and the position."""
        children = described.children
        if not children:
            return {}
        related: dict[str, Any] = {}
        if same := children.pop("sameAs", ()):
            related["same_as"] = tuple(filter(None, (self._same_as(one, field) for one in same)))
        if broader := children.pop("broader", ()):
            related["broader"] = tuple(filter(None, (self._broader(one, f"{field}.broader") for one in broader)))
        for name in _DETAILS:
            for details in children.pop(name, ()):
                self._leaves.attributes(details)
                for one in self._leaves.children(details).pop("position", ()):
                    related.setdefault("position", self._position(one, f"{field}.position"))
        return related

    def _other_uri(self, children: Children, field: str) -> str | None:
        """Return the URI of a concept that its QCode does not name, as newsmill writes it."""
        if self._first_edition and children.get("sameAs"):
            return self._same_as(children["sameAs"].pop(0), field)
        for element in children.get("related", ()):
            if element.get("rel") == OTHER_URI:
                children["related"].remove(element)
                attributes = self._leaves.attributes(element)
                attributes.keep("rel", FORMAT)
                return attributes.keep("uri", f"{field}.uri")
        return None

    def _same_as(self, element: etree._Element, field: str) -> str | None:
        attributes = self._leaves.attributes(element)
        self._leaves.children(element)
        return self.uri_of(attributes, f"{field}.same_as")

    def _broader(self, element: etree._Element, field: str) -> Concept | None:
        attributes = self._leaves.attributes(element)
        identity = self.identity(attributes, field)
        described = Described(element, attributes, self._leaves.children(element))
        name, others = self.name(described, field)
        for other in others:
            self._leaves.drop_text(other.element)
        if not (name or identity.qcode or identity.uri):
            return None
        uri = identity.uri
        for same in described.children.pop("sameAs", ()) if self._own else ():
            uri = self._same_as(same, field)
        return Concept(name=name, qcode=identity.qcode, uri=uri)

    def _position(self, element: etree._Element, field: str) -> Position | None:
        attributes = self._leaves.attributes(element)
        try:
            latitude, longitude = float(attributes.get("latitude") or "x"), float(attributes.get("longitude") or "x")
        except ValueError:
            return None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return None
        attributes.keep("latitude", f"{field}.latitude")
        attributes.keep("longitude", f"{field}.longitude")
        return Position(latitude=latitude, longitude=longitude)

    def label(self, element: etree._Element, field: str) -> str | None:
        """Return the name of a concept that the Article holds as a text; without one, its code."""
        described = self.open(element)
        name, others = self.name(described, field)
        for other in others:
            self._leaves.drop_text(other.element)
        return name or self._code(described.attributes, field)

    def code(self, element: etree._Element, field: str, attributes: Attributes | None = None) -> str | None:
        """Return the code of a concept that the Article holds as a text; without one, its name.

        Args:
            element: the property.
            field: the field of the Article.
            attributes: the attributes of the element, if they are taken already.
        """
        attributes = attributes or self._leaves.attributes(element)
        described = Described(element, attributes, self._leaves.children(element))
        if found := self._code(attributes, field):
            if self._own:
                for repeated in described.children.pop("name", ()):
                    self._leaves.keep_text(repeated, field)
            return found
        name, others = self.name(described, field)
        for other in others:
            self._leaves.drop_text(other.element)
        return name

    def _code(self, attributes: Attributes, field: str) -> str | None:
        qcode, uri = attributes.keep("qcode", field), attributes.get("uri")
        if qcode:
            resolved = self.resolve(qcode) if qcode.partition(":")[0] in self._aliases else None
            if uri and uri == (resolved or self.resolve(qcode)):
                attributes.keep("uri", field)
            return resolved or make_line(qcode)
        if uri:
            attributes.keep("uri", field)
            return text_of(uri)
        return self.literal(attributes, field)


def _only(element: etree._Element, name: str) -> etree._Element | None:
    found = [child for child in element if G2_NAMES[child.tag] == name] if len(element) else []
    return found[0] if len(found) == 1 else None


def _per_cent(attributes: Attributes, name: str) -> int | None:
    stated = attributes.get(name)
    if stated is None:
        return None
    if not _PER_CENT.fullmatch(stated) or int(stated) > 100:
        attributes.drop(name, "it is not a whole number from 0 to 100")
        return None
    attributes.keep(name, f"subjects.{name}")
    return int(stated)


def _qcode_fault(qcode: str, scheme: str | None, code: str) -> str | None:
    if check_qcode(qcode):
        return "it is not a QCode, such as medtop:04000000"
    form = CODE_FORMS.get(scheme or "")
    return "its codes have eight digits" if form and not re.fullmatch(form, code) else None
