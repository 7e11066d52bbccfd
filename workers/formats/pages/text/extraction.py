"""The text of a page's article as trafilatura finds it. It fetches nothing: it works on the tree that it is given."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from copy import copy
from functools import cache
from itertools import chain
from typing import Any, Final

from lxml import etree

# A text of fewer characters is looked for in slower ways too.
_SHORT: Final = 250
_LEAST: Final = 40
_SHORT_OF_ALL: Final = 1000
_DENSE: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Elements that hold the text of an article by what they are.
_STATED: Final = (".//article", ".//main", ".//*[@role='main']")
_SPANS: Final = ("colspan", "rowspan")
# trafilatura fills each place that a cell spans. The tables of news span less.
_MOST_SPANNED: Final = 1000


def extract_texts(root: Any) -> list[str]:
    """Return the texts of the main content of a page, in its order; none if it has no text.

    Args:
        root: the root element of the page, which stays as it is.
    """
    root = _without_spans(root)
    texts = _extracted(root, fast=True)
    if weigh(texts) >= _SHORT:
        return texts
    # The text of all of a page is what trafilatura finds where it finds no article.
    stated = _longest(root)
    if weigh(stated) >= _LEAST:
        return stated
    return max((texts, _extracted(copy(root), fast=False)), key=weigh)


def _without_spans(root: Any) -> Any:
    """Return a page without the spans of its cells if they are many; its texts stay the same."""
    spans = (cell.get(name, "") for cell in root.iter("td", "th") for name in _SPANS)
    if sum(min(int(span[:5]), _MOST_SPANNED) for span in spans if span[:5].isdecimal()) <= _MOST_SPANNED:
        return root
    root = copy(root)
    etree.strip_attributes(root, *_SPANS)
    return root


def weigh(texts: Sequence[str]) -> int:
    """Return how long some texts are, in characters of writing with blanks between words."""
    beginning = " ".join(texts)[:_SHORT_OF_ALL]
    # Writing without blanks says more in a character.
    return sum(map(len, texts)) + 2 * len(_DENSE.findall(beginning))


def _extracted(root: Any, *, fast: bool) -> list[str]:
    extract, options = _trafilatura(fast=fast)
    try:
        body = extract(root, options, None)[0]
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        # Faults of trafilatura on odd trees. The other ways find the text then.
        return []
    return [text for text in body.itertext() if not text.isspace()]


@cache
def _trafilatura(*, fast: bool) -> tuple[Any, Any]:
    """Return trafilatura's extraction from a tree, and its options. To import it takes a fifth of a second."""
    from trafilatura.core import trafilatura_sequence  # noqa: PLC0415
    from trafilatura.settings import Extractor  # noqa: PLC0415

    for name in ("trafilatura", "htmldate", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return trafilatura_sequence, Extractor(fast=fast, comments=False)


def _longest(root: Any) -> list[str]:
    """Return the texts of the longest paragraphs' container that says what it is."""
    found = chain.from_iterable(map(root.iterfind, _STATED))
    return max((list(_prose(one)) for one in found), key=weigh, default=[])


def _prose(element: Any) -> Iterator[str]:
    for paragraph in element.iter("p", "h2", "h3", "blockquote", "li"):
        if not any(one.tag in ("nav", "aside", "footer", "form") for one in paragraph.iterancestors()):
            yield from (text for text in paragraph.itertext() if not text.isspace())
