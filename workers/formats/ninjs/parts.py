"""The parts of a ninjs item: concepts, parties, media, renditions, associations, in the names of all versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from schemas.article import AlternativeId, Group, ItemLink, Media, Party, Position, Rendition, Subject
from schemas.article.parts import SubjectType
from schemas.article.values import LARGEST_INTEGER, check_iri, check_media_type
from workers.formats.json.leaves import is_stated, shown
from workers.formats.json.members import Members, each

# The members with concepts: the name in version 1, the name since version 2, and the type of the concept.
CONCEPTS: Final[tuple[tuple[str, str, SubjectType | None], ...]] = (
    ("subject", "subjects", None),
    ("person", "people", "person"),
    ("organisation", "organisations", "organisation"),
    ("place", "places", "place"),
    ("event", "events", "event"),
    ("object", "objects", "object"),
)
_MEDIA_KINDS: Final = ("picture", "video", "audio", "graphic")
_MEDIA_TYPES: Final = {"image": "picture", "video": "video", "audio": "audio"}


def read_subjects(item: Members) -> Iterator[Subject]:
    """Take the concepts that the item is about."""
    for old, new, type_ in CONCEPTS:
        for name in (old, new):
            for concept in item.objects(name):
                if subject := _subject(concept, type_):
                    yield subject


def _subject(concept: Members, type_: SubjectType | None) -> Subject | None:
    stated: dict[str, Any] = {
        "name": concept.line("name", "subjects.name"),
        "uri": read_uri(concept, "subjects.uri"),
        "relevance": concept.number("relevance", "subjects.relevance", 0, 100),
        "confidence": concept.number("confidence", "subjects.confidence", 0, 100),
        "creator": concept.line("creator", "subjects.creator"),
        "position": _position(concept) if type_ == "place" else None,
    }
    concept.end()
    if not stated["name"] and not stated["uri"]:
        return None
    return Subject(type=type_, **stated)


def read_uri(concept: Members, field: str) -> str | None:
    """Take the URI of a concept: stated as such, or as a scheme and a code (version 1)."""
    if "uri" in concept:
        return concept.iri("uri", field)
    if "scheme" not in concept or "code" not in concept:
        return None
    scheme, code = concept.peek("scheme"), concept.peek("code")
    whole = f"{shown(scheme).strip()}{shown(code).strip()}"
    if not isinstance(scheme, str) or not isinstance(code, str | int) or check_iri(whole):
        return None
    concept.keep(concept.path_of("scheme"), concept.take("scheme"), field)
    concept.keep(concept.path_of("code"), concept.take("code"), field)
    return whole


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


def read_alternative_ids(item: Members) -> Iterator[AlternativeId]:
    """Take the alternative ids: an object of ids by type (version 1), or a list of objects with a role."""
    path, value = item.path_of("altids"), item.peek("altids")
    if isinstance(value, dict):
        item.take("altids")
        ids = item.inside(value, path)
        for type_ in ids.names():
            if id_ := ids.line(type_, "alternative_ids.id"):
                yield AlternativeId(id=id_, type=type_)
        return
    for one in item.objects("altids"):
        id_, role = one.line("value", "alternative_ids.id"), one.line("role", "alternative_ids.type")
        one.end()
        if id_:
            yield AlternativeId(id=id_, type=role)


def read_renditions(item: Members, field: str = "media.renditions") -> tuple[Rendition, ...]:
    """Take the renditions: an object of renditions by name (version 1), or a list of objects with a name."""
    path, value = item.path_of("renditions"), item.take("renditions")
    given = (
        ((f"{path}.{name}", name, inner) for name, inner in value.items())
        if isinstance(value, dict)
        else ((at, None, inner) for at, inner in each(value, path))
    )
    found = []
    for at, name, inner in given:
        if not isinstance(inner, dict):
            item.leave_out(at, inner, "it is not an object")
            continue
        rendition = item.inside(inner, at)
        role = rendition.line("name", f"{field}.role") or name
        href = rendition.iri("href", f"{field}.href")
        if href:
            found.append(
                Rendition(
                    href=href,
                    role=role,
                    media_type=_media_type(rendition, field),
                    width=rendition.number("width", f"{field}.width", 0, LARGEST_INTEGER),
                    height=rendition.number("height", f"{field}.height", 0, LARGEST_INTEGER),
                    size=rendition.number("sizeinbytes", f"{field}.size", 0, LARGEST_INTEGER),
                    duration=rendition.number("duration", f"{field}.duration", 0, LARGEST_INTEGER),
                )
            )
        rendition.end()
    return tuple(found)


def _media_type(rendition: Members, field: str) -> str | None:
    name = "contenttype" if "contenttype" in rendition else "mimetype"
    value = rendition.peek(name)
    if not is_stated(value):
        return None
    if not isinstance(value, str) or check_media_type(value.strip()):
        return None  # named by the end of the rendition
    return rendition.line(name, f"{field}.media_type")


def kind_of_media(stated: object, renditions: tuple[Rendition, ...]) -> str | None:
    """Return the kind of a media item: stated, or that of the type of its files."""
    if stated in _MEDIA_KINDS:
        return str(stated)
    types = (one.media_type.partition("/")[0] for one in renditions if one.media_type)
    return next((kind for type_ in types if (kind := _MEDIA_TYPES.get(type_))), None)


def read_associations(item: Members) -> Iterator[Media | ItemLink]:
    """Take the associated items: media with files become media, any other item becomes a link."""
    path, value = item.path_of("associations"), item.take("associations")
    given = (
        ((f"{path}.{name}", inner) for name, inner in value.items()) if isinstance(value, dict) else each(value, path)
    )
    for at, inner in given:
        if not isinstance(inner, dict):
            item.leave_out(at, inner, "it is not an object")
            continue
        associated = item.inside(inner, at)
        if made := _association(associated):
            yield made
        associated.end()


def _association(item: Members) -> Media | ItemLink | None:
    renditions = read_renditions(item)
    if renditions and (kind := kind_of_media(item.peek("type"), renditions)):
        if item.peek("type") == kind:
            item.line("type", "media.kind")
        credit = item.line("by" if "by" in item else "byline", "media.credit")
        return Media(kind=kind, renditions=renditions, credit=credit, caption=caption_of(item))  # type: ignore[arg-type]
    id_ = item.line("uri", "links.id")
    title = item.line("headline", "links.title") or first_of(item, "headlines", "links.title")
    for rendition in renditions:
        item.ledger.not_held(f"{item.path}.renditions", rendition.href)
    return ItemLink(id=id_, title=title) if id_ else None


def caption_of(item: Members) -> str | None:
    """Take the description of a media item as its caption."""
    for name in ("description_caption", "description_text"):
        if name in item:
            return item.text(name, "media.caption")
    return first_of(item, "descriptions", "media.caption")


def first_of(item: Members, name: str, field: str) -> str | None:
    """Take the first text of a list of texts with roles; the others stay, and are named."""
    value = item.peek(name)
    if not isinstance(value, list) or not value or not isinstance(value[0], dict):
        return None
    path = item.path_of(name)
    item.take(name)
    found = None
    for number, inner in enumerate(value, 1):
        if not isinstance(inner, dict):
            item.leave_out(f"{path}[{number}]", inner)
            continue
        one = item.inside(inner, f"{path}[{number}]")
        found = found or one.text("value", field)
        one.end()
    return found


def group_of(links: list[ItemLink]) -> tuple[Group, ...]:
    """Return the group of a composite's items."""
    return (Group(id="G1", items=tuple(links)),) if links else ()
