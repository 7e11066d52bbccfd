"""Read a spreadsheet as the table that it shows.

The rows of a sheet are read as those of a CSV file (`workers.formats.csv`), so a spreadsheet and its CSV give the same
articles. The sheet is the first one in which a column holds the text of the articles; the others are named. A cell is
read as its value: a date as ISO 8601, a formula as its last result.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from io import BufferedReader, BytesIO, StringIO
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from lxml.etree import XMLSyntaxError

from schemas.columns.head import TableHead
from schemas.columns.names import TEXT
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from workers.formats.csv.reading.head import read_table_head
from workers.formats.csv.reading.reader import read_csv
from workers.formats.office.zipped import DAMAGED, LARGEST_PART, Parts, open_parts
from workers.formats.streams import PieceStream

MOST_COLUMNS: Final = 1000
"""The highest number of columns of a sheet that is read."""

MOST_ROWS: Final = 1_048_576
"""The highest number of rows of a sheet (ECMA-376, part 1, section 18.3.1.73, as Excel has it)."""

# Excel has no more columns. A row of as many is refused when it is read.
_MOST_CELLS: Final = 20_000
_LARGEST_SHEET: Final = 512 * 2**20
_SHEETS: Final = "xl/worksheets/"


def read_xlsx(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each row; an UnreadArticle for a row that is none.

    Raises:
        InputError: the spreadsheet is damaged, encrypted or too large, or no sheet has a column with texts.
    """
    name = document.name or "table"
    reading = replace(document.reading, delimiter=",", quote=None, encoding=None)
    with open_parts(document) as parts:
        _check(parts, name)
        refused: InputError | None = None
        with _workbook(parts, name) as book:
            for sheet in book.worksheets:
                rows = _Rows(sheet, name)
                articles = read_csv(replace(document, open=rows.open, reading=reading))
                try:
                    first = next(articles, None)
                except InputError as error:
                    refused = refused or InputError(name, f"sheet {sheet.title!r}", error.reason)
                    continue
                for found in chain(() if first is None else (first,), articles):
                    yield (
                        found._replace(place=rows.place(found.place))
                        if isinstance(found, ReadArticle)
                        else replace(found, place=rows.place(found.place))
                    )
                return
    raise refused or InputError(name, "", "it has no sheet with cells; give a spreadsheet with a row for each article")


def read_sheet_head(document: Document) -> TableHead:
    """Return the columns of the first sheet that has a column with a known name for texts, or of the first sheet.

    Raises:
        InputError: the spreadsheet is damaged, encrypted or too large, or has no cells.
    """
    name = document.name or "table"
    reading = replace(document.reading, delimiter=",", quote=None, encoding=None)
    found: TableHead | None = None
    refused: InputError | None = None
    with open_parts(document) as parts:
        _check(parts, name)
        with _workbook(parts, name) as book:
            for sheet in book.worksheets:
                try:
                    head = read_table_head(replace(document, open=_Rows(sheet, name).open, reading=reading))
                except InputError as error:
                    refused = refused or error
                    continue
                head = replace(head, encoding=None, delimiter=None)
                if any(column.field == TEXT for column in head.columns):
                    return head
                found = found or head
    if found is None:
        raise refused or InputError(name, "", "it has no sheet with cells")
    return found


def _check(parts: Parts, name: str) -> None:
    """Refuse parts that would take much memory, and parts with entities."""
    for part in parts.names:
        if not part.endswith((".xml", ".rels")):
            continue
        largest = _LARGEST_SHEET if part.startswith(_SHEETS) else LARGEST_PART
        if parts.size(part) > largest:
            reason = f"the part has more than {largest:,} bytes unpacked; save the table as CSV"
            raise InputError(name, part, reason)
        if b"<!DOCTYPE" in parts.begin(part):
            raise InputError(name, part, "it has a DOCTYPE, which no office program writes; save it again")
        if part.startswith(_SHEETS):
            _check_rows(parts, part, name)


def _check_rows(parts: Parts, part: str, name: str) -> None:
    """Refuse a sheet with a row of very many cells, before openpyxl holds the row."""
    cells = 0
    for piece in parts.pieces(part):
        rows = piece.split(b"<row")
        cells += rows[0].count(b"<c")
        for row in rows[1:]:
            if cells > _MOST_CELLS:
                break
            cells = row.count(b"<c")
        if cells > _MOST_CELLS:
            raise InputError(name, part, f"a row has more than {MOST_COLUMNS} cells; save the table as CSV")


@contextmanager
def _workbook(parts: Parts, name: str) -> Iterator[Any]:
    # It takes long to import, and few documents are spreadsheets.
    from openpyxl import load_workbook  # noqa: PLC0415

    with _named(name):
        book = load_workbook(BytesIO(parts.raw), read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _named(name: str, place: str = "") -> Iterator[None]:
    """Give the errors of openpyxl the name of the document."""
    try:
        yield
    except InputError:
        raise
    except (LookupError, ArithmeticError, TypeError, AttributeError, XMLSyntaxError, *DAMAGED) as error:
        said = str(error) or "it is cut off"
        raise InputError(name, place, f"the spreadsheet is damaged ({said}); save it again, or as CSV") from None


class _Rows:
    """The rows of a sheet as CSV, and the row that each line of it is in.

    Args:
        sheet: the sheet, of openpyxl.
        name: the name of the document, for errors.
    """

    def __init__(self, sheet: Any, name: str) -> None:
        self._sheet = sheet
        self._name = name
        self._begins: deque[tuple[int, int]] = deque()

    def open(self) -> BinaryIO:
        """Return the rows as a new stream of CSV."""
        self._begins.clear()
        return BufferedReader(PieceStream(self._lines()))

    def place(self, place: str) -> str:
        """Return the place of a row for people, from that in the CSV. Ask in the order of the rows."""
        line = int(place.removeprefix("line "))
        while len(self._begins) > 1 and self._begins[1][0] <= line:
            self._begins.popleft()
        return f"sheet {self._sheet.title!r}, row {self._begins[0][1]}"

    def _lines(self) -> Iterator[bytes]:
        line = 1
        for number, row in enumerate(self._cells(), 1):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MOST_COLUMNS:
                place = f"sheet {self._sheet.title!r}, row {number}"
                raise InputError(self._name, place, f"the row has more than {MOST_COLUMNS} cells")
            buffer = StringIO(newline="")
            csv.writer(buffer, lineterminator="\n").writerow(cells)
            text = buffer.getvalue()
            self._begins.append((line, number))
            yield text.encode(errors="replace")
            line += text.count("\n")

    def _cells(self) -> Iterator[tuple[Any, ...]]:
        with _named(self._name, f"sheet {self._sheet.title!r}"):
            self._sheet.reset_dimensions()
            yield from islice(self._sheet.iter_rows(values_only=True), MOST_ROWS)


def _text(value: Any) -> str:
    """Return the text of a cell. A date-time at midnight is a day: a spreadsheet has no type for days alone."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            whole = value.replace(microsecond=0)
            return whole.date().isoformat() if whole.time() == time() else whole.isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
    return str(value).replace("\r\n", "\n").replace("_x000D_", "")
