"""Write blocks as XHTML 1.0, which is read as HTML too: no empty element but a void one is written as a single tag.

XHTML 1.0 has no element for figures, embeds and attributions. They are divisions and paragraphs of the classes
`figure`, `embed` and `attribution`, which `read_blocks` knows. `ruby` is of XHTML 1.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas.article.body import (
    Block,
    Break,
    Cell,
    Embed,
    Figure,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Paragraph,
    Preformatted,
    Quotation,
    Ruby,
    Span,
    SpanKind,
    Table,
)
from schemas.article.parts import Media, Rendition
from workers.formats.markup.writing.escaping import attribute, escape

_TAGS: Final[dict[SpanKind, str]] = {
    "strong": "strong",
    "emphasis": "em",
    "sub": "sub",
    "sup": "sup",
    "inserted": "ins",
    "deleted": "del",
    "quoted": "q",
    "code": "code",
}


def write_xhtml(blocks: Iterable[Block], between: str = "\n") -> str:
    """Return the content of a `body`.

    Args:
        blocks: the blocks of an article.
        between: white space between two blocks.
    """
    return between.join(map(_XHTML.block, blocks))


class XhtmlWriter:
    """The writer of each kind of block and inline."""

    def blocks(self, blocks: Iterable[Block]) -> str:
        """Return blocks without white space between them."""
        return "".join(map(self.block, blocks))

    def inlines(self, content: Iterable[Inline]) -> str:
        """Return the inlines of a block."""
        return "".join(map(self.inline, content))

    def block(self, block: Block) -> str:
        """Return a block."""
        match block:
            case str():
                return f"<p>{escape(block)}</p>"
            case Paragraph():
                return f"<p>{self.inlines(block.content)}</p>"
            case Heading():
                return f"<h{block.level}>{self.inlines(block.content)}</h{block.level}>"
            case ItemList():
                tag = "ol" if block.ordered else "ul"
                items = "".join(f"<li>{self.item(item)}</li>" for item in block.items)
                return f"<{tag}>{items}</{tag}>"
            case Quotation():
                said = (
                    f'<p class="attribution"><cite>{escape(block.attribution)}</cite></p>' if block.attribution else ""
                )
                return f"<blockquote{attribute('cite', block.url)}>{self.blocks(block.blocks)}{said}</blockquote>"
            case Table():
                caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
                rows = "".join(f"<tr>{''.join(map(self.cell, row))}</tr>" for row in block.rows)
                return f"<table>{caption}{rows}</table>"
            case Figure():
                return self.figure(block.media)
            case Embed():
                link = f"<a{self.href(block.url)}{attribute('title', block.provider)}>{escape(block.url)}</a>"
                return f'<div class="embed">{link}</div>'
            case Preformatted():
                return self.preformatted(block)
            case Break():
                return "<hr/>"

    def item(self, blocks: tuple[Block, ...]) -> str:
        """Return the content of an item. A text at its beginning needs no paragraph."""
        first, *others = blocks
        if isinstance(first, str) and not (others and isinstance(others[0], str | Paragraph)):
            return f"{escape(first)}{self.blocks(others)}"
        return self.blocks(blocks)

    def cell(self, cell: Cell) -> str:
        """Return a cell of a table."""
        tag = "th" if cell.header else "td"
        rows = attribute("rowspan", cell.rows) if cell.rows > 1 else ""
        columns = attribute("colspan", cell.columns) if cell.columns > 1 else ""
        return f"<{tag}{rows}{columns}>{self.inlines(cell.content)}</{tag}>"

    def inline(self, inline: Inline) -> str:
        """Return an inline."""
        match inline:
            case str():
                return escape(inline)
            case LineBreak():
                return "<br/>"
            case Link():
                return f"<a{self.href(inline.href)}>{self.inlines(inline.content)}</a>"
            case Ruby():
                return self.ruby(inline)
            case Span():
                tag = _TAGS[inline.kind]
                return f"<{tag}>{self.inlines(inline.content)}</{tag}>"

    def href(self, address: str) -> str:
        """Return the attribute of a link."""
        return attribute("href", address)

    def preformatted(self, block: Preformatted) -> str:
        """Return a text whose line breaks matter."""
        return f"<pre>{escape(block.text)}</pre>"

    def ruby(self, inline: Ruby) -> str:
        """Return a base text with its reading."""
        return f"<ruby><rb>{escape(inline.base)}</rb><rp>(</rp><rt>{escape(inline.text)}</rt><rp>)</rp></ruby>"

    def figure(self, media: Media) -> str:
        """Return a figure with its files, caption and credit."""
        presented = {None: "", True: " main", False: " beside"}[media.main]
        alt = media.alt
        files = ""
        if media.kind in ("picture", "graphic") and media.renditions:
            first = media.renditions[0]
            files = f"<img{attribute('src', first.href)}{attribute('alt', alt or '')}{_size(first)}/>"
            alt = None
            if len(media.renditions) > 1 or first.media_type or first.role or _has_measure(first):
                files = _objects(media.renditions, files)
        elif media.renditions:
            files = _objects(media.renditions, "")
        caption = f'<p class="caption">{escape(media.caption)}</p>' if media.caption else ""
        credit = f'<p class="credit">{escape(media.credit)}</p>' if media.credit else ""
        shown = f"{files}{caption}{credit}"
        return f'<div class="figure {media.kind}{presented}"{attribute("title", alt)}>{shown}</div>'


_XHTML: Final = XhtmlWriter()


def _objects(renditions: tuple[Rendition, ...], alternative: str) -> str:
    """Return the first file as an object. The other files stand in it: they are shown where the first cannot be."""
    first, *others = renditions
    return _object(first, "".join(_object(other, "") for other in others) + alternative)


def _object(rendition: Rendition, alternative: str) -> str:
    parameters = "".join(
        f"<param{attribute('name', name)}{attribute('value', value)}/>"
        for name in ("size", "duration", "role")
        if (value := getattr(rendition, name)) is not None
    )
    media_type = attribute("type", rendition.media_type)
    opening = f"<object{attribute('data', rendition.href)}{media_type}{_size(rendition)}>"
    return f"{opening}{parameters}{alternative}</object>"


def _size(rendition: Rendition) -> str:
    return attribute("width", rendition.width) + attribute("height", rendition.height)


def _has_measure(rendition: Rendition) -> bool:
    return rendition.size is not None or rendition.duration is not None
