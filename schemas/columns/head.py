"""The beginning of a table: its columns, or the keys of its objects, with their first values. No input or output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from schemas.article.dates import SharedOrder
from schemas.article.values import shorten
from schemas.columns.guesses import guess_fields

ROWS: Final = 50
"""The number of rows from which values are taken."""

LARGEST_HEAD: Final = 2**20
"""The number of first bytes of a text that are looked at."""

MOST_COLUMNS: Final = 1000
"""The highest number of columns of a head."""

_VALUES: Final = 12
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a key of its objects.

    Args:
        name: its name, as `@NAME` in metadata states it.
        values: its first values that are not empty, shortened.
        field: the field that it states if a request maps nothing; None if it is left out.
        guess: the field that it may state, by a part of its name or by its values; None if `field` is known.
        known_for: the fields that are known by this name, the best first. One of them gets the column if the request
            says that no column states `field`.
        day_order: the order of day and month that its numeric dates prove; "open" if they prove none, and any date has
            no dots; None if there is nothing to tell.
    """

    name: str
    values: tuple[str, ...] = ()
    field: str | None = None
    guess: str | None = None
    known_for: tuple[str, ...] = ()
    day_order: Literal["day-first", "month-first", "open"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableHead:
    """The beginning of a table.

    Args:
        columns: its columns, in their order. Of two with one name, the first one.
        keys: whether they are the keys of objects, and not columns.
        encoding: its encoding, if it is a text.
        guessed: whether the encoding is a guess: the table does not state it, and it is not UTF-8.
        delimiter: the character between its cells, if it is a text.
    """

    columns: tuple[Column, ...]
    keys: bool = False
    encoding: str | None = None
    guessed: bool = False
    delimiter: str | None = None


def first_values(values: Sequence[str]) -> tuple[str, ...]:
    """Return the first values that are not empty, shortened."""
    return tuple(shorten(value.strip(), _LONGEST) for value in values if value.strip())[:_VALUES]


def columns_of(
    values: Mapping[str, Sequence[str]],
    found: Mapping[str, str],
    known: Mapping[str, Sequence[str]],
    orders: Mapping[str, SharedOrder],
) -> tuple[Column, ...]:
    """Return the columns of a table.

    Args:
        values: the values of each column, by its name.
        found: the field that a column states, by the column.
        known: the fields that are known by the name of a column, by the column.
        orders: what the numeric dates of a column prove, by the column.
    """
    shown = dict(islice(values.items(), MOST_COLUMNS))
    guesses = guess_fields(shown, found)
    return tuple(
        Column(
            name=name,
            values=first_values(some),
            field=found.get(name),
            guess=guesses.get(name),
            known_for=tuple(known.get(name, ())),
            day_order=orders[name].order or ("open" if orders[name].is_open else None),
        )
        for name, some in shown.items()
    )
