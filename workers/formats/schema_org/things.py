"""People, organisations, places and concepts in the terms of schema.org, as an article states them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from schemas.article import Article, Byline, Concept, Party, Place, RoleText, Subject
from schemas.article.newscodes import resolve
from schemas.article.values import check_iri
from workers.formats.schema_org.terms import CONTRIBUTOR_PROPERTIES, NATURES, PARTY_TYPES, PERSON, SOURCE_TYPES, TYPES

# Words of the names of organisations, desks and teams, in lower case.
_COLLECTIVE: Final = frozenset(
    """
    agency agence agencia agentur agenzia associated association authority board bureau center centre channel club co
    college commission committee company corp corporation council department desk digital division editorial editor
    editors foundation gazette gmbh group herald inc institute international journal limited llc ltd magazine media
    ministry network news newspaper newsroom office online organisation organization party post press publishing radio
    redaktion redaction redaccion redazione rédaction redacción reporter reporters reuters service services society
    staff station studio syndicate team telegraph television times tribune trust tv union university wire world writer
    writers
    """.split()
)
# A word of a personal name: a capital and small letters (O'Hara, Jean-Luc, MacLeod), an initial, or a particle.
_NAME_WORD: Final = re.compile(r"(?:[^\W\d_]['’.-]?)+\.?")
_PARTICLES: Final = frozenset(
    "al ap bin bint da dal de degli dei del della den der des di do dos du e el ibn la las le los ten ter y van vom "
    "von zu zum zur".split()
)


def authors(article: Article) -> list[Any]:
    """Return the authors: each a Person or an Organization, or without a type where nothing tells which it is."""
    return [_author(byline, party_type(byline, article)) for byline in article.bylines]


def contributors(article: Article) -> dict[str, list[Any]]:
    """Return the contributors by property. One with another role stands in a Role, as schema.org provides."""
    made: dict[str, list[Any]] = {}
    for one in article.contributors:
        type_ = party_type(one, article)
        if one.role in CONTRIBUTOR_PROPERTIES and type_ == PERSON:
            made.setdefault(one.role, []).append(_author(one, type_))
        else:
            made.setdefault("contributor", []).append(in_role("contributor", one.role, _author(one, type_)))
    return made


def party_type(byline: Byline, article: Article) -> str | None:
    """Return the type of an author: the stated one, or the one that the rest of the article gives evidence of.

    schema.org and search engines expect a Person or an Organization. The publisher of the article is an organisation.
    A job title, or a name in the form of a personal name ("Ada Reed", "J. van Dam"), is that of a person. Any other
    name has no type: "Reuters", "News Desk" and "nfield7" are never a Person.
    """
    if byline.type:
        return PARTY_TYPES[byline.type]
    if any(party and party.name == byline.name for party in (article.provider, article.copyright_holder)):
        return "Organization"
    return PERSON if byline.job_title or has_form_of_person(byline.name) else None


@lru_cache(maxsize=4096)
def has_form_of_person(name: str) -> bool:
    """Return whether a name has the form of a personal name: two to five words with capitals, none of a collective."""
    words = name.split()
    if not 2 <= len(words) <= 5 or any(word.strip(".,").lower() in _COLLECTIVE for word in words):
        return False
    named = [word for word in words if word not in _PARTICLES]
    return len(named) > 1 and all(_NAME_WORD.fullmatch(word) and _is_capitalised(word) for word in named)


def _is_capitalised(word: str) -> bool:
    # "BBC" and "AFP" are no names of people; an initial, "J." or "JR", is.
    return word[0].isupper() and (len(word) <= 2 or any(map(str.islower, word)))


def _author(byline: Byline, type_: str | None) -> Any:
    if not type_ and not byline.uri:
        return byline.name
    made = _thing(type_, byline.uri)
    made["name"] = byline.name
    if byline.uri and byline.uri.startswith(("https:", "http:")):
        # Google identifies an author by author.url (Article structured data).
        made["url"] = byline.uri
    if byline.job_title and type_ == PERSON:
        made["jobTitle"] = byline.job_title
    return made


def in_role(key: str, role: str | None, value: Any) -> Any:
    """Return a value with its role. A Role stands between a property and its value (schema.org, Role)."""
    return {"@type": "Role", "roleName": role, key: value} if role else value


def organization(party: Party) -> dict[str, Any]:
    """Return a publisher or a copyright holder."""
    made = _thing("Organization", party.uri)
    made["name"] = party.name
    return made


def place(located: Place) -> dict[str, Any]:
    """Return a place with its other names, the places around it and its position."""
    made = _thing("Place", located.uri or _concept_uri(located.qcode))
    if located.name:
        made["name"] = located.name
    if located.qcode:
        made["identifier"] = located.qcode
    _add_names(made, located.names, located.same_as)
    if located.broader:
        made["containedInPlace"] = [_containing(one) for one in located.broader]
    if located.position:
        made["geo"] = _geo(located.position.latitude, located.position.longitude)
    return made


def concept(subject: Subject) -> dict[str, Any]:
    """Return a subject with its QCode, the URI that the QCode stands for, and its other names."""
    entity = TYPES.get(subject.type or "")
    made = _thing(entity or "DefinedTerm", subject.uri or _concept_uri(subject.qcode))
    if subject.type in NATURES:
        made["additionalType"] = NATURES[subject.type]
    if subject.name:
        made["name"] = subject.name
    if subject.qcode:
        made["identifier" if entity else "termCode"] = subject.qcode
    _add_names(made, subject.names, subject.same_as)
    if subject.position and entity in LOCATED:
        geo = _geo(subject.position.latitude, subject.position.longitude)
        made |= {"geo": geo} if entity == "Place" else {"location": {"@type": "Place", "geo": geo}}
    return made


LOCATED: Final = ("Place", "Organization", "Event")
"""The types of subjects that have a place for a position."""


def text_of(one: RoleText) -> Any:
    """Return a text, with its language where it is stated."""
    return {"@value": one.text, "@language": one.language} if one.language else one.text


def _add_names(made: dict[str, Any], names: Iterable[RoleText], same_as: tuple[str, ...]) -> None:
    if names:
        made["alternateName"] = [in_role("alternateName", one.role, text_of(one)) for one in names]
    if same_as:
        made["sameAs"] = list(same_as)


def _containing(one: Concept) -> dict[str, Any]:
    made = _thing("Place", one.uri or _concept_uri(one.qcode))
    if one.name:
        made["name"] = one.name
    if one.qcode:
        made["identifier"] = one.qcode
    return made


def _geo(latitude: float, longitude: float) -> dict[str, Any]:
    return {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}


def _thing(type_: str | None, uri: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": type_} if type_ else {}
    if uri:
        made["@id"] = uri
    return made


@lru_cache(maxsize=4096)
def _concept_uri(qcode: str | None) -> str | None:
    """Return the URI that a QCode of the IPTC stands for, if it is an absolute URI."""
    uri = resolve(qcode) if qcode else None
    return uri if uri and not check_iri(uri) else None


def source_type_address(article: Article) -> str | None:
    """Return the address of the digital source type of an article; None if it has none, or only a word."""
    stated = article.digital_source_type
    address = SOURCE_TYPES.get(stated, stated) if stated else None
    return address if address and check_iri(address) is None else None
