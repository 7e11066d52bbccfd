"""ninjs 1.0 to 3.1, the IPTC's news in JSON: read, written, checked."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.json.lines import divide_lines
from workers.formats.ninjs.checks import SCHEMAS, NinjsChecker, check_ninjs_file
from workers.formats.ninjs.options import NinjsOptions
from workers.formats.ninjs.places import PLACES
from workers.formats.ninjs.reader import read_ninjs
from workers.formats.ninjs.rules import RULES
from workers.formats.ninjs.shape import is_ninjs
from workers.formats.ninjs.writer import DOCUMENT, DOCUMENT_TYPE, LINES, LINES_TYPE, NinjsWriter


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise ninjs by its standard, or by names that only ninjs has."""
    return Evidence.CERTAIN if is_ninjs(head.text) else Evidence.NONE


FORMAT: Final = Format(
    id="ninjs",
    name="ninjs",
    title="ninjs 1.0 to 3.1 (IPTC)",
    media_types=(DOCUMENT_TYPE, LINES_TYPE),
    extensions=("json", "ndjson"),
    files=(DOCUMENT, LINES),
    sniff=sniff,
    divide=divide_lines,
    reader=read_ninjs,
    writer=NinjsWriter,
    checker=NinjsChecker,
    file_checker=check_ninjs_file,
    schemas=SCHEMAS,
    rules=RULES,
    options=NinjsOptions,
    places=PLACES,
)
