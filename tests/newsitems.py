"""NewsML-G2 as a parser sees it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from schemas.article import Article
from schemas.conversion import Conversion
from tests.exports import CONVERSION, joined
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.writer import NewsmlG2Writer

NAMES = {
    "n": "http://iptc.org/std/nar/2006-10-01/",
    "h": "http://www.w3.org/1999/xhtml",
    "f": "http://iptc.org/std/NITF/2006-10-18/",
}
PARAGRAPHS = {"xhtml": "//h:html/h:body/h:p", "nitf": "//f:nitf/f:body/f:body.content/f:block/f:p"}


def written(*articles: Article, conversion: Conversion = CONVERSION, **options: Any) -> etree._Element:
    """The document of articles."""
    [document] = joined(NewsmlG2Writer(conversion, NewsmlG2Options(**options)), *articles).values()
    return etree.fromstring(document)


def found(root: etree._Element, path: str) -> list[str]:
    """The text of elements, the values of attributes."""
    return [
        str(node) if isinstance(node, str) else "".join(node.itertext()).strip()
        for node in root.xpath(path, namespaces=NAMES)
    ]


def texts(root: etree._Element, body: str = "xhtml") -> tuple[str, ...]:
    """The paragraphs of an item, as a parser gives them."""
    return tuple(paragraph.text or "" for paragraph in root.xpath(PARAGRAPHS[body], namespaces=NAMES))
