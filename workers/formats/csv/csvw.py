"""CSV on the Web (W3C): what a description says of a table, as rules for its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas.article.dates import is_zoned
from schemas.article.languages import REGISTERED, find_language_fault
from schemas.article.values import check_iri, shorten
from workers.formats.csv.tables import ARTICLE_COLUMNS, ARTICLES, PARAGRAPH_COLUMNS, csvw

CellCheck = Callable[[str], str | None]
"""What should be in a cell, where it is something else."""

_GUARD: Final = csvw(guarded=True)["dc:description"]
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE_TYPES: Final = ("integer", "long", "int", "nonNegativeInteger", "positiveInteger")
_NUMBER_TYPES: Final = ("number", "decimal", "double", "float")


class CsvwError(Exception):
    """A description says something that cannot be followed."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What a column's cells may be.

    Args:
        check: says what should be there, or None; None where anything may.
        numeric: whether a cell may begin with a sign.
    """

    name: str
    required: bool
    check: CellCheck | None
    numeric: bool


@dataclass(frozen=True, slots=True)
class TableRule:
    """What a table may be.

    Args:
        url: its file, relative to the description.
        primary_key: the indices of the columns that tell its rows apart.
        foreign_keys: for each, the indices of its columns, the other table's file, and the names of its columns.
        guarded: whether cells that a spreadsheet would run are guarded; None where nothing says so.
    """

    url: str
    columns: tuple[ColumnRule, ...]
    primary_key: tuple[int, ...] = ()
    foreign_keys: tuple[tuple[tuple[int, ...], str, tuple[str, ...]], ...] = ()
    guarded: bool | None = None

    def indices(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """The indices of columns.

        Raises:
            CsvwError: there is no such column.
        """
        own = [column.name for column in self.columns]
        unknown = [name for name in names if name not in own]
        if unknown:
            raise CsvwError(f"{self.url} has no column {unknown[0]!r}")
        return tuple(own.index(name) for name in names)


def table_rules(described: Any) -> tuple[TableRule, ...]:
    """The rules of every table of a description (a TableGroup, or one Table).

    Raises:
        CsvwError: it is no description, or one that cannot be followed.
    """
    if not isinstance(described, dict) or "http://www.w3.org/ns/csvw" not in _list(described.get("@context")):
        raise CsvwError('no "@context" of http://www.w3.org/ns/csvw')
    tables = described.get("tables", [described])
    if not isinstance(tables, list) or not all(isinstance(table, dict) and table.get("url") for table in tables):
        raise CsvwError("tables without their url")
    guarded = described.get("dc:description") == _GUARD
    return tuple(_table_rule(table, guarded=guarded) for table in tables)


def own_rule(heading: list[str]) -> TableRule | None:
    """The rule of a table that newsmill writes, by its heading, for a file that has no description beside it."""
    articles, paragraphs = table_rules(csvw(guarded=True))
    if heading == [column.name for column in ARTICLE_COLUMNS]:
        return TableRule(ARTICLES, articles.columns, articles.primary_key)
    if heading == [column.name for column in PARAGRAPH_COLUMNS]:
        return TableRule(paragraphs.url, paragraphs.columns, paragraphs.primary_key)
    return None


def _table_rule(table: Mapping[str, Any], *, guarded: bool) -> TableRule:
    schema = table.get("tableSchema", {})
    if not isinstance(schema, dict):
        raise CsvwError(f"the tableSchema of {table['url']} is no object")
    columns = tuple(_column_rule(column) for column in schema.get("columns", []) if not column.get("virtual"))
    rule = TableRule(str(table["url"]), columns, guarded=guarded)
    foreign_keys = []
    for key in schema.get("foreignKeys", []):
        reference = key.get("reference", {})
        own = rule.indices(_list(key.get("columnReference")))
        foreign_keys.append((own, str(reference.get("resource")), _list(reference.get("columnReference"))))
    primary_key = rule.indices(_list(schema.get("primaryKey")))
    return TableRule(rule.url, columns, primary_key, tuple(foreign_keys), guarded)


def _column_rule(column: Mapping[str, Any]) -> ColumnRule:
    titles = column.get("titles")
    heading = titles if isinstance(titles, str) else column.get("name")
    datatype = column.get("datatype", "string")
    described = datatype if isinstance(datatype, dict) else {"base": datatype}
    base = described.get("base", "string")
    check = None if column.get("separator") else _cell_check(base, described)
    numeric = base in (*_WHOLE_TYPES, *_NUMBER_TYPES)
    return ColumnRule(str(heading), bool(column.get("required")), check, numeric)


def _cell_check(base: str, described: Mapping[str, Any]) -> CellCheck | None:
    if base in _WHOLE_TYPES:
        return _within(_WHOLE, "a whole number", base, described)
    if base in _NUMBER_TYPES:
        return _within(_NUMBER, "a number", base, described)
    if base == "string" and "format" in described:
        return _formatted(str(described["format"]))
    return _SIMPLE.get(base)


def _within(form: re.Pattern[str], name: str, base: str, described: Mapping[str, Any]) -> CellCheck:
    least = described.get(
        "minimum", described.get("minInclusive", {"nonNegativeInteger": 0, "positiveInteger": 1}.get(base))
    )
    most = described.get("maximum", described.get("maxInclusive"))
    bounds = (f" from {least}" if least is not None else "") + (f" to {most}" if most is not None else "")

    def check(cell: str) -> str | None:
        if not form.fullmatch(cell):
            return name + bounds
        value = float(cell)
        fits = (least is None or value >= float(least)) and (most is None or value <= float(most))
        return None if fits else name + bounds

    return check


def _formatted(pattern: str) -> CellCheck:
    try:
        form = re.compile(pattern)
    except re.error:
        raise CsvwError(f"a format that is no regular expression: {shorten(pattern)}") from None
    return lambda cell: None if form.fullmatch(cell) else f"what matches {shorten(pattern)}"


def _iri(cell: str) -> str | None:
    return "an absolute URI" if check_iri(cell) else None


def _stamp(cell: str) -> str | None:
    return None if is_zoned(cell) else "a date-time with its zone (2024-11-08T16:30:00Z)"


def _day(cell: str) -> str | None:
    try:
        return None if date.fromisoformat(cell).isoformat() == cell else "a day (2024-11-08)"
    except ValueError:
        return "a day (2024-11-08)"


def _language(cell: str) -> str | None:
    fault = find_language_fault(cell)
    return REGISTERED if fault and fault[1] else None


def _boolean(cell: str) -> str | None:
    return None if cell in ("true", "false", "1", "0") else "true or false"


_SIMPLE: Final[Mapping[str, CellCheck]] = {
    "anyURI": _iri,
    "dateTimeStamp": _stamp,
    "date": _day,
    "language": _language,
    "boolean": _boolean,
}


def _list(value: Any) -> tuple[str, ...]:
    """One name, or a list of them."""
    if value is None:
        return ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else (str(value),)
