"""The names of elements, and the text of elements that hold no others."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from lxml import etree


def element_text(element: etree._Element, *, verbatim: bool) -> str:
    """Return the text of an element that holds no others, without white space around it.

    Unless it is verbatim, a run of white space with a line feed in it, as indentation makes it, becomes one blank.
    """
    text = element.text or ""
    if not verbatim and "\n" in text:
        text = " ".join(filter(None, (line.strip(" \t\r") for line in text.split("\n"))))
    return text.strip()


def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


local_name: Final[Callable[[Any], str]] = lru_cache(maxsize=512)(_without_namespace)
"""local_name(tag): the name of an element without its namespace, in lower case.

The namespaces that agencies declare are often wrong or missing.
"""
