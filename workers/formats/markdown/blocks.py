"""Write blocks as Markdown: CommonMark, with tables. What Markdown has no form for is written as XHTML.

A reader of Markdown shows both alike. Text is escaped so that it reads back as it was: a backslash before what could be
a mark, and a numeric character reference for white space that Markdown would change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schemas.article.body import (
    Block,
    Break,
    Cell,
    Figure,
    Heading,
    Inline,
    ItemList,
    Link,
    Paragraph,
    Quotation,
    Span,
    Table,
    plain_inlines,
)
from workers.formats.markup import write_xhtml

# Characters that may be a mark within a line; and those at the beginning of a text.
_MARKS = re.compile(r"[\\`*_\[\]<>&~|]")
_AT_START = re.compile(r"(?P<mark>[#+=-]|\d{1,9}(?P<end>[.)]))")
# White space that Markdown or a parser of HTML would change, and runs of blanks.
_SPACES = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\u2028\u2029]| {2,}")
_MARKUP: Final = {"strong": "**", "emphasis": "*"}
_PLAIN_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s()<>\\\"'&*_\[\]`~|]+")


def write_markdown(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown, with a blank line between two of them."""
    return "\n\n".join(map(_block, blocks))


def escape_text(text: str) -> str:
    """Return a text so that Markdown reads it as it is, at the beginning of a paragraph."""
    escaped = _escape(text)
    match = _AT_START.match(escaped)
    if match is None:
        return escaped
    at = match.end() - 1
    return f"{escaped[:at]}\\{escaped[at:]}"


def _escape(text: str) -> str:
    if _MARKS.search(text):
        text = _MARKS.sub(lambda found: f"\\{found[0]}", text)
    return _SPACES.sub(_reference, text)


def _reference(found: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in found[0])


def _block(block: Block) -> str:
    match block:
        case str():
            return escape_text(block)
        case Paragraph() if (text := _inlines(block.content, start=True)) is not None:
            return text
        case Heading() if (text := _inlines(block.content, start=True)) is not None:
            return f"{'#' * block.level} {text}"
        case Break():
            return "* * *"
        case ItemList() if (text := _list(block)) is not None:
            return text
        case Quotation() if not block.attribution and not block.url and all(map(_is_simple, block.blocks)):
            return "\n".join(f"> {line}".rstrip() for line in write_markdown(block.blocks).split("\n"))
        case Table() if (text := _table(block)) is not None:
            return text
        case Figure() if (text := _image(block)) is not None:
            return text
    # A block of HTML ends at a blank line.
    return _in_one_line(write_xhtml((block,)))


def _in_one_line(xhtml: str) -> str:
    return xhtml.replace("\n", "&#10;").replace("\r", "&#13;")


def _is_simple(block: Block) -> bool:
    return isinstance(block, str) or (
        isinstance(block, Paragraph | Heading) and _inlines(block.content, start=True) is not None
    )


def _list(block: ItemList) -> str | None:
    """Return a list whose items are a text each; None if Markdown has no tight form for it."""
    lines = []
    for number, item in enumerate(block.items, 1):
        if len(item) != 1 or not isinstance(item[0], str):
            return None
        text = escape_text(item[0])
        lines.append(f"{number}. {text}" if block.ordered else f"- {text}")
    return "\n".join(lines)


def _table(block: Table) -> str | None:
    """Return a table with one row of headings; None if it has a caption, spans or other headings."""
    head, *rows = block.rows
    if block.caption or len(head) < 1 or not rows or any(len(row) != len(head) for row in rows):
        return None
    if not all(cell.header for cell in head) or any(cell.header for row in rows for cell in row):
        return None
    lines = []
    for row in block.rows:
        cells = [text for cell in row if (text := _cell(cell)) is not None]
        if len(cells) != len(row):
            return None
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join((lines[0], f"|{' --- |' * len(head)}", *lines[1:]))


def _cell(cell: Cell) -> str | None:
    if cell.columns != 1 or cell.rows != 1 or len(cell.content) > 1:
        return None
    content = cell.content[0] if cell.content else ""
    if not isinstance(content, str) or content != content.strip() or (cell.content and not content):
        return None
    return _escape(content)


def _image(block: Figure) -> str | None:
    """Return a picture of which only the address and a description are stated."""
    media = block.media
    if media.kind != "picture" or len(media.renditions) != 1 or not media.alt or media.main is not None:
        return None
    [file] = media.renditions
    others = (
        media.caption,
        media.credit,
        file.media_type,
        file.width,
        file.height,
        file.size,
        file.duration,
        file.role,
    )
    if any(one is not None for one in others) or not _PLAIN_ADDRESS.fullmatch(file.href):
        return None
    if _SPACES.search(media.alt) or _MARKS.search(media.alt):
        return None
    return f"![{media.alt}]({file.href})"


def _inlines(content: tuple[Inline, ...], *, start: bool = False) -> str | None:
    """Return inline content as Markdown; None if its ends would be taken for other marks."""
    text = plain_inlines(content)
    if not text or text != text.strip() or not isinstance(content[0], str):
        return None
    made: list[str] = []
    for number, one in enumerate(content):
        following = content[number + 1] if number + 1 < len(content) else " "
        if isinstance(one, str):
            made.append(escape_text(one) if start and number == 0 else _escape(one))
        else:
            made.append(_inline(one, made[-1][-1:] if made else " ", following))
    return "".join(made)


def _inline(one: Inline, before: str, following: Inline) -> str:
    """Return an element within a line: by a mark, where it reads as one, else as XHTML."""
    inner = one.content[0] if isinstance(one, Span | Link) and len(one.content) == 1 else None
    if isinstance(inner, str) and inner.isalnum() | bool(re.fullmatch(r"\w[\w ,]*\w", inner)) and "  " not in inner:
        if isinstance(one, Link) and _PLAIN_ADDRESS.fullmatch(one.href) and "_" not in inner:
            return f"[{inner}]({one.href})"
        stands_alone = before in (" ", "(") and isinstance(following, str) and following[:1] in (" ", ".", ",", ")")
        if isinstance(one, Span) and (mark := _MARKUP.get(one.kind)) and stands_alone and "_" not in inner:
            return f"{mark}{inner}{mark}"
    # The XHTML of a paragraph, without the paragraph. In a line of Markdown, its text must be escaped.
    return _escaped_html(write_xhtml((Paragraph((one,)),))[len("<p>") : -len("</p>")])


_TEXT_OR_TAG = re.compile(r"(<[^<>]*>)")


def _escaped_html(xhtml: str) -> str:
    """Return inline XHTML whose texts Markdown reads as they are."""
    parts = _TEXT_OR_TAG.split(xhtml)
    return "".join(part if part.startswith("<") else _text_of(part) for part in parts)


def _text_of(escaped: str) -> str:
    text = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", "\r").replace("&amp;", "&")
    return _escape(text)
