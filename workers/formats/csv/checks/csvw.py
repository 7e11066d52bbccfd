"""CSV on the Web (W3C): what a description demands of its tables, as rules for their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schemas.article.dates import is_zoned
from schemas.article.languages import REGISTERED, find_language_fault
from schemas.article.values import check_iri, shorten
from workers.formats.csv.tables import FIRST_EDITION, csvw

CellCheck = Callable[[str], str | None]
"""A function that returns what a cell must be; None if the cell is right."""

_GUARD: Final = csvw(guarded=True)["dc:description"]
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_WHOLE_TYPES: Final = ("integer", "long", "int", "nonNegativeInteger", "positiveInteger")
_NUMBER_TYPES: Final = ("number", "decimal", "double", "float")


class CsvwError(Exception):
    """A description is wrong."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """The rule of the cells of a column.

    Args:
        check: the check of a cell that is not empty; None if any value is right.
        numeric: whether a cell may begin with a sign.
    """

    name: str
    required: bool
    check: CellCheck | None
    numeric: bool


@dataclass(frozen=True, slots=True)
class TableRule:
    """The rule of a table.

    Args:
        url: the file of the table, relative to the description.
        primary_key: the indices of the columns of the primary key.
        foreign_keys: for each, the indices of its columns, the file of the other table, and the column names there.
        guarded: whether cells that a spreadsheet would run are guarded; None if unknown.
        delimiter: the character between two cells.
    """

    url: str
    columns: tuple[ColumnRule, ...]
    primary_key: tuple[int, ...] = ()
    foreign_keys: tuple[tuple[tuple[int, ...], str, tuple[str, ...]], ...] = ()
    guarded: bool | None = None
    delimiter: str = ","


def table_rules(described: Any) -> tuple[TableRule, ...]:
    """Return the rule of each table of a description (a TableGroup, or one Table).

    Raises:
        CsvwError: the description is wrong.
    """
    if not isinstance(described, dict) or "http://www.w3.org/ns/csvw" not in _list(described.get("@context")):
        raise CsvwError('it has no "@context" of http://www.w3.org/ns/csvw')
    tables = described.get("tables", [described])
    if not isinstance(tables, list) or not all(isinstance(table, dict) and table.get("url") for table in tables):
        raise CsvwError("a table of it has no url")
    guarded = described.get("dc:description") == _GUARD
    try:
        return tuple(_table_rule(table, guarded=guarded) for table in tables)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # A member is of another type than CSVW has there.
        raise CsvwError(f"a member of it is not as in CSVW: {shorten(str(error))}") from None


def own_rule(heading: list[str]) -> TableRule | None:
    """Return the rule of newsmill's own table with this heading, for a file without a description."""
    for rule in table_rules(csvw(guarded=True)):
        # newsmill 0.1 wrote fewer columns.
        for width in (len(rule.columns), FIRST_EDITION.get(rule.url, 0)):
            columns = rule.columns[:width]
            if heading == [column.name for column in columns]:
                return TableRule(rule.url, columns, rule.primary_key)
    return None


def _table_rule(table: Mapping[str, Any], *, guarded: bool) -> TableRule:
    url = str(table["url"])
    schema = table.get("tableSchema", {})
    if not isinstance(schema, dict):
        raise CsvwError(f"the tableSchema of {url} is not an object")
    columns = tuple(_column_rule(column) for column in schema.get("columns", []) if not column.get("virtual"))
    names = [column.name for column in columns]

    def indices(key: Any) -> tuple[int, ...]:
        for name in _list(key):
            if name not in names:
                raise CsvwError(f"{url} has no column {name!r}")
        return tuple(names.index(name) for name in _list(key))

    foreign_keys = []
    for key in schema.get("foreignKeys", []):
        other = key.get("reference", {})
        own = indices(key.get("columnReference"))
        foreign_keys.append((own, str(other.get("resource")), _list(other.get("columnReference"))))
    dialect = table.get("dialect")
    delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
    return TableRule(
        url, columns, indices(schema.get("primaryKey")), tuple(foreign_keys), guarded, ";" if delimiter == ";" else ","
    )


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
        pattern = str(described["format"])
        form = _pattern(pattern)
        return lambda cell: None if form.fullmatch(cell) else f"of the form {shorten(pattern)}"
    if "format" in described:
        return _in_format(base, described["format"])
    if base in _SIMPLE:
        fits, wanted = _SIMPLE[base]
        return lambda cell: None if fits(cell) else wanted
    return None


def _pattern(pattern: str) -> Any:
    """Compile the pattern of a text. A pattern of a file may be of any kind, so its engine is linear.

    Raises:
        CsvwError: it is no pattern, or needs another engine.
    """
    import re2  # noqa: PLC0415

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        detail = error.args[0].decode(errors="replace") if error.args and isinstance(error.args[0], bytes) else error
        raise CsvwError(
            f"the format {shorten(pattern)} is no regular expression without look-around: {shorten(str(detail))}"
        ) from None


def _in_format(base: str, form: Any) -> CellCheck | None:
    """Return the check of a cell in a format of CSVW; None for one that is not checked.

    The formats are those of dates (Model for Tabular Data, 6.4.4) and booleans (6.4.3).
    """
    if base == "boolean":
        words = tuple(str(form).split("|"))
        return lambda cell: None if cell in words else f"one of {shorten(' and '.join(words))}"
    if base == "date" and form in _DATE_FORMATS:
        order = _DATE_FORMATS[form]
        return lambda cell: None if _is_date(cell, order) else f"a day in the form {form}"
    return None


def _is_date(cell: str, order: re.Pattern[str]) -> bool:
    found = order.fullmatch(cell)
    if found is None:
        return False
    with suppress(ValueError):
        date(int(found["year"]), int(found["month"]), int(found["day"]))
        return True
    return False


def _date_format(form: str) -> re.Pattern[str]:
    digits = {"yyyy": r"(?P<year>\d{4})", "MM": r"(?P<month>\d\d)", "dd": r"(?P<day>\d\d)"}
    digits |= {"M": r"(?P<month>\d{1,2})", "d": r"(?P<day>\d{1,2})"}
    return re.compile(re.sub("yyyy|MM?|dd?", lambda part: digits[part[0]], form.replace(".", r"\.")), re.ASCII)


_DATE_FORMATS: Final = {
    form: _date_format(form)
    for form in (
        "yyyy-MM-dd",
        "yyyyMMdd",
        *(
            mark.join(parts)
            for mark in "-/."
            for parts in (("dd", "MM", "yyyy"), ("d", "M", "yyyy"), ("MM", "dd", "yyyy"), ("M", "d", "yyyy"))
        ),
    )
}


def _within(form: re.Pattern[str], name: str, base: str, described: Mapping[str, Any]) -> CellCheck:
    lowest = {"nonNegativeInteger": 0, "positiveInteger": 1}.get(base)
    least = described.get("minimum", described.get("minInclusive", lowest))
    most = described.get("maximum", described.get("maxInclusive"))
    lower, upper = (None if bound is None else float(bound) for bound in (least, most))
    wanted = name + (f" from {least}" if least is not None else "") + (f" to {most}" if most is not None else "")

    def check(cell: str) -> str | None:
        if not form.fullmatch(cell):
            return wanted
        value = float(cell)
        fits = (lower is None or value >= lower) and (upper is None or value <= upper)
        return None if fits else wanted

    return check


def _is_day(cell: str) -> bool:
    with suppress(ValueError):
        return date.fromisoformat(cell).isoformat() == cell
    return False


def _is_language(cell: str) -> bool:
    fault = find_language_fault(cell)
    return not (fault and fault[1])


_SIMPLE: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "anyURI": (lambda cell: check_iri(cell) is None, "an absolute URI"),
    "dateTimeStamp": (is_zoned, "a date-time with its zone, such as 2024-11-08T16:30:00Z"),
    "date": (_is_day, "a day, such as 2024-11-08"),
    "language": (_is_language, REGISTERED),
    "boolean": (lambda cell: cell in ("true", "false", "1", "0"), "true or false"),
}


def _list(value: Any) -> tuple[str, ...]:
    """Return the names of a property that holds one name or a list of them."""
    if value is None:
        return ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else (str(value),)
