"""The properties of an office file: title, author, times, language, keywords."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from schemas.article import Byline
from schemas.article.dates import read_zoned_moment
from schemas.article.languages import check_language
from schemas.article.values import make_line
from schemas.ledger import Ledger

_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_CORE: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_META: Final = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"

_FIELDS: Final[Mapping[str, str]] = {
    f"{_DC}title": "headline",
    f"{_META}initial-creator": "bylines.name",
    f"{_DC}creator": "bylines.name",
    f"{_DC}language": "language",
    f"{_CORE}keywords": "keywords",
    f"{_META}keyword": "keywords",
    f"{_TERMS}created": "first_created",
    f"{_META}creation-date": "first_created",
    f"{_TERMS}modified": "modified",
    f"{_DC}date": "modified",
}
# Names that a program writes when no person is known.
_NOBODY: Final = frozenset(("python-docx", "microsoft office user", "unknown", "user", "admin", "administrator"))
_BETWEEN: Final = re.compile(r"(?:(?<!\s)\s+)?[,;]\s*")


def read_properties(root: etree._Element, path: str, ledger: Ledger, zone: str | None) -> dict[str, Any]:
    """Return the fields of an Article that the properties of a document state. What no field holds is named.

    Args:
        root: `cp:coreProperties` (ECMA-376, part 2, section 11), or the root of meta.xml (OpenDocument 1.3, part 3,
            section 3.1).
        path: its path, for the ledger.
        ledger: the ledger of the article.
        zone: the zone of times that state none.
    """
    fields: dict[str, Any] = {}
    for element in root.iter(etree.Element):
        value = make_line(element.text or "")
        if not value:
            continue
        tag = etree.QName(element)
        place = f"{path}/{tag.localname}"
        field = _FIELDS.get(tag.text)
        if field is None:
            ledger.not_held(place, value)
            continue
        found = _Property(value=value, place=place, leaf=field, fields=fields, ledger=ledger, zone=zone)
        _READERS[field](found)
    return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class _Property:
    """One property, and where its value goes."""

    value: str
    place: str
    leaf: str
    fields: dict[str, Any]
    ledger: Ledger
    zone: str | None

    def take(self, value: Any) -> None:
        name = self.leaf.partition(".")[0]
        if name == "keywords":
            value = tuple(dict.fromkeys((*self.fields.get(name, ()), *value)))
        elif name in self.fields:
            self.leave(f"another property states {name}")
            return
        self.fields[name] = value
        self.ledger.kept(self.place, self.value, self.leaf)

    def leave(self, reason: str) -> None:
        self.ledger.not_held(self.place, self.value, reason)


def _headline(found: _Property) -> None:
    found.take(found.value)


def _author(found: _Property) -> None:
    if found.value.casefold() in _NOBODY:
        found.leave("a program writes this name when it knows none")
    else:
        found.take((Byline(name=found.value),))


def _language(found: _Property) -> None:
    if reason := check_language(found.value):
        found.leave(reason)
    else:
        found.take(found.value)


def _keywords(found: _Property) -> None:
    found.take(tuple(dict.fromkeys(word for word in _BETWEEN.split(found.value) if word)))


def _moment(found: _Property) -> None:
    if found.value == _TEMPLATE_MOMENT:
        found.leave("python-docx writes this date into each new document")
        return
    moment, reason = read_zoned_moment(found.value, found.zone)
    if moment is None:
        found.leave(reason or "it is no date-time with a zone")
    else:
        found.take(moment)


_TEMPLATE_MOMENT: Final = "2013-12-23T23:15:00Z"


_READERS: Final[Mapping[str, Callable[[_Property], None]]] = {
    "headline": _headline,
    "bylines.name": _author,
    "language": _language,
    "keywords": _keywords,
    "first_created": _moment,
    "modified": _moment,
}
