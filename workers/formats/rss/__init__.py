"""RSS: 2.0, and 0.9x and 1.0 (RDF), read and written, checked."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.rss.checks import CHECKER, SCHEMAS, check_rss_file
from workers.formats.rss.places import PLACES
from workers.formats.rss.rules import RULES
from workers.formats.rss.writer import MEDIA_TYPE, NAME, RssWriter
from workers.formats.xml.feeds.options import FeedOptions
from workers.formats.xml.feeds.reading.feed import read_feed
from workers.formats.xml.prolog import read_prolog

_RDF: Final = ("purl.org/rss/1.0", "netscape.com/rdf/simple", "purl.org/net/rss1.1")


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise the root element `rss`, or RDF with the namespace of RSS 1.0 or 0.90."""
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html or prolog.root is None:
        return Evidence.NONE
    if prolog.root == "RDF":
        return Evidence.CERTAIN if any(uri in head.text for uri in _RDF) else Evidence.NONE
    return Evidence.CERTAIN if prolog.root.lower() == "rss" else Evidence.NONE


FORMAT: Final = Format(
    id="rss",
    name="RSS",
    title="RSS 2.0, 1.0 and 0.9x",
    media_types=(MEDIA_TYPE,),
    extensions=("rss", "xml", "rdf"),
    files=(NAME,),
    sniff=sniff,
    xml_roots=("rss",),
    reader=read_feed,
    writer=RssWriter,
    checker=CHECKER,
    file_checker=check_rss_file,
    schemas=SCHEMAS,
    rules=RULES,
    options=FeedOptions,
    places=PLACES,
)
