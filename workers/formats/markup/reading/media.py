"""Read pictures, videos, sound and embeds: HTML's `img`, `picture`, `figure`, `video`, `iframe`, and NITF's `media`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, get_args

from lxml import etree

from schemas.article.body import Block, Embed, Figure, Quotation, Table, plain_blocks
from schemas.article.parts import Media, MediaKind, Rendition
from schemas.article.values import LARGEST_INTEGER, check_media_type, make_line
from workers.formats.markup.reading.own_figures import read_own_figure
from workers.formats.markup.reading.places import Node, attribute_path, children
from workers.formats.markup.reading.reader import BlockReader
from workers.formats.markup.reading.sink import FigureParts, Sink
from workers.formats.markup.reading.text import local_name

# Pages that load pictures late have the address elsewhere, and a placeholder in `src`.
_SOURCES: Final = ("src", "data-src", "data-original", "data-lazy-src", "source")
_SOURCE_SETS: Final = ("srcset", "data-srcset", "data-lazy-srcset")
_CREDIT = re.compile(r"credit|copyright|photographer|attribution|courtesy|byline|(?<![a-z])(?:author|source)(?![a-z])")
_NUMBER = re.compile(r"\s*(\d{1,16})(?:px|\.0+)?\s*", re.ASCII)
OWN_PARAMETERS: Final = ("size", "duration", "role")
"""The fields of a rendition that are parameters of an `object` where newsmill writes one."""

_KINDS: Final[dict[str, MediaKind]] = {
    "image": "picture",
    "photo": "picture",
    "picture": "picture",
    "graphic": "graphic",
    "video": "video",
    "audio": "audio",
    "sound": "audio",
}
# The place of a media element, by its class.
_MAIN: Final = {"main": True, "beside": False}


def read_figure(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a figure with its caption and credit. What else stands in it, stands in the text."""
    sink.flush()
    inner = reader.inner(sink)
    inner.figure = parts = FigureParts()
    words = node.attributes.get("class", "").split()
    if words[:1] == ["figure"] and (kinds := [kind for kind in get_args(MediaKind) if kind in words]):
        parts.kind = kinds[0]
        parts.alt = reader.take(node, "title")
        reader.take(node, "class")
    if parts.kind is not None and reader.verbatim and node.name == "figure":
        read_own_figure(reader, node, parts)
    else:
        reader.content(node, inner)
    inner.flush()
    if parts.kind is not None:
        main = True if "main" in words else False if "beside" in words else None
        sink.blocks += (*_media(parts.kind, parts, main), *inner.blocks)
    else:
        sink.blocks += _captioned(inner.blocks, parts)


def read_caption(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read the caption of a figure and the credit in it. Outside of a figure it is a paragraph."""
    if sink.figure is None:
        reader.block(node, sink)
        return
    if reader.verbatim and not len(node.element):
        reader.keep(node.element.text, node)
        sink.figure.captions.append(node.element.text or "")
        return
    inner = reader.inner(sink, text_only=True)
    inner.figure = parts = FigureParts()
    reader.content(node, inner)
    inner.flush()
    sink.blocks.extend(block for block in inner.blocks if isinstance(block, Figure | Embed))
    sink.figure.captions.extend((*plain_blocks(inner.blocks), *parts.captions))
    sink.figure.credits.extend(parts.credits)


def read_credit(reader: BlockReader, node: Node, sink: Sink) -> bool:
    """Read the credit of a figure, if an element in it is one by its name or class; return whether it is."""
    if sink.figure is None:
        return False
    if "class" in node.attributes and _CREDIT.search(node.attributes["class"].lower()):
        reader.take(node, "class")
    elif not sink.text_only or node.name not in ("small", "cite"):
        return False
    inner = reader.inner(sink, text_only=True)
    reader.content(node, inner)
    inner.flush()
    sink.figure.credits.append(make_line(" ".join(plain_blocks(inner.blocks))))
    sink.separate()
    return True


def read_image(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an `img`: a figure of its own, or a part of the figure around it. It should hold nothing."""
    _image(reader, node, sink, ())
    reader.unheld(node)


def read_noscript(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read the picture of a `noscript` if the picture before it has no address, as where pictures are loaded late."""
    inner, before = list(node.element), node.element.getprevious()
    if len(inner) == 1 and before is not None and {_tag(inner[0]), _tag(before)} == {"img"}:
        addresses = (str(before.get(name, "")) for name in _SOURCES)
        if not any(map(reader.iri, addresses)):
            shown = sink.figures or sink.blocks
            if shown and isinstance(last := shown[-1], Figure) and not last.media.renditions:
                shown.pop()  # the alternative text of the picture before it
            reader.content(node, sink)
            return
    reader.unheld(node, "the text of noscript is no text of the article")


def _tag(element: etree._Element) -> str:
    return local_name(element.tag) if isinstance(element.tag, str) else ""


def read_picture(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `picture`: its `img`, with the files of its `source` elements as further renditions."""
    sources: list[Rendition] = []
    for part in _parts(node):
        if part.name == "source":
            sources += _source(reader, part)
            reader.unheld_text(part)
        elif part.name in ("img", "amp-img"):
            _image(reader, part, sink, sources)
            sources = []
            reader.unheld(part)
        else:
            reader.element(part, sink)
        reader.leave(part)
    reader.unheld_text(node)
    if sources:
        sink.add_figure(Figure(Media(kind="picture", renditions=tuple(sources))))


def read_video(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read a `video` or `audio`. What it holds for browsers that cannot play it is no text."""
    kind: MediaKind = "audio" if node.name.endswith("audio") else "video"
    renditions = []
    if href := _address(reader, node):
        width, height = (_number(reader, node, name) for name in ("width", "height"))
        renditions.append(Rendition(href=href, width=width, height=height))
    for part in _parts(node):
        if part.name == "source":
            renditions += _source(reader, part)
            reader.unheld_text(part)
        else:
            reader.unheld(part)
        reader.leave(part)
    reader.unheld_text(node)
    if poster := reader.take_iri(node, "poster"):
        renditions.append(Rendition(href=poster, role="poster"))
    if renditions:
        sink.add_figure(Figure(Media(kind=kind, renditions=tuple(renditions))))


def read_embedded(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an `iframe` or `embed`. The text in it is for browsers that cannot show it."""
    media_type = node.attributes.get("type", "")
    if media_type.startswith(("image/", "video/", "audio/")):
        _file(reader, node, sink, "src", media_type)
    else:
        for name in _SOURCES:
            if name in node.attributes and (url := reader.take_iri(node, name)):
                sink.add_figure(Embed(url))
                break
    reader.unheld(node)


def read_object(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read an `object`: a file, an embed, or what it holds for browsers that cannot show it."""
    if sink.figure is not None and sink.figure.kind is not None:
        _own_file(reader, node, sink.figure)
        reader.content(node, sink)
        return
    media_type = node.attributes.get("type", "")
    if media_type.startswith(("image/", "video/", "audio/")):
        found = _file(reader, node, sink, "data", media_type)
    else:
        url = reader.take_iri(node, "data")
        if found := url is not None:
            sink.add_figure(Embed(url))
    if found:
        reader.unheld(node)
    else:
        reader.content(node, sink)


def read_nitf_media(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read NITF's `media`: its references, captions and producers."""
    sink.flush()
    stated = reader.take(node, "media-type") or ""
    main = _MAIN.get(node.attributes.get("class", ""))
    if main is not None:
        reader.take(node, "class")
    parts = FigureParts()
    inner = reader.inner(sink)
    inner.figure = parts
    producers: list[str] = []
    for here in children(node):
        if here.name == "media-reference":
            _reference(reader, here, parts)
            reader.unheld(here)
        elif here.name == "media-caption":
            read_caption(reader, here, inner)
        elif here.name == "media-producer":
            producers.append(make_line(reader.plain(here, sink)))
        else:
            reader.unheld(here)
        reader.leave(here)
    reader.unheld_text(node)
    types: list[str] = [stated, *(rendition.media_type or "" for rendition in parts.renditions)]
    kind: MediaKind = next(filter(None, map(_kind, types)), "graphic")
    parts.credits = producers or parts.credits
    sink.blocks += (*_media(kind, parts, main), *inner.blocks, *inner.figures)


def read_bild(reader: BlockReader, node: Node, sink: Sink) -> None:
    """Read TTNITF's `BILD`: a picture with its address, caption and maker."""
    sink.flush()
    inner = reader.inner(sink)
    inner.figure = parts = FigureParts()
    for here in children(node):
        href = reader.iri((here.element.text or "").strip()) if here.name == "bildfil" else None
        if href:
            reader.keep(here.element.text, here)
            parts.renditions.append(Rendition(href=href))
        elif here.name == "bildtext":
            read_caption(reader, here, inner)
        elif here.name == "bildskapare":
            parts.credits.append(make_line(reader.plain(here, sink)))
        else:
            reader.unheld(here)
        reader.leave(here)
    reader.unheld_text(node)
    sink.blocks += (*_media("picture", parts), *inner.blocks, *inner.figures)


def _media(kind: MediaKind, parts: FigureParts, main: bool | None = None) -> list[Block]:  # noqa: FBT001
    """Return the figure of its parts; nothing if it has no file, caption, credit or alternative text."""
    caption, credit = parts.caption, parts.credit
    if not (parts.renditions or caption or parts.alt):
        caption, credit = credit, None
    if not (parts.renditions or caption or parts.alt):
        return []
    files = tuple(parts.renditions)
    return [Figure(Media(kind=kind, caption=caption, credit=credit, alt=parts.alt, renditions=files, main=main))]


def _captioned(blocks: list[Block], parts: FigureParts) -> list[Block]:
    """Return the blocks of a figure with its caption where it belongs: at the media object, table or quotation."""
    caption, credit = parts.caption, parts.credit
    if not caption and not credit:
        return blocks
    line = make_line(", ".join(filter(None, (caption, credit))))
    for number, block in enumerate(blocks):
        if isinstance(block, Figure) and not (caption and block.media.caption) and not (credit and block.media.credit):
            media = block.media
            media = replace(media, caption=caption or media.caption, credit=credit or media.credit)
            return [*blocks[:number], Figure(media), *blocks[number + 1 :]]
    for number, block in enumerate(blocks):
        if isinstance(block, Table) and not block.caption:
            return [*blocks[:number], replace(block, caption=line), *blocks[number + 1 :]]
        if isinstance(block, Quotation) and not block.attribution:
            return [*blocks[:number], replace(block, attribution=line), *blocks[number + 1 :]]
    return [*blocks, line] if blocks else _media("picture", parts)


def _image(reader: BlockReader, node: Node, sink: Sink, sources: Iterable[Rendition]) -> None:
    if node.attributes.get("width") == node.attributes.get("height") == "1":
        return  # it counts readers, and is named as not held
    if "class" in node.attributes and re.search(r"\b(?:emoji|wp-smiley)\b", node.attributes["class"]):
        sink.text(reader.take(node, "alt") or "")
        return
    alt = reader.take(node, "alt")
    renditions: list[Rendition] = []
    if href := _address(reader, node):
        width, height = (_number(reader, node, name) for name in ("width", "height"))
        renditions.append(Rendition(href=href, width=width, height=height))
    for name in _SOURCE_SETS:
        if name in node.attributes:
            renditions += _source_set(reader, node, name, None)
    renditions = list(_distinct((*renditions, *sources)))
    own = sink.figure
    if own is not None and own.kind is not None:
        own.alt = alt or own.alt
        known = {rendition.href for rendition in own.renditions}
        own.renditions += [rendition for rendition in renditions if rendition.href not in known]
    elif renditions or alt:
        sink.add_figure(Figure(Media(kind="picture", alt=alt, renditions=tuple(renditions))))


def _distinct(renditions: Iterable[Rendition]) -> Iterator[Rendition]:
    """Yield one rendition for each address, with the width and the media type of any."""
    known: dict[str, Rendition] = {}
    for one in renditions:
        same = known.get(one.href, one)
        known[one.href] = replace(same, width=same.width or one.width, media_type=same.media_type or one.media_type)
    yield from known.values()


def _address(reader: BlockReader, node: Node) -> str | None:
    """Take the address of a file from the first attribute that has one; a placeholder is left, and named."""
    for name in _SOURCES:
        if name in node.attributes and reader.iri(node.attributes[name]):
            return reader.take_iri(node, name)
    if "src" in node.attributes:
        reader.take_iri(node, "src")  # names it with the reason
    return None


def _parts(node: Node) -> Iterator[Node]:
    """Yield the children of an element, and those of each `source`: HTML parsers may not know that it is empty."""
    unfinished = [children(node)]
    while unfinished:
        part = next(unfinished[-1], None)
        if part is None:
            unfinished.pop()
            continue
        yield part
        if part.name == "source":
            unfinished.append(children(part))


def _source(reader: BlockReader, node: Node) -> list[Rendition]:
    media_type = _media_type(reader, node, "type")
    made = []
    if href := _address(reader, node):
        made.append(Rendition(href=href, media_type=media_type))
    for name in _SOURCE_SETS:
        if name in node.attributes:
            made += _source_set(reader, node, name, media_type)
    return made


def _source_set(reader: BlockReader, node: Node, name: str, media_type: str | None) -> list[Rendition]:
    """Take a set of files with their widths (HTML, srcset). Densities and addresses that are no URLs are not held."""
    value = node.attributes[name]
    made = []
    lost = False
    for address, descriptor in _candidates(value):
        width = int(descriptor[:-1]) if re.fullmatch(r"\d{1,9}w", descriptor, re.ASCII) else None
        href = reader.iri(address)
        lost |= href is None or (bool(descriptor) and width is None)
        if href is not None:
            made.append(Rendition(href=href, media_type=media_type, width=width))
    if made:
        del node.attributes[name]
        path = attribute_path(node, name)
        if lost:
            reason = "densities, and addresses that are no URLs, are left out"
            reader.ledger.changed(path, value, reader.field, reason)
        elif reader.ledger.whole:
            reader.ledger.kept(path, value, reader.field)
    return made


def _candidates(value: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a srcset with their descriptors. An address may have commas in it, but not at its end."""
    address = ""
    for word in value.split():
        if not address:
            address = word
            if word.endswith(","):
                yield word.rstrip(","), ""
                address = ""
            continue
        descriptor, comma, following = word.partition(",")
        yield address, descriptor
        address = following if comma else ""
    if address:
        yield address, ""


def _file(reader: BlockReader, node: Node, sink: Sink, name: str, media_type: str) -> bool:
    href = reader.take_iri(node, name)
    if href is None:
        return False
    width, height = (_number(reader, node, each) for each in ("width", "height"))
    rendition = Rendition(href=href, media_type=_media_type(reader, node, "type"), width=width, height=height)
    sink.add_figure(Figure(Media(kind=_KINDS[media_type.partition("/")[0]], renditions=(rendition,))))
    return True


def _own_file(reader: BlockReader, node: Node, parts: FigureParts) -> None:
    """Read a file of a figure that newsmill wrote: the parameters of an `object` are the fields of the rendition."""
    stated = {
        child.get("name"): child.get("value", "") for child in node.element if child.get("name") in OWN_PARAMETERS
    }
    href = reader.take_iri(node, "data")
    if href is None:
        return
    numbers = {name: int(stated[name]) for name in ("size", "duration") if _NUMBER.fullmatch(stated.get(name, ""))}
    parts.renditions.append(
        Rendition(
            href=href,
            media_type=_media_type(reader, node, "type"),
            width=_number(reader, node, "width"),
            height=_number(reader, node, "height"),
            size=numbers.get("size"),
            duration=numbers.get("duration"),
            role=make_line(stated.get("role", "")) or None,
        )
    )


def _reference(reader: BlockReader, node: Node, parts: FigureParts) -> None:
    alt = reader.take(node, "alternate-text")
    parts.alt = parts.alt or alt
    if credit := reader.take(node, "source-credit"):
        parts.credits.append(make_line(credit))
    if "source" not in node.attributes:
        return
    href = reader.take_iri(node, "source")
    if href is None:
        return
    duration = None
    if node.attributes.get("time-unit-of-measure") in ("seconds", "second", "sec", "s"):
        duration = _number(reader, node, "time")
        if duration is not None:
            reader.take(node, "time-unit-of-measure")
    parts.renditions.append(
        Rendition(
            href=href,
            media_type=_media_type(reader, node, "mime-type"),
            width=_number(reader, node, "width"),
            height=_number(reader, node, "height"),
            duration=duration,
        )
    )


def _kind(stated: str) -> MediaKind | None:
    """Return the kind of a media object by its media type or by NITF's name of it."""
    return _KINDS.get(stated.partition("/")[0].lower())


def _number(reader: BlockReader, node: Node, name: str) -> int | None:
    """Take a number of pixels or seconds; any other value is left, and named as not held."""
    value = node.attributes.get(name)
    if value is None or not (found := _NUMBER.fullmatch(value)) or int(found[1]) > LARGEST_INTEGER:
        return None
    reader.take(node, name)
    return int(found[1])


def _media_type(reader: BlockReader, node: Node, name: str) -> str | None:
    value = node.attributes.get(name, "").strip()
    if not value or check_media_type(value):
        return None
    return reader.take(node, name)
