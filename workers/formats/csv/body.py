"""The body of an article as rows: the kind of each block that has a text, and the media with their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.article import (
    Article,
    Block,
    Figure,
    Heading,
    ItemList,
    Media,
    Preformatted,
    Quotation,
    Rendition,
    Table,
)
from schemas.article.body import plain_block


class TextBlock(NamedTuple):
    """A block with a text: its kind, and its level if it is a heading."""

    kind: str
    level: int | None = None


class MediaFile(NamedTuple):
    """A file of a medium.

    Args:
        medium: the number of the medium in the article, from 1.
        rendition: the number of the file, from 1.
        paragraph: the number of the paragraph that a figure in the text follows or is in; None beside the text.
        media: the medium.
        file: the file; None if the medium states none.
    """

    medium: int
    rendition: int
    paragraph: int | None
    media: Media
    file: Rendition | None


def text_blocks(article: Article) -> Iterator[TextBlock]:
    """Yield the kind of each paragraph of an article, in the order of `Article.paragraphs`."""
    if not article.blocks:
        for _ in article.paragraphs:
            yield TextBlock("paragraph")
    for block in article.blocks:
        if plain_block(block):
            yield _kind(block)


def _kind(block: Block) -> TextBlock:
    match block:
        case Heading():
            return TextBlock("heading", block.level)
        case ItemList():
            return TextBlock("list")
        case Quotation():
            return TextBlock("quotation")
        case Table():
            return TextBlock("table")
        case Preformatted():
            return TextBlock("preformatted")
        case _:
            return TextBlock("paragraph")


def media_files(article: Article) -> Iterator[MediaFile]:
    """Yield the files of the media beside the text, then of the figures in it."""
    beside: Iterator[tuple[int | None, Media]] = ((None, media) for media in article.media)
    for medium, (paragraph, media) in enumerate([*beside, *_figures(article.blocks)], 1):
        for rendition, file in enumerate(media.renditions or (None,), 1):
            yield MediaFile(medium, rendition, paragraph, media, file)


def _figures(blocks: Iterable[Block]) -> Iterator[tuple[int, Media]]:
    """Yield each figure with the number of the paragraph that it follows or is in."""
    number = 0
    for block in blocks:
        if plain_block(block):
            number += 1
        for media in _media_in(block):
            yield number, media


def _media_in(block: Block) -> Iterator[Media]:
    match block:
        case Figure():
            yield block.media
        case ItemList():
            for item in block.items:
                for inner in item:
                    yield from _media_in(inner)
        case Quotation():
            for inner in block.blocks:
                yield from _media_in(inner)
