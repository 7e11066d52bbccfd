"""CSV with a row for each article: newsmill's own articles.csv, and other tables by the names of their columns.

The encoding is UTF-8, UTF-16 with a byte-order mark, or the one that the request states. The delimiter is the one that
the request states, or the one of a line `sep=;` before the heading, as Excel writes it, or that of comma, semicolon,
tab and vertical bar which gives the heading most known names. A table without a heading has columns 1, 2, 3 …

A table with `body`, `word_count` and `source_sha256` is newsmill's own. Its cells are in the notation of
`workers.formats.csv.cells`. The formula guard is taken off, unless `Document.guarded` is false (profile `data`).

In any other table

- cells keep an apostrophe, unless `Document.guarded` is true;
- a column with a field's own name (`bylines`, `subjects`) is in the notation. Other columns hold plain names, separated
  by semicolons. Keywords and subjects without a semicolon are separated by commas. A cell may be a list in JSON or as
  Python prints it;
- `NaN`, `None`, `null` and the like stand for no value;
- a text may be HTML: then the article has its headings, lists, links and so on. Any other cell in HTML is plain text;
- an id that is not an absolute URI becomes an alternative id;
- a numeric date such as 5/6/2024 is read if another date of the first rows proves the order of day and month.

Each row is an article, or is named by its line. A malformed row costs no other row (`splitting`).
Missing cells at the end of a row are empty.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import compress, islice
from typing import Any, Final, NamedTuple, get_args

from schemas.article import Access, AlternativeId, Article, Source
from schemas.article.dates import DayOrder, SharedOrder
from schemas.article.salvage import make_article
from schemas.bounds import LARGEST_RECORD
from schemas.columns.guesses import numbered, say_unnamed
from schemas.columns.names import TEXT, find_columns
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from schemas.ledger import Ledger
from workers.formats.csv.cells import unguard
from workers.formats.csv.reading.heading import (
    DATE_FIELDS,
    SEPARATOR,
    find_day_order,
    find_day_orders,
    find_delimiter,
    is_row,
    names_without_heading,
)
from workers.formats.csv.reading.splitting import MALFORMED, Dialect, Row, Splitter
from workers.formats.csv.reading.values import LONGEST_NOTHING, NOTHING, Account, Read, readers
from workers.formats.csv.tables import ACCESS, ARTICLES, COLUMNS, FIRST_EDITION
from workers.formats.json.sniffing import starts_as_json

HEAD: Final = 65_536
"""The number of first bytes in which dates may prove the order of day and month."""

_OURS = frozenset(("body", "word_count", "source_sha256"))
# The headings of the other tables of an export, those of newsmill 0.1 too.
_OTHERS: Final = {
    tuple(column.name for column in columns[:width]): name
    for name, columns in COLUMNS.items()
    for width in (len(columns), FIRST_EDITION.get(name, 0))
    if name != ARTICLES
}
_ORDER: Final = re.compile(r"order=([a-z-]+)\s*")
_DAY_ORDERS: Final[Mapping[str, DayOrder]] = {order: order for order in get_args(DayOrder)}
# The fields of the ledger for columns that hold a part of a field.
_SOURCE: Final = {"source_sha256": "sha256", "source_name": "name"}
_PARTS: Final = {column: f"source.{part}" for column, part in _SOURCE.items()} | {
    column: f"access.{part}" for column, part in ACCESS.items()
}
_COMBINED: Final = frozenset(_PARTS)
# Each column costs memory, so a heading of millions is refused.
_LONGEST_HEADING: Final = 2**20
_NO_VALUE: Final = "it stands for no value"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A byte that is not in the encoding is a lone surrogate in the text.
_BAD_BYTE: Final = re.compile("[\udc80-\udcff]")


def read_csv(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each row; an UnreadArticle with its line for a row that is no article.

    Raises:
        InputError: the encoding is not read, a row is too large, or no column holds the text of the articles.
    """
    name = document.name or ARTICLES
    with document.open() as stream:
        head = stream.read(HEAD)
    encoding = encoding_of(head, document.reading.encoding)
    errors = "surrogatepass" if encoding.startswith("utf-16") else _BAD_BYTES.name
    with document.open() as raw, io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="") as text:
        table = Table(name, document, encoding, text, head)
        try:
            yield from table.articles()
        except UnicodeError as error:
            reason = f"it is not in {encoding} ({getattr(error, 'reason', error)}); give its encoding"
            raise InputError(name, f"line {table.line} or after", reason) from None


class TableStart(NamedTuple):
    """The names of the columns of a table, its first sound rows, its delimiter, and what its numeric dates prove."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str
    orders: list[SharedOrder]


def order_line(order: DayOrder) -> bytes:
    """Return the line that tells the reader of a part of a table the order of day and month."""
    return f"order={order}\n".encode()


class _BadBytes:
    """A handler of bytes that are not in the encoding: each becomes a lone surrogate, and is counted.

    Any count since the start of a table says that its rows have to be searched. A search of each row in any case would
    cost more than its reading.
    """

    name: Final = "newsmill.bad-bytes"

    def __init__(self) -> None:
        self.count = 0
        self._escape = codecs.lookup_error("surrogateescape")
        codecs.register_error(self.name, self._handle)

    def _handle(self, error: UnicodeError) -> tuple[str | bytes, int]:
        self.count += 1
        return self._escape(error)


_BAD_BYTES: Final = _BadBytes()


class _Column(NamedTuple):
    """A column: its index, its path in the ledger, the field that it states, and the function that reads its cells.

    Args:
        entry: the field for the ledger.
        read: None if no field has the column.
    """

    number: int
    path: str
    field: str
    entry: str
    read: Read | None


class Table:
    """The reading of one table."""

    def __init__(self, name: str, document: Document, encoding: str, stream: io.TextIOWrapper, head: bytes) -> None:
        self._name = name
        self._document = document
        self._encoding = encoding
        self._stream = stream
        self._head = head
        self._bad_bytes = _BAD_BYTES.count
        self.line = 1

    def articles(self) -> Iterator[ReadArticle | UnreadArticle]:
        """Yield the article of each row, or why it is none."""
        document = self._document
        splitter, header, order = self._heading()
        self._ours = frozenset(header) >= _OURS
        self._guarded = self._ours if document.guarded is None else document.guarded
        self._slots = self._find_columns(header)
        self._by_field = {column.entry.partition(".")[0]: column for column in reversed(self._slots) if column.read}
        if "id" in self._by_field:
            self._by_field.setdefault("alternative_ids", self._by_field["id"])
        self._account = Account(document.reading.zone, order)
        if document.first > 1:
            splitter.line = document.first
        self.line = splitter.line
        for row in splitter.rows(self._width):
            self.line = splitter.line
            if (found := self._row(row, f"line {self.line}")) is not None:
                yield found

    def head(self, rows: int) -> TableStart:
        """Return the names of the columns, the first sound rows, and what is found out about them."""
        splitter, header, _ = self._heading()
        cells = [row.cells for row in islice(splitter.rows(self._width), rows)]
        orders = find_day_orders(self._first_text(), self._dialect, self._width)
        return TableStart(header, [row for row in cells if row], self._dialect.delimiter, orders)

    def _heading(self) -> tuple[Splitter, list[str], DayOrder | None]:
        """Read the heading; return the rows after it, the names of the columns, and the order of numeric dates."""
        reading = self._document.reading
        order: DayOrder | None = None
        first = self._first_line()
        if self._document.first > 1 and (match := _ORDER.fullmatch(first)) and match[1] in _DAY_ORDERS:
            order, first = _DAY_ORDERS[match[1]], self._first_line()
        delimiter = reading.delimiter
        if match := SEPARATOR.fullmatch(first):
            delimiter, first = delimiter or match[1], ""
            self.line += 1
        quote = reading.quote or '"'
        dialect = Dialect(delimiter or find_delimiter(first, self._document.columns.values(), quote), quote)
        if dialect.fault:
            raise InputError(self._name, "", dialect.fault)
        splitter = Splitter(partial(self._stream.readline, LARGEST_RECORD + 1), dialect, self._name)
        splitter.put_back([first] if first else [])
        splitter.line = self.line
        heading = splitter.heading()
        if heading is None or heading.cells == []:
            raise InputError(self._name, "", "the table is empty; begin it with a row that names its columns")
        if heading.cells is None:
            raise InputError(self._name, f"line {self.line}", MALFORMED)
        if starts_as_json(first):
            raise InputError(self._name, "", f"it is a description of tables (CSVW), without articles; give {ARTICLES}")
        if other := _OTHERS.get(tuple(heading.cells)):
            raise InputError(self._name, "line 1", f"it is {other}; give {ARTICLES}, which holds the same")
        self._dialect = dialect
        self._width = len(heading.cells)
        self._heading_text = "".join(heading.lines)
        self._first_cells = heading.cells
        known = names_without_heading(heading.cells) if reading.header else None
        self._has_heading = reading.header and known is None
        if self._has_heading:
            header = [cell.strip() for cell in heading.cells]
        else:
            splitter.put_back(heading.lines)
            splitter.line = self.line
            header = known or numbered(heading.cells)
        if reading.dates:
            order = reading.dates
        elif self._document.first == 1:
            order = self._day_order(dialect, header)
        return splitter, header, order

    def _first_line(self) -> str:
        """Return the first line that is not blank."""
        most = _LONGEST_HEADING if self._document.reading.header else LARGEST_RECORD
        line = self._stream.readline(most + 1)
        while line and not line.strip():
            self.line += 1
            line = self._stream.readline(most + 1)
        if len(line) > most:
            reason = f"its first line has more than {most:,} characters; begin it with the names of the columns"
            raise InputError(self._name, f"line {self.line}", reason)
        if "\0" in line:
            reason = "it has the character U+0000, as UTF-16 without a byte-order mark; give its encoding, utf-16-le"
            raise InputError(self._name, "line 1", reason)
        return line

    def _day_order(self, dialect: Dialect, header: list[str]) -> DayOrder | None:
        columns = self._document.columns
        mapped = [columns[field] for field in DATE_FIELDS if columns.get(field)]
        return find_day_order(self._first_text(), dialect, header, mapped)

    def _first_text(self) -> str:
        """Return the beginning of the rows, behind the heading if it names the columns."""
        # A byte that cannot be decoded is no date.
        text = codecs.getincrementaldecoder(self._encoding)(errors="replace").decode(self._head)
        return text.partition(self._heading_text)[2] if self._has_heading else text

    def _find_columns(self, header: list[str]) -> list[_Column]:
        """Return the columns, with the fields that they state."""
        document = self._document
        try:
            found = find_columns(header, document.columns)
        except ArticleError as error:
            is_unnamed = not self._has_heading or is_row(self._first_cells)
            reason = say_unnamed(self._first_cells) if is_unnamed and not document.columns else str(error)
            raise InputError(self._name, "line 1", reason) from None
        if self._ours:
            found |= {name: header.index(name) for name in _SOURCE if name in header}
        paths = _paths(header)
        plain, noted = readers(ours=self._ours, labels=not self._ours or "kind" in header)
        slots = [_Column(number, path, "", "", None) for number, path in enumerate(paths)]
        for field, number in found.items():
            in_notation = self._ours or (header[number] == field and field != "keywords")
            read = noted[field] if field in noted and (in_notation or field not in plain) else plain[field]
            slots[number] = _Column(number, paths[number], field, _PARTS.get(field, field), read)
        # The number of words is computed from the text.
        self._word_count = header.index("word_count") if self._ours else None
        return slots

    def _row(self, row: Row, place: str) -> ReadArticle | UnreadArticle | None:
        """Return the article of a row, or why it is none; None for an empty line."""
        stated: dict[str, Any] = {}
        try:
            return self._read(row, place, stated)
        except Exception as error:
            return UnreadArticle.of(error, place, stated.get("id"))

    def _read(self, row: Row, place: str, stated: dict[str, Any]) -> ReadArticle | UnreadArticle | None:
        cells = row.cells
        if _BAD_BYTES.count > self._bad_bytes and (reason := self._bad_byte(row)):
            return UnreadArticle(place=place, reason=reason)
        if cells is None:
            last = self.line + len(row.lines) - 1
            upto = f" (up to line {last})" if len(row.lines) > 1 else ""
            return UnreadArticle(place=place, reason=f"{MALFORMED}{upto}")
        if not cells:
            return None
        if len(cells) > self._width and any(cells[self._width :]):
            reason = f"the row has {len(cells)} cells, the heading has {self._width}; check its quotes and delimiters"
            return UnreadArticle(place=place, reason=reason)
        if len(cells) != self._width:
            cells = [*cells[: self._width], *[""] * (self._width - len(cells))]
        ledger = self._account.ledger = self._document.ledger()
        stated |= self._state(cells, mended=row.mended)
        return ReadArticle(self._article(stated, ledger, cells), ledger, place)

    def _bad_byte(self, row: Row) -> str | None:
        found = next(filter(None, map(_BAD_BYTE.search, row.lines)), None)
        if found is None:
            return None
        byte = ord(found[0]) - 0xDC00
        encoding = self._encoding.removesuffix("-sig")
        return f"the byte 0x{byte:02X} of the row is not {encoding}; give the encoding of the table, such as cp1252"

    def _state(self, cells: Sequence[str], *, mended: bool) -> dict[str, Any]:
        """Return the fields that a row states, and record what becomes of each cell."""
        account, foreign, guarded = self._account, not self._ours, self._guarded
        word_count = self._word_count
        ledger = account.ledger
        entries = ledger.entries
        stated: dict[str, Any] = {}
        # The columns whose cells are not empty, and these cells.
        for column, cell in zip(compress(self._slots, cells), filter(None, cells), strict=True):
            if guarded and cell[0] == "'":
                cell = unguard(cell)
            number, path, field, entry, read = column
            nothing = foreign and len(cell) <= LONGEST_NOTHING and cell in NOTHING
            if read is None:
                if number != word_count and not cell.isspace():
                    ledger.not_held(path, cell, _NO_VALUE if nothing else "")
                continue
            account.path, account.field = path, entry
            if nothing:
                account.not_held(cell, _NO_VALUE)
                continue
            before = len(entries)
            try:
                value = read(cell, account)
            except ValueError as error:
                account.not_held(cell, str(error))
                continue
            if value is not None and value != ():
                stated[field] = value
            if len(entries) == before:
                if mended and self._dialect.quote in cell:
                    account.changed(cell, "its quotes are not doubled")
                elif ledger.whole and not cell.isspace():
                    ledger.kept(path, cell, entry)
        if ledger.whole and word_count is not None and cells[word_count]:
            ledger.kept("word_count", cells[word_count], "paragraphs")
        return stated

    def _article(self, stated: dict[str, Any], ledger: Ledger, cells: Sequence[str]) -> Article:
        """Return the article of the fields; the ledger names values that break a rule by their columns.

        Raises:
            ArticleError: what is left is no article.
        """
        self._combine(stated, ledger)
        # newsmill also writes articles that are a headline alone.
        whole = {"paragraphs": (), **self._document.defaults, **stated}
        article, left_out = make_article(whole, needs_content=not self._ours)
        for one in left_out:
            field = one.place.partition("[")[0].partition(".")[0]
            column = self._by_field.get(field)
            if column is None:
                ledger.not_held(one.place, one.value, one.reason)
                continue
            cell = unguard(cells[column.number]) if self._guarded else cells[column.number]
            _forget(ledger, column.path)
            if one.place != field and getattr(article, field):
                ledger.changed(column.path, cell, field, f"{one.place} is left out: {one.reason}")
            else:
                ledger.not_held(column.path, cell, one.reason)
        return article

    def _combine(self, stated: dict[str, Any], ledger: Ledger) -> None:
        """Turn what columns state into fields of an Article: an id, the source, access, and an embargo."""
        if isinstance(stated.get("id"), AlternativeId):
            stated["alternative_ids"] = (stated.pop("id"), *stated.get("alternative_ids", ()))
        if not all(isinstance(block, str) for block in stated.get(TEXT, ())):
            stated["blocks"] = stated.pop(TEXT)
        if not _COMBINED.isdisjoint(stated):
            source = {part: stated.pop(column) for column, part in _SOURCE.items() if column in stated}
            access = {part: stated.pop(column) for column, part in ACCESS.items() if column in stated}
            if "sha256" in source:
                stated["source"] = Source(**source)
            elif source:
                self._drop("source_name", source["name"], ledger, "the row does not state source_sha256")
            if "free" in access:
                stated["access"] = Access(**access)
            elif access:
                parts = ", ".join(access["paid_parts"])
                self._drop("access_paid_parts", parts, ledger, "the row does not state whether access is free")
        embargo = self._by_field.get("embargoed")
        if (
            embargo
            and "embargoed" not in stated
            and stated.get("status", "usable") == "usable"
            and any(entry.path == embargo.path and entry.value not in NOTHING for entry in ledger.entries)
        ):
            # An article with an embargo that cannot be read must not be released.
            stated["status"] = "withheld"

    def _drop(self, field: str, value: str, ledger: Ledger, reason: str) -> None:
        path = next(column.path for column in self._slots if column.field == field)
        _forget(ledger, path)
        ledger.not_held(path, value, reason)


def _forget(ledger: Ledger, path: str) -> None:
    """Remove the entry of a cell that turns out not to be held as it stands."""
    ledger.entries = [entry for entry in ledger.entries if entry.path != path]


def _paths(header: Sequence[str]) -> list[str]:
    """Return the path of each column: its name, or its number if it has none; an index tells two of a name apart."""
    paths: list[str] = []
    counts: dict[str, int] = {}
    for number, name in enumerate(header, 1):
        path = name or f"column {number}"
        counts[path] = counts.get(path, 0) + 1
        paths.append(path if counts[path] == 1 else f"{path}[{counts[path]}]")
    return paths


def encoding_of(head: bytes, stated: str | None) -> str:
    """Return the encoding of a table: the stated one, that of a byte-order mark, or UTF-8."""
    if stated is not None:
        known = codecs.lookup(stated).name
        return "utf-8-sig" if known == "utf-8" else known
    start = head[:8]
    if start[:2] in _UTF_16:
        return "utf-16"
    # ASCII text in UTF-16 without a mark: each other byte is zero.
    for encoding, zeros, others in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if len(start) == 8 and not any(zeros) and all(others):
            return encoding
    return "utf-8-sig"
