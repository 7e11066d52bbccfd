"""ninjs 1.0 to 3.1, the IPTC's news in JSON: its reader."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.json.lines import divide_lines
from workers.formats.ninjs.reader import read_ninjs
from workers.formats.ninjs.shape import is_ninjs


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise ninjs by its standard, or by names that only ninjs has."""
    return Evidence.CERTAIN if is_ninjs(head.text) else Evidence.NONE


FORMAT: Final = Format(
    id="ninjs",
    name="ninjs",
    title="ninjs 1.0 to 3.1 (IPTC)",
    extensions=("json", "ndjson"),
    sniff=sniff,
    divide=divide_lines,
    reader=read_ninjs,
)
