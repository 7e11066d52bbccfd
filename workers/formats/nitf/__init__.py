"""NITF 3.0 to 3.6, the IPTC's News Industry Text Format: read, written (3.6), checked."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.nitf.checks import SCHEMAS, NitfChecker, check_nitf_file
from workers.formats.nitf.places import PLACES
from workers.formats.nitf.reader import read_nitf
from workers.formats.nitf.rules import RULES
from workers.formats.nitf.writer import DOCUMENT_TYPE, LIST_TYPE, NAME, NitfWriter
from workers.formats.xml.prolog import read_prolog

_ROOT: Final = "nitf"
# The readers of feeds read NITF in their items, with what the items state beside it.
_FEEDS: Final = ("rss", "feed", "entry", "RDF")
# A document in an envelope, such as a feed's.
_DOCUMENT = re.compile(r"<(?:[\w.-]+:)?nitf[\s>]", re.IGNORECASE)


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise the root element in any case, or a NITF document inside of another document."""
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html or prolog.root is None or prolog.root in _FEEDS:
        return Evidence.NONE
    if prolog.root.lower() == _ROOT:
        return Evidence.CERTAIN
    return Evidence.CERTAIN if _DOCUMENT.search(head.text) else Evidence.NONE


FORMAT: Final = Format(
    id="nitf",
    name="NITF",
    title="NITF 3.0 to 3.6 (IPTC)",
    media_types=(DOCUMENT_TYPE, LIST_TYPE),
    extensions=("xml", "nitf"),
    files=(NAME,),
    sniff=sniff,
    xml_roots=(_ROOT,),
    reader=read_nitf,
    writer=NitfWriter,
    checker=NitfChecker,
    file_checker=check_nitf_file,
    schemas=SCHEMAS,
    rules=RULES,
    places=PLACES,
)
