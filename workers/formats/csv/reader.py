"""CSV with a row for each article: newsmill's own articles.csv, and other tables by the names of their columns.

The encoding is UTF-8, or UTF-16 with a byte-order mark. The delimiter is a comma, a semicolon or a tab: the one that
gives the heading most known names. A line `sep=;` before the heading, as Excel writes it, decides it.

A table with `body`, `word_count` and `source_sha256` is newsmill's own. Its cells are in the notation of
`workers.formats.csv.cells`. The formula guard is taken off, unless `Document.guarded` is false (profile `data`).

In any other table

- cells keep an apostrophe, unless `Document.guarded` is true;
- a column with a field's own name (`bylines`, `subjects`) is in the notation. Other columns hold plain names, separated
  by semicolons. Keywords and subjects without a semicolon are separated by commas;
- an id that is not an absolute URI is left out, because it is a number within the table. In a column that the request
  names as the id, it is an error.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from schemas.article import SUBJECT_TYPES, Byline, Party, Place, Source, Subject, split_paragraphs
from schemas.article.dates import read_date
from schemas.article.values import check_iri, make_line, shorten
from schemas.column_names import TEXT, count_known, find_columns
from schemas.conversion import LARGEST_RECORD, Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from workers.formats.csv.cells import Named, read_items, read_named, unguard
from workers.formats.csv.tables import ARTICLES, PARAGRAPH_COLUMNS, PARAGRAPHS
from workers.formats.json.sniffing import starts_as_json

# The csv module's own limit is for the whole process, so it is never lowered.
csv.field_size_limit(max(csv.field_size_limit(), LARGEST_RECORD))

DELIMITERS: Final = (",", ";", "\t")

_OURS = frozenset(("body", "word_count", "source_sha256"))
_PARAGRAPHS = [column.name for column in PARAGRAPH_COLUMNS]
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


def read_csv(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each row; an UnreadArticle with its line for a row that is no article.

    Raises:
        InputError: the encoding is not read, quotes are not in pairs, a row is too large, or no column holds the text
            of the articles.
    """
    name = document.name or ARTICLES
    encoding = _encoding(document)
    with document.open() as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as stream:
        lines = _Lines(name, stream)
        try:
            yield from _rows(name, lines, document)
        except UnicodeDecodeError:
            raise _undecodable(name, document, encoding, lines.row) from None


class _Lines:
    """The numbered lines of a stream, with a limit on the size of a row."""

    def __init__(self, name: str, stream: io.TextIOWrapper) -> None:
        self._name = name
        self._stream = stream
        self.number = 0
        self.row = 1
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(LARGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._size += len(line)
        if self._size > LARGEST_RECORD:
            reason = f"the row that begins here has more than {LARGEST_RECORD:,} characters; close its quotes"
            raise InputError(self._name, f"line {self.row}", reason)
        return line

    def go_on_at(self, number: int) -> None:
        """Set the number of the next line, for a part of a table that lacks the rows before this line."""
        self.number, self.row = number - 1, number

    def end_row(self) -> None:
        """Start a row with the next line."""
        self.row = self.number + 1
        self._size = 0


@dataclass(frozen=True, slots=True)
class _Column:
    """The column of a field: its index, and the function that reads its cells."""

    field: str
    number: int
    read: Callable[[str], Any]


def _rows(name: str, lines: _Lines, document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    header, rows = _table(name, lines)
    ours = set(header) >= _OURS
    guarded = ours if document.guarded is None else document.guarded
    columns = _columns(name, header, document, ours=ours)
    if document.first > 1:
        lines.go_on_at(document.first)
    source = (header.index("source_sha256"), header.index("source_name")) if ours and "source_name" in header else None
    while True:
        place = f"line {lines.row}"
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise InputError(name, place, explain(error)) from None
        lines.end_row()
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(header):
            reason = f"the row has {len(row)} cells, the heading has {len(header)}; check its quotes and delimiters"
            yield UnreadArticle(place=place, reason=reason)
            continue
        if guarded:
            row = [unguard(cell) if cell[:1] == "'" else cell for cell in row]
        stated: dict[str, Any] = {}
        try:
            _state(stated, columns, row)
            if source and row[source[0]]:
                stated["source"] = Source(sha256=row[source[0]], name=row[source[1]] or None)
            ledger = document.ledger()
            yield ReadArticle(document.article(stated, ledger), ledger, place)
        except ArticleError as error:
            yield UnreadArticle(place=place, reason=str(error), id=stated.get("id"), kind="invalid")


def _state(stated: dict[str, Any], columns: Sequence[_Column], row: list[str]) -> None:
    faults: tuple[Fault, ...] = ()
    for column in columns:
        cell = row[column.number]
        if not cell:
            continue
        try:
            value = column.read(cell)
        except ValueError as error:
            faults += (Fault(f"/{column.field}", str(error)),)
            continue
        if value is not None and value != ():
            stated[column.field] = value
    if faults:
        raise ArticleError(faults)


def _table(name: str, lines: _Lines) -> tuple[list[str], Iterator[list[str]]]:
    """Return the heading of a table, and its rows."""
    first = next(lines, "")
    while first and not first.strip():
        lines.end_row()
        first = next(lines, "")
    if "\0" in first:
        raise InputError(
            name, "line 1", "it has the character U+0000, as UTF-16 without a byte-order mark; convert it to UTF-8"
        )
    if match := _SEPARATOR.fullmatch(first):
        delimiter, before = match[1], []
        lines.end_row()
    else:
        delimiter, before = find_delimiter(first), [first]
    rows = csv.reader(chain(before, lines), delimiter=delimiter, strict=True)
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise InputError(name, f"line {lines.row}", explain(error)) from None
    lines.end_row()
    if not header:
        raise InputError(name, "", "the table is empty; begin it with a row that names its columns")
    if starts_as_json(first):
        raise InputError(name, "", f"it is a description of tables (CSVW), without articles; give {ARTICLES}")
    if header == _PARAGRAPHS:
        raise InputError(name, "line 1", f"it is {PARAGRAPHS}; give {ARTICLES}, which has the same texts")
    return [cell.strip() for cell in header], rows


def heading(line: str) -> list[str]:
    """Return the cells of a first line; none if it is not CSV."""
    return _cells(line, find_delimiter(line))


def find_delimiter(line: str) -> str:
    """Return the delimiter that gives a heading most known names, and then most names."""

    def names(delimiter: str) -> tuple[int, int]:
        header = _cells(line, delimiter)
        return count_known(header), len(header)

    return max(DELIMITERS, key=names)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader((line,), delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns(name: str, header: list[str], document: Document, *, ours: bool) -> list[_Column]:
    try:
        found = find_columns(header, document.columns)
    except ArticleError as error:
        raise InputError(name, "line 1", str(error)) from None
    columns = []
    for field, number in found.items():
        read = _READ.get(field, _line)
        if field == "id" and not ours and field not in document.columns:
            read = _uri_only
        elif ours or (header[number] == field and field != "keywords"):
            read = _NOTATION.get(field, read)
        columns.append(_Column(field, number, read))
    return columns


def _uri_only(cell: str) -> str | None:
    cell = cell.strip()
    return None if check_iri(cell) else cell


def _number(cell: str) -> int | None:
    cell = cell.strip()
    if cell and not re.fullmatch(r"\d{1,16}", cell, re.ASCII):
        raise ValueError(f"{shorten(cell)!r} is not a whole number")
    return int(cell) if cell else None


def _text(cell: str) -> str | None:
    return cell.strip() or None


def _line(cell: str) -> str | None:
    return make_line(cell) or None


def _date(cell: str) -> str | None:
    return read_date(cell) or None


def _names(cell: str, delimiter: str = "") -> tuple[str, ...]:
    """Return plain names, separated by semicolons or, if there is none, by commas."""
    delimiter = delimiter or (";" if ";" in cell else ",")
    return tuple(name for name in map(make_line, cell.split(delimiter)) if name)


def _party(cell: str) -> Party | None:
    name = make_line(cell)
    return Party(name=name) if name else None


def _place(cell: str) -> Place | None:
    name = make_line(cell)
    return Place(name=name) if name else None


def _noted_bylines(cell: str) -> tuple[Byline, ...]:
    return tuple(
        Byline(name=thing.name, uri=thing.uri, job_title=thing.note)
        if thing.name and not thing.qcode
        else Byline(name=_whole(thing))
        for thing in read_named(cell)
    )


def _noted_subjects(cell: str) -> tuple[Subject, ...]:
    return tuple(
        Subject(name=thing.name, uri=thing.uri, qcode=thing.qcode, type=thing.note)  # type: ignore[arg-type]
        if thing.note is None or thing.note in SUBJECT_TYPES
        else Subject(name=_whole(thing))
        for thing in read_named(cell)
    )


def _noted_party(cell: str) -> Party | None:
    things = read_named(cell)
    if len(things) == 1 and things[0].name and not things[0].qcode and not things[0].note:
        return Party(name=things[0].name, uri=things[0].uri)
    return _party(cell)


def _noted_place(cell: str) -> Place | None:
    things = read_named(cell)
    if len(things) == 1 and not things[0].note:
        return Place(name=things[0].name, uri=things[0].uri, qcode=things[0].qcode)
    return _place(cell)


def _whole(thing: Named) -> str:
    """Return a thing as one name with its brackets, for a field that has no place for one of its parts."""
    parts = (thing.name, thing.uri and f"<{thing.uri}>", thing.qcode and f"[{thing.qcode}]")
    return make_line(" ".join(part for part in (*parts, thing.note and f"({thing.note})") if part))


# The functions that read plain cells; any other field is a string of one line.
_READ: Final[dict[str, Callable[[str], Any]]] = {
    TEXT: split_paragraphs,
    "version": _number,
    "urgency": _number,
    "description": _text,
    "copyright_notice": _text,
    "usage_terms": _text,
    "ed_note": _text,
    "published": _date,
    "modified": _date,
    "embargoed": _date,
    "bylines": lambda cell: tuple(Byline(name=name) for name in _names(cell, ";")),
    "keywords": _names,
    "subjects": lambda cell: tuple(Subject(name=name) for name in _names(cell)),
    "provider": _party,
    "copyright_holder": _party,
    "located": _place,
}
# The functions that read cells in the notation of `workers.formats.csv.cells`.
_NOTATION: Final[dict[str, Callable[[str], Any]]] = {
    "bylines": _noted_bylines,
    "keywords": read_items,
    "subjects": _noted_subjects,
    "provider": _noted_party,
    "copyright_holder": _noted_party,
    "located": _noted_place,
}


def _encoding(document: Document) -> str:
    with document.open() as stream:
        return "utf-16" if stream.read(2) in _MARKS else "utf-8-sig"


def _undecodable(name: str, document: Document, encoding: str, line: int) -> InputError:
    """Return the error for a document that is not in its encoding, with the number of the byte.

    The text layer does not keep the number, so the document is decoded again. In a later part of a divided document
    the error has the line, because bytes are numbered from the start of the part.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    with document.open() as stream:
        while True:
            chunk = stream.read(2**16)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = offset - pending + error.start
                if encoding == "utf-16":
                    return InputError(name, f"byte {at}", f"it is not UTF-16 ({error.reason}); convert it to UTF-8")
                place = f"byte {at}" if document.first == 1 else f"line {line} or after"
                byte = error.object[error.start]
                reason = f"it is not UTF-8 (byte 0x{byte:02x}: {error.reason}); convert it to UTF-8 first"
                return InputError(name, place, reason)
            offset += len(chunk)


def explain(error: csv.Error) -> str:
    """Return what is wrong with a row that the csv module refuses."""
    message = str(error)
    if message == "unexpected end of data":
        return "the row that begins here has a quote that is not closed; close it"
    if "expected after" in message:
        return 'a cell goes on after its closing quote; write a quote within a cell twice, ""'
    return f"the row is not CSV: {message}"
