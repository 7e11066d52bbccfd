"""The subjects of a NITF document: tobject, identified-content, evloc."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from schemas.article import Subject
from schemas.article.parts import Concept, SubjectType
from schemas.article.values import check_iri, check_qcode
from workers.formats.markup.reading.text import local_name
from workers.formats.xml.account import Account

_TYPES: Final[Mapping[str, SubjectType | None]] = {
    "person": "person",
    "org": "organisation",
    "location": "place",
    "virtloc": "place",
    "event": "event",
    "object.title": "object",
    "function": "abstract",
    "classifier": None,
    "money": None,
    "chron": None,
}
_SUBJECT_NAMES: Final = ("tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type")
_PLACE_NAMES: Final = ("city", "county-dist", "state-prov", "iso-cc")


def of_tobject(account: Account, tobject: etree._Element) -> Iterator[Subject]:
    """Yield the subjects of a tobject: an IPTC subject code, with its detail, matter and type, the narrowest first."""
    for element in account.children(tobject, "tobject.subject"):
        code = account.get(element, "tobject.subject.refnum")
        if code is None and len(account.get(element, "tobject.subject.code") or "") == 8:
            code = account.get(element, "tobject.subject.code")
            source = "tobject.subject.code"
        else:
            source = "tobject.subject.refnum"
        qcode = None
        if code and len(code) == 8 and code.isascii() and code.isdecimal():
            account.keep(element, source, "subjects.qcode")
            qcode = f"subj:{code}"
        yield from _named(account, element, _SUBJECT_NAMES, qcode, None)


def of_event_place(account: Account, element: etree._Element) -> Iterator[Subject]:
    """Yield the place of an event, within its state and country."""
    yield from _named(account, element, _PLACE_NAMES, None, "place")


def _named(
    account: Account, element: etree._Element, attributes: tuple[str, ...], qcode: str | None, type_: SubjectType | None
) -> Iterator[Subject]:
    """Yield the subject of a name and wider names, in attributes."""
    names: list[str] = []
    for attribute in attributes:
        field = "subjects.broader.name" if names else "subjects.name"
        if value := account.keep(element, attribute, field):
            names.append(value)
    if names or qcode:
        wider = tuple(Concept(name=one) for one in names[1:])
        yield Subject(name=names[0] if names else None, qcode=qcode, type=type_, broader=wider)


def identified(account: Account, element: etree._Element) -> Iterator[Subject]:
    """Yield the persons, organisations, places and other things that a document names as its content."""
    for one in account.children(element):
        name = local_name(one.tag)
        if name in _TYPES and (subject := _identified(account, one, _TYPES[name])):
            yield subject


def _identified(account: Account, element: etree._Element, type_: SubjectType | None) -> Subject | None:
    stated: dict[str, Any] = {}
    source_name, value_name = (
        ("code-source", "location-code") if account.get(element, "location-code") else ("idsrc", "value")
    )
    source, value = account.get(element, source_name), account.get(element, value_name)
    if value and not check_iri(value):
        stated["uri"] = account.keep(element, value_name, "subjects.uri")
    elif value and source and not check_iri(f"{source}{value}") and source.endswith(("/", "#")):
        account.keep(element, source_name, "subjects.uri")
        account.keep(element, value_name, "subjects.uri")
        stated["uri"] = f"{source}{value}"
    elif value and source and not check_qcode(f"{source}:{value}"):
        account.keep(element, source_name, "subjects.qcode")
        account.keep(element, value_name, "subjects.qcode")
        stated["qcode"] = f"{source}:{value}"
    if line := account.line(element):
        account.keep_text(element, "subjects.name")
        stated["name"] = line
    elif not stated and value:
        stated["name"] = account.keep(element, value_name, "subjects.name")
    return Subject(type=type_, **stated) if any(stated.values()) else None
