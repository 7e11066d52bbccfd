"""Warnings about the articles of an export, as counts by name: the counts of chunks add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, get_args, get_type_hints

from schemas.article import Article
from schemas.article.declare import values_of
from schemas.job import JobWarning
from workers.formats import FORMATS

# The fields that good practice demands (NewsML-G2 best practice for text; Google, Article structured data), and why.
_WANTED: Final = {
    "headline": "No headline is stated; newsrooms and search engines look for one.",
    "language": "No language is stated; software that indexes or reads the text aloud has to guess it.",
}
_SIGNAL_WANTED: Final = "A later version states neither an update nor a correction."
_ABSENT: Final = "absent"
# Warnings about fields that a format without a place for them still has in part.
_UNHELD: Final = {
    "blocks": "{format} has the text of each block as a paragraph. It has no place for headings, lists, tables and the "
    "like.",
}
# The field that newsmill adds about the document. The source does not state it, so its parts need no warning.
_OWN: Final = "source"


class Notes:
    """The names of warnings: "absent:FIELD" for a field that is not stated, "FORMAT:FIELD" for one without a place."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        unheld: dict[str, list[str]] = {}
        parts: dict[str, dict[str, list[str]]] = {}
        for format_id in formats:
            places = FORMATS.get(format_id).places
            for name in places.unheld:
                unheld.setdefault(name, []).append(f"{format_id}:{name}")
            for leaf, held in places.of.items():
                name, _, part = leaf.partition(".")
                if part and not held and name not in places.unheld and name != _OWN:
                    parts.setdefault(name, {}).setdefault(part, []).append(f"{format_id}:{leaf}")
        shapes = get_type_hints(Article)
        self._unheld = _Unheld(Article, unheld)
        self._unheld_parts = [
            (name, _Unheld(next(filter(is_dataclass, get_args(shapes[name]))), of_name))
            for name, of_name in parts.items()
        ]

    def of(self, article: Article) -> tuple[str, ...]:
        """Return the names of the warnings about an article."""
        found = [f"{_ABSENT}:{name}" for name in _WANTED if getattr(article, name) is None]
        if article.version > 1 and article.signal is None:
            found.append(f"{_ABSENT}:signal")
        found += self._unheld.of(article)
        for name, unheld in self._unheld_parts:
            if value := getattr(article, name):
                held = value if isinstance(value, tuple) else (value,)
                found += dict.fromkeys(counted for one in held for counted in unheld.of(one))
        return tuple(found)


class _Unheld:
    """Fields of a dataclass without a place in some format, with the names of their warnings."""

    def __init__(self, shape: Any, names: Mapping[str, list[str]]) -> None:
        defaults = {one.name: None if one.default is MISSING else one.default for one in fields(shape)}
        self._values = values_of(tuple(names))
        self._unstated = tuple(defaults[name] for name in names)
        self._counted = tuple(names.values())

    def of(self, value: Any) -> list[str]:
        """Return the names of the warnings about those fields that are stated."""
        values = self._values(value)
        if values == self._unstated:
            return []  # the usual case
        stated = zip(values, self._unstated, self._counted, strict=True)
        return [name for one, unstated, counted in stated if one != unstated for name in counted]


def warnings_of(counts: Mapping[str, int]) -> tuple[JobWarning, ...]:
    """Return the warnings of counts by name."""
    made = []
    for counted, articles in sorted(counts.items()):
        kind, name = counted.split(":")
        if kind == _ABSENT:
            detail = f"{_WANTED.get(name, _SIGNAL_WANTED)} Give it in the source, or in `metadata.{name}`."
            made.append(JobWarning(type=f"no-{name}", detail=detail, articles=articles, field=name))
        else:
            detail = _UNHELD.get(name, "{format} has no place for `{name}`; it is not in the file.")
            detail = detail.format(format=kind, name=name)
            made.append(JobWarning(type=f"not-held-{name}", detail=detail, articles=articles, format=kind, field=name))
    return tuple(made)
