"""Read tables: their rows in the order of the text, cells with their spans, header cells, captions.

A cell holds inline content. Blocks in a cell become lines of it; figures follow the table. A table of one column that
holds blocks is no table but a layout: its blocks stand in the text.
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
    Paragraph,
    Preformatted,
    Quotation,
    Table,
)
from schemas.article.values import make_line
from workers.formats.markup.reading.places import Node, attribute_path
from workers.formats.markup.reading.reader import BlockReader
from workers.formats.markup.reading.sink import Sink, TableParts, has_text, paragraph

_Cells = list[tuple[Cell, list[Block]]]

_WIDEST: Final = 1000
"""The highest span, as in HTML."""

_MOST_SPANNED: Final = 100_000
"""The bound on the places that the spanning cells of one body cover: more would fill the memory."""


def read_table(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `table`."""
    sink.flush()
    inner = reader.inner(sink, cell=True)
    inner.table = parts = TableParts()
    reader.content(node, inner)
    inner.flush()
    sink.blocks.extend(inner.blocks)  # what stood between the rows
    rows = [row for section in ("thead", "tbody", "tfoot") for row in parts.sections.get(section, ())]
    caption = make_line(" ".join(parts.captions)) or None
    if _is_layout(rows, caption):
        for cell, blocks in (both for row in rows for both in row):
            sink.blocks += blocks or paragraph(cell.content)
        return
    figures: list[Block] = []
    made = tuple(tuple(_filled(cell, blocks, figures) for cell, blocks in row) for row in rows)
    if any(made) and (reader.verbatim or caption or any(has_text(cell.content) for row in made for cell in row)):
        sink.blocks.append(Table(made, caption))
    elif caption:
        sink.blocks.append(caption)
    sink.blocks.extend(figures)


def read_section(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `thead`, `tbody` or `tfoot`."""
    if sink.table is None:
        reader.block(node, sink)
        return
    outer, sink.table.section = sink.table.section, node.name
    reader.content(node, sink)
    sink.table.row = None
    sink.table.section = outer


def read_row(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `tr`. A row without cells counts where cells of the rows above cover it."""
    if sink.table is None:
        reader.block(node, sink)
        return
    rows = sink.table.sections.setdefault(sink.table.section, [])
    row: _Cells = []
    sink.table.row = row
    rows.append(row)
    reader.content(node, sink)
    sink.table.row = None
    if not row and not reader.verbatim and not any(cell.rows > 1 for above in rows for cell, _ in above):
        rows.pop()


def read_cell(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `td` or `th`."""
    if sink.table is None:
        reader.block(node, sink)
        return
    if sink.table.row is None:
        sink.table.row = []
        sink.table.sections.setdefault(sink.table.section, []).append(sink.table.row)
    columns = _span(reader, node, "colspan")
    rows = _span(reader, node, "rowspan")
    if columns * rows > 1:
        reader.spanned_cells += columns * rows
        if reader.spanned_cells > _MOST_SPANNED:
            path = attribute_path(node, "colspan" if columns > 1 else "rowspan")
            reason = f"the cells of the body span more than {_MOST_SPANNED} places; the cell spans one"
            reader.ledger.changed(path, str(columns if columns > 1 else rows), reader.field, reason)
            columns = rows = 1
    inner = reader.inner(sink, cell=True)
    reader.content(node, inner)
    content = inner.inline()
    blocks: list[Block] = []
    if content is None:
        inner.flush()
        blocks, content = inner.blocks, ()
    cell = Cell(content, header=node.name == "th", columns=columns, rows=rows)
    sink.table.row.append((cell, blocks))


def read_table_caption(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `caption`; out of a table it is a paragraph."""
    if sink.table is None:
        reader.block(node, sink)
    else:
        sink.table.captions.append(make_line(reader.plain(node, sink)))


def _span(reader: BlockReader, node: Node, name: str) -> int:
    value = node.attributes.get(name)
    if value is None:
        return 1
    digits = value.strip().lstrip("0")
    if not digits.isascii() or not digits.isdigit():
        return 1  # and the attribute is named as not held
    span = int(digits) if len(digits) < 4 else _WIDEST
    if digits == str(span):
        reader.take(node, name)
    else:
        del node.attributes[name]
        reason = f"a cell spans at most {_WIDEST} places"
        reader.ledger.changed(attribute_path(node, name), value, reader.field, reason)
    return span


def _is_layout(rows: list[_Cells], caption: str | None) -> bool:
    if caption or any(len(row) > 1 for row in rows):
        return False
    cells = [both for row in rows for both in row]
    return (
        any(blocks for _, blocks in cells)
        and not any(cell.header for cell, _ in cells)
        and any(len(blocks) > 1 or not isinstance(blocks[0], str | Paragraph) for _, blocks in cells if blocks)
    )


def _filled(cell: Cell, blocks: list[Block], figures: list[Block]) -> Cell:
    if not blocks:
        return cell
    content: list[Inline] = []
    for line in _lines(blocks, figures):
        if content:
            content.append(LineBreak())
        content.extend(line)
    return Cell(tuple(content), cell.header, cell.columns, cell.rows)


def _lines(blocks: Iterable[Block], figures: list[Block]) -> Iterable[tuple[Inline, ...]]:
    """Yield the content of blocks line by line; put those that have no text into `figures`."""
    for block in blocks:
        match block:
            case str():
                yield (block,)
            case Paragraph() | Heading():
                yield block.content
            case ItemList():
                for item in block.items:
                    yield from _lines(item, figures)
            case Quotation():
                yield from _lines(block.blocks, figures)
                if block.attribution:
                    yield (block.attribution,)
            case Table():
                if block.caption:
                    yield (block.caption,)
                for row in block.rows:
                    yield tuple(
                        part for number, cell in enumerate(row) for part in ((" ",) if number else ()) + cell.content
                    )
            case Preformatted():
                for line in block.text.split("\n"):
                    if line.strip():
                        yield (line,)
            case Figure() | Embed():
                figures.append(block)
            case Break():
                pass
