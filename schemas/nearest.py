"""The nearest name for one that is not known."""

from __future__ import annotations

from difflib import get_close_matches


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that an unknown one was most likely meant to be."""
    matches = get_close_matches(name.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return matches[0] if matches else None
