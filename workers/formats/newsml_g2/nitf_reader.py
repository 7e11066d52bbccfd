"""Read NITF in an item: its text, and what its head and its body.head state and the item does not."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from schemas.article.body import Block
from workers.formats.newsml_g2.reading.context import Context
from workers.formats.xml.nitf import complete

# Fields that say one thing: an item that states one of them states the others too.
_TOGETHER: Final = (("byline", "bylines"), ("dateline", "located"), ("id", "alternative_ids"))
_WITH: Final = {field: fields for fields in _TOGETHER for field in fields}


def read_nitf(context: Context, nitf: etree._Element) -> tuple[tuple[Block, ...], str | None]:
    """Return the blocks and the language of a NITF document, and record each leaf of it."""
    stated, leaves = context.stated, context.leaves
    before = {name for name, value in stated.items() if value not in (None, ())}
    language: str | None = None

    def take(name: str, value: Any) -> bool:
        nonlocal language
        if name == "language":
            language = value
            return True
        if before.isdisjoint(_WITH.get(name, (name,))):
            stated[name] = value
        return bool(stated.get(name) == value)

    blocks = complete(nitf, leaves.ledger, leaves.path(nitf), context.dates.zone, take, verbatim=context.own)
    return blocks, language
