"""The name that a printed byline states."""

from __future__ import annotations

import re

_BY = re.compile(r"by\s+(?=\S)", re.IGNORECASE)
# The word before a name, in the languages in which names of columns are known.
_BEFORE = re.compile(r"(?:by|von|par|por|di|door)\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(r"(?<!\s)\s+(?:(?i:and|und|et)|y|e|en|&)\s+|(?:(?<!\s)\s+)?;\s*")
_NAME = re.compile(r"(?:[^\W\d_][\w.'\u2019-]*\s+){1,4}[^\W\d_][\w.'\u2019-]*")
# Names beside each other, and words that say more than a name.
_SEVERAL = re.compile(r"[,;/&|]|\s(?:and|und|et|y|e|och|og|en|ja|with|in|for)\s", re.IGNORECASE)


def name_in(line: str) -> str | None:
    """Return the name of the only author that a byline names; None if it says more than a name."""
    name = _BY.sub("", line, count=1) if _BY.match(line) else line
    return None if _SEVERAL.search(name) else name


def names_in(line: str) -> tuple[str, ...]:
    """Return the names in a byline of one or more names, such as "By Jane Doe and John Roe"; none if it says more."""
    names = tuple(_BETWEEN.split(_BEFORE.sub("", line.strip(), count=1)))
    return names if all(_NAME.fullmatch(name) for name in names) else ()
