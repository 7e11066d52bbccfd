"""The name that a printed byline states."""

from __future__ import annotations

import re

_BY = re.compile(r"by\s+(?=\S)", re.IGNORECASE)
# Names beside each other, and words that say more than a name.
_SEVERAL = re.compile(r"[,;/&|]|\s(?:and|und|et|y|e|och|og|en|ja|with|in|for)\s", re.IGNORECASE)


def name_in(line: str) -> str | None:
    """Return the name of the only author that a byline names; None if it says more than a name."""
    name = _BY.sub("", line, count=1) if _BY.match(line) else line
    return None if _SEVERAL.search(name) else name
