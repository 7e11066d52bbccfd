"""Detection of JSON by the first characters of a text."""

from __future__ import annotations

import re

_START = re.compile(r'\s*(?:\{\s*(?:"|\}|\Z)|\[\s*(?:[\[{"\]]|\Z))')


def starts_as_json(text: str) -> bool:
    """Return whether a text begins with an object, or with a list of objects, lists or strings."""
    return _START.match(text) is not None
