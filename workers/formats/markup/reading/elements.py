"""The meaning of each element of XHTML, HTML and NITF 3.6: a function for each name.

Struck-out text counts as deleted text. A definition list is a list whose items begin with their term. A post of another
site that is embedded as a quotation is a quotation, followed by the embed.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article.body import (
    DEEPEST,
    Block,
    Break,
    Embed,
    ItemList,
    Link,
    Preformatted,
    Quotation,
    SpanKind,
)
from schemas.article.values import make_line
from workers.formats.markup.reading.idf import OBJECTS, read_idf, read_idf_object
from workers.formats.markup.reading.media import (
    OWN_PARAMETERS,
    read_bild,
    read_caption,
    read_credit,
    read_embedded,
    read_figure,
    read_image,
    read_nitf_media,
    read_noscript,
    read_object,
    read_picture,
    read_video,
)
from workers.formats.markup.reading.places import Node, children, content_leaves, shown_name
from workers.formats.markup.reading.reader import BlockReader, Handler
from workers.formats.markup.reading.sink import Sink
from workers.formats.markup.reading.tables import read_cell, read_row, read_section, read_table, read_table_caption
from workers.formats.markup.reading.text import local_name
from workers.formats.markup.reading.vocabulary import BLOCKS, HEADINGS, INLINE, SPANS, TEXTLESS, VOID

# The classes of quotations that a script turns into a post, and the site that it is of.
_POSTS: Final = {
    "twitter-tweet": "Twitter",
    "twitter-video": "Twitter",
    "instagram-media": "Instagram",
    "tiktok-embed": "TikTok",
    "fb-post": "Facebook",
    "fb-video": "Facebook",
    "bluesky-embed": "Bluesky",
    "mastodon-embed": "Mastodon",
    "reddit-embed-bq": "Reddit",
    "reddit-card": "Reddit",
    "imgur-embed-pub": "Imgur",
}
_POST_ADDRESSES: Final = ("data-instgrm-permalink", "data-href", "cite")


def _block(reader: BlockReader, node: Node, sink: Sink) -> None:
    reader.block(node, sink)


def _division(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `div` or a `p`, which may be a figure, an embed or a part of them by its class."""
    words = node.attributes["class"].split() if "class" in node.attributes else ()
    if node.name == "div" and not reader.verbatim and _are_labels(node.element):
        for label in node.element[:-1]:
            label.tail = " "
    if "figure" in words:
        read_figure(reader, node, sink)
    elif "embed" in words and _has_one(node.element, "a") and node.element[0].text == node.element[0].get("href"):
        reader.take(node, "class")
        _embed(reader, Node(node.element[0], node), sink)
    elif sink.figure is not None and ("caption" in words or "wp-caption-text" in words):
        reader.take(node, "class")
        read_caption(reader, node, sink)
    elif sink.figure is not None and read_credit(reader, node, sink):
        pass
    elif sink.attributions is not None and _has_one(node.element, "cite"):
        if "attribution" in words:
            reader.take(node, "class")
        _attribution(reader, node, sink)
    else:
        reader.block(node, sink)


def _are_labels(element: etree._Element) -> bool:
    """Return whether an element holds only spans of several classes, which a page parts by style."""
    classes = {one.get("class") for one in element if one.tag == "span" and not one.tail}
    return 1 < len(element) == len(classes) and None not in classes and not (element.text and element.text.strip())


def _embed(reader: BlockReader, link: Node, sink: Sink) -> None:
    """Read the link that newsmill writes for an embed."""
    sink.flush()
    url = reader.take_iri(link, "href")
    provider = reader.take(link, "title")
    if link.attributes.get("class") == "embed":
        reader.take(link, "class")
    reader.leave(link)
    if url is None:
        reader.block(link, sink)
    else:
        reader.keep(link.element.text, link)
        sink.add(Embed(url, make_line(provider) if provider else None))


def _has_one(element: etree._Element, name: str) -> bool:
    """Return whether an element holds nothing but one element of this name, with a dash before it at most."""
    if len(element) != 1 or not isinstance(element[0].tag, str) or local_name(element[0].tag) != name:
        return False
    before, after = element.text, element[0].tail
    return not (before and before.strip(" \t\r\n-–—―")) and not (after and after.strip())


def _heading(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.flush()
    sink.heading, outer = HEADINGS[node.name], sink.heading
    if node.name == "hl2" and re.fullmatch("h[1-6]", node.attributes.get("class", "")):
        sink.heading = int((reader.take(node, "class") or "h2")[1])
    reader.content(node, sink)
    sink.flush()
    sink.heading = outer


def _span(reader: BlockReader, node: Node, sink: Sink) -> None:
    kind: SpanKind = SPANS[node.name]
    if node.name == "em" and node.attributes.get("class") == "strong":
        reader.take(node, "class")
        kind = "strong"
    if sink.figure is not None and read_credit(reader, node, sink):
        return
    frame = sink.open(kind)
    reader.content(node, sink)
    sink.close(frame)


def _inline(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an inline element for its text."""
    if sink.figure is not None and read_credit(reader, node, sink):
        return
    reader.content(node, sink)
    if node.attributes.get("class") == "dateline":
        # Pages put the blank behind it by style.
        sink.separate()


def _cite(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read the attribution of a quotation that it stands alone in; any other `cite` is inline text."""
    if sink.attributions is not None and node.parent in ("blockquote", "bq"):
        _attribution(reader, node, sink)
    else:
        _inline(reader, node, sink)


def _footer(reader: BlockReader, node: Node, sink: Sink) -> None:
    if sink.attributions is not None:
        _attribution(reader, node, sink)
    else:
        reader.block(node, sink)


def _attribution(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.flush()
    text = make_line(reader.plain(node, sink))
    if not reader.verbatim:
        text = text.lstrip("-–—― ")
    if text and sink.attributions is not None:
        sink.attributions.append(text)


def _link(reader: BlockReader, node: Node, sink: Sink) -> None:
    href = None if sink.text_only else node.attributes.get("href")
    iri = reader.iri(href) if href is not None else None
    if iri is None:
        if href is not None:
            reader.take_iri(node, "href")  # names it
        reader.content(node, sink)
        return
    frame = sink.open(None, iri)
    reader.content(node, sink)
    sink.close(frame)
    if frame is not None and frame.used:
        reader.take_iri(node, "href")


def _line_break(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.line_break()
    _void(reader, node, sink)


def _rule(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.add(Break())
    _void(reader, node, sink)


def _textless(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.separate()
    reader.unheld(node, f"the text of {node.name} is no text of the article")


def _param(reader: BlockReader, node: Node, sink: Sink) -> None:
    if sink.figure is not None and sink.figure.kind is not None and node.attributes.get("name") in OWN_PARAMETERS:
        reader.take(node, "name")
        reader.take(node, "value")
    _void(reader, node, sink)


def _void(reader: BlockReader, node: Node, sink: Sink) -> None:
    if len(node.element) or node.element.text:
        reader.content(node, sink)


def _head(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Leave out the head of a document; any other `head` is a heading of an agency's own."""
    if node.parent in ("html", "nitf"):
        reader.unheld(node)
    else:
        reader.block(node, sink)


def _pre(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.flush()
    parts = []
    walk = etree.iterwalk(node.element, events=("start", "end", "comment", "pi"))
    for event, inner in walk:
        text = inner.text if event == "start" else None if inner is node.element else inner.tail
        if event == "start" and inner is not node.element:
            here = Node(inner, f"{node}//{shown_name(inner)}")
            reader.leave(here)
            if here.name == "br":
                parts.append("\n")
            elif here.name in TEXTLESS:
                reader.unheld(here)
                walk.skip_subtree()
                text = None
        if text:
            reader.keep(text, node)
            parts.append(text)
    text = "".join(parts)
    if not reader.verbatim:
        text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    if text.strip():
        sink.add(Preformatted(text))


def _list(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a list. Where it nests too deep, its items are paragraphs."""
    sink.flush()
    if sink.depth >= DEEPEST:
        reader.content(node, sink)
        sink.flush()
        return
    inner = reader.inner(sink, deeper=1)
    items: list[list[Block]] = []
    inner.items = items
    reader.content(node, inner)
    _end_item(inner, items)
    made = tuple(tuple(item) for item in items if item)
    if made:
        sink.blocks.append(ItemList(made, ordered=node.name == "ol"))


def _item(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an item of a list. A definition (`dd`) is in the item of its term (`dt`)."""
    items = sink.items
    if items is None:
        reader.block(node, sink)
        return
    _end_item(sink, items)
    inner = reader.inner(sink)
    reader.content(node, inner)
    inner.flush()
    if node.name == "dd" and items:
        items[-1] += inner.blocks
    else:
        items.append(inner.blocks)


def _end_item(sink: Sink, items: list[list[Block]]) -> None:
    """End what stands in a list outside of its items: a list goes to the item before it, other blocks are an item."""
    sink.flush()
    if sink.blocks:
        if items and all(isinstance(block, ItemList) for block in sink.blocks):
            items[-1] += sink.blocks
        else:
            items.append(sink.blocks)
        sink.blocks = []


def _quotation(reader: BlockReader, node: Node, sink: Sink) -> None:
    sink.flush()
    if sink.depth >= DEEPEST:
        reader.content(node, sink)
        sink.flush()
        return
    provider = next((_POSTS[word] for word in node.attributes.get("class", "").split() if word in _POSTS), None)
    post = None
    if provider:
        reader.take(node, "class")
        name = next((name for name in _POST_ADDRESSES if name in node.attributes), None)
        post = reader.take_iri(node, name) if name else None
    url = reader.take_iri(node, "quote-source" if "quote-source" in node.attributes else "cite")
    inner = reader.inner(sink, deeper=1)
    inner.attributions = []
    reader.content(node, inner)
    inner.flush()
    attribution = ", ".join(inner.attributions) or None
    if inner.blocks:
        sink.blocks.append(Quotation(tuple(inner.blocks), attribution, url))
    elif attribution:
        sink.blocks.append(attribution)
    sink.blocks.extend(inner.figures)
    if provider and (address := post or _last_link(inner.blocks)):
        sink.blocks.append(Embed(address, provider))


def _last_link(blocks: list[Block]) -> str | None:
    """Return the address of the last link in some blocks: in a post, it is the post's own."""
    for block in reversed(blocks):
        for part in reversed(getattr(block, "content", ())):
            if isinstance(part, Link):
                return part.href
    return None


def _credit(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read NITF's `credit`: the attribution of a block quotation."""
    if sink.attributions is None:
        reader.block(node, sink)
    else:
        _attribution(reader, node, sink)


def _ruby(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read base texts, each with the reading that follows it."""
    base = node.element.text or ""
    reader.keep(node.element.text, node)
    for here in children(node):
        reader.leave(here)
        if here.name in ("rt", "rtc"):
            reading = make_line(reader.plain(here, sink))
            if make_line(base) and reading:
                sink.add_ruby(make_line(base), reading)
            else:
                sink.separate()
                sink.text(base if base.strip() else reading)
                sink.separate()
            base = ""
        elif here.name == "rp" and not len(here.element) and len((here.element.text or "").strip()) < 2:
            reader.keep(here.element.text, here)  # a bracket for browsers without ruby
        else:
            raw = "".join(map(str, here.element.itertext()))
            before, after = " " * raw[:1].isspace(), " " * raw[-1:].isspace()
            base += f"{before}{reader.plain(here, sink)}{after}"
        if tail := here.element.tail:
            base += tail
            reader.keep(tail, node)
    if base.strip():
        sink.text(base)


def _fraction(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read NITF's `frac` as 1/2, parted from a number before it."""
    parts = {local_name(child.tag): None for child in node.element if isinstance(child.tag, str)}
    over = parts.keys() & {"numer", "frac-num"}
    under = parts.keys() & {"denom", "frac-den"}
    if not over or not under:
        reader.content(node, sink)
        return
    texts: dict[str, str] = {}
    for here in children(node):
        reader.leave(here)
        texts[here.name] = make_line(reader.plain(here, sink))
    reader.unheld_text(node)
    sink.separate()
    sink.text(f"{texts[over.pop()]}{texts.get('frac-sep') or '/'}{texts[under.pop()]}")
    sink.separate()


def _mathematics(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a formula as its alternative text, or else as its parts, with blanks between them."""
    text = reader.take(node, "alttext")
    if text is None:
        parts = []
        for path, value in content_leaves(node.element, str(node)):
            if "/@" in path or path.rpartition("//")[2] in TEXTLESS:
                reader.ledger.not_held(path, value)
            else:
                reader.ledger.changed(path, value, reader.field, "a formula is read as text")
                parts.append(value)
        text = " ".join(parts)
    else:
        reader.unheld(node)
    sink.separate()
    sink.text(text)
    sink.separate()


def _object(reader: BlockReader, node: Node, sink: Sink) -> None:
    handler = read_idf_object if node.attributes.get("type", "").startswith(OBJECTS) else read_object
    handler(reader, node, sink)


HANDLERS: Final[dict[str, Handler]] = {
    **dict.fromkeys(BLOCKS, _block),
    **dict.fromkeys(INLINE, _inline),
    **dict.fromkeys(SPANS, _span),
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(TEXTLESS, _textless),
    **dict.fromkeys(VOID, _void),
    **dict.fromkeys(("p", "div"), _division),
    **dict.fromkeys(("ul", "ol", "dl", "menu", "dir"), _list),
    **dict.fromkeys(("li", "dt", "dd"), _item),
    **dict.fromkeys(("blockquote", "bq"), _quotation),
    **dict.fromkeys(("thead", "tbody", "tfoot"), read_section),
    **dict.fromkeys(("td", "th"), read_cell),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), _pre),
    **dict.fromkeys(("img", "amp-img"), read_image),
    **dict.fromkeys(("video", "audio", "amp-video", "amp-audio"), read_video),
    **dict.fromkeys(("iframe", "embed", "amp-iframe"), read_embedded),
    "a": _link,
    "br": _line_break,
    "hr": _rule,
    "head": _head,
    "cite": _cite,
    "footer": _footer,
    "credit": _credit,
    "table": read_table,
    "tr": read_row,
    "caption": read_table_caption,
    "figure": read_figure,
    "idf": read_idf,
    "figcaption": read_caption,
    "picture": read_picture,
    "noscript": read_noscript,
    "object": _object,
    "param": _param,
    "media": read_nitf_media,
    "bild": read_bild,
    "media-caption": read_caption,
    "ruby": _ruby,
    "frac": _fraction,
    "math": _mathematics,
}
"""What is done with each node.element, by its local name in lower case."""
