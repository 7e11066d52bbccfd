"""Read the figures that `html5` wrote."""

from __future__ import annotations

import re
from typing import Final

from schemas.article.parts import Rendition
from schemas.article.values import LARGEST_INTEGER, check_media_type
from workers.formats.markup.reading.places import Node, children
from workers.formats.markup.reading.reader import BlockReader
from workers.formats.markup.reading.sink import FigureParts

_NUMBER: Final = re.compile("[0-9]{1,16}")
_FILES: Final = {"img": "src", "source": "src", "a": "href"}


def read_own_figure(reader: BlockReader, node: Node, parts: FigureParts) -> None:
    """Add the files, the alternative text, the caption and the credit of a figure to its parts."""
    waiting = list(children(node))
    while waiting:
        here = waiting.pop(0)
        class_ = here.attributes.get("class")
        if here.name in _FILES:
            for name in ("class", "hidden"):
                reader.take(here, name)
            parts.alt = reader.take(here, "alt") or parts.alt
            _add_file(reader, here, parts)
        elif here.name in ("video", "audio"):
            for name in ("controls", "preload"):
                reader.take(here, name)
        elif here.name == "span" and class_ in ("caption", "credit"):
            reader.take(here, "class")
            (parts.captions if class_ == "caption" else parts.credits).append(here.element.text or "")
            reader.keep(here.element.text, here)
        reader.leave(here)
        # libxml2 does not know that a source is empty: the next one is in it.
        waiting[:0] = children(here)


def _add_file(reader: BlockReader, node: Node, parts: FigureParts) -> None:
    href = reader.take_iri(node, _FILES[node.name])
    if href is None:
        return
    media_type = reader.take(node, "type") or reader.take(node, "data-media-type")
    parts.renditions.append(
        Rendition(
            href=href,
            media_type=None if media_type is None or check_media_type(media_type) else media_type,
            width=_number(reader, node, "width"),
            height=_number(reader, node, "height"),
            size=_number(reader, node, "size"),
            duration=_number(reader, node, "duration"),
            role=reader.take(node, "data-role"),
        )
    )


def _number(reader: BlockReader, node: Node, name: str) -> int | None:
    for one in (name, f"data-{name}"):
        value = node.attributes.get(one, "")
        if _NUMBER.fullmatch(value) and int(value) <= LARGEST_INTEGER:
            reader.take(node, one)
            return int(value)
    return None
