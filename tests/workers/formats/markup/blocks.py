"""The form of blocks that reading gives: no two texts side by side, no Paragraph of a plain text, no empty span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemas.article.body import (
    Block,
    Heading,
    Inline,
    ItemList,
    Link,
    Paragraph,
    Quotation,
    Span,
    Table,
    is_paragraph,
)


def normal_form(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks that mean the same, in the form that reading gives."""
    return tuple(map(_normal, blocks))


def _normal(block: Block) -> Block:
    match block:
        case Paragraph():
            content = _content(block.content)
            if len(content) == 1 and isinstance(content[0], str) and is_paragraph(content[0]):
                return content[0]
            return Paragraph(content)
        case Heading():
            return replace(block, content=_content(block.content))
        case ItemList():
            return replace(block, items=tuple(map(normal_form, block.items)))
        case Quotation():
            return replace(block, blocks=normal_form(block.blocks))
        case Table():
            rows = tuple(tuple(replace(cell, content=_content(cell.content)) for cell in row) for row in block.rows)
            return replace(block, rows=rows)
        case _:
            return block


def _content(content: Iterable[Inline]) -> tuple[Inline, ...]:
    made: list[Inline] = []
    for part in content:
        one: Inline = part
        if isinstance(part, Span | Link):
            inner = _content(part.content)
            if not inner:
                continue
            one = replace(part, content=inner)
        if isinstance(one, str) and made and isinstance(made[-1], str):
            made[-1] += one
        elif one != "":
            made.append(one)
    return tuple(made)
