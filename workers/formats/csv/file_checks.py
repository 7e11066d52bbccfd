"""CSV tables and their CSVW description: the check of whole files as streams."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson

from schemas.article import count_words
from schemas.article.values import shorten
from schemas.errors import FileFault, Severity
from schemas.formats import Head
from workers.formats.csv.cells import FORMULA_STARTS, unguard
from workers.formats.csv.csvw import CsvwError, TableRule, own_rule, table_rules
from workers.formats.csv.rows import Row, read_rows
from workers.formats.csv.tables import METADATA
from workers.formats.json.sniffing import starts_as_json

_HEAD: Final = 1024


def check_csv(path: Path, _xsd: Path | None = None) -> Iterator[FileFault]:
    """Every fault of a table, or of a CSVW description, which is JSON."""
    with path.open("rb") as stream:
        is_description = starts_as_json(Head.of(stream.read(_HEAD)).text)
    yield from check_description(path) if is_description else check_table(path)


def check_description(path: Path) -> Iterator[FileFault]:
    """Every fault of a CSVW description: its form, and whether its tables lie beside it."""
    try:
        rules = table_rules(orjson.loads(path.read_bytes()))
    except (orjson.JSONDecodeError, CsvwError) as error:
        yield FileFault(path.name, 0, "csvw", f"{error}; expected a description of tables (CSV on the Web)")
        return
    for rule in rules:
        if not (path.parent / rule.url).is_file():
            yield FileFault(
                path.name, 0, "csvw-table", f"the table {rule.url} is missing; put it beside its description"
            )


def check_table(path: Path) -> Iterator[FileFault]:
    """Every fault of a table, by the description beside it, or by its own heading where there is none.

    What is kept of a row is a digest of 16 bytes of its key.
    """
    table = _Table(path.name)
    try:
        rule = _described(path)
        yield from table.check(path, rule)
    except (orjson.JSONDecodeError, CsvwError) as error:
        yield FileFault(path.name, 0, "csvw", f"{error}; expected a description of the table that can be followed")


def _described(path: Path) -> TableRule | None:
    """The rule of a table by the description beside it (CSVW, section 5: where a description is found)."""
    for name in (f"{path.name}-metadata.json", METADATA):
        beside = path.parent / name
        if beside.is_file():
            for rule in table_rules(orjson.loads(beside.read_bytes())):
                if rule.url == path.name:
                    return rule
    return None


class _Table:
    """What is known of a table while its rows pass by."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[FileFault] = []
        self._keys: set[bytes] = set()
        self._unguarded = False
        self._counted: tuple[int, int] | None = None

    def _report(self, line: int, rule: str, found: str, expected: str, severity: Severity = "error") -> None:
        self._faults.append(FileFault(self._name, line, rule, f"{found}; expected {expected}", severity))

    def _take(self) -> list[FileFault]:
        faults, self._faults = self._faults, []
        return faults

    def check(self, path: Path, rule: TableRule | None) -> Iterator[FileFault]:
        """Every fault of the table.

        Raises:
            CsvwError: its description cannot be followed.
        """
        others = [_keys_of(path.parent / table, columns) for _, table, columns in rule.foreign_keys] if rule else []
        with path.open("rb") as stream:
            rows = read_rows(stream, self._report)
            heading = next(rows, None)
            if heading is None:
                self._report(1, "csv-heading", "no row", "a row of headings")
                yield from self._take()
                return
            own = rule or own_rule(heading.cells)
            self._check_heading(heading, own)
            width = len(heading.cells)
            if own is not None and len(own.columns) != width:
                own = None
            for row in rows:
                if len(row.cells) != width:
                    self._report(
                        row.line, "csv-ragged", f"a row of {len(row.cells)} cells", f"{width}, as in the heading"
                    )
                else:
                    self._check_row(row, own, others)
                if self._faults:
                    yield from self._take()
        yield from self._take()

    def _check_heading(self, heading: Row, rule: TableRule | None) -> None:
        cells = heading.cells
        if rule is not None and cells != [column.name for column in rule.columns]:
            expected = f"the columns of the description: {', '.join(column.name for column in rule.columns)}"
            self._report(heading.line, "csv-heading", ",".join(cells), expected)
        if len(set(cells)) < len(cells) or "" in cells:
            self._report(heading.line, "csv-heading", ",".join(cells), "a name for each column, each once")
        if "word_count" in cells and "body" in cells:
            self._counted = (cells.index("word_count"), cells.index("body"))

    def _check_row(self, row: Row, rule: TableRule | None, others: list[set[bytes] | None]) -> None:
        if rule is None or rule.guarded is not False:
            self._check_guard(row, rule)
        if rule is None:
            return
        # A guard is no part of the value; in a table without guards an apostrophe is.
        cells = (
            [unguard(cell) if cell[:1] == "'" else cell for cell in row.cells]
            if rule.guarded is not False
            else row.cells
        )
        for column, cell in zip(rule.columns, cells, strict=True):
            if not cell:
                if column.required:
                    self._report(row.line, "csv-required", f"{column.name} is empty", "a value")
            elif column.check and (expected := column.check(cell)):
                self._report(row.line, "csv-datatype", f"{column.name}={shorten(repr(cell))}", expected)
        self._check_keys(row, rule, cells, others)
        if self._counted:
            words, body = cells[self._counted[0]], cells[self._counted[1]]
            if words not in (str(count_words(body)), str(len(body.split()))):
                expected = f"{count_words(body)}, the count of the words of body"
                self._report(row.line, "csv-count", f"word_count={words!r}", expected)

    def _check_guard(self, row: Row, rule: TableRule | None) -> None:
        for number, cell in enumerate(row.cells):
            if cell and cell[0] in FORMULA_STARTS:
                if rule is not None and rule.columns[number].numeric:
                    continue
                # Only a description says that cells are guarded; without one they may be meant as they are.
                severity: Severity = "error" if rule is not None and rule.guarded else "advice"
                expected = "an apostrophe before it: a spreadsheet runs it as a formula"
                self._report(row.line, "csv-formula", shorten(repr(cell)), expected, severity)

    def _check_keys(self, row: Row, rule: TableRule, cells: list[str], others: list[set[bytes] | None]) -> None:
        if rule.primary_key:
            key = [cells[index] for index in rule.primary_key]
            digest = _digest(key)
            if digest in self._keys:
                self._report(row.line, "csv-key", f"{', '.join(key)} a second time", "a key that no other row has")
            self._keys.add(digest)
        for (columns, table, _), known in zip(rule.foreign_keys, others, strict=False):
            own = [cells[index] for index in columns]
            if known is not None and _digest(own) not in known:
                self._report(row.line, "csv-foreign-key", ", ".join(own), f"the key of a row of {table}")


def _keys_of(path: Path, columns: tuple[str, ...]) -> set[bytes] | None:
    """The keys of the rows of another table; None where it is not at hand."""
    if not path.is_file():
        return None
    keys: set[bytes] = set()
    with path.open("rb") as stream:
        # Its faults are its own affair.
        rows = read_rows(stream, lambda *_: None)
        heading = next(rows, None)
        names = heading.cells if heading else []
        if any(name not in names for name in columns):
            return None
        indices = [names.index(name) for name in columns]
        for row in rows:
            if len(row.cells) == len(names):
                keys.add(_digest([row.cells[index] for index in indices]))
    return keys


def _digest(key: list[Any]) -> bytes:
    return blake2b("\0".join(key).encode(), digest_size=16).digest()
