"""NewsML 1.0 to 1.2, the IPTC's news in XML before NewsML-G2: its reader."""

from __future__ import annotations

from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.newsml_1.reader import read_newsml_1
from workers.formats.xml.prolog import read_prolog

_ROOT: Final = "NewsML"


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise the root element, or its envelope inside of another document."""
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html or prolog.root is None:
        return Evidence.NONE
    if prolog.root == _ROOT:
        return Evidence.CERTAIN
    return Evidence.CERTAIN if "<NewsML" in head.text and "NewsItem" in head.text else Evidence.NONE


FORMAT: Final = Format(
    id="newsml-1",
    name="NewsML 1",
    title="NewsML 1.0 to 1.2 (IPTC)",
    extensions=("xml",),
    sniff=sniff,
    xml_roots=(_ROOT,),
    reader=read_newsml_1,
)
