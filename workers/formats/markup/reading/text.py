"""The names of elements, the text of elements that hold no others, and character references."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from lxml import etree

_LONG_NUMBER: Final = re.compile(r"&#([0-9]{9,})")


def element_text(element: etree._Element, *, verbatim: bool) -> str:
    """Return the text of an element that holds no others, without white space around it.

    Unless it is verbatim, a run of white space with a line feed in it, as indentation makes it, becomes one blank.
    """
    text = element.text or ""
    if not verbatim and "\n" in text:
        text = " ".join(filter(None, (line.strip(" \t\r") for line in text.split("\n"))))
    return text.strip()


def unescape(text: str) -> str:
    """Return a text with its character references resolved, as in HTML. A number beyond Unicode is U+FFFD."""
    # html.unescape raises an error for numbers of thousands of digits.
    return html.unescape(_LONG_NUMBER.sub(_shorter, text)) if "&" in text else text


def _shorter(found: re.Match[str]) -> str:
    return f"&#{found[1].lstrip('0')[:8] or '0'}"


def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


local_name: Final[Callable[[Any], str]] = lru_cache(maxsize=512)(_without_namespace)
"""local_name(tag): the name of an element without its namespace, in lower case.

The namespaces that agencies declare are often wrong or missing.
"""
