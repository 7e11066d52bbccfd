"""Read IDF, the text of the newsItems of Infomaker's and Naviga's systems: elements and objects, each with a type."""

from __future__ import annotations

from typing import Final

from schemas.article.body import Embed, Figure
from schemas.article.parts import Media, Rendition
from schemas.article.values import make_line
from workers.formats.markup.reading.places import Node, attributes_of, children, content_leaves
from workers.formats.markup.reading.reader import BlockReader
from workers.formats.markup.reading.sink import Sink
from workers.formats.markup.reading.text import local_name

OBJECTS: Final = "x-im/"
"""How the type of an object begins."""
_HEADINGS: Final = {"headline": 1, "subheadline": 2, "subheadline1": 2, "subheadline2": 3, "subheadline3": 4}
_TEXTS: Final = ("x-im/content-part", "x-im/table", "x-im/htmltable")


def read_idf(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read the groups of a text, the elements and objects in them."""
    sink.flush()
    for here in children(node):
        if here.name == "group":
            read_idf(reader, here, sink)
        elif here.name == "element":
            level = _HEADINGS.get(here.attributes.get("type", ""))
            reader.take(here, "type")
            sink.heading, outer = level or sink.heading, sink.heading
            reader.block(here, sink)
            sink.heading = outer
        else:
            reader.element(here, sink)
            sink.flush()
        reader.leave(here)
    reader.unheld_text(node)


def read_idf_object(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an object: a link in the text, a picture, a fact box or a table, or content of another site."""
    kind = reader.take(node, "type")
    if kind in _TEXTS:
        sink.flush()
        if title := reader.take(node, "title"):
            sink.text(title)
            sink.flush()
        for here in children(node):
            for inner in children(here):
                read_idf(reader, inner, sink) if len(inner.element) else reader.block(inner, sink)
                reader.leave(inner)
        return
    values: dict[str, str] = {}
    for one in node.element.iter("{*}*"):
        values.setdefault(local_name(one.tag), (one.text or "").strip())
    if kind == f"{OBJECTS}link":
        href, anchor = reader.iri(values.get("href", "")), values.get("anchor", "")
        frame = sink.open(None, href) if href else None
        sink.text(anchor)
        sink.close(frame)
        _account(reader, node, {anchor, *([href] if href else [])})
        return
    if kind != f"{OBJECTS}image":
        if "url" in node.attributes and (url := reader.take_iri(node, "url")):
            sink.add_figure(Embed(url))
        reader.unheld(node)
        return
    own: dict[str, str] = {}
    authors: list[str] = []
    for link in node.element.iter("{*}link"):
        stated = attributes_of(link)
        if stated.get("rel") == "self" and not own:
            own = stated
        elif stated.get("rel") == "author" and "title" in stated:
            authors.append(stated["title"])
    href = next(filter(None, map(reader.iri, filter(None, map(own.get, ("url", "uri"))))), None)
    caption = values.get("caption") or values.get("text") or None
    credit = make_line(", ".join(authors) or values.get("credit", "")) or None
    if href or caption or credit:
        files = (Rendition(href=href),) if href else ()
        sink.add_figure(Figure(Media(kind="picture", caption=caption, credit=credit, renditions=files)))
    _account(reader, node, {one for one in (href, own.get("url"), caption, credit, *authors) if one})


def _account(reader: BlockReader, node: Node, held: set[str]) -> None:
    """Name the leaves of an object that are not held."""
    for path, value in content_leaves(node.element, str(node)):
        if value.strip() not in held:
            reader.ledger.not_held(path, value)
        elif reader.ledger.whole:
            reader.ledger.kept(path, value, reader.field)
