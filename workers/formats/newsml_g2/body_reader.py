"""The text of a newsItem: XHTML, NITF, HTML and plain text, as contentSet holds them, to paragraphs.

Elements are known by their local names, since the namespaces that agencies declare are often wrong or missing,
and so are the media types: an `html` is read as one whatever it says it is.

Every character of the text is kept, in order; elements only say where it parts. A block (a paragraph, a heading, an
item of a list) is a paragraph of its own, a `br` a line break, a cell of a table stands a tab after the one
before it. An inline element adds nothing.

White space: markup that somebody indented has line breaks in the middle of its sentences, which are not of the text.
So a run of white space with a line feed in it becomes one blank, except in `pre`. In a text that is known to
be verbatim (newsmill's own) nothing changes.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from schemas.article import split_paragraphs
from schemas.article.values import check_characters
from schemas.errors import ArticleError, Fault

# What the elements of XHTML and NITF 3.6 do to the text: those that are in no list do nothing to it.
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote block body body.content bq caption center credit dd details div dl dt fieldset
    figcaption figure fn footer form h1 h2 h3 h4 h5 h6 header hedline hl1 hl2 hr html li main media media-caption
    media-producer nav nitf nitf-table note ol p pre section summary table tbody tfoot thead tr ul
    """.split()
)
_TEXTLESS: Final = frozenset(
    """
    body.end body.head head media-metadata media-object media-reference script style template
    """.split()
)
_CELLS: Final = frozenset(("td", "th"))

# While a text is put together, what parts it is written as characters that no XML can have.
_LINE, _CELL, _BLOCK, _LINE_OF_PRE = "\x00", "\x01", "\x02", "\x03"
# What stands before is looked at from where it begins, and once: it may be a million blanks with nothing behind them.
_AROUND_LINE = re.compile(f"(?:(?<![ \t])[ \t]++)?{_LINE}[ \t]*+")
_AROUND_CELL = re.compile(f"(?:(?<![ \t{_LINE}])[ \t{_LINE}]++)?{_CELL}[ \t{_LINE}]*+")


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


def read_block(element: etree._Element, *, verbatim: bool) -> str:
    """The text of one element and of all that is in it, without white space around it."""
    text = element.text or ""
    if len(element) or (not verbatim and "\n" in text):
        into: list[str] = []
        _collect(element, into)
        text = _join(into, verbatim=verbatim).replace(_BLOCK, "\n\n")
    return text.strip()


def _xhtml(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    """XHTML, whole or in parts: some send paragraphs without the html and body around them."""
    root = _root(rendition)
    name = _local(root.tag)
    if name == "html":
        root = next((child for child in root if _local(child.tag) == "body"), root)
    elif name not in _BLOCKS or name == "nitf":
        return ()
    else:
        root = rendition
    return _paragraphs(root, verbatim=verbatim)


def _nitf(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    root = _root(rendition)
    return _paragraphs(root, verbatim=verbatim) if _local(root.tag) == "nitf" else ()


def _data(rendition: etree._Element, *, verbatim: bool) -> tuple[str, ...]:  # noqa: ARG001
    """Text that is no markup here: plain, parted by blank lines, or markup that was escaped or encoded."""
    if len(rendition) or _local(rendition.tag) not in ("inlinedata", "inlinexml"):
        return ()
    media_type = (rendition.get("contenttype") or "text/plain").lower()
    text = _decode(rendition)
    if "html" in media_type or "xml" in media_type:
        return _escaped(text)
    return split_paragraphs(text) if media_type.startswith("text/") else ()


def _root(rendition: etree._Element) -> etree._Element:
    """The one element of an inlineXML; anything else is its own root, and its name no vocabulary's."""
    return rendition[0] if len(rendition) and _local(rendition.tag) == "inlinexml" else rendition


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
    return _paragraphs(root, verbatim=False) if root is not None else ()


def _paragraphs(element: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    into: list[str] = []
    _collect(element, into)
    return tuple(
        paragraph
        for block in _join(into, verbatim=verbatim).split(_BLOCK)
        if (text := block.strip())
        for paragraph in (split_paragraphs(text) if "\n" in text else (text,))
    )


def _collect(element: etree._Element, into: list[str], *, in_pre: bool = False) -> None:
    """The text in an element, in order, with marks where it parts; what follows a child is of the element too."""
    if text := element.text:
        into.append(text.replace("\n", _LINE_OF_PRE) if in_pre else text)
    for child in element:
        name = _local(child.tag)
        if name in _BLOCKS:
            into.append(_BLOCK)
            if len(child) or in_pre or name == "pre":
                _collect(child, into, in_pre=in_pre or name == "pre")
            else:
                into.append(child.text or "")  # as nearly every paragraph is
            into.append(_BLOCK)
        elif name == "br":
            into.append(_LINE)
        elif name not in _TEXTLESS:
            if name in _CELLS:
                into.append(_CELL)
            _collect(child, into, in_pre=in_pre)
        if text := child.tail:
            into.append(text.replace("\n", _LINE_OF_PRE) if in_pre else text)


def _join(parts: list[str], *, verbatim: bool) -> str:
    """Collected text with line feeds and tabs in place of their marks; those of blocks stay."""
    text = "".join(parts)
    if not verbatim:
        text = " ".join(filter(None, (line.strip(" \t\r") for line in text.split("\n"))))
        if _CELL in text:
            text = _AROUND_CELL.sub("\t", text)
        if _LINE in text:
            text = _AROUND_LINE.sub("\n", text)
        text = text.replace(_LINE_OF_PRE, "\n")
    return text


def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


_local: Final[Callable[[Any], str]] = lru_cache(maxsize=512)(_without_namespace)
"""An element's name, by its tag."""
