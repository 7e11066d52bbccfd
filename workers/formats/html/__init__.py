"""HTML pages: the article of any news page is read, and each article is written as a clean page."""

from __future__ import annotations

import re
from typing import Final

from schemas.formats import Evidence, Format, Head, extension_of
from workers.formats.html.checks import check_html_file
from workers.formats.html.piece_checks import HtmlChecker
from workers.formats.html.places import PLACES
from workers.formats.html.reader import read_html_page
from workers.formats.html.rules import RULES
from workers.formats.html.writer import NAME, PAGE, PAGE_TYPE, ZIP_TYPE, PageWriter
from workers.formats.xml.prolog import read_prolog

_EXTENSIONS: Final = ("html", "htm", "xhtml", "shtml")
_ROOTS: Final = frozenset(
    "html head body script style meta title link p div article section main header h1 br span noscript center".split()
)
# The page may come after a warning of the software that makes it.
_LATE_BEGINNING: Final = re.compile(r"<!doctype\s+html\b|<html[\s>]", re.IGNORECASE)
_LATEST: Final = 4096
# Documents of these roots may hold a page as the text of an article.
_OTHER_ROOTS: Final = frozenset("feed newsitem newsmessage newsml nitf packageitem rdf rss".split())


def sniff(head: Head, name: str | None) -> Evidence:
    """Return the evidence: the DOCTYPE of HTML, or an element of HTML at the beginning."""
    prolog = read_prolog(head.text)
    is_named = extension_of(name) in _EXTENSIONS
    if prolog is not None:
        root = (prolog.root or "").lower()
        if prolog.html or root in _ROOTS:
            return Evidence.CERTAIN
        if root not in _OTHER_ROOTS and _LATE_BEGINNING.search(head.text, 0, _LATEST) and not prolog.declared:
            return Evidence.CERTAIN
    if is_named:
        return Evidence.LIKELY if _LATE_BEGINNING.search(head.text, 0, _LATEST) else Evidence.NAME
    return Evidence.NONE


FORMAT: Final = Format(
    id="html",
    name="HTML",
    title="HTML page",
    media_types=(PAGE_TYPE, ZIP_TYPE),
    extensions=_EXTENSIONS,
    files=(NAME, PAGE),
    sniff=sniff,
    xml_roots=("html",),
    reader=read_html_page,
    writer=PageWriter,
    checker=HtmlChecker,
    file_checker=check_html_file,
    rules=RULES,
    places=PLACES,
)
