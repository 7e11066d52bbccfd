"""The body of an article: blocks of text, and the inline elements inside of them.

A paragraph of plain text is a string, which is what most articles consist of. Everything else is a frozen dataclass.
Each block has a plain text: words never fuse, list items and table rows stand on lines of their own, table cells are
separated by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from schemas.article.declare import broken_rules
from schemas.article.parts import Media
from schemas.article.values import check_characters, check_iri, check_line, make_line
from schemas.errors import Fault

SpanKind = Literal["strong", "emphasis", "sub", "sup", "inserted", "deleted", "quoted", "code"]

_BLANK_LINE = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Span:
    """Inline content of one kind, such as emphasis or a superscript."""

    kind: SpanKind
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink; `href` is an absolute IRI."""

    href: str
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break inside of a block."""


@dataclass(frozen=True, slots=True)
class Ruby:
    """A base text with its reading (ruby annotation)."""

    base: str
    text: str


Inline: TypeAlias = str | Span | Link | LineBreak | Ruby


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with inline elements. A paragraph of plain text is a string."""

    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the text; `level` is from 1 to 6."""

    content: tuple[Inline, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list. Each item holds one or more blocks, so lists can nest."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """A block quotation, with its attribution and the address of its source."""

    blocks: tuple[Block, ...]
    attribution: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; it spans `columns` columns and `rows` rows."""

    content: tuple[Inline, ...] = ()
    header: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A media object at its place in the text. Its caption is in `media`."""

    media: Media


@dataclass(frozen=True, slots=True)
class Embed:
    """Content of another site, shown inside of the text."""

    url: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Preformatted:
    """A text whose line breaks and blanks matter, such as agate."""

    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A thematic break between two parts of the text."""


Block: TypeAlias = str | Paragraph | Heading | ItemList | Quotation | Table | Figure | Embed | Preformatted | Break

MOST_SPANNED: Final = 100_000
"""The highest number of places that the spanning cells of a table cover."""

DEEPEST: Final = 32
"""The highest depth of nested blocks or inline elements."""


_RAISED: Final = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED: Final = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_CAN_BE_RAISED: Final = frozenset("0123456789+-=()n")
_CAN_BE_LOWERED: Final = frozenset("0123456789+-=()")


def plain_inlines(content: Iterable[Inline]) -> str:
    """Return the plain text of inline content, without deleted text; 10³ does not become 103."""
    parts: list[str] = []
    for inline in content:
        match inline:
            case str():
                parts.append(inline)
            case LineBreak():
                parts.append("\n")
            case Ruby():
                parts.append(f"{inline.base}({inline.text})")
            case Span(kind="deleted"):
                pass
            case _:
                inner = plain_inlines(inline.content)
                parts.append(_marked(inline.kind, inner, parts) if isinstance(inline, Span) else inner)
    return "".join(parts)


def _marked(kind: SpanKind, text: str, before: list[str]) -> str:
    """Return the text of a span with the marks that keep its meaning in plain text."""
    if kind == "quoted":
        return f"“{text}”"
    if kind == "sub":
        return text.translate(_LOWERED) if _CAN_BE_LOWERED.issuperset(text) else text
    if kind == "sup":
        if _CAN_BE_RAISED.issuperset(text):
            return text.translate(_RAISED)
        # Without the mark, the superscript would read as part of the word before it.
        return f"^{text}" if before and before[-1][-1:].isalnum() and text[:1].isalnum() else text
    return text


def plain_block(block: Block) -> str:
    """Return the plain text of a block; "" for an embed, a break or a figure (captions are not story text)."""
    if isinstance(block, str):
        return block
    return "\n".join(line for line in _lines(block) if line.strip())


def plain_blocks(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the plain text of each block that has one."""
    return tuple(filter(None, map(plain_block, blocks)))


def are_lines(blocks: Iterable[Block]) -> bool:
    """Return whether blocks are paragraphs of text and line breaks alone, which their plain text holds."""
    return all(
        isinstance(block, str)
        or (isinstance(block, Paragraph) and all(isinstance(one, str | LineBreak) for one in block.content))
        for block in blocks
    )


def _lines(block: Block) -> Iterator[str]:
    match block:
        case str():
            yield block
        case Paragraph() | Heading():
            yield plain_inlines(block.content)
        case ItemList():
            for item in block.items:
                for inner in item:
                    yield from _lines(inner)
        case Quotation():
            for inner in block.blocks:
                yield from _lines(inner)
            if block.attribution:
                yield block.attribution
        case Table():
            if block.caption:
                yield block.caption
            yield from _table_lines(block)
        case Preformatted():
            yield from block.text.split("\n")
        case Figure() | Embed() | Break():
            pass


def _table_lines(table: Table) -> Iterator[str]:
    """Yield the rows of a table, cells separated by tabs. A place that a spanning cell covers is empty."""
    # The plain text is made before the checks refuse such a table.
    spans = _spans_are_bounded(table)
    spanning: dict[int, int] = {}
    for row in table.rows:
        cells: list[str] = []
        taken = dict(spanning)
        spanning = {column: left - 1 for column, left in taken.items() if left > 1}
        for cell in row:
            while taken.get(len(cells)):
                cells.append("")
            columns, rows = (cell.columns, cell.rows) if spans else (1, 1)
            if rows > 1:
                spanning |= dict.fromkeys(range(len(cells), len(cells) + columns), rows - 1)
            cells += [make_line(plain_inlines(cell.content).replace("\n", " ")), *[""] * (columns - 1)]
        while taken.get(len(cells)):
            cells.append("")
        yield "\t".join(cells)


def _spans_are_bounded(table: Table) -> bool:
    """Return whether the spanning cells of a table cover a bounded number of places."""
    places = 0
    for row in table.rows:
        for cell in row:
            if cell.columns != 1 or cell.rows != 1:
                places += abs(cell.columns * cell.rows)
    return places <= MOST_SPANNED


# Checks


def is_paragraph(text: str) -> bool:
    """Return whether a text is a paragraph: not blank, no white space around it, no blank line in it."""
    return bool(text) and text == text.strip() and ("\n" not in text or not _BLANK_LINE.search(text))


def are_plain(texts: Sequence[str]) -> bool:
    """Return whether texts are paragraphs of printable characters, as most are.

    It is faster than `is_paragraph` and `check_characters` for each of them, which such texts pass.
    """
    return all(texts) and all(map(str.isprintable, texts)) and list(map(str.strip, texts)) == list(texts)


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Split a text at its blank lines into stripped paragraphs."""
    return tuple(p for p in (part.strip() for part in _BLANK_LINE.split(text)) if p)


def check_blocks(blocks: Iterable[Block], pointer: str, depth: int = 0) -> Iterator[Fault]:
    """Yield every broken rule of some blocks, each with a JSON Pointer."""
    if depth > DEEPEST:
        yield Fault(pointer, f"blocks nest deeper than {DEEPEST} levels")
        return
    for index, block in enumerate(blocks):
        yield from _check_block(block, f"{pointer}/{index}", depth)


def _check_block(block: Block, at: str, depth: int) -> Iterator[Fault]:
    match block:
        case str():
            if not is_paragraph(block):
                yield Fault(at, "a paragraph is blank, has white space around it, or has a blank line in it")
            yield from _checked(f"{at}", check_characters(block))
        case Paragraph():
            yield from _check_content(block.content, f"{at}/content", depth)
        case Heading():
            if not 1 <= block.level <= 6:
                yield Fault(f"{at}/level", f"{block.level} is not a whole number from 1 to 6")
            yield from _check_content(block.content, f"{at}/content", depth)
        case ItemList():
            if not block.items or not all(block.items):
                yield Fault(f"{at}/items", "a list needs items, and each item a block")
            for number, item in enumerate(block.items):
                yield from check_blocks(item, f"{at}/items/{number}", depth + 1)
        case Quotation():
            if not block.blocks:
                yield Fault(f"{at}/blocks", "a quotation needs a block")
            yield from check_blocks(block.blocks, f"{at}/blocks", depth + 1)
            yield from _checked(f"{at}/attribution", block.attribution and check_line(block.attribution))
            yield from _checked(f"{at}/url", block.url and check_iri(block.url))
        case Table():
            yield from _check_table(block, at, depth)
        case Figure():
            yield from broken_rules(block.media, f"{at}/media")
        case Embed():
            yield from _checked(f"{at}/url", check_iri(block.url))
            yield from _checked(f"{at}/provider", block.provider and check_line(block.provider))
        case Preformatted():
            if not block.text.strip():
                yield Fault(f"{at}/text", "is blank")
            yield from _checked(f"{at}/text", check_characters(block.text))
        case Break():
            pass


def _check_table(table: Table, at: str, depth: int) -> Iterator[Fault]:
    if not any(table.rows):
        yield Fault(f"{at}/rows", "a table needs a row with a cell")
    if not _spans_are_bounded(table):
        yield Fault(f"{at}/rows", f"the spanning cells of a table cover more than {MOST_SPANNED:,} places")
    yield from _checked(f"{at}/caption", table.caption and check_line(table.caption))
    for number, row in enumerate(table.rows):
        for place, cell in enumerate(row):
            here = f"{at}/rows/{number}/{place}"
            for name in ("columns", "rows"):
                if not 1 <= getattr(cell, name) <= 1000:
                    yield Fault(f"{here}/{name}", f"{getattr(cell, name)} is not a whole number from 1 to 1000")
            yield from _check_content(cell.content, f"{here}/content", depth, blank=True)


def _check_content(content: tuple[Inline, ...], at: str, depth: int, *, blank: bool = False) -> Iterator[Fault]:
    if not blank and not plain_inlines(content).strip():
        yield Fault(at, "has no text")
    yield from _check_inlines(content, at, depth)


def _check_inlines(content: Iterable[Inline], pointer: str, depth: int, *, in_link: bool = False) -> Iterator[Fault]:
    if depth > DEEPEST:
        yield Fault(pointer, f"elements nest deeper than {DEEPEST} levels")
        return
    for index, inline in enumerate(content):
        at = f"{pointer}/{index}"
        match inline:
            case str():
                yield from _checked(at, check_characters(inline) if inline else "is empty")
            case Link():
                yield from _checked(at, "a link stands in a link" if in_link else None)
                yield from _checked(f"{at}/href", check_iri(inline.href))
                yield from _check_inlines(inline.content, f"{at}/content", depth + 1, in_link=True)
            case Span():
                yield from _check_inlines(inline.content, f"{at}/content", depth + 1, in_link=in_link)
            case Ruby():
                yield from _checked(f"{at}/base", check_line(inline.base))
                yield from _checked(f"{at}/text", check_line(inline.text))
            case LineBreak():
                pass


def _checked(pointer: str, detail: str | None) -> Iterator[Fault]:
    if detail:
        yield Fault(pointer, detail)
