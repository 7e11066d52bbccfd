"""Suggestions for misspelt names."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache


@lru_cache(maxsize=4096)
def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """Return the known name that is most like an unknown one; None if none is."""
    matches = get_close_matches(name.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return matches[0] if matches else None
