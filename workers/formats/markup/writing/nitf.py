"""Write blocks as the content of NITF 3.6's `body.content`.

NITF has no element for code, insertions, deletions and ruby, no formatting within `sub` and `sup`, and no attribute for
the size and the role of a file. `reduce_for_nitf` returns what is left without them, and names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
    Table,
    plain_inlines,
)
from schemas.article.parts import Media, Rendition
from workers.formats.markup.writing.escaping import attribute, escape

_MEDIA_TYPES: Final = {"picture": "image", "graphic": "graphic", "video": "video", "audio": "audio"}


def write_nitf(blocks: Iterable[Block], between: str = "\n") -> str:
    """Return the content of a `body.content` or a `block`. What NITF does not hold is left out.

    Args:
        blocks: the blocks of an article.
        between: white space between two blocks.
    """
    return between.join(map(_block, reduce_for_nitf(blocks)[0]))


def reduce_for_nitf(blocks: Iterable[Block]) -> tuple[tuple[Block, ...], frozenset[str]]:
    """Return blocks as NITF holds them, and the names of what it does not hold, such as "deleted text"."""
    lost: set[str] = set()
    return tuple(_reduced(block, lost) for block in blocks), frozenset(lost)


def _reduced(block: Block, lost: set[str]) -> Block:
    match block:
        case Paragraph() | Heading():
            return replace(block, content=_reduced_content(block.content, lost))
        case ItemList():
            return replace(block, items=tuple(tuple(_reduced(one, lost) for one in item) for item in block.items))
        case Quotation():
            return replace(block, blocks=tuple(_reduced(one, lost) for one in block.blocks))
        case Table():
            rows = tuple(
                tuple(replace(cell, content=_reduced_content(cell.content, lost)) for cell in row) for row in block.rows
            )
            return replace(block, rows=rows)
        case Figure():
            return Figure(_reduced_media(block.media, lost))
        case _:
            return block


def _reduced_content(content: Iterable[Inline], lost: set[str]) -> tuple[Inline, ...]:
    made: list[Inline] = []
    for inline in content:
        match inline:
            case Ruby():
                lost.add("ruby")
                made.append(f"{inline.base}({inline.text})")
            case Span(kind="deleted"):
                lost.add("deleted text")
            case Span(kind="code" | "inserted"):
                lost.add("code" if inline.kind == "code" else "the mark of inserted text")
                made.extend(_reduced_content(inline.content, lost))
            case Span(kind="sub" | "sup"):
                inner = inline.content
                if len(inner) != 1 or not isinstance(inner[0], str):
                    lost.add("formatting in subscripts and superscripts")
                    text = plain_inlines(_reduced_content(inner, lost))
                    inner = (text,) if text else ()
                made.append(replace(inline, content=inner))
            case Span() | Link():
                made.append(replace(inline, content=_reduced_content(inline.content, lost)))
            case _:
                made.append(inline)
    return tuple(made)


def _reduced_media(media: Media, lost: set[str]) -> Media:
    for rendition in media.renditions:
        if rendition.size is not None:
            lost.add("the size of a media file")
        if rendition.role is not None:
            lost.add("the role of a media file")
    return replace(
        media,
        renditions=tuple(replace(rendition, size=None, role=None) for rendition in media.renditions),
    )


def _block(block: Block) -> str:
    match block:
        case str():
            return f"<p>{escape(block)}</p>"
        case Paragraph():
            return f"<p>{_inlines(block.content)}</p>"
        case Heading():
            level = attribute("class", f"h{block.level}") if block.level != 2 else ""
            return f"<hl2{level}>{_inlines(block.content)}</hl2>"
        case ItemList():
            tag = "ol" if block.ordered else "ul"
            return f"<{tag}>{''.join(map(_item, block.items))}</{tag}>"
        case Quotation():
            said = f"<credit>{escape(block.attribution)}</credit>" if block.attribution else ""
            source = attribute("quote-source", block.url)
            return f"<bq{source}><block>{_blocks(block.blocks)}</block>{said}</bq>"
        case Table():
            caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
            rows = "".join(f"<tr>{''.join(map(_cell, row)) or '<td></td>'}</tr>" for row in block.rows)
            return f"<table>{caption}{rows}</table>"
        case Figure():
            return _media(block.media)
        case Embed():
            link = f"<a{attribute('href', block.url)}{attribute('title', block.provider)}>{escape(block.url)}</a>"
            return f'<p class="embed">{link}</p>'
        case Preformatted():
            return f"<pre>{escape(block.text)}</pre>"
        case Break():
            return "<hr/>"


def _blocks(blocks: Iterable[Block]) -> str:
    return "".join(map(_block, blocks))


def _item(item: tuple[Block, ...]) -> str:
    if len(item) == 1 and isinstance(item[0], str):
        return f"<li>{escape(item[0])}</li>"
    return f"<li>{_blocks(item)}</li>"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    rows = attribute("rowspan", cell.rows) if cell.rows > 1 else ""
    columns = attribute("colspan", cell.columns) if cell.columns > 1 else ""
    return f"<{tag}{rows}{columns}>{_inlines(cell.content)}</{tag}>"


def _inlines(content: Iterable[Inline]) -> str:
    return "".join(map(_inline, content))


def _inline(inline: Inline) -> str:
    match inline:
        case str():
            return escape(inline)
        case LineBreak():
            return "<br/>"
        case Link():
            return f"<a{attribute('href', inline.href)}>{_inlines(inline.content)}</a>"
        case Span(kind="sub" | "sup"):
            return f"<num><{inline.kind}>{_inlines(inline.content)}</{inline.kind}></num>"
        case Span(kind="quoted"):
            return f"<q>{_inlines(inline.content)}</q>"
        case Span(kind="strong"):
            return f'<em class="strong">{_inlines(inline.content)}</em>'
        case Span():
            return f"<em>{_inlines(inline.content)}</em>"
        case Ruby():
            return escape(f"{inline.base}({inline.text})")


def _media(media: Media) -> str:
    alt = media.alt
    references = []
    for rendition in media.renditions or (None,):
        references.append(f"<media-reference{_file(rendition)}{attribute('alternate-text', alt)}/>")
        alt = None
    caption = f"<media-caption>{escape(media.caption)}</media-caption>" if media.caption else ""
    credit = f"<media-producer>{escape(media.credit)}</media-producer>" if media.credit else ""
    main = "" if media.main is None else ' class="main"' if media.main else ' class="beside"'
    opening = f"<media{main}{attribute('media-type', _MEDIA_TYPES[media.kind])}>"
    return f"{opening}{''.join(references)}{caption}{credit}</media>"


def _file(rendition: Rendition | None) -> str:
    if rendition is None:
        return ""
    unit = None if rendition.duration is None else "seconds"
    return "".join(
        (
            attribute("source", rendition.href),
            attribute("mime-type", rendition.media_type),
            attribute("width", rendition.width),
            attribute("height", rendition.height),
            attribute("time", rendition.duration),
            attribute("time-unit-of-measure", unit),
        )
    )
