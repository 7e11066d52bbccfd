"""The text of a newsItem: XHTML, NITF, HTML and plain text, as contentSet holds them, to paragraphs.

Media types are often wrong or missing: an `html` is read as one whatever its declared type is.
`workers.formats.markup.text` makes the text of the elements.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable

from lxml import etree

from schemas.article import split_paragraphs
from schemas.article.values import check_characters
from schemas.errors import ArticleError, Fault
from workers.formats.markup.text import BLOCKS, element_paragraphs, local_name


def read_body(content_sets: Iterable[etree._Element], *, verbatim: bool) -> tuple[str, ...]:
    """The paragraphs of the first text that has any: XHTML before NITF before inline data.

    Args:
        content_sets: the contentSet elements of one item.
        verbatim: whether line breaks within paragraphs are of the text.

    Raises:
        ArticleError: the text is markup that cannot be read to its end.
    """
    renditions = [rendition for content_set in content_sets for rendition in content_set]
    for read in (_xhtml, _nitf, _data):
        for rendition in renditions:
            if paragraphs := read(rendition, verbatim=verbatim):
                return paragraphs
    return ()


def _xhtml(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    """XHTML, whole or in parts: some send paragraphs without the html and body around them."""
    root = _root(rendition)
    name = local_name(root.tag)
    if name == "html":
        root = next((child for child in root if local_name(child.tag) == "body"), root)
    elif name not in BLOCKS or name == "nitf":
        return ()
    else:
        root = rendition
    return element_paragraphs(root, verbatim=verbatim)


def _nitf(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    root = _root(rendition)
    return element_paragraphs(root, verbatim=verbatim) if local_name(root.tag) == "nitf" else ()


def _data(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:  # noqa: ARG001
    """Text that is no markup here: plain, parted by blank lines, or markup that was escaped or encoded."""
    if len(rendition) or local_name(rendition.tag) not in ("inlinedata", "inlinexml"):
        return ()
    media_type = (rendition.get("contenttype") or "text/plain").lower()
    text = _decode(rendition)
    if "html" in media_type or "xml" in media_type:
        return _escaped(text)
    return split_paragraphs(text) if media_type.startswith("text/") else ()


def _root(rendition: etree._Element) -> etree._Element:
    """The one element of an inlineXML; anything else is its own root, and its name no vocabulary's."""
    return rendition[0] if len(rendition) and local_name(rendition.tag) == "inlinexml" else rendition


def _decode(data: etree._Element) -> str:
    """Inline data as text: `encoding` is a QCode, and base64 the only one for which there is a code."""
    text = data.text or ""
    if not data.get("encoding") and not data.get("encodinguri"):
        return text
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        raise ArticleError((Fault("", "its inlineData is encoded, and not as base64 of UTF-8"),)) from None
    # What XML forbids can hide in there.
    if detail := check_characters(decoded):
        raise ArticleError((Fault("", f"its inlineData {detail}"),))
    return decoded


def _escaped(text: str) -> tuple[str, ...]:
    """Markup within text: HTML, or what HTML's parser makes of other markup."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode(), parser)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ArticleError((Fault("", "the HTML in its inlineData is nested more than 256 deep"),))
    return element_paragraphs(root, verbatim=False) if root is not None else ()
