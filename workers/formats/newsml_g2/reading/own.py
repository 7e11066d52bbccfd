"""The marks by which newsmill's own items state what NewsML-G2 has no property for (see `writing`).

- A code whose scheme is not known has an alias that is bound to a `data:` URI; words in the place of a code are one.
- `rank="1"` marks a value that repeats another one, `rank="2"` a headline or description beside the main one.
- Extension properties have the relations of schema.org.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

TEXT_URI: Final = "data:,"
"""The beginning of a URI that holds a text (RFC 2397)."""

ACCESS: Final = "https://schema.org/isAccessibleForFree"
PAID_PART: Final = "https://schema.org/cssSelector"
SECTION: Final = "https://schema.org/articleSection"
CORRECTION: Final = "https://schema.org/correction"
LIVE_UPDATE: Final = "https://schema.org/liveBlogUpdate"
ROLE: Final = "http://iptc.org/std/nar/2006-10-01/role"
MAIN: Final = "https://schema.org/representativeOfPage"
INFERRED: Final = "why:inferred"
INFERRED_PROPERTIES: Final = {"headline": ("headline",), "bylines": ("creator", "by"), "published": ("contentCreated",)}
"""The properties that have each field of the Article that can be inferred."""
OTHER_URI: Final = "skos:exactMatch"

REPEATED: Final = "1"
BESIDE: Final = "2"

_GROUP = re.compile(r"g[0-9a-f]{16}\.\d+\.(.*)", re.DOTALL)
_ESCAPE = re.compile(r"_([0-9a-f]+)_")
_LITERAL = re.compile(r"(?:person|organisation|place|abstract|event|object|concept)-\d+", re.ASCII)


def text_of(uri: str) -> str:
    """Return the text of a URI that holds one; any other URI as it is."""
    return unquote(uri[len(TEXT_URI) :]) if uri.startswith(TEXT_URI) else uri


def group_id(xml_id: str) -> str:
    """Return the id of a group, from the XML id that newsmill made of it."""
    found = _GROUP.fullmatch(xml_id)
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), found[1]) if found else xml_id


def is_made_literal(literal: str) -> bool:
    """Return whether a literal only links a subject to its assertion."""
    return bool(_LITERAL.fullmatch(literal))
