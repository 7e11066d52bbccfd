"""QCodes: the aliases that the catalogs of an item bind, and the concepts that its QCodes name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from schemas.article.newscodes import CATALOG, CATALOGS, RETIRED_SCHEMES, catalog_url, schemes
from schemas.article.values import check_iri, shorten
from schemas.errors import Severity
from workers.formats.newsml_g2.checks.report import Report, any_of
from workers.formats.newsml_g2.checks.vocabularies import CODE_FORMS, CODES, COMMON_CODES, NAR

CATALOG_REF: Final = f"{{{NAR}}}catalogRef"
CATALOG_ELEMENT: Final = f"{{{NAR}}}catalog"
_SCHEME: Final = f"{{{NAR}}}scheme"
_IPTC_CATALOG = re.compile(r"https?://(?:www\.)?iptc\.org/std/catalog/catalog\.IPTC-G2-Standards_(\d{1,3})\.xml")
_IPTC = re.compile(r"https?://(?:[a-z]+\.)*iptc\.org/")
_SEPARATORS = "/#=:?&-_."
_MOST_KNOWN = 20_000


class CodeFault(NamedTuple):
    """A fault of a QCode; the detail follows the QCode in a sentence."""

    rule: str
    detail: str
    severity: Severity


@dataclass(slots=True)
class Aliases:
    """The aliases that the catalogs of an item bind.

    Args:
        uris: the scheme URI of each.
        open: whether the item refers to a catalog that is not known here, and that may bind more aliases.
        known: the QCodes that were checked already, each with its fault.
    """

    uris: Mapping[str, str]
    open: bool
    known: dict[str, CodeFault | None] = field(default_factory=dict)

    def fault(self, qcode: str) -> CodeFault | None:
        """Return the fault of a QCode, or None."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
        found = self.known[qcode] = self._find(qcode)
        return found

    def uri(self, qcode: str) -> str | None:
        """Return the URI of the concept that a QCode names, or None if its alias is not bound."""
        alias, _, code = qcode.partition(":")
        scheme = self.uris.get(alias)
        return scheme + code if scheme else None

    def _find(self, qcode: str) -> CodeFault | None:
        alias, colon, code = qcode.partition(":")
        if not colon:
            return None  # The check of the structure reports it.
        scheme = self.uris.get(alias)
        if scheme is None:
            detail = f"has the alias {alias}, which no catalog of the item binds; refer to its catalog, or use a URI"
            return None if self.open else CodeFault("g2-06-alias", detail, "error")
        if since := RETIRED_SCHEMES.get(scheme):
            detail = f"is of a scheme that was retired on {since}; use another scheme"
            return CodeFault("g2-09-retired", detail, "advice")
        if scheme[-1] not in _SEPARATORS:
            # Alias and code make a URI that names nothing. For an alias of the IPTC, its own catalog has a slip.
            severity: Severity = "error" if schemes().get(alias) == scheme else "advice"
            detail = f"becomes {scheme}{code}, since the URI of its scheme ends in no separator; use a URI instead"
            return CodeFault("g2-11-scheme-uri", detail, severity)
        return _find_code_fault(scheme, code)


def find_aliases(parent: etree._Element, report: Report) -> Aliases:
    """Return the aliases that the catalogs of an item or of a header bind, and report the faults of the catalogs."""
    hrefs: list[str] = []
    own: list[tuple[str, str]] = []
    for child in parent:
        if child.tag == CATALOG_REF:
            hrefs.append(child.get("href", ""))
            _check_reference(child, report)
        elif child.tag == CATALOG_ELEMENT:
            own.extend((scheme.get("alias", ""), scheme.get("uri", "")) for scheme in child.iterchildren(_SCHEME))
    if own:
        _check_inline(parent, _bind(tuple(hrefs), ()).uris, report)
    return _bind(tuple(hrefs), tuple(own))


@lru_cache(maxsize=256)
def _bind(hrefs: tuple[str, ...], own: tuple[tuple[str, str], ...]) -> Aliases:
    """Return the aliases of some catalogs; items with the same catalogs share them, and the checks of their QCodes."""
    uris: dict[str, str] = {}
    opened = False
    for href in hrefs:
        bound = _catalog(href)
        if bound is None:
            opened = True
        else:
            uris |= bound
    return Aliases(uris | dict(own), opened)


def _catalog(href: str) -> Mapping[str, str] | None:
    match = _IPTC_CATALOG.fullmatch(href)
    if match and int(match[1]) in CATALOGS:
        with suppress(LookupError):
            return schemes(int(match[1]))
    return None


def _check_reference(reference: etree._Element, report: Report) -> None:
    href = reference.get("href", "")
    match = _IPTC_CATALOG.fullmatch(href)
    if match:
        if not 1 <= int(match[1]) <= CATALOG:
            detail = f'there is no catalog "{href}"; the newest that is known here is {catalog_url()}'
            report(reference, "g2-08-catalog", detail)
        elif _catalog(href) is None:
            detail = f'the aliases of the catalog "{href}" are not known here and not checked; {catalog_url()} is known'
            report(reference, "g2-08-catalog", detail, "advice")
    elif check_iri(href) or _IPTC.match(href):
        detail = f'catalogRef "{shorten(href)}" is not the address of a catalog; refer to one, such as {catalog_url()}'
        report(reference, "g2-08-catalog", detail)
    else:
        detail = f'the aliases of the catalog "{shorten(href)}" are not known here and not checked'
        report(reference, "g2-08-catalog", detail, "advice")


def _check_inline(parent: etree._Element, referenced: Mapping[str, str], report: Report) -> None:
    bound = dict(referenced)
    for catalog in parent.iterchildren(CATALOG_ELEMENT):
        for scheme in catalog.iterchildren(_SCHEME):
            alias, uri = scheme.get("alias", ""), scheme.get("uri", "")
            other = bound.setdefault(alias, uri)
            if other != uri:
                detail = f"the alias {alias} is bound to {shorten(uri)} and to {shorten(other)}; bind it to one URI"
                report(scheme, "g2-07-alias-twice", detail)


def _find_code_fault(scheme: str, code: str) -> CodeFault | None:
    if (codes := CODES.get(scheme)) is not None and code not in codes:
        return CodeFault("g2-10-code", f"is not a code of {scheme}; use {any_of(codes)}", "error")
    if (form := CODE_FORMS.get(scheme)) is not None and not re.fullmatch(form, code, re.ASCII):
        return CodeFault("g2-10-code", f"is not a code of {scheme}; its codes have eight digits", "error")
    if (common := COMMON_CODES.get(scheme)) is not None and code not in common:
        return CodeFault("g2-10-code", f"is not a common code of {scheme}; common are {any_of(common)}", "advice")
    return None


def same_concept(one: str, other: str) -> bool:
    """Return whether two URIs name the same concept. http and https are equal, as in URIs of the IPTC."""
    return one == other or one.partition("://")[2] == other.partition("://")[2] != ""
