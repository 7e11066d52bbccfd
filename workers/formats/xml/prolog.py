"""The beginning of an XML or HTML document, up to the name of its root element."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# The text before the root element (XML 1.0, production 22): white space, the declaration, comments, a DOCTYPE.
_PROLOG = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[<>]|\"[^\"]*+\"|'[^']*+')*+(?:\[[^\]]*+\]\s*+)?+>)*+",
    re.DOTALL | re.IGNORECASE,
)
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


class Prolog(NamedTuple):
    """The beginning of a document.

    Args:
        declared: whether it has an XML declaration.
        html: whether it has the DOCTYPE of HTML.
        root: the local name of the root element; None if there is none.
    """

    declared: bool
    html: bool
    root: str | None


@lru_cache(maxsize=4)
def read_prolog(text: str) -> Prolog | None:
    """Return the prolog of a text; None for a text that does not begin with markup."""
    if not text.lstrip().startswith("<"):
        return None
    prolog = _PROLOG.match(text)
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    return Prolog(
        declared=text.lstrip().startswith("<?xml"),
        html=bool(_HTML_DOCTYPE.search(prolog[0] if prolog else "")),
        root=root[1] if root else None,
    )
