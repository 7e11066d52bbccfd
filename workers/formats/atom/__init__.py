"""Atom 1.0 (RFC 4287), and 0.3: read and written, checked."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.atom.checks import CHECKER, SCHEMAS, check_atom_file
from workers.formats.atom.places import PLACES
from workers.formats.atom.rules import RULES
from workers.formats.atom.writer import MEDIA_TYPE, NAME, AtomWriter
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.reading.feed import read_feed
from workers.formats.xml.prolog import read_prolog

_ROOTS: Final = ("feed", "entry")


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise the root element `feed` or `entry`."""
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html or prolog.root not in _ROOTS:
        return Evidence.NONE
    return Evidence.CERTAIN


FORMAT: Final = Format(
    id="atom",
    name="Atom",
    title="Atom 1.0 (RFC 4287)",
    media_types=(MEDIA_TYPE,),
    extensions=("atom", "xml"),
    files=(NAME,),
    sniff=sniff,
    xml_roots=_ROOTS,
    reader=read_feed,
    writer=AtomWriter,
    checker=CHECKER,
    file_checker=check_atom_file,
    schemas=SCHEMAS,
    rules=RULES,
    options=FeedOptions,
    places=PLACES,
)
