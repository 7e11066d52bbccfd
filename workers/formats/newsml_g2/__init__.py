"""NewsML-G2: its reader, writer and checks."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head
from workers.formats.newsml_g2.checks.documents import SCHEMAS, NewsmlG2Checker, check_newsml_file
from workers.formats.newsml_g2.checks.vocabularies import ITEMS
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.places import PLACES
from workers.formats.newsml_g2.reader import read_newsml_g2
from workers.formats.newsml_g2.rules import RULES
from workers.formats.newsml_g2.writer import ITEM_TYPE, MESSAGE_TYPE, NAME, NewsmlG2Writer
from workers.formats.xml.prolog import read_prolog

_ROOTS: Final = ("newsItem", "packageItem", "newsMessage")
# Items of other kinds have no article: they are checked, and the reader refuses them by name.
_RECOGNISED: Final = frozenset((*ITEMS, *_ROOTS, "newsItems"))
# An item in an envelope, such as Atom or SOAP.
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:newsMessage|newsItem|packageItem)\s[^<>]*>")
_NAMESPACE: Final = "://iptc.org/std/nar/2006-10-01"


def sniff(head: Head, _name: str | None) -> Evidence:
    """Recognise the root element, or an item inside of another document.

    XML that ends before its root element is likely NewsML-G2.
    """
    prolog = read_prolog(head.text)
    if prolog is None or prolog.html:
        return Evidence.NONE
    if prolog.root in _RECOGNISED or (_NAMESPACE in head.text and _ITEM.search(head.text)):
        return Evidence.CERTAIN
    return Evidence.LIKELY if prolog.declared and prolog.root is None else Evidence.NONE


FORMAT: Final = Format(
    id="newsml-g2",
    name="NewsML-G2",
    title="NewsML-G2 2.35 (IPTC)",
    media_types=(ITEM_TYPE, MESSAGE_TYPE),
    extensions=("xml",),
    files=(NAME,),
    sniff=sniff,
    xml_roots=_ROOTS,
    reader=read_newsml_g2,
    writer=NewsmlG2Writer,
    checker=NewsmlG2Checker,
    file_checker=check_newsml_file,
    schemas=SCHEMAS,
    rules=RULES,
    options=NewsmlG2Options,
    places=PLACES,
)
