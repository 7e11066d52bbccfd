"""Read the renditions and associations of a ninjs item, in the names of all versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from schemas.article import Group, ItemLink, Media, Rendition
from schemas.article.values import LARGEST_INTEGER, check_media_type
from workers.formats.json.leaves import is_stated, shown
from workers.formats.json.members import Members, each
from workers.formats.ninjs.names import ALT, CAPTION, CREDIT, is_invented, is_main
from workers.formats.ninjs.reading.texts import plain_of

_MEDIA_KINDS: Final = ("picture", "video", "audio", "graphic")
_MEDIA_TYPES: Final = {"image": "picture", "video": "video", "audio": "audio"}
_FIELDS: Final = {CAPTION: "media.caption", ALT: "media.alt", CREDIT: "media.credit"}


class Associated(NamedTuple):
    """An associated item: the name of the association, and what it is."""

    name: str | None
    content: Media | ItemLink


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
        if rendition.peek("type") == "text":
            item.leave_out(at, inner, "it is a file of the text, and no media")
            continue
        role = rendition.line("name", f"{field}.role") or name
        if role and is_invented(role):
            role = None
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


def read_associations(item: Members) -> Iterator[Associated]:
    """Take the associated items: media with files become media, any other item becomes a link."""
    path, value = item.path_of("associations"), item.take("associations")
    given = (
        ((f"{path}.{name}", name, inner) for name, inner in value.items())
        if isinstance(value, dict)
        else ((at, None, inner) for at, inner in each(value, path))
    )
    for at, name, inner in given:
        if not isinstance(inner, dict):
            item.leave_out(at, inner, "it is not an object")
            continue
        associated = item.inside(inner, at)
        stated = associated.peek("name")
        if isinstance(stated, str) and (is_main(stated) is not None or is_invented(stated)):
            associated.keep(associated.path_of("name"), associated.take("name"), "media")
            name = stated
        renditions = read_renditions(associated)
        kind = kind_of_media(associated.peek("type"), renditions)
        if renditions and kind:
            yield Associated(name, _media(associated, kind, renditions, main=is_main(name)))
        elif link := _link(associated, renditions):
            yield Associated(name, link)
        associated.end()


def _media(item: Members, kind: Any, renditions: tuple[Rendition, ...], *, main: bool | None) -> Media:
    if item.peek("type") == kind:
        item.line("type", "media.kind")
    if any(one.href == item.peek("uri") for one in renditions):
        item.iri("uri", "media.renditions.href")
    texts = _described(item)
    credit = item.line("by" if "by" in item else "byline", "media.credit") or texts.get(CREDIT)
    return Media(
        kind=kind,
        renditions=renditions,
        credit=credit,
        caption=texts.get(CAPTION),
        alt=texts.get(ALT),
        main=main,
    )


def _described(item: Members) -> Mapping[str, str]:
    """Take the texts of a media item by their roles. A description without a role of its own is the caption."""
    found: dict[str, str] = {}
    for role, field in _FIELDS.items():
        if text := plain_of(item, f"description_{role}", field):
            found[role] = text
    for name in ("description_text", "description_html"):
        if (
            name in item
            and CAPTION not in found
            and (text := plain_of(item, name, _FIELDS[CAPTION], is_plain=name.endswith("text")))
        ):
            found[CAPTION] = text
    described = list(item.objects("descriptions"))
    roles = [shown(one.peek("role") or "").lower() for one in described]
    if CAPTION not in roles:
        plain = next((at for at, role in enumerate(roles) if role not in _FIELDS), None)
        roles = [CAPTION if at == plain else role for at, role in enumerate(roles)]
    for role, one in zip(roles, described, strict=True):
        if role in _FIELDS and role not in found and (text := plain_of(one, "value", _FIELDS[role])):
            found[role] = text
            for name in ("role", "contenttype"):
                one.keep(one.path_of(name), one.take(name), _FIELDS[role])
        one.end()
    return found


def _link(item: Members, renditions: tuple[Rendition, ...]) -> ItemLink | None:
    id_ = item.line("uri", "links.id")
    title = item.line("headline", "links.title") or _headline(item) or item.line("title", "links.title")
    first = renditions[0] if renditions else None
    for rendition in renditions[1:]:
        item.ledger.not_held(f"{item.path}.renditions", rendition.href)
    if not id_ and not first:
        return None
    return ItemLink(
        id=None if first and id_ == first.href else id_,
        href=first.href if first else None,
        title=title,
        media_type=first.media_type if first else None,
        version=item.number("version", "links.version", 1, LARGEST_INTEGER),
        rel=item.line("rel", "links.rel"),
    )


def _headline(item: Members) -> str | None:
    """Take the first text of a list of headlines; the others are not held."""
    found = None
    for one in item.objects("headlines"):
        found = found or one.line("value", "links.title")
        one.end()
    return found


def group_of(links: list[ItemLink]) -> tuple[Group, ...]:
    """Return the group of a composite's items."""
    return (Group(id="G1", items=tuple(links)),) if links else ()
