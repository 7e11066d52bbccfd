"""Guesses of the fields that columns state, where no column has a known name for them.

A guess is shown to a user, who confirms or changes it. Nothing is read by a guess alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from schemas.article.values import shorten
from schemas.columns.names import TEXT, fields_known_by

_WORDS: Final = re.compile(r"[^\W\d_]+")
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?\Z", re.ASCII)
_DATE: Final = re.compile(r"\d{1,4}\b.*\b\d{1,4}", re.DOTALL)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?\Z")
_ADDRESS: Final = re.compile(r"https?://\S+\Z")
_NAME: Final = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: (?:[a-z]{2,3} )?[^\W\d_a-z][\w'’.-]*){1,3}\Z")
_SENTENCE: Final = re.compile(r"[.!?。؟।]")

# Lengths in characters.
_SHORTEST_TEXT: Final = 60
_LONGEST_LINE: Final = 300
_LONGEST_PART: Final = 80


def _phrases(values: Sequence[str]) -> bool:
    return any(" " in value for value in values)


def _lines(values: Sequence[str]) -> bool:
    return all(len(value) <= _LONGEST_LINE for value in values)


def _parts(values: Sequence[str]) -> bool:
    return all(len(value) <= _LONGEST_PART for value in values)


def _all_match(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], bool]:
    return lambda values: all(pattern.match(value) for value in values)


def _usual_length(values: Collection[str]) -> float:
    from statistics import median  # noqa: PLC0415 - an API that gets no table needs no fractions, 0.6 MB

    return median(map(len, values))


def _texts(values: Sequence[str]) -> bool:
    return _usual_length(values) >= _SHORTEST_TEXT and any(_SENTENCE.search(value) for value in values)


def _titles(values: Sequence[str]) -> bool:
    return all(2 <= value.count(" ") < 25 and "\n" not in value and value[-1] != "." for value in values)


# The fields that are guessed by a part of a name, each with what its values must look like.
_PLAUSIBLE: Final[Mapping[str, Callable[[Sequence[str]], bool]]] = {
    TEXT: _phrases,
    "headline": _lines,
    "bylines": _parts,
    "published": _all_match(_DATE),
    "modified": _all_match(_DATE),
    "description": _phrases,
    "language": _parts,
    "section": _parts,
    "keywords": _lines,
    "provider": _parts,
    "dateline": _parts,
    "url": _all_match(_ADDRESS),
}
# The fields that are guessed by their values, if one column alone looks like them.
_BY_VALUES: Final[Mapping[str, Callable[[Sequence[str]], bool]]] = {
    "published": _all_match(_ISO_DATE),
    "url": _all_match(_ADDRESS),
    "language": _all_match(_LANGUAGE),
    "bylines": _all_match(_NAME),
    "headline": _titles,
}


def guess_fields(values: Mapping[str, Sequence[str]], found: Mapping[str, str]) -> dict[str, str]:
    """Return the field that a column may state, by the column.

    The last part of a name with points counts as a name (`meta.author`). If no column states the text or the headline,
    the words of a name (`inhaltDerMeldung`) and the values count too.

    Args:
        values: the first values of each column, by its name.
        found: the field that a column states, by the column.
    """
    stated = {
        name: some for name, texts in values.items() if (some := [text.strip() for text in texts if text.strip()])
    }
    guesses: dict[str, str] = {}
    taken = set(found.values())

    def add(name: str, fields: Collection[str]) -> None:
        for field in fields:
            plausible = _PLAUSIBLE.get(field)
            if plausible and field not in taken and plausible(stated[name]):
                guesses[name] = field
                taken.add(field)
                return

    def free() -> list[str]:
        return [name for name in stated if name not in found and name not in guesses]

    for name in free():
        if "." in name:
            add(name, fields_known_by(name.rpartition(".")[2]))
    if {TEXT, "headline"} <= taken:
        return guesses
    for name in free():
        add(name, _fields_of_words(name.rpartition(".")[2]))
    if TEXT not in taken:
        texts = [name for name in free() if _texts(stated[name])]
        if texts:
            guesses[max(texts, key=lambda name: _usual_length(stated[name]))] = TEXT
    for field, looks in _BY_VALUES.items():
        alike = [name for name in free() if looks(stated[name])] if field not in taken else []
        if len(alike) == 1:
            guesses[alike[0]] = field
    return guesses


def numbered(cells: Sequence[str]) -> list[str]:
    """Return the names of the columns of a table without a heading: their numbers, from 1."""
    return [str(number) for number in range(1, len(cells) + 1)]


def say_unnamed(cells: Sequence[str]) -> str:
    """Return what to do with a table without a heading: its columns by their numbers, and a command to start from.

    Args:
        cells: the first row.
    """
    values = dict(zip(numbered(cells), cells, strict=True))
    fields = {
        field: number for number, field in guess_fields({one: [cell] for one, cell in values.items()}, {}).items()
    }
    fields.setdefault(TEXT, "NUMBER")
    named = " ".join(f"--set {field}=@{number}" for field, number in fields.items())
    listed = ", ".join(f"{number} ({shorten(cell, 40)!r})" for number, cell in values.items())
    return (
        f"the table has no row with the names of its columns; by its first row, they are {shorten(listed, 1000)}. "
        f"Name the columns by their numbers, such as: newsmill export FILE --to newsml-g2 --read header=false {named}"
    )


def _fields_of_words(name: str) -> list[str]:
    """Return the fields that are known by words of a name, those of several words first."""
    parted = "".join(
        f" {one}" if one.isupper() and before.islower() else one for before, one in zip(f" {name}", name, strict=False)
    )
    words = _WORDS.findall(parted)
    runs = ("".join(words[at : at + size]) for size in range(len(words), 0, -1) for at in range(len(words) - size + 1))
    return [field for run in runs for field in fields_known_by(run)]
