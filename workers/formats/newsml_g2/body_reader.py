"""Read the paragraphs of a newsItem from the XHTML, NITF, HTML or plain text in its contentSet.

Media types are often wrong or missing, so an `html` element is read as XHTML with any contenttype.
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
    """Return the paragraphs of the first rendition that has text: XHTML before NITF before inline data.

    Args:
        content_sets: the contentSet elements of one item.
        verbatim: whether line breaks within paragraphs are part of the text.

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
    """Read XHTML: a whole document, or only blocks. Some agencies send paragraphs without html and body."""
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
    """Read plain text with blank lines between paragraphs, or markup that is escaped or encoded."""
    if len(rendition) or local_name(rendition.tag) not in ("inlinedata", "inlinexml"):
        return ()
    media_type = (rendition.get("contenttype") or "text/plain").lower()
    text = _decode(rendition)
    if "html" in media_type or "xml" in media_type:
        return _escaped(text)
    return split_paragraphs(text) if media_type.startswith("text/") else ()


def _root(rendition: etree._Element) -> etree._Element:
    """Return the element in an inlineXML, or the rendition itself if there is none."""
    return rendition[0] if len(rendition) and local_name(rendition.tag) == "inlinexml" else rendition


def _decode(data: etree._Element) -> str:
    """Return inline data as text. base64 is the only encoding for which the IPTC has a code."""
    text = data.text or ""
    if not data.get("encoding") and not data.get("encodinguri"):
        return text
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        raise ArticleError(
            (Fault("", "inlineData is encoded, but not as base64 of UTF-8; send it so, or as plain text"),)
        ) from None
    # The decoded text may have characters that XML forbids.
    if detail := check_characters(decoded):
        raise ArticleError((Fault("", f"inlineData {detail}"),))
    return decoded


def _escaped(text: str) -> tuple[str, ...]:
    """Read markup in text as HTML."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode(), parser)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise ArticleError((Fault("", "the HTML in inlineData nests more than 256 levels deep; send flatter markup"),))
    return element_paragraphs(root, verbatim=False) if root is not None else ()
