"""Write the media objects of an item: their files as remoteContent, what is said about them as partMeta."""

from __future__ import annotations

from typing import Final

from schemas.article import Article
from schemas.article.parts import Media, Rendition
from workers.formats.markup.writing.escaping import attribute, escape
from workers.formats.newsml_g2.writing.codes import Codes
from workers.formats.newsml_g2.writing.links import item_key

MAIN: Final = "https://schema.org/representativeOfPage"
ALT: Final = "drol:alttext"


def remote_contents(article: Article, codes: Codes) -> str:
    """Return the files of the media objects."""
    key = item_key(article)
    return "".join(
        _remote_content(rendition, f"m{key}.{number}.{index}", codes)
        for number, media in enumerate(article.media, 1)
        for index, rendition in enumerate(media.renditions, 1)
    )


def _remote_content(rendition: Rendition, id_: str, codes: Codes) -> str:
    duration = ""
    if rendition.duration is not None:
        duration = f' duration="{rendition.duration}" durationunit="timeunit:seconds"'
    stated = "".join(
        (
            codes.reference("rendition", rendition.role),
            attribute("href", rendition.href),
            attribute("contenttype", rendition.media_type),
            attribute("size", rendition.size),
            attribute("width", rendition.width),
            attribute("height", rendition.height),
            duration,
        )
    )
    return f'    <remoteContent id="{id_}"{stated}/>\n'


def part_metas(article: Article) -> str:
    """Return a partMeta for each media object, which refers to its files."""
    key = item_key(article)
    return "".join(_part_meta(media, f"m{key}.{number}.") for number, media in enumerate(article.media, 1))


def _part_meta(media: Media, prefix: str) -> str:
    files = " ".join(f"{prefix}{index}" for index in range(1, len(media.renditions) + 1))
    parts = [f'  <partMeta{attribute("contentrefs", files or None)}>\n    <role qcode="ninat:{media.kind}"/>\n']
    if media.credit:
        parts.append(f"    <creditline>{escape(media.credit)}</creditline>\n")
    if media.caption:
        parts.append(f'    <description role="drol:caption">{escape(media.caption)}</description>\n')
    if media.alt:
        parts.append(f'    <description role="{ALT}">{escape(media.alt)}</description>\n')
    if media.main is not None:
        main = "true" if media.main else "false"
        parts.append(f'    <partMetaExtProperty reluri="{MAIN}" value="{main}"/>\n')
    parts.append("  </partMeta>\n")
    return "".join(parts)
