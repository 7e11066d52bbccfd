"""XML that no format reads, by the name of its root element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workers.formats.foreign.kinds import ARTICLE, DOCX, PAGE, TABLE, Kind

_G2: Final = "ask the provider for NewsML-G2, or give the texts as JSON or CSV"
_LINKS: Final = "give the pages that it links to, saved as HTML"

XML_ROOTS: Final[Mapping[str, Kind]] = {
    "RDF": Kind("RDF that is no feed", "give the articles as JSON-LD"),
    "opml": Kind("a list of feeds (OPML)", _LINKS),
    "urlset": Kind("a sitemap", _LINKS),
    "sitemapindex": Kind("an index of sitemaps", _LINKS),
    "mediawiki": Kind("a dump of a wiki", "give the pages as HTML or plain text"),
    "svg": Kind("a drawing (SVG)", ARTICLE),
    "plist": Kind("a property list", "give the articles as JSON or CSV"),
    "TEI": Kind("a TEI document", PAGE),
    "wordDocument": Kind("a document of Word in XML", DOCX),
    "Workbook": Kind("a spreadsheet in XML", TABLE),
}
"""The kinds of XML, by the local name of the root element."""
