"""The text of XHTML, NITF and HTML.

Elements are known by their local names: the namespaces that agencies declare are often wrong or missing.

Every character of the text is kept, in order; elements only separate it. A block (a paragraph, a heading, an item of a
list) is a paragraph of its own. A `br` is a line break. A tab stands between two cells of a table. An inline element
adds nothing.

White space: indented markup has line breaks in the middle of sentences, which are not part of the text. So a run of
white space with a line feed in it becomes one blank, except in `pre`. Verbatim text (newsmill's own) is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from schemas.article import split_paragraphs

# The elements of XHTML and NITF 3.6 that separate text. Elements in no list change nothing.
BLOCKS: Final = frozenset(
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

# Characters that XML forbids mark the separations while a text is collected.
_LINE, _CELL, _BLOCK, _LINE_OF_PRE = "\x00", "\x01", "\x02", "\x03"
# The lookbehind starts a match at the first blank of a run only, so that a run of a million blanks costs one pass.
_AROUND_LINE = re.compile(f"(?:(?<![ \t])[ \t]++)?{_LINE}[ \t]*+")
_AROUND_CELL = re.compile(f"(?:(?<![ \t{_LINE}])[ \t{_LINE}]++)?{_CELL}[ \t{_LINE}]*+")


def element_text(element: etree._Element, *, verbatim: bool) -> str:
    """Return the text of an element and of all that is in it, without white space around it."""
    text = element.text or ""
    if len(element) or (not verbatim and "\n" in text):
        into: list[str] = []
        _collect(element, into)
        text = _join(into, verbatim=verbatim).replace(_BLOCK, "\n\n")
    return text.strip()


def element_paragraphs(element: etree._Element, *, verbatim: bool) -> tuple[str, ...]:
    """Return the paragraphs of an element.

    Args:
        element: the root of the markup.
        verbatim: whether line breaks within paragraphs are part of the text.
    """
    into: list[str] = []
    _collect(element, into)
    return tuple(
        paragraph
        for block in _join(into, verbatim=verbatim).split(_BLOCK)
        if (text := block.strip())
        for paragraph in (split_paragraphs(text) if "\n" in text else (text,))
    )


def _collect(element: etree._Element, into: list[str], *, in_pre: bool = False) -> None:
    """Collect the text of an element in order, with a mark at each separation. It includes the tails of children."""
    if text := element.text:
        into.append(text.replace("\n", _LINE_OF_PRE) if in_pre else text)
    for child in element:
        name = local_name(child.tag)
        if name in BLOCKS:
            into.append(_BLOCK)
            if len(child) or in_pre or name == "pre":
                _collect(child, into, in_pre=in_pre or name == "pre")
            else:
                into.append(child.text or "")  # the fast path for most paragraphs
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
    """Return the collected text with line feeds and tabs in place of their marks; the marks of blocks stay."""
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


local_name: Final[Callable[[Any], str]] = lru_cache(maxsize=512)(_without_namespace)
"""local_name(tag): the name of an element without its namespace, in lower case."""
