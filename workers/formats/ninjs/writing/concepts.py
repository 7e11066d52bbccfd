"""Write what an article is about, and who it is from, as members of ninjs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from schemas.article import Article, Party, Position, Subject
from schemas.article.newscodes import resolve, schemes
from workers.formats.ninjs.names import KEYWORD, Names

MEMBERS: Final = {
    None: "subjects",
    "abstract": "subjects",
    "person": "people",
    "organisation": "organisations",
    "place": "places",
    "event": "events",
    "object": "objects",
}
"""The member of each type of a subject."""

_SCHEME = re.compile(r"(.*[/#])([^/#]+)|(.+:)([^:/#?]+)", re.DOTALL)
_ASSIGNED: Final = ("creator", "relevance", "confidence")


def add_concepts(made: dict[str, Any], article: Article, names: Names, generation: str) -> None:
    """Add the subjects of an article by their types, and its keywords."""
    for subject in article.subjects:
        one: dict[str, Any] = {"name": subject.name} if subject.name else {}
        one |= _identified(subject, generation)
        member = MEMBERS[subject.type]
        if member == "subjects":
            one |= {name: value for name in _ASSIGNED if (value := getattr(subject, name)) is not None}
        elif member == "places" and subject.position:
            one[names["geoJSON"]] = _point(subject.position)
        if one:
            made.setdefault(names[member], []).append(one)
    for keyword in article.keywords:
        made.setdefault(names["subjects"], []).append({"name": keyword, "rel": KEYWORD})


def party(stated: Party, generation: str) -> dict[str, str]:
    """Return the object of a person or an organisation."""
    return {"name": stated.name} | (_uri(stated.uri, generation) if stated.uri else {})


def _identified(subject: Subject, generation: str) -> dict[str, str]:
    """Return the members that identify a concept: a scheme and a code in generation 1, else a URI and a literal."""
    if generation == "1":
        if subject.uri and (divided := _uri(subject.uri, generation)):
            return divided
        return _scheme_of(subject.qcode) if subject.qcode else {}
    uri = subject.uri or (resolve(subject.qcode) if subject.qcode else None)
    return ({"uri": uri} if uri else {}) | ({"literal": subject.qcode} if subject.qcode else {})


def _scheme_of(qcode: str) -> dict[str, str]:
    alias, _, code = qcode.partition(":")
    scheme = schemes().get(alias)
    return {"scheme": scheme, "code": code} if scheme else {"code": qcode}


def _uri(uri: str, generation: str) -> dict[str, str]:
    if generation != "1":
        return {"uri": uri}
    parts = divide_uri(uri)
    return {"scheme": parts[0], "code": parts[1]} if parts else {}


def divide_uri(uri: str) -> tuple[str, str] | None:
    """Return the scheme and the code that make up a URI; None if it ends with its scheme."""
    found = _SCHEME.fullmatch(uri)
    if found is None:
        return None
    scheme, code = (found[1], found[2]) if found[1] else (found[3], found[4])
    # A scheme of a URI alone identifies nothing, such as `tag:` and `https://`.
    return (scheme, code) if scheme.rstrip(":/").count(":") else None


def _point(position: Position) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [position.longitude, position.latitude]}


def lost_of(article: Article) -> Iterator[str]:
    """Yield the parts of subjects that have no place: most have one with some types only."""
    for subject in article.subjects:
        member = MEMBERS[subject.type]
        if subject.type == "abstract":
            yield "subjects.type"
        if member != "subjects":
            yield from (f"subjects.{name}" for name in _ASSIGNED if getattr(subject, name) is not None)
        if member != "places" and subject.position:
            yield "subjects.position"


def lost_of_codes(article: Article) -> Iterator[str]:
    """Yield the URIs and QCodes that have no place as a scheme and a code."""
    for subject in article.subjects:
        if subject.uri and divide_uri(subject.uri) is None:
            yield "subjects.uri"
        if subject.uri and subject.qcode:
            yield "subjects.qcode"
    if article.provider and article.provider.uri and divide_uri(article.provider.uri) is None:
        yield "provider.uri"
