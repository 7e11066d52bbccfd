"""QCodes: the aliases that an item's catalogs bind, and the concepts that its QCodes name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from schemas.article.newscodes import CATALOG, CATALOGS, RETIRED_SCHEMES, catalog_url, schemes
from schemas.article.values import check_iri, check_qcode
from schemas.errors import Severity
from workers.formats.newsml_g2.checks.vocabularies import CODE_FORMS, CODES, COMMON_CODES, NAR

Report = Callable[..., None]
"""report(element, rule, found, expected, severity="error")"""

CATALOG_REF: Final = f"{{{NAR}}}catalogRef"
CATALOG_ELEMENT: Final = f"{{{NAR}}}catalog"
_SCHEME: Final = f"{{{NAR}}}scheme"
_IPTC_CATALOG = re.compile(r"https?://(?:www\.)?iptc\.org/std/catalog/catalog\.IPTC-G2-Standards_(\d{1,3})\.xml")
_IPTC = re.compile(r"https?://(?:[a-z]+\.)*iptc\.org/")
_SEPARATORS = "/#=:?&-_."
_MOST_KNOWN = 20_000


class CodeFault(NamedTuple):
    """What is wrong with a QCode."""

    rule: str
    expected: str
    severity: Severity


@dataclass(slots=True)
class Aliases:
    """The aliases that the catalogs of an item bind.

    Args:
        uris: the scheme URI of each.
        open: whether a catalog is referred to that is not at hand, so that an alias may be bound by it.
    """

    uris: Mapping[str, str]
    open: bool
    known: dict[str, CodeFault | None] = field(default_factory=dict)

    def fault(self, qcode: str) -> CodeFault | None:
        """What is wrong with a QCode, if anything."""
        if len(self.known) > _MOST_KNOWN:
            self.known.clear()
        found = self.known[qcode] = self._find(qcode)
        return found

    def uri(self, qcode: str) -> str | None:
        """The URI of the concept that a QCode names, if its alias is bound."""
        alias, _, code = qcode.partition(":")
        scheme = self.uris.get(alias)
        return scheme + code if scheme else None

    def _find(self, qcode: str) -> CodeFault | None:
        if check_qcode(qcode):
            return CodeFault("g2-06-alias", "a QCode: alias, colon, code, no white space", "error")
        alias, _, code = qcode.partition(":")
        scheme = self.uris.get(alias)
        if scheme is None:
            return (
                None
                if self.open
                else CodeFault("g2-06-alias", f"an alias that the catalogs bind, not {alias}", "error")
            )
        if since := RETIRED_SCHEMES.get(scheme):
            return CodeFault("g2-09-retired", f"a scheme that is in use; {alias} was retired on {since}", "error")
        if scheme[-1] not in _SEPARATORS:
            # The IPTC's own slip: alias and code make a URI that is nobody's.
            severity: Severity = "error" if schemes().get(alias) == scheme else "advice"
            expected = f"a scheme whose URI ends in a separator; {alias} is {scheme}, which makes {scheme}{code}"
            return CodeFault("g2-11-scheme-uri", expected, severity)
        return _find_code_fault(scheme, code)


def find_aliases(parent: etree._Element, report: Report) -> Aliases:
    """The aliases that the catalogs of an item (or of a header) bind; what is wrong with those is reported."""
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
    """The same catalogs bind the same aliases: what was found of their QCodes is kept with them."""
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
            report(reference, "g2-08-catalog", href, f"a catalog that there is; the newest known is {catalog_url()}")
        elif _catalog(href) is None:
            expected = f"a catalog whose aliases can be known here, such as {catalog_url()}"
            report(reference, "g2-08-catalog", href, expected, "advice")
    elif check_iri(href) or _IPTC.match(href):
        report(reference, "g2-08-catalog", href, f"the address of a catalog, such as {catalog_url()}")
    else:
        report(
            reference,
            "g2-08-catalog",
            href,
            "a catalog that can be known here: its aliases are taken on trust",
            "advice",
        )


def _check_inline(parent: etree._Element, referenced: Mapping[str, str], report: Report) -> None:
    bound = dict(referenced)
    for catalog in parent.iterchildren(CATALOG_ELEMENT):
        for scheme in catalog.iterchildren(_SCHEME):
            alias, uri = scheme.get("alias", ""), scheme.get("uri", "")
            other = bound.setdefault(alias, uri)
            if other != uri:
                report(scheme, "g2-07-alias-twice", f"{alias} = {uri}", f"one URI for an alias; {alias} is {other}")


def _find_code_fault(scheme: str, code: str) -> CodeFault | None:
    if (codes := CODES.get(scheme)) is not None and code not in codes:
        return CodeFault("g2-10-code", f"a code of {scheme}: {', '.join(sorted(codes))}", "error")
    if (form := CODE_FORMS.get(scheme)) is not None and not re.fullmatch(form, code, re.ASCII):
        return CodeFault("g2-10-code", f"a code of {scheme}: eight digits", "error")
    if (common := COMMON_CODES.get(scheme)) is not None and code not in common:
        return CodeFault("g2-10-code", f"a code of {scheme}, such as {', '.join(sorted(common))}", "advice")
    return None


def same_concept(one: str, other: str) -> bool:
    """Whether two URIs name the same concept: the IPTC's answer to http and to https."""
    return one == other or one.partition("://")[2] == other.partition("://")[2] != ""
