"""Sets of names, written as a text: the tables of the checks are long."""

from __future__ import annotations


def names(words: str) -> frozenset[str]:
    """The names in a text, parted by blanks."""
    return frozenset(words.split())
