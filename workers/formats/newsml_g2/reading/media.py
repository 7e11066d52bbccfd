"""Media: the renditions in contentSet/remoteContent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from schemas.article import Media, Rendition
from schemas.article.parts import MediaKind
from workers.formats.newsml_g2.reading import own
from workers.formats.newsml_g2.reading.context import Context, Elements
from workers.formats.newsml_g2.reading.leaves import FORMAT, Attributes, Children, Leaves
from workers.formats.newsml_g2.reading.links import take_iri, take_media_type, take_number
from workers.formats.newsml_g2.reading.texts import code_of

MEDIA_KINDS: Final[dict[str, MediaKind]] = {
    "picture": "picture",
    "video": "video",
    "audio": "audio",
    "graphic": "graphic",
    "animated": "graphic",
}
"""The kind of media of each code of the news item nature."""

_BY_TYPE: Final[dict[str, MediaKind]] = {"image": "picture", "video": "video", "audio": "audio"}
_PIXELS: Final = (None, "pixels", "pixel", "px")
_SECONDS: Final = (None, "seconds", "second", "s", "sec")


def read_media(context: Context, elements: Elements, parts: Children, kind: MediaKind | None) -> None:
    """Read the media of an item: its remoteContent elements, and what the item says of them.

    Args:
        context: the item.
        elements: its remoteContent elements.
        parts: the parts of the item; newsmill writes a partMeta for each medium.
        kind: the kind of the item, if it is not text; the kind of a rendition of a text follows from its media type.
    """
    if context.own:
        context.stated["media"] = _own_media(context, elements, parts.pop("partMeta", ()))
        return
    media = _media(context.leaves, elements, kind) if elements else ()
    context.stated["media"] = _with_caption(context, media, kind) if kind else media


def _media(leaves: Leaves, elements: Elements, kind: MediaKind | None) -> tuple[Media, ...]:
    """Return the media of an item by other software. All renditions of one kind are one medium."""
    found: dict[MediaKind, list[Rendition]] = {}
    for element in elements:
        attributes = leaves.attributes(element)
        of_rendition = kind or _kind_of(attributes)
        leaves.no_children(element)
        if of_rendition and (href := take_iri(attributes, "href", "media.renditions.href")):
            found.setdefault(of_rendition, []).append(_rendition(attributes, href))
    return tuple(Media(kind=of_media, renditions=tuple(made)) for of_media, made in found.items())


def _with_caption(context: Context, media: tuple[Media, ...], kind: MediaKind) -> tuple[Media, ...]:
    """Return the media of a picture, a video … with the caption that the item states."""
    descriptions = context.stated.get("descriptions", ())
    caption = next((one for one in descriptions if one.role and code_of(one.role) == "caption"), None)
    if caption is None or len(media) > 1:
        return media
    context.stated["descriptions"] = tuple(one for one in descriptions if one is not caption)
    return (replace(media[0], caption=caption.text) if media else Media(kind=kind, caption=caption.text),)


def _own_media(context: Context, elements: Elements, parts: Elements) -> tuple[Media, ...]:
    """Return the media of an item by newsmill: each has a partMeta, which refers to its renditions by their ids."""
    leaves = context.leaves
    by_id: dict[str, Rendition] = {}
    for element in elements:
        attributes = leaves.attributes(element)
        leaves.no_children(element)
        id_ = attributes.keep("id", FORMAT)
        href = take_iri(attributes, "href", "media.renditions.href")
        if id_ and href:
            by_id[id_] = _rendition(attributes, href)
    return tuple(filter(None, (_own_medium(context, part, by_id) for part in parts)))


def _own_medium(context: Context, part: etree._Element, by_id: Mapping[str, Rendition]) -> Media | None:
    leaves = context.leaves
    attributes = leaves.attributes(part)
    children = leaves.children(part)
    kinds = [leaves.attributes(role).keep("qcode", "media.kind") for role in children.pop("role", ())]
    kind = MEDIA_KINDS.get(code_of(kinds[0])) if kinds and kinds[0] else None
    if kind is None:
        return None
    stated: dict[str, Any] = {}
    for element in children.pop("creditline", ()):
        leaves.keep_text(element, "media.credit")
        stated["credit"] = leaves.line(element)
    for element in children.pop("description", ()):
        role = leaves.attributes(element).keep("role", FORMAT) or ""
        field = "caption" if code_of(role) == "caption" else "alt"
        leaves.keep_text(element, f"media.{field}")
        stated[field] = leaves.text(element)
    for element in children.pop("partMetaExtProperty", ()):
        of_extension = leaves.attributes(element)
        if of_extension.get("reluri") == own.MAIN:
            of_extension.keep("reluri", FORMAT)
            stated["main"] = of_extension.keep("value", "media.main") == "true"
    ids = (attributes.keep("contentrefs", FORMAT) or "").split()
    return Media(kind=kind, renditions=tuple(by_id[id_] for id_ in ids if id_ in by_id), **stated)


def _kind_of(attributes: Attributes) -> MediaKind | None:
    return _BY_TYPE.get((attributes.get("contenttype") or "").partition("/")[0].lower())


def _rendition(attributes: Attributes, href: str) -> Rendition:
    field = "media.renditions"
    pixels = _unit(attributes, "dimensionunit") in _PIXELS
    wide = pixels and _unit(attributes, "widthunit") in _PIXELS
    high = pixels and _unit(attributes, "heightunit") in _PIXELS
    seconds = _unit(attributes, "durationunit") in _SECONDS
    return Rendition(
        href=href,
        media_type=take_media_type(attributes, f"{field}.media_type"),
        width=_measure(attributes, "width", f"{field}.width", "widthunit") if wide else None,
        height=_measure(attributes, "height", f"{field}.height", "heightunit") if high else None,
        size=take_number(attributes, "size", f"{field}.size"),
        duration=_measure(attributes, "duration", f"{field}.duration", "durationunit") if seconds else None,
        role=attributes.keep_code("rendition", f"{field}.role"),
    )


def _unit(attributes: Attributes, name: str) -> str | None:
    stated = attributes.get(name) or attributes.get(f"{name}uri")
    return code_of(stated) if stated else None


def _measure(attributes: Attributes, name: str, field: str, unit: str) -> int | None:
    """Take a number and its unit, which is that of the field."""
    number = take_number(attributes, name, field)
    if number is not None:
        attributes.keep_code(unit, field)
        attributes.keep_code("dimensionunit", field) if name != "duration" else None
    return number
