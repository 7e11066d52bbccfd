"""Warnings about the articles of an export, as counts by name: the counts of chunks add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.article import Article
from schemas.job import JobWarning
from workers.formats import FORMATS

# The fields that good practice asks for (NewsML-G2 best practice for text; Google, Article structured data), and why.
_WANTED: Final = {
    "headline": "No headline is stated; newsrooms and search engines look for one.",
    "language": "No language is stated; software that indexes or reads the text aloud has to guess it.",
}
_SIGNAL_WANTED: Final = "A later version says neither that it is an update nor that it is a correction."
_ABSENT: Final = "absent"


class Notes:
    """The names of warnings: "absent:FIELD" for a field that is not stated, "FORMAT:FIELD" for one without a place."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._unheld = [
            (name, f"{format_id}:{name}") for format_id in formats for name in FORMATS.get(format_id).places.unheld
        ]

    def of(self, article: Article) -> tuple[str, ...]:
        """Return the names of the warnings about an article."""
        absent = [f"{_ABSENT}:{name}" for name in _WANTED if getattr(article, name) is None]
        if article.version > 1 and article.signal is None:
            absent.append(f"{_ABSENT}:signal")
        return (*absent, *(counted for name, counted in self._unheld if getattr(article, name) is not None))


def warnings_of(counts: Mapping[str, int]) -> tuple[JobWarning, ...]:
    """Return the warnings of counts by name."""
    made = []
    for counted, articles in sorted(counts.items()):
        kind, name = counted.split(":")
        if kind == _ABSENT:
            detail = f"{_WANTED.get(name, _SIGNAL_WANTED)} Give it in the source, or in `metadata.{name}`."
            made.append(JobWarning(type=f"no-{name}", detail=detail, articles=articles, field=name))
        else:
            detail = f"{kind} has no place for `{name}`; it is not in the file."
            made.append(JobWarning(type=f"not-held-{name}", detail=detail, articles=articles, format=kind, field=name))
    return tuple(made)
