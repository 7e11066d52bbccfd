"""Media, links, groups, rights, corrections and live updates as works of schema.org, as an article states them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.article import Article, Block, Correction, Figure, Group, ItemLink, ItemList, LiveUpdate, Media, Quotation
from schemas.article.newscodes import resolve
from schemas.article.parts import Rendition, Rights
from schemas.article.values import check_iri
from workers.formats.schema_org.terms import (
    DATA_MINING,
    GRAPHIC,
    LINK_PROPERTIES,
    MEDIA_PROPERTIES,
    MEDIA_TYPES,
    THUMBNAIL,
)
from workers.formats.schema_org.things import in_role, organization


def media_of(article: Article) -> Iterator[Media]:
    """Yield the media objects of an article, then those of the figures in its body that are not among them."""
    yield from article.media
    seen = set(article.media)
    for figure in figures_of(article.blocks):
        if figure not in seen:
            seen.add(figure)
            yield figure


def figures_of(blocks: Iterable[Block]) -> Iterator[Media]:
    """Yield the media objects of the figures in some blocks, in their order."""
    for block in blocks:
        if isinstance(block, Figure):
            yield block.media
        elif isinstance(block, Quotation):
            yield from figures_of(block.blocks)
        elif isinstance(block, ItemList):
            for item in block.items:
                yield from figures_of(item)


def add_media(made: dict[str, Any], media: Iterable[Media]) -> None:
    """Add media objects as image, video and audio. A thumbnail without a caption is the thumbnailUrl."""
    for one in media:
        if is_thumbnail(one):
            made.setdefault("thumbnailUrl", []).append(one.renditions[0].href)
        else:
            made.setdefault(MEDIA_PROPERTIES[one.kind], []).append(_media_object(one))


def is_thumbnail(media: Media) -> bool:
    """Return whether a media object is nothing but the address of a thumbnail."""
    if media.kind != "picture" or len(media.renditions) != 1:
        return False
    thumbnail = Rendition(href=media.renditions[0].href, role=THUMBNAIL)
    return media == Media(kind="picture", renditions=(thumbnail,))


def _media_object(media: Media) -> dict[str, Any]:
    """Return a media object with its first file. Its other files are its encodings."""
    made: dict[str, Any] = {"@type": MEDIA_TYPES[media.kind]}
    extra = [GRAPHIC] if media.kind == "graphic" else []
    first, *others = media.renditions or (None,)
    if first:
        _add_file(made, first)
        extra += [first.role] if first.role else []
    if extra:
        made["additionalType"] = extra if len(extra) > 1 else extra[0]
    if media.caption:
        made["caption"] = media.caption
    if media.credit:
        made["creditText"] = media.credit
    if media.alt:
        made["description"] = media.alt
    if media.main is not None and made["@type"] == "ImageObject":
        made["representativeOfPage"] = media.main
    if others:
        made["encoding"] = [_file(media, one) for one in others if one]
    return made


def _file(media: Media, rendition: Rendition) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": MEDIA_TYPES[media.kind]}
    if rendition.role:
        made["additionalType"] = rendition.role
    _add_file(made, rendition)
    return made


def add_own_file(made: dict[str, Any], article: Article) -> None:
    """Add the file and the caption of a picture, a video or sound that is an item of its own."""
    for media in article.media:
        if media.kind == article.kind:
            if media.renditions:
                _add_file(made, media.renditions[0])
            if media.caption:
                made["caption"] = media.caption
            return


def _add_file(made: dict[str, Any], rendition: Rendition) -> None:
    made["contentUrl"] = rendition.href
    if rendition.media_type:
        made["encodingFormat"] = rendition.media_type
    if rendition.width is not None:
        made["width"] = rendition.width
    if rendition.height is not None:
        made["height"] = rendition.height
    if rendition.size is not None:
        made["contentSize"] = f"{rendition.size} B"
    if rendition.duration is not None:
        made["duration"] = f"PT{rendition.duration}S"


def add_links(made: dict[str, Any], links: Iterable[ItemLink]) -> None:
    """Add links by the property that their relation stands for; others as mentions, with the relation in a LinkRole."""
    for link in links:
        key = LINK_PROPERTIES.get(link.rel or "")
        if key:
            made.setdefault(key, []).append(_linked(link))
        else:
            made.setdefault("mentions", []).append(_in_link_role("mentions", link))


def group(one: Group) -> dict[str, Any]:
    """Return a group of a composite as a collection. A group inside of it is one with an identifier only."""
    made: dict[str, Any] = {"@type": "Collection", "identifier": one.id}
    parts: list[Any] = [_in_link_role("hasPart", link) for link in one.items]
    parts += [{"@type": "Collection", "identifier": inner} for inner in one.groups]
    if parts:
        made["hasPart"] = parts
    return in_role("hasPart", one.role, made)  # type: ignore[no-any-return]


def _in_link_role(key: str, link: ItemLink) -> dict[str, Any]:
    linked = _linked(link)
    return {"@type": "LinkRole", "linkRelationship": link.rel, key: linked} if link.rel else linked


def _linked(link: ItemLink) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "CreativeWork"}
    if link.id:
        made["identifier" if check_iri(link.id) else "@id"] = link.id
    if link.href:
        made["url"] = link.href
    if link.version is not None:
        made["version"] = link.version
    if link.media_type:
        made["encodingFormat"] = link.media_type
    if link.title:
        made["name"] = link.title
    return made


def usage_info(article: Article) -> Any:
    """Return the usage terms, further statements of rights, and the permission to mine data."""
    made: list[Any] = [_terms(article.usage_terms)] if article.usage_terms else []
    made += map(_rights, article.rights)
    if article.data_mining:
        made.append(_data_mining(article.data_mining))
    return made[0] if len(made) == 1 else made


def _terms(terms: str) -> str | dict[str, str]:
    """Return a URL, or terms in words as the text of a CreativeWork (schema.org, usageInfo)."""
    return {"@type": "CreativeWork", "text": terms} if check_iri(terms) else terms


def _rights(rights: Rights) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": "CreativeWork"}
    if rights.holder:
        made["copyrightHolder"] = organization(rights.holder)
    if rights.notice:
        made["copyrightNotice"] = rights.notice
    if rights.terms:
        made["text" if check_iri(rights.terms) else "url"] = rights.terms
    if rights.language:
        made["inLanguage"] = rights.language
    return made


def _data_mining(stated: str) -> dict[str, Any]:
    """Return the permission to mine data: a value of the PLUS Coalition's property, which schema.org does not have."""
    uri = stated if not check_iri(stated) and "//" in stated else resolve(stated)
    made: dict[str, Any] = {"@type": "CreativeWork", "name": "Data mining"}
    if uri and not check_iri(uri):
        made["url"] = uri
    made["identifier"] = {"@type": "PropertyValue", "propertyID": DATA_MINING, "value": stated}
    return made


def correction(one: Correction) -> dict[str, Any]:
    """Return a correction."""
    made: dict[str, Any] = {"@type": "CorrectionComment", "text": one.text}
    if one.published:
        made["datePublished"] = one.published
    if one.url:
        made["url"] = one.url
    return made


def live_update(one: LiveUpdate) -> dict[str, Any]:
    """Return an update of a live report."""
    made: dict[str, Any] = {"@type": "BlogPosting"}
    if one.headline:
        made["headline"] = one.headline
    if one.text:
        made["articleBody"] = one.text
    if one.published:
        made["datePublished"] = one.published
    if one.url:
        made["url"] = one.url
    return made
