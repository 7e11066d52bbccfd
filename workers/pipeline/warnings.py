"""Warnings about the articles of an export, as counts by name: the counts of chunks add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import MappingProxyType
from typing import Any, Final, Self, get_args, get_type_hints

import orjson

from schemas.article import Article
from schemas.article.body import are_lines
from schemas.article.declare import values_of
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.jobs.job import JobWarning
from schemas.ledger import Entry, general_path
from workers.formats import FORMATS

# The fields that good practice demands (NewsML-G2 best practice for text; Google, Article structured data), and why.
_WANTED: Final = {
    "headline": "No headline is stated; newsrooms and search engines look for one.",
    "language": "No language is stated; software that indexes or reads the text aloud has to guess it.",
    "provider": "No provider is stated; where a format demands one, it is the operator of newsmill.",
}
_SIGNAL_WANTED: Final = "A later version states neither an update nor a correction."
_ABSENT: Final = "absent"
# Warnings about fields that a format without a place for them still has in part.
_UNHELD: Final = {
    "blocks": "{format} has the plain text of each block. Links, emphasis, lists, cells of tables and the like become "
    "plain text.",
}
_UNSTATED: Final = "unstated"
_SOURCE: Final = "source"
# The type of an object of JSON-LD only says what the object is.
_TYPE: Final = "@type: "
_MOST_LEAVES: Final = 20
_LONGEST_EXAMPLE: Final = 300
_DUPLICATE: Final = "duplicate"
_LEFT_OUT: Final = "left-out"
_FURTHER: Final = "further"
# The names that documents make, and of which there may be any number.
_OF_SOURCES: Final = (f"{_SOURCE}:", f"{_LEFT_OUT}:")
_MOST_NAMES: Final = 200
_MOST_EXAMPLES: Final = 3
# The field that newsmill adds about the document. The source does not state it, so it needs no warning.
_OWN: Final = "source"


class Notes:
    """The names of warnings.

    "absent:FIELD" is for a field that is not stated, "FORMAT:FIELD" for one without a place, and
    "unstated:FORMAT:DETAIL" for a placeholder in the file itself.
    """

    def __init__(
        self,
        formats: tuple[str, ...],
        options: Mapping[str, Any] | None = None,
        conversion: Conversion | None = None,
    ) -> None:
        self._lost = [(format_id, FORMATS.get(format_id).places.lost) for format_id in formats]
        self._lost += [
            (format_id, partial(_call_with, lost_with, of_format))
            for format_id, of_format in (options or {}).items()
            if (lost_with := FORMATS.get(format_id).places.lost_with)
        ]
        self._unheld, self._unheld_parts = _without_places(formats)
        self._unstated = [
            f"{_UNSTATED}:{format_id}:{detail}"
            for format_id, of_format in (options or {}).items()
            if conversion and (detail := FORMATS.get(format_id).places.unstated(conversion, of_format))
        ]

    def of(self, article: Article, stated: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names of the warnings about an article. `stated` has its fields; see `stated_fields`."""
        found = [*self._unstated, *(f"{_ABSENT}:{name}" for name in _WANTED if name not in stated)]
        if "version" in stated and "signal" not in stated:
            found.append(f"{_ABSENT}:signal")
        for name, value in stated.items():
            if name in self._unheld and not (name == "blocks" and are_lines(value)):
                found += self._unheld[name]
            if name in self._unheld_parts:
                unheld = self._unheld_parts[name]
                held = value if isinstance(value, tuple) else (value,)
                found += dict.fromkeys(counted for one in held for counted in unheld.of(one))
        for format_id, lost in self._lost:
            found += {f"{format_id}:{name}": None for name in lost(article)}
        return tuple(found)


@cache
def _without_places(formats: tuple[str, ...]) -> tuple[Mapping[str, list[str]], Mapping[str, _Unheld]]:
    """Return the names of the warnings about fields, and parts of fields, that have no place in some of the formats.

    They are the same for every conversion, and take longer than the conversion of an article.
    """
    unheld: dict[str, list[str]] = {}
    parts: dict[str, dict[str, list[str]]] = {}
    for format_id in formats:
        places = FORMATS.get(format_id).places
        whole = set(places.unheld)
        for name in places.unheld:
            if name != _OWN:
                unheld.setdefault(name, []).append(f"{format_id}:{name}")
        for leaf, held in places.of.items():
            name, _, part = leaf.partition(".")
            if part and not held and name not in whole and name != _OWN:
                parts.setdefault(name, {}).setdefault(part, []).append(f"{format_id}:{leaf}")
    shapes = get_type_hints(Article)
    return unheld, {
        name: _Unheld(next(filter(is_dataclass, get_args(shapes[name]))), of_name) for name, of_name in parts.items()
    }


def _call_with(lost_with: Callable[[Article, Any], Iterable[str]], options: Any, article: Article) -> Iterable[str]:
    return lost_with(article, options)


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


def lost_leaves(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Return the names of the warnings about leaves of an article, each with its first value.

    These leaves are not kept, or are kept and doubtful. The leaves of an object or element that is not held as a whole
    have one warning, with the name and the value of each.
    """
    found: dict[str, str] = {}
    things: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.outcome == "kept" and not entry.reason:
            continue
        about = [entry.outcome, general_path(entry.thing or entry.path), entry.field, entry.reason]
        name = f"{_SOURCE}:{orjson.dumps(about).decode()}"
        inside = entry.path[len(entry.thing) :].lstrip("./") if entry.thing else ""
        if inside:
            leaves = things.setdefault(name, {})
            if len(leaves) < _MOST_LEAVES:
                leaves[f"{inside}: {shorten(entry.value)}"] = None
        else:
            found.setdefault(name, shorten(entry.value))
    for name, leaves in things.items():
        shown = [leaf for leaf in leaves if not leaf.startswith(_TYPE)] or leaves
        found.setdefault(name, "; ".join(shown))
    return found


class NoteCounts:
    """The number of articles of each warning, and examples of the values that a warning is about.

    A warning about a leaf of the sources has the name "source:[OUTCOME, PATH, FIELD, REASON]". There are at most 200
    of these names; a document can have any number of different elements.
    """

    def __init__(self) -> None:
        self._articles: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}
        self._sources = 0

    def add(
        self, names: Iterable[str], lost: Mapping[str, str] = MappingProxyType({}), document: str = "", place: str = ""
    ) -> None:
        """Count the warnings of one article.

        Args:
            names: the names of the warnings, each once.
            lost: the warnings about leaves of its source, as `lost_leaves` returns them.
            document: the name of its document.
            place: its place there.
        """
        for name in names:
            self._articles[name] = self._articles.get(name, 0) + 1
        for name, value in lost.items():
            counted = self._counted(name)
            self._articles[counted] = self._articles.get(counted, 0) + 1
            if counted == name:
                where = _where(document, place)
                shown = repr(shorten(value, _LONGEST_EXAMPLE))
                self._add_example(name, f"{shown} ({where})" if where else shown)

    def add_duplicate(self, document: str, place: str) -> None:
        """Count an article that came again, at a place in a document. It is in no other warning."""
        name = f"{_DUPLICATE}:"
        self._articles[name] = self._articles.get(name, 0) + 1
        self._add_example(name, _where(document, place))

    def add_left_out(self, reason: str, document: str, place: str) -> None:
        """Count a part of a document that is left out for a reason. It is in no other warning."""
        name = self._counted(f"{_LEFT_OUT}:{reason}")
        self._articles[name] = self._articles.get(name, 0) + 1
        if name.startswith(_LEFT_OUT):
            self._add_example(name, _where(document, place))

    def _counted(self, name: str) -> str:
        """Return the name to count a warning by: its own, or that of all further ones."""
        if name not in self._articles:
            if self._sources >= _MOST_NAMES:
                return f"{_FURTHER}:"
            self._sources += 1
        return name

    def _add_example(self, name: str, example: str) -> None:
        examples = self._examples.setdefault(name, [])
        if len(examples) < _MOST_EXAMPLES and example not in examples:
            examples.append(example)

    def merge(self, other: NoteCounts) -> None:
        """Add the counts of a later chunk."""
        for name, articles in other._articles.items():
            counted = self._counted(name) if name.startswith(_OF_SOURCES) else name
            self._articles[counted] = self._articles.get(counted, 0) + articles
            if counted == name:
                for example in other._examples.get(name, ()):
                    self._add_example(name, example)

    def to_json(self) -> dict[str, Any]:
        """Return the counts in JSON: for each name, the number of articles and the examples."""
        return {name: [articles, self._examples.get(name, [])] for name, articles in self._articles.items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the counts of `to_json`."""
        counts = cls()
        for name, (articles, examples) in value.items():
            counts._articles[name] = articles
            if examples:
                counts._examples[name] = list(examples)
            counts._sources += name.startswith(_OF_SOURCES)
        return counts

    def warnings(self) -> tuple[JobWarning, ...]:
        """Return the warnings."""
        return tuple(
            _warning(name, articles, tuple(self._examples.get(name, ())))
            for name, articles in sorted(self._articles.items())
        )


def _where(document: str, place: str) -> str:
    return ", ".join(filter(None, (document, place)))


def _warning(counted: str, articles: int, examples: tuple[str, ...]) -> JobWarning:
    kind, _, name = counted.partition(":")
    if kind == _ABSENT:
        detail = f"{_WANTED.get(name, _SIGNAL_WANTED)} Give it in the source, or in `metadata.{name}`."
        return JobWarning(type=f"no-{name}", detail=detail, articles=articles, field=name)
    if kind == _SOURCE:
        return _source_warning(orjson.loads(name), articles, examples)
    if kind == _DUPLICATE:
        shown = "; ".join(examples)
        detail = f"A duplicate of an earlier article is left out; the article is kept once. Examples: {shown}."
        return JobWarning(type="duplicate", detail=detail, articles=articles, values=examples)
    if kind == _LEFT_OUT:
        detail = f"Left out, and no failure: {name}. Examples: {'; '.join(examples)}."
        return JobWarning(type="left-out", detail=detail, articles=articles, values=examples)
    if kind == _UNSTATED:
        format_id, _, detail = name.partition(":")
        return JobWarning(type="placeholder", detail=detail, articles=articles, format=format_id)
    if kind == _FURTHER:
        detail = "Further parts of the sources are not held, or are changed. The ledger lists them all."
        return JobWarning(type="source-further", detail=detail, articles=articles)
    places = FORMATS.get(kind).places
    detail = places.why.get(name) or _UNHELD.get(name, "{format} has no place for `{name}`; it is not in the file.")
    detail = detail.format(format=kind, name=name)
    return JobWarning(type=f"not-held-{name}", detail=detail, articles=articles, format=kind, field=name)


def _source_warning(about: list[Any], articles: int, examples: tuple[str, ...]) -> JobWarning:
    outcome, path, field, reason = about
    shown = ", ".join(examples)
    if outcome == "kept":
        detail = f"`{path}` of the source is doubtful: {reason}. Examples: {shown}."
        outcome = "doubtful"
    elif outcome == "changed":
        detail = f"`{path}` of the source is changed: {reason}. Examples: {shown}."
    elif reason:
        detail = f"`{path}` of the source is left out: {reason}. Examples: {shown}."
    else:
        detail = f"`{path}` of the source is not held; an Article has no place for it. Examples: {shown}."
    return JobWarning(
        type=f"source-{outcome}", detail=detail, articles=articles, field=field, path=path, values=examples
    )
