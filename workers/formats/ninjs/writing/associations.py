"""Write media, and links to other items, as renditions and associations of ninjs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from schemas.article import Article, ItemLink, Media, Rendition
from schemas.article.values import check_iri
from workers.formats.ninjs.names import ALT, CAPTION, LINK, MAIN_PICTURE, MEDIA, MEMBER, RENDITION, SECONDARY, Names

# A name of generation 1 begins with letters, digits or underscores.
_KEY = re.compile("[a-zA-Z0-9_]")
_FIELDS: Final = (
    ("media_type", "contentType"),
    ("width", "width"),
    ("height", "height"),
    ("size", "sizeInBytes"),
    ("duration", "duration"),
)

Named = list[tuple[str, dict[str, Any]]]


class Associated:
    """The associations and renditions of one version."""

    def __init__(self, names: Names, generation: str) -> None:
        self._names = names
        self._by_name = generation == "1"
        self._has_relations = generation == "3"
        self._fields = tuple((field, names[name]) for field, name in _FIELDS)

    def add(self, made: dict[str, Any], article: Article) -> None:
        """Add the files of the article's own media object, its media, its members and its links."""
        own = own_media(article)
        if own is not None:
            made["renditions"] = self._renditions(own.renditions)
        found: Named = []
        with_files = [one for one in article.media if one.renditions and one is not own]
        main = next((one for one in with_files if one.main), None)
        for number, media in enumerate(with_files, 1):
            name = SECONDARY if media.main is False else MEDIA
            found.append((MAIN_PICTURE if media is main else f"{name}{number}", self._media(media)))
        for name, links in ((MEMBER, members_of(article)), (LINK, article.links)):
            for number, link in enumerate(links, 1):
                if target(link):
                    found.append((f"{name}{number}", self._link(link)))
        if found:
            made["associations"] = self._named(found)

    def _named(self, found: Named) -> Any:
        return dict(found) if self._by_name else [{"name": name, **one} for name, one in found]

    def _renditions(self, renditions: Sequence[Rendition]) -> Any:
        found: Named = []
        taken: set[str] = set()
        for number, rendition in enumerate(renditions, 1):
            name = rendition.role or f"{RENDITION}{number}"
            if self._by_name and (name in taken or not _KEY.match(name)):
                name = f"{RENDITION}{number}"
            taken.add(name)
            one: dict[str, Any] = {"href": rendition.href}
            for field, member in self._fields:
                if (value := getattr(rendition, field)) is not None:
                    one[member] = value
            found.append((name, one))
        return self._named(found)

    def _media(self, media: Media) -> dict[str, Any]:
        made: dict[str, Any] = {"uri": media.renditions[0].href, "type": media.kind}
        if media.credit:
            made[self._names["by"]] = media.credit
        self.add_texts(made, media)
        made["renditions"] = self._renditions(media.renditions)
        return made

    def add_texts(self, made: dict[str, Any], media: Media) -> None:
        """Add the caption and the text in place of a media object, as descriptions."""
        for role, text in ((CAPTION, media.caption), (ALT, media.alt)):
            if text and self._by_name:
                made[f"description_{role}"] = text
            elif text:
                described = {"role": role, self._names["contentType"]: "text/plain", "value": text}
                made.setdefault("descriptions", []).append(described)

    def _link(self, link: ItemLink) -> dict[str, Any]:
        made: dict[str, Any] = {"uri": target(link)}
        if link.version is not None:
            made["version"] = str(link.version)
        if link.rel and self._has_relations:
            made["rel"] = link.rel
        if link.title:
            made["title"] = link.title
        if link.href:
            made["renditions"] = self._renditions((Rendition(href=link.href, media_type=link.media_type),))
        return made


def own_media(article: Article) -> Media | None:
    """Return the media object that an item of its kind is; None for other kinds."""
    own = [one for one in article.media if one.kind == article.kind and one.renditions]
    return next((one for one in own if one.main), own[0] if own else None)


def members_of(article: Article) -> tuple[ItemLink, ...]:
    """Return the items in the groups of a composite."""
    if article.kind != "composite":
        return ()
    return tuple(item for group in article.groups for item in group.items)


def target(link: ItemLink) -> str | None:
    """Return the URI of an item: its id, or else its address."""
    return link.id if link.id and not check_iri(link.id) else link.href


def lost_of(article: Article) -> Iterator[str]:
    """Yield the media and links that have no place."""
    own = own_media(article)
    mains = 0
    for media in article.media:
        mains += media is not own and bool(media.main)
        if not media.renditions:
            yield "media"
        elif (mains > 1 and media.main) or (media is own and not media.main):
            yield "media.main"
        if media is own and media.credit:
            yield "media.credit"
    for link in article.links:
        if link.id and target(link) != link.id:
            yield "links.id"
        if link.media_type and not link.href:
            yield "links.media_type"
