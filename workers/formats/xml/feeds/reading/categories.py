"""Categories: keywords, subjects of vocabularies, sections, genres."""

from __future__ import annotations

from functools import cache
from typing import Final

from lxml import etree

from schemas.article import Subject
from schemas.article.newscodes import schemes
from schemas.article.parts import SubjectType
from schemas.article.values import check_iri, check_qcode
from workers.formats.xml.feeds.reading.entry import ONE, Entry

SECTION: Final = "https://schema.org/articleSection"
GENRE: Final = "https://schema.org/genre"
SUBJECTS: Final = "urn:x-newsmill:subject"
"""The scheme of subjects that have a name only."""

QCODES: Final = "urn:x-newsmill:qcode:"
"""Where a QCode stands whose scheme is not known: behind this, as a domain or as the scheme of a term."""

_FIELDS: Final = {SECTION: "section", GENRE: "genre", "section": "section", "genre": "genre"}
# Vocabularies that do not say more than a keyword does.
_KEYWORDS: Final = frozenset(("tag", "tags", "keyword", "keywords", "post_tag", "category", "categories"))
# The New York Times states the kind of its terms, by the ends of its domains.
_TYPES: Final[dict[str, SubjectType]] = {
    "nyt_per": "person",
    "nyt_org": "organisation",
    "nyt_org_all": "organisation",
    "nyt_geo": "place",
    "person": "person",
    "people": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "place": "place",
    "location": "place",
    "event": "event",
}


def read_category(entry: Entry, element: etree._Element) -> None:
    """Read a category of RSS: its name, within a domain if that is stated."""
    account = entry.account
    domain = account.get(element, "domain") or ""
    if field := _FIELDS.get(domain):
        if field in entry.stated:
            account.drop_text(element, ONE)
        elif text := entry.line(element, field):
            account.keep(element, "domain", field)
            entry.stated[field] = text
        return
    name = entry.line(element, "subjects.name" if domain else "keywords")
    if domain.lower() in _KEYWORDS or not domain:
        account.keep(element, "domain", "keywords")
        if name:
            entry.add("keywords", name)
        return
    qcode, uri = _concept(domain, name, own=entry.context.own)
    type_ = None if entry.context.own else _TYPES.get(_last(domain))
    if qcode or uri or type_ or entry.context.own:
        account.keep(element, "domain", "subjects.qcode" if qcode else "subjects.uri" if uri else "subjects.type")
    if name or qcode or uri:
        # A concept without a name is written with its code in place of one.
        named = None if name in (qcode, uri) or (qcode and qcode.endswith(f":{name}")) else name
        entry.add("subjects", Subject(name=named, qcode=qcode, uri=uri, type=type_))


def read_term(entry: Entry, element: etree._Element) -> None:
    """Read a category of Atom: a term, within a scheme if that is stated, and its label (RFC 4287, section 4.2.2)."""
    account = entry.account
    scheme, term = account.get(element, "scheme") or "", account.get(element, "term") or ""
    label = account.get(element, "label")
    if field := _FIELDS.get(scheme):
        if field in entry.stated:
            return
        for name in ("scheme", "term"):
            account.keep(element, name, field)
        entry.stated[field] = term
        return
    if not term and not label:
        text = entry.line(element, "keywords")
        if text:
            entry.add("keywords", text)
        return
    if not scheme:
        # A label is for people, a term for machines.
        name = "label" if label else "term"
        if label == term:
            account.keep(element, "term", "keywords")
        entry.add("keywords", account.keep(element, name, "keywords"))
        return
    if _last(scheme) in _KEYWORDS and not entry.context.own:
        for name in ("scheme", "term"):
            account.keep(element, name, "keywords")
        if label and account.keep(element, "label", "keywords") != term:
            entry.add("keywords", label)
        else:
            entry.add("keywords", term)
        return
    if scheme == SUBJECTS:
        for name in ("scheme", "term"):
            account.keep(element, name, "subjects.name")
        entry.add("subjects", Subject(name=term))
        return
    qcode, uri = _concept(f"{scheme}{term}" if entry.context.own else scheme, term, own=entry.context.own)
    named = account.keep(element, "label", "subjects.name")
    if qcode or uri:
        for name in ("scheme", "term"):
            account.keep(element, name, "subjects.qcode" if qcode else "subjects.uri")
    elif not named:
        named = account.keep(element, "term", "subjects.name")
    entry.add("subjects", Subject(name=named, qcode=qcode, uri=uri))


def _concept(address: str, code: str | None, *, own: bool) -> tuple[str | None, str | None]:
    """Return the QCode of a concept, or its URI.

    Args:
        address: that of the concept, or of its scheme.
        code: the text of the category, or its term.
        own: whether newsmill wrote the feed. The URI of another feed is that of a scheme, which has no URI of a concept
            in it unless the scheme is known.
    """
    if address.startswith(QCODES) and not check_qcode(address[len(QCODES) :]):
        return address[len(QCODES) :], None
    scheme, mark, ending = address.rpartition("/")
    if (alias := _aliases().get(f"{scheme}{mark}")) and ending and not check_qcode(f"{alias}:{ending}"):
        return f"{alias}:{ending}", None
    alias = _aliases().get(address) or _aliases().get(f"{address}/")
    if alias and code and not own and not check_qcode(f"{alias}:{code}"):
        return f"{alias}:{code}", None
    return None, address if own and not check_iri(address) else None


def _last(address: str) -> str:
    """Return the last step of an address in lower case."""
    return address.rstrip("/").rpartition("/")[2].rpartition("#")[2].lower()


@cache
def _aliases() -> dict[str, str]:
    """Return the IPTC's alias of each address of a scheme."""
    return {uri: alias for alias, uri in schemes().items()}
