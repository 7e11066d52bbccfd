"""The places of what a text of NITF does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas.article.body import Block
from workers.formats.markup import reduce_for_nitf

# The fields for what `reduce_for_nitf` leaves out.
_REDUCED: Final = {
    "ruby": "blocks.ruby",
    "deleted text": "blocks.deleted",
    "code": "blocks.code",
    "the mark of inserted text": "blocks.inserted",
    "formatting in subscripts and superscripts": "blocks.sub",
    "the size of a media file": "blocks.media.size",
    "the role of a media file": "blocks.media.role",
}


def lost_in_nitf(blocks: Iterable[Block]) -> list[str]:
    """Return the fields of blocks that have no place in NITF."""
    return sorted(_REDUCED[name] for name in reduce_for_nitf(blocks)[1])
