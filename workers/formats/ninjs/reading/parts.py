"""Read concepts, parties, genres and ids of a ninjs item, in the names of all versions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from schemas.article import AlternativeId, Byline, Party, Position, Rights, Subject
from schemas.article.newscodes import resolve
from schemas.article.parts import SubjectType
from schemas.article.values import check_iri, check_qcode, make_line
from workers.formats.json.leaves import shown
from workers.formats.json.members import Members, each
from workers.formats.ninjs.names import KEYWORD, is_invented

# The members with concepts: the name in version 1, the name since version 2, and the type of the concept.
CONCEPTS: Final[tuple[tuple[str, str, SubjectType | None], ...]] = (
    ("subject", "subjects", None),
    ("person", "people", "person"),
    ("organisation", "organisations", "organisation"),
    ("place", "places", "place"),
    ("event", "events", "event"),
    ("object", "objects", "object"),
)

_NUMBERS: Final = ((re.compile(r"(?:0\d|1[0-7])\d{6}", re.ASCII), "subj"), (re.compile(r"20\d{6}", re.ASCII), "medtop"))
"""The numbers of the IPTC's subject codes and media topics: no number is of both schemes."""
_SEPARATORS: Final = "/#:=?"
"""How the address of a scheme ends that is one with each of its codes."""


def read_subjects(item: Members, keywords: list[str]) -> Iterator[Subject]:
    """Take the concepts that the item is about; those with the relation of keywords go to the keywords."""
    for old, new, type_ in CONCEPTS:
        for name in (old, new):
            for concept in item.objects(name):
                if shown(concept.peek("rel") or "").lower() == KEYWORD and "name" in concept:
                    keywords += filter(None, [concept.line("name", "keywords")])
                    concept.line("rel", "keywords")
                    concept.end()
                elif subject := _subject(concept, type_):
                    yield subject


def _subject(concept: Members, type_: SubjectType | None) -> Subject | None:
    stated: dict[str, Any] = {
        "name": concept.line("name", "subjects.name"),
        "uri": read_uri(concept, "subjects.uri"),
        "qcode": _qcode(concept),
        "relevance": concept.number("relevance", "subjects.relevance", 0, 100),
        "confidence": concept.number("confidence", "subjects.confidence", 0, 100),
        "creator": concept.line("creator", "subjects.creator"),
        "position": _position(concept) if type_ == "place" else None,
    }
    concept.end()
    if stated["qcode"] and stated["uri"] == resolve(stated["qcode"]):
        stated["uri"] = None  # both say the same
    if not any(map(stated.get, ("name", "uri", "qcode"))):
        return None
    return Subject(type=type_, **stated)


def _qcode(concept: Members) -> str | None:
    """Take a literal that is a QCode; in version 1, a code that is one by itself or with a scheme that is an alias."""
    if "code" in concept and "scheme" in concept:
        alias, code = concept.peek("scheme"), concept.peek("code")
        whole = f"{shown(alias).strip()}:{shown(code).strip()}"
        if isinstance(alias, str) and ":" not in alias and check_qcode(whole) is None:
            _keep_both(concept, "subjects.qcode")
            return whole
    name = "code" if "code" in concept else "literal"
    value = concept.peek(name)
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = shown(value).strip()
    scheme = next((alias for pattern, alias in _NUMBERS if pattern.fullmatch(text)), None)
    if scheme and name == "code" and "scheme" not in concept:
        reason = f"it is a code of {scheme}, a scheme of the IPTC"
        concept.ledger.changed(concept.path_of(name), text, "subjects.qcode", reason)
        concept.take(name)
        return f"{scheme}:{text}"
    return concept.line(name, "subjects.qcode") if check_qcode(text) is None else None


def read_uri(concept: Members, field: str) -> str | None:
    """Take the URI of a concept: stated as such, or as the URI of a scheme and a code (version 1)."""
    if "uri" in concept:
        return concept.iri("uri", field)
    if "scheme" not in concept or "code" not in concept:
        return None
    scheme, code = concept.peek("scheme"), concept.peek("code")
    if not isinstance(scheme, str) or not isinstance(code, str | int) or not scheme.strip().endswith((*_SEPARATORS,)):
        return None
    whole = f"{scheme.strip()}{shown(code).strip()}"
    if check_iri(whole):
        return None
    _keep_both(concept, field)
    return whole


def _keep_both(concept: Members, field: str) -> None:
    for name in ("scheme", "code"):
        concept.keep(concept.path_of(name), concept.take(name), field)


def _position(concept: Members) -> Position | None:
    """Take a GeoJSON point (RFC 7946: longitude before latitude)."""
    name = next((one for one in concept.names() if one == "geojson" or one.startswith("geometry_")), None)
    value = concept.peek(name) if name else None
    if not name or not isinstance(value, dict) or value.get("type") != "Point":
        return None
    match value.get("coordinates"):
        case [int() | float() as longitude, int() | float() as latitude, *_] if (
            -180 <= longitude <= 180 and -90 <= latitude <= 90
        ):
            concept.keep(concept.path_of(name), concept.take(name), "subjects.position")
            return Position(latitude=float(latitude), longitude=float(longitude))
    return None


def read_source(item: Members) -> Party | None:
    """Take the first information source that has a name, as the provider."""
    found = None
    for name in ("infosource", "infosources"):
        for source in item.objects(name):
            if found is None and (named := source.line("name", "provider.name")):
                found = Party(name=named, uri=read_uri(source, "provider.uri"))
            source.end()
    return found


def read_genre(item: Members) -> str | None:
    """Take the first genre that has a name."""
    found = None
    for name in ("genre", "genres"):
        for genre in item.objects(name):
            if found is None:
                found = genre.line("name", "genre")
            genre.end()
    return found


def read_services(item: Members) -> Iterator[str]:
    """Take the services that the item is sent by, which some newsrooms state."""
    for name in ("service", "services"):
        for service in item.objects(name):
            if line := service.line("name" if "name" in service else "code", "services"):
                yield line
            service.end()


def read_alternative_ids(item: Members) -> Iterator[AlternativeId]:
    """Take the alternative ids: an object of ids by type (version 1), or a list of objects with a role."""
    path, value = item.path_of("altids"), item.peek("altids")
    if isinstance(value, dict):
        item.take("altids")
        ids = item.inside(value, path)
        for name in ids.names():
            type_ = ids.path_of(name)[len(path) + 1 :]
            if id_ := ids.line(name, "alternative_ids.id"):
                yield AlternativeId(id=id_, type=None if is_invented(type_) else type_)
        return
    for one in item.objects("altids"):
        id_, role = one.line("value", "alternative_ids.id"), one.line("role", "alternative_ids.type")
        one.end()
        if id_:
            yield AlternativeId(id=id_, type=role)


def read_rights(item: Members, usage_terms: str | None) -> Rights | None:
    """Take the address of the rights as terms, if the usage terms do not have it already."""
    value = item.peek("rightsinfo")
    if not isinstance(value, dict):
        return None
    path = item.path_of("rightsinfo")
    item.take("rightsinfo")
    rights = item.inside(value, path)
    linked = rights.iri("linkedrights", "rights.terms")
    rights.end()
    return Rights(terms=linked) if linked and linked != usage_terms else None


def read_keywords(item: Members) -> Iterator[str]:
    """Take the keywords, which many newsrooms state beside the members of the standard."""
    for name in ("keywords", "keyword"):
        path, value = item.path_of(name), item.take(name)
        for at, one in each(value, path):
            if isinstance(one, str) and (line := make_line(one)):
                item.ledger.kept(at, one, "keywords")
                yield line
            else:
                item.leave_out(at, one, "it is not a text")


def read_authors(item: Members, byline: str | None) -> dict[str, tuple[Byline, ...]]:
    """Take the authors, which some newsrooms state beside the byline. Those that it does not name are contributors."""
    found = []
    for one in item.objects("authors"):
        name = one.line("name", "bylines.name")
        role = one.line("role", "bylines.role") if name else None
        one.end()
        if name and not (byline and name in byline):
            found.append(Byline(name=name, role=role))
    return {("contributors" if byline else "bylines"): tuple(found)} if found else {}
