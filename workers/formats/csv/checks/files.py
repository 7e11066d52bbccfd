"""CSV tables and their CSVW description: the check of whole files, as streams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from schemas.article import count_words
from schemas.article.values import shorten
from schemas.bounds import LARGEST_RECORD
from schemas.errors import FileFault, Severity
from schemas.formats import Head
from workers.formats.csv.cells import FORMULA_STARTS, unguard
from workers.formats.csv.checks.csvw import CsvwError, TableRule, own_rule, table_rules
from workers.formats.csv.checks.rows import Row, RowReader
from workers.formats.csv.tables import METADATA
from workers.formats.json.sniffing import starts_as_json
from workers.formats.json.strict import JsonError, load_json

_HEAD: Final = 1024
_HEADING_CELL = re.compile(r'"?[\w .-]*"?([,;])')


def check_csv(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a table, or of a CSVW description."""
    with path.open("rb") as stream:
        is_description = starts_as_json(Head.of(stream.read(_HEAD)).text)
    try:
        if is_description:
            yield from _check_description(path)
        else:
            yield from _Table(path.name).check(path, _described(path))
    except CsvwError as error:
        yield FileFault(path.name, 0, "csvw", f"the description cannot be used: {error}")


def _check_description(path: Path) -> Iterator[FileFault]:
    for rule in table_rules(_load(path)):
        if not _beside(path, rule.url).is_file():
            detail = f"the table {rule.url} is missing; put it beside its description"
            yield FileFault(path.name, 0, "csvw-table", detail)


def _described(path: Path) -> TableRule | None:
    """Return the rule of a table from the description beside it (Model for Tabular Data, "Locating Metadata")."""
    for name in (f"{path.name}-metadata.json", METADATA):
        beside = path.parent / name
        if beside.is_file():
            for rule in table_rules(_load(beside)):
                if rule.url == path.name:
                    return rule
    return None


def _load(path: Path) -> Any:
    """Return the JSON of a description.

    Raises:
        CsvwError: it is too large, or is not JSON.
    """
    if path.stat().st_size > LARGEST_RECORD:
        raise CsvwError(f"it has more than {LARGEST_RECORD:,} bytes")
    try:
        return load_json(path.read_bytes())
    except JsonError as error:
        raise CsvwError(str(error)) from None


def _beside(path: Path, url: str) -> Path:
    """Return the file of a table, which stands in the folder of its description.

    Raises:
        CsvwError: it is in another folder.
    """
    if url in (".", "..") or not url.isprintable() or {"/", "\\"} & set(url):
        raise CsvwError(f"the table {shorten(repr(url))} is in another folder; put it beside its description")
    return path.parent / url


class _Table:
    """The check of one table. It keeps a digest of the key of each row, in 16 bytes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._faults: list[FileFault] = []
        self._keys: set[bytes] = set()
        self._counted: tuple[int, int] | None = None

    def _report(self, line: int, rule: str, detail: str, severity: Severity = "error") -> None:
        self._faults.append(FileFault(self._name, line, rule, detail, severity))

    def _take(self) -> list[FileFault]:
        faults, self._faults = self._faults, []
        return faults

    def check(self, path: Path, rule: TableRule | None) -> Iterator[FileFault]:
        """Yield every fault of the table, by its description, or by its own heading if it has no description.

        Raises:
            CsvwError: the description is wrong.
        """
        others = (
            [_keys_of(_beside(path, table), columns, rule.delimiter) for _, table, columns in rule.foreign_keys]
            if rule
            else []
        )
        delimiter = rule.delimiter if rule else _delimiter_of(path)
        with path.open("rb") as stream:
            rows = RowReader(stream, self._report, delimiter).rows()
            heading = next(rows, None)
            if heading is None:
                self._report(1, "csv-heading", "the table is empty; begin it with a row of headings")
                yield from self._take()
                return
            own = rule or own_rule(heading.cells)
            self._check_heading(heading, own)
            width = len(heading.cells)
            if own is not None and len(own.columns) != width:
                own = None
            for row in rows:
                if len(row.cells) != width:
                    detail = f"the row has {len(row.cells)} cells; the heading has {width}"
                    self._report(row.line, "csv-ragged", detail)
                else:
                    self._check_row(row, own, others)
                if self._faults:
                    yield from self._take()
        yield from self._take()

    def _check_heading(self, heading: Row, rule: TableRule | None) -> None:
        cells = heading.cells
        shown = shorten(",".join(cells))
        if rule is not None and cells != [column.name for column in rule.columns]:
            described = ",".join(column.name for column in rule.columns)
            self._report(heading.line, "csv-heading", f"the headings are {shown}; the description has {described}")
        if len(set(cells)) < len(cells) or "" in cells:
            self._report(heading.line, "csv-heading", f"the headings are {shown}; name each column, and each once")
        if "word_count" in cells and "body" in cells:
            self._counted = (cells.index("word_count"), cells.index("body"))

    def _check_row(self, row: Row, rule: TableRule | None, others: list[set[bytes] | None]) -> None:
        cells = row.cells
        if rule is None or rule.guarded is not False:
            self._check_guard(row, rule)
            # The guard is not part of the value. In a table without guards, an apostrophe is part of it.
            cells = [unguard(cell) if cell[:1] == "'" else cell for cell in cells]
        if rule is None:
            return
        for column, cell in zip(rule.columns, cells, strict=True):
            if not cell:
                if column.required:
                    self._report(row.line, "csv-required", f"{column.name} is empty; it is required")
            elif column.check and (wanted := column.check(cell)):
                self._report(row.line, "csv-datatype", f"{column.name} is {shorten(repr(cell))}; it has to be {wanted}")
        self._check_keys(row.line, rule, cells, others)
        if self._counted:
            words, body = cells[self._counted[0]], cells[self._counted[1]]
            if words not in (str(count_words(body)), str(len(body.split()))):
                self._report(row.line, "csv-count", f"word_count is {words!r}; body has {count_words(body)} words")

    def _check_guard(self, row: Row, rule: TableRule | None) -> None:
        for number, cell in enumerate(row.cells):
            if cell and cell[0] in FORMULA_STARTS:
                if rule is not None and rule.columns[number].numeric:
                    continue
                # Only a description says that cells are guarded. Without one, a formula may be intended.
                severity: Severity = "error" if rule is not None and rule.guarded else "advice"
                detail = f"{shorten(repr(cell))} runs as a formula in a spreadsheet; put an apostrophe before it"
                self._report(row.line, "csv-formula", detail, severity)

    def _check_keys(self, line: int, rule: TableRule, cells: list[str], others: list[set[bytes] | None]) -> None:
        if rule.primary_key:
            key = [cells[index] for index in rule.primary_key]
            digest = _digest(key)
            if digest in self._keys:
                self._report(line, "csv-key", f"the key {', '.join(key)} is also that of an earlier row")
            self._keys.add(digest)
        for (columns, table, _), known in zip(rule.foreign_keys, others, strict=False):
            own = [cells[index] for index in columns]
            if known is not None and _digest(own) not in known:
                self._report(line, "csv-foreign-key", f"{table} has no row with the key {', '.join(own)}")


def _delimiter_of(path: Path) -> str:
    """Return the delimiter of a table without a description: the one behind the first cell of its heading."""
    with path.open("rb") as stream:
        match = _HEADING_CELL.match(Head.of(stream.read(_HEAD)).text)
    return match[1] if match else ","


def _keys_of(path: Path, columns: tuple[str, ...], delimiter: str) -> set[bytes] | None:
    """Return the digests of the keys of another table; None if the table or its columns are missing."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        # The check of the other table reports its faults.
        rows = RowReader(stream, lambda *_: None, delimiter).rows()
        heading = next(rows, None)
        names = heading.cells if heading else []
        if any(name not in names for name in columns):
            return None
        indices = [names.index(name) for name in columns]
        return {_digest([row.cells[index] for index in indices]) for row in rows if len(row.cells) == len(names)}


def _digest(key: list[str]) -> bytes:
    return blake2b("\0".join(key).encode(), digest_size=16).digest()
