"""Wire text, as news agencies send it: IPTC 7901, ANPA 1312, and ZCZC … NNNN. It is read."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.wire.frames import begins_as_wire, ends_as_wire
from workers.formats.wire.headers import begins_with_header
from workers.formats.wire.reader import read_wire
from workers.formats.wire.releases import begins_with_release


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise a story by its start mark, or else by its header line or its end mark."""
    if begins_as_wire(head.text):
        return Evidence.CERTAIN
    is_likely = ends_as_wire(head.text) or begins_with_header(head.text) or begins_with_release(head.text)
    return Evidence.LIKELY if is_likely else Evidence.NONE


FORMAT: Final = Format(
    id="wire",
    name="Wire text",
    title="Wire text (IPTC 7901, ANPA 1312, ZCZC … NNNN)",
    sniff=sniff,
    reader=read_wire,
)
