"""The tree of an HTML page, bounded before any other code walks it."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from schemas.article.values import FORBIDDEN
from schemas.errors import InputError

LARGEST: Final = 8 * 2**20
"""The highest number of bytes of a page."""

_MOST_ELEMENTS: Final = 50_000
_MOST_ATTRIBUTES: Final = 10_000
_SMALL: Final = 40_000
# Elements without text of the page, which only cost time.
_WITHOUT_TEXT: Final = ("script", "style", "svg", "template", "canvas", "math-renderer")

# In UTF-8: the bytes of control characters that no format can hold, and the beginning of U+FFFE and U+FFFF.
_CONTROLS: Final = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_CONTROLS_LEFT: Final = bytes(byte for byte in range(256) if byte not in _CONTROLS)
_NO_CHARACTERS: Final = b"\xef\xbf"
_COUNT: Final = etree.XPath("count(descendant::*)")

_OF_HEAD: Final = frozenset("base bgsound link meta noscript object title".split())

TOO_DEEP: Final = "its elements nest deeper than 256 levels, which no news page does; give the page as it was published"
TOO_MANY_ATTRIBUTES: Final = "an element has more than 10,000 attributes, which no news page does"
TOO_MANY: Final = f"it has more than {_MOST_ELEMENTS:,} elements; split it, or give its articles as JSON"


def parse_page(name: str, page: str) -> Any:
    """Return the root element of a page, of lxml.html, without comments, scripts and styles.

    Args:
        name: the name of the document, for errors.
        page: the text of the page.

    Raises:
        InputError: its elements nest too deep, or are too many.
    """
    import lxml.html  # noqa: PLC0415 - an idle service reads no pages

    raw = _encoded(page)
    # The parser compares each attribute of an element with all others of it.
    if len(raw) > _SMALL and raw.count(b"=") > _MOST_ATTRIBUTES and any(map(_has_many_attributes, page.split(">"))):
        raise InputError(name, "", TOO_MANY_ATTRIBUTES)
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    # One class for all elements: to look for the class of each costs a tenth of the reading.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    try:
        root = lxml.html.document_fromstring(raw or b"<p></p>", parser=parser)
    except etree.ParserError:
        root = lxml.html.document_fromstring("<p></p>")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise InputError(name, "", TOO_DEEP)
    etree.strip_elements(root, *_WITHOUT_TEXT, with_tail=False)
    if _COUNT(root) > _MOST_ELEMENTS:
        raise InputError(name, "", TOO_MANY)
    _complete_body(root)
    return root


def _encoded(page: str) -> bytes:
    """Return a page in UTF-8, without the characters that no format can hold."""
    try:
        raw = page.encode()
    except UnicodeEncodeError:
        return FORBIDDEN.sub("", page).encode()
    if raw.translate(None, _CONTROLS_LEFT) or _NO_CHARACTERS in raw:
        return FORBIDDEN.sub("", page).encode()
    return raw


def _has_many_attributes(part: str) -> bool:
    """Return whether a text before a ">" ends in a tag of very many attributes."""
    return len(part) > _SMALL and part.rpartition("<")[2].count("=") > _MOST_ATTRIBUTES


def _complete_body(root: Any) -> None:
    """Move what the parser left in the head into the body: it ends the head only at elements of HTML 4."""
    head, body = root.find("head"), root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
        for element in list(root):
            if element is not head and element is not body:
                body.append(element)
    if head is None:
        return
    first = next((number for number, one in enumerate(head) if one.tag not in _OF_HEAD), None)
    if first is not None:
        for element in reversed(list(head)[first:]):
            body.insert(0, element)
