"""Tables as JSON has them: a list or an object for each column, or rows behind a heading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from schemas.columns.names import NAMES, TEXT, count_known, plain_name

_HEADINGS: Final = ("columns", "fields", "header", "headers")
_ROWS: Final = ("data", "rows", "values", "records")


def as_rows(value: Any) -> list[dict[str, Any]] | None:
    """Return the rows of a table as objects; None if a value is no table.

    The forms are `{"columns": [...], "data": [[...]]}`, `{"title": [...], "text": [...]}`, `{"title": {"0": ...}}` and
    `[["title", "text"], [...]]`.
    """
    if isinstance(value, dict):
        return _of_heading(value) or _of_columns(value)
    if isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value):
        return _rows(value[0], value[1:])
    return None


def _of_heading(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    for heading in filter(value.__contains__, _HEADINGS):
        for rows in _ROWS:
            if isinstance(value[heading], list) and isinstance(value.get(rows), list):
                names = [one.get("name") if isinstance(one, dict) else one for one in value[heading]]
                return _rows(names, value[rows])
    return None


def _rows(names: list[Any], rows: list[Any]) -> list[dict[str, Any]] | None:
    if not _is_heading(names) or not all(isinstance(row, list) and len(row) <= len(names) for row in rows):
        return None
    return [dict(zip(names, row, strict=False)) for row in rows]


def _of_columns(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    columns = list(value.values())
    # The kinds of the columns come first: of most objects the first member tells that it is no table.
    if len(columns) < 2 or not isinstance(columns[0], list | dict) or not _is_heading(list(value)):
        return None
    if all(isinstance(column, list) for column in columns):
        sizes = {len(column) for column in columns}
        if len(sizes) != 1 or not all(map(_is_scalar, _cells(columns))):
            return None
        return [dict(zip(value, cells, strict=True)) for cells in zip(*columns, strict=True)]
    if all(isinstance(column, dict) for column in columns):
        keys = list(columns[0])
        if not keys or any(list(column) != keys for column in columns) or not keys[0].isdecimal():
            return None
        return [{name: column[key] for name, column in value.items()} for key in keys]
    return None


def _cells(columns: list[list[Any]]) -> Iterator[Any]:
    return (cell for column in columns for cell in column)


def _is_scalar(cell: Any) -> bool:
    return not isinstance(cell, dict | list)


def _is_heading(names: list[Any]) -> bool:
    """Return whether names are those of columns of articles: one states the text, and another is known."""
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        return False
    return count_known(names) > 1 and any(plain_name(name) in _TEXTS for name in names)


_TEXTS: Final = frozenset((*NAMES[TEXT], "maintext", "story", "contenttext", "plaintext"))
