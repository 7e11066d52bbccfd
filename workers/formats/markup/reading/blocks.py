"""Read an element into the blocks of an article."""

from __future__ import annotations

from typing import Final

from lxml import etree

from schemas.article.body import Block, is_paragraph
from schemas.ledger import Ledger
from workers.formats.markup.reading.broken_lines import blocks_of, is_broken, lines_of
from workers.formats.markup.reading.elements import HANDLERS
from workers.formats.markup.reading.places import Node
from workers.formats.markup.reading.reader import TWICE_ESCAPED, BlockReader
from workers.formats.markup.reading.sink import BLANK, Sink
from workers.formats.markup.reading.text import local_name

_MOST_AROUND: Final = 5
# Whether a child of an element has an attribute or a child of its own: most bodies are paragraphs, and need no walk.
_HAS_STRUCTURE: Final = etree.XPath("boolean(*/*) or boolean(*/@*)")


def read_blocks(
    element: etree._Element,
    ledger: Ledger,
    path: str,
    *,
    field: str = "paragraphs",
    verbatim: bool = False,
    base: str | None = None,
    attributes: bool = True,
) -> tuple[Block, ...]:
    """Return the blocks in an element of XHTML, HTML, NITF or an unknown vocabulary.

    The attributes of the element itself are left to the caller. Every other leaf in it goes to the ledger.

    Args:
        element: the element that holds the body, such as `body`, `body.content` or `inlineXML`.
        ledger: the ledger of the article.
        path: the path of the element in its source.
        field: the field of the Article that the leaves are kept in.
        verbatim: whether all white space is part of the text, as in what newsmill wrote.
        base: the address of the document, which relative addresses are resolved against.
        attributes: whether attributes that no block holds are named; those of web pages are too many to be of use.
    """
    is_broken_text = len(element) == 1 and not verbatim and _is_of_broken_lines(element)
    if (
        not ledger.whole
        and not is_broken_text
        and not _HAS_STRUCTURE(element)
        and (plain := _paragraphs(element, verbatim=verbatim)) is not None
    ):
        return plain
    reader = BlockReader(HANDLERS, ledger, field, verbatim=verbatim, base=base, attributes=attributes)
    root = Node(element, path)
    if is_broken_text:
        return _broken_lines(reader, root)
    sink = Sink(verbatim=verbatim, entries=ledger.entries if ledger.whole else None)
    reader.content(root, sink)
    sink.flush()
    reader.name_deleted(sink, root)
    return tuple(sink.blocks)


def _is_of_broken_lines(element: etree._Element) -> bool:
    """Return whether an element holds one `p` of broken lines, as wires send their texts, and nothing else."""
    for _ in range(_MOST_AROUND):
        if not len(element):
            text = element.text or ""
            return (
                "\n" in text and local_name(element.tag) == "p" and is_broken(text) and not TWICE_ESCAPED.search(text)
            )
        inner = element[0]
        if len(element) > 1 or not isinstance(inner.tag, str) or _is_stated(element.text) or _is_stated(inner.tail):
            break
        element = inner
    return False


def _broken_lines(reader: BlockReader, node: Node) -> tuple[Block, ...]:
    """Return the paragraphs of the only `p` in an element."""
    while len(node.element):
        node = Node(node.element[0], node)
        reader.leave(node)
    text = node.element.text or ""
    reader.keep(text, node)
    return blocks_of(lines_of(text), tabular=False)


def _is_stated(text: str | None) -> bool:
    return text is not None and not text.isspace()


def _paragraphs(element: etree._Element, *, verbatim: bool) -> tuple[Block, ...] | None:
    """Return the paragraphs of an element that has nothing but plain paragraphs in it; None if it has more."""
    if element.text and not element.text.isspace():
        return None
    made: list[Block] = []
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or local_name(tag) != "p" or ((tail := child.tail) and not tail.isspace()):
            return None
        text = child.text
        if not text:
            continue
        if not verbatim:
            if "\n" in text:
                text = " ".join(filter(None, (line.strip(BLANK) for line in text.split("\n"))))
            text = text.strip()
            if "&" in text and TWICE_ESCAPED.search(text):
                return None
        elif not is_paragraph(text) and not text.isspace():
            return None
        if text and not text.isspace():
            made.append(text)
    return tuple(made)
