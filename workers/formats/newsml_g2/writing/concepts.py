"""Write people, organisations, places and subjects."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from schemas.article import Article, Byline, Party, Place, Subject
from schemas.article.newscodes import CONCEPT_TYPES
from schemas.article.parts import Concept, Position, RoleText
from schemas.article.values import make_line
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.newsml_g2.writing.codes import Codes

_ASSERTED: Final = ("person", "organisation", "place")


def party(element: str, stated: Party, indent: str = "    ") -> str:
    """Return a provider, an infoSource or a copyrightHolder."""
    uri = attribute("uri", stated.uri)
    return f"{indent}<{element}{uri}>\n{indent}  <name>{escape(stated.name)}</name>\n{indent}</{element}>\n"


def author(element: str, byline: Byline, codes: Codes) -> str:
    """Return a creator or a contributor."""
    # @jobtitle takes a code of a vocabulary; a job title in words is a definition of the person, valid "within
    # the scope of the use of the concept" (XSD, definition).
    kind = attribute("type", CONCEPT_TYPES[byline.type]) if byline.type else ""
    stated = f"{kind}{codes.reference('role', byline.role)}{attribute('uri', byline.uri)}"
    job = f"      <definition>{escape(byline.job_title)}</definition>\n" if byline.job_title else ""
    return f"    <{element}{stated}>\n      <name>{escape(byline.name)}</name>\n{job}    </{element}>\n"


def located(place: Place, codes: Codes) -> str:
    """Return the place of an article."""
    identity, other = codes.identity(place.qcode, place.uri)
    inner = _inner(place, other, codes) + (_area(place.position) if place.position else "")
    return f"    <located{identity}>\n{inner}    </located>\n" if inner else f"    <located{identity}/>\n"


def subjects(article: Article, codes: Codes) -> str:
    """Return the subjects of an article."""
    shared = _shared(article, codes)
    return "".join(_subject(subject, number, shared, codes) for number, subject in enumerate(article.subjects, 1))


def _subject(subject: Subject, number: int, shared: Collection[str], codes: Codes) -> str:
    identity, other = codes.identity(subject.qcode, subject.uri)
    kind = f' type="{CONCEPT_TYPES[subject.type]}"' if subject.type else ""
    if literal := _literal(subject, number, shared, codes):
        identity += f' literal="{literal}"'
    if subject.creator or subject.why:
        identity += codes.reference("creator", subject.creator) + codes.reference("why", subject.why)
    if subject.confidence is not None or subject.relevance is not None:
        identity += attribute("confidence", subject.confidence) + attribute("relevance", subject.relevance)
    inner = _inner(subject, other, codes)
    start = f"    <subject{kind}{identity}"
    return f"{start}>\n{inner}    </subject>\n" if inner else f"{start}/>\n"


def _is_asserted(subject: Subject) -> bool:
    return subject.position is not None or (subject.type in _ASSERTED and subject.name is not None)


def _literal(subject: Subject, number: int, shared: Collection[str], codes: Codes) -> str | None:
    """Return a literal for an asserted subject that no code and no URI tells from the others."""
    if subject.qcode or subject.uri:
        if not shared or not _is_asserted(subject) or _key(subject, codes) not in shared:
            return None
        if subject.qcode and codes.identity(subject.qcode, None)[0].startswith(" literal"):
            return None  # its QCode is its literal
    elif subject.type not in _ASSERTED and not subject.position:
        return None
    return f"{subject.type or 'concept'}-{number}"


def _key(concept: Place | Subject, codes: Codes) -> str:
    return codes.uri(concept.qcode) if concept.qcode else concept.uri or ""


def _shared(article: Article, codes: Codes) -> Collection[str]:
    """Return the URIs that more than one concept of the article has: an assertion would be about all of them."""
    concepts: list[Place | Subject] = [*article.subjects, *([article.located] if article.located else [])]
    if len(concepts) < 2:
        return ()
    keys = [key for concept in concepts if (key := _key(concept, codes))]
    return () if len(set(keys)) == len(keys) else {key for key in keys if keys.count(key) > 1}


def asserts(article: Article, codes: Codes) -> str:
    """Return the assertions about the people, organisations and places that the article is about."""
    shared = _shared(article, codes)
    parts = []
    for number, subject in enumerate(article.subjects, 1):
        if not _is_asserted(subject):
            continue
        literal = _literal(subject, number, shared, codes)
        identity = f' literal="{literal}"' if literal else codes.identity(subject.qcode, subject.uri)[0]
        parts.append(f"  <assert{identity}>\n")
        if subject.type in _ASSERTED and subject.name:
            parts.append(f'    <type qcode="{CONCEPT_TYPES[subject.type]}"/>\n')
            parts.append(f"    <name>{escape(subject.name)}</name>\n")
        if subject.position:
            parts.append(_area(subject.position, "    "))
        parts.append("  </assert>\n")
    return "".join(parts)


def _inner(concept: Place | Subject, other: str | None, codes: Codes) -> str:
    """Return the names and relations of a concept; `other` is the URI of a concept that its QCode does not name."""
    name = f"      <name>{escape(concept.name)}</name>\n" if concept.name else ""
    if not (other or concept.names or concept.same_as or concept.broader):
        return name  # the usual case
    parts = [name, *(_name(one, codes) for one in concept.names)]
    if other:
        parts.append(f'      <related rel="skos:exactMatch"{attribute("uri", other)}/>\n')
    parts += [f"      <sameAs{attribute('uri', uri)}/>\n" for uri in concept.same_as]
    parts += [_broader(one, codes) for one in concept.broader]
    return "".join(parts)


def _name(name: RoleText, codes: Codes) -> str:
    role = codes.reference("role", name.role)
    return f"      <name{role}{attribute('xml:lang', name.language)}>{escape(make_line(name.text))}</name>\n"


def _broader(concept: Concept, codes: Codes) -> str:
    identity, other = codes.identity(concept.qcode, concept.uri)
    inner = f"        <name>{escape(concept.name)}</name>\n" if concept.name else ""
    if other:
        inner += f"        <sameAs{attribute('uri', other)}/>\n"
    start = f"      <broader{identity}"
    return f"{start}>\n{inner}      </broader>\n" if inner else f"{start}/>\n"


def _area(position: Position, indent: str = "      ") -> str:
    degrees = f'latitude="{_decimal(position.latitude)}" longitude="{_decimal(position.longitude)}"'
    return f"{indent}<geoAreaDetails>\n{indent}  <position {degrees}/>\n{indent}</geoAreaDetails>\n"


def _decimal(value: float) -> str:
    """Return a number without an exponent (XML Schema: decimal)."""
    return format(Decimal(repr(value)), "f")


def bylines(article: Article) -> str:
    """Return the byline as printed, or one made of the authors."""
    if article.byline:
        return f"    <by>{escape(article.byline)}</by>\n"
    return "".join(f'    <by rank="1">{escape(_by(byline))}</by>\n' for byline in article.bylines)


def _by(byline: Byline) -> str:
    return f"{byline.name}, {byline.job_title}" if byline.job_title else byline.name
