"""Known names for messages: the one that is most like an unknown name, and short lists of them."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Final

# The comparison takes time that grows with the length of both names, for each known name.
_LONGEST: Final = 64
_MOST_KNOWN: Final = 500

MOST_SUGGESTIONS: Final = 10
"""The suggestions in one answer: to find one takes time."""

MOST_LISTED: Final = 10
"""The names that a message lists."""


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """Return the known name that is most like an unknown one; None if none is, or there is too much to compare."""
    if len(name) > _LONGEST or len(known) > _MOST_KNOWN:
        return None
    return _nearest(name, known)


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    matches = get_close_matches(name.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return matches[0] if matches else None


class Suggestions:
    """The suggestions of one answer, of which there are at most `MOST_SUGGESTIONS`."""

    def __init__(self) -> None:
        self._left = MOST_SUGGESTIONS

    def nearest(self, name: str, known: tuple[str, ...]) -> str | None:
        """Return the nearest known name, as `nearest` does; None if the answer has enough suggestions."""
        self._left -= 1
        return nearest(name, known) if self._left >= 0 else None


def listed(names: Collection[str]) -> str:
    """Return the first names for a message: "a, b and 12 more"."""
    more = len(names) - MOST_LISTED
    shown = ", ".join(islice(names, MOST_LISTED))
    return f"{shown} and {more:,} more" if more > 0 else shown
