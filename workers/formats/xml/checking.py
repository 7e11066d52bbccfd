"""XML as the checks take it: no DTD, no entities, no network, bounded depth and size of a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

# Without huge_tree libxml2 keeps its own bounds: 256 levels deep, 10 MB a text, and no swelling of entities.


def piece_parser() -> etree.XMLParser:
    """A parser of pieces that we wrote, kept for many of them."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def parse_events(stream: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    """The start and the end of each element of a document, as it is read.

    Raises (while it is iterated):
        etree.XMLSyntaxError: it is not well-formed, or beyond the bounds.
    """
    yield from etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def has_doctype(element: etree._Element) -> bool:
    """Whether the document of an element has a document type declaration."""
    return element.getroottree().docinfo.internalDTD is not None
