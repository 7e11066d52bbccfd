"""Media objects as Media RSS has them: a group for each, with its files."""

from __future__ import annotations

from typing import Final

from schemas.article import Article, Media, Rendition
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.xml.feeds.reading.media import NATURE, ROLES, THUMBNAIL

_MEDIUMS: Final = {"picture": "image", "graphic": "image", "video": "video", "audio": "audio"}


def media_elements(article: Article) -> str:
    """Return the elements of the media of an article that have a file."""
    return "".join(map(_group, article.media))


def enclosure(article: Article) -> Rendition | None:
    """Return the first file of the media with its type and size, which an enclosure needs (RSS 2.0, enclosure)."""
    files = (rendition for media in article.media for rendition in media.renditions)
    return next((one for one in files if one.media_type and one.size and one.href.startswith("http")), None)


def _group(media: Media) -> str:
    files = [one for one in media.renditions if not is_thumbnail(one)]
    if not files:
        # A group needs a file.
        files = list(media.renditions)
    if not files:
        return ""
    medium = _MEDIUMS[media.kind]
    main = {None: "", True: ' isDefault="true"', False: ' isDefault="false"'}[media.main]
    written = set(files)
    contents = "".join(_content(one, medium, main) for one in files)
    thumbnails = "".join(map(_thumbnail, (one for one in media.renditions if one not in written)))
    return f"<media:group>{contents}{_about(media)}{thumbnails}</media:group>\n"


def _about(media: Media) -> str:
    kind = f'<media:category scheme="{NATURE}">graphic</media:category>' if media.kind == "graphic" else ""
    title = f'<media:title type="plain">{escape(media.alt)}</media:title>' if media.alt else ""
    caption = f'<media:description type="plain">{escape(media.caption)}</media:description>' if media.caption else ""
    credit = f"<media:credit>{escape(media.credit)}</media:credit>" if media.credit else ""
    return f"{kind}{title}{caption}{credit}"


def _content(rendition: Rendition, medium: str, main: str) -> str:
    size = attribute("fileSize", rendition.size) + attribute("type", rendition.media_type)
    duration = attribute("duration", rendition.duration)
    shown = attribute("width", rendition.width) + attribute("height", rendition.height)
    facts = f'{size} medium="{medium}"{main}{duration}{shown}'
    opening = f"<media:content{attribute('url', rendition.href)}{facts}"
    if rendition.role is None:
        return f"{opening}/>"
    return f'{opening}><media:category scheme="{ROLES}">{escape(rendition.role)}</media:category></media:content>'


def _thumbnail(rendition: Rendition) -> str:
    shown = attribute("width", rendition.width) + attribute("height", rendition.height)
    return f"<media:thumbnail{attribute('url', rendition.href)}{shown}/>"


def is_thumbnail(rendition: Rendition) -> bool:
    """Return whether a file is a thumbnail of which `media:thumbnail` holds all that is stated."""
    others = (rendition.media_type, rendition.size, rendition.duration)
    return rendition.role == THUMBNAIL and others == (None, None, None)
