"""The division of a table into its rows, as bytes."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import BinaryIO, Final

from schemas.bounds import LARGEST_RECORD
from schemas.conversion import Defaults, Division, Record
from workers.formats.csv.reading.heading import (
    DATE_FIELDS,
    SEPARATOR,
    find_day_order,
    find_delimiter,
    names_without_heading,
)
from workers.formats.csv.reading.reader import HEAD, encoding_of, order_line
from workers.formats.csv.reading.splitting import Dialect, Splitter

# In these encodings, delimiters, quotes and line ends are the bytes that they are in ASCII, and stand for nothing else.
_ASCII_BASED: Final = ("utf-8", "ascii", "latin", "iso8859", "cp125")


def divide_rows(head: bytes, *, is_part: bool, defaults: Defaults) -> Division | None:
    """Divide a table into its rows, if it has a heading in UTF-8 that ends within the head."""
    reading = defaults.reading
    encoding = encoding_of(head, reading.encoding)
    if not reading.header or not encoding.startswith(_ASCII_BASED):
        return None
    mark = codecs.BOM_UTF8 if head.startswith(codecs.BOM_UTF8) else b""
    # In Latin-1 each byte is a character.
    text = head[len(mark) :].decode("latin-1")
    lines = io.StringIO(text, newline="")
    before, blank = "", 0
    first = lines.readline()
    while first and (not first.strip() or (is_part and first.startswith("order="))):
        before, blank, first = before + first, blank + 1, lines.readline()
    if "\0" in first or SEPARATOR.fullmatch(first):
        return None
    try:
        decoded = first.encode("latin-1").decode()
    except UnicodeDecodeError:
        return None
    quote = reading.quote or '"'
    delimiter = reading.delimiter or find_delimiter(decoded, defaults.columns.values(), quote)
    dialect = Dialect(delimiter, quote)
    if dialect.fault or not delimiter.isascii() or not quote.isascii():
        return None
    given = [first]
    heading = Splitter(lambda: given.pop() if given else lines.readline(), dialect, "").heading()
    if heading is None or not heading.cells or names_without_heading(heading.cells):
        return None
    taken = mark + (before + "".join(heading.lines)).encode("latin-1")
    if len(taken) >= len(head):
        return None  # The heading may go on behind the head.
    try:
        names = [cell.encode("latin-1").decode().strip() for cell in heading.cells]
    except UnicodeDecodeError:
        return None
    order = None
    if not is_part:
        mapped = [defaults.columns[field] for field in DATE_FIELDS if defaults.columns.get(field)]
        rest = head[len(taken) : HEAD].decode("utf-8", "replace")
        order = find_day_order(rest, dialect, names, mapped)
    lines_before = blank + len(heading.lines)
    rows = partial(_rows, dialect=dialect, width=len(names), first=1 + lines_before)
    return Division(
        records=rows,
        heading=order_line(order) + taken.removeprefix(mark) if order else taken,
        heading_size=len(taken),
        heading_lines=lines_before,
    )


def _rows(stream: BinaryIO, name: str, *, dialect: Dialect, width: int, first: int) -> Iterator[Record]:
    text = io.TextIOWrapper(stream, "latin-1", newline="")
    splitter = Splitter(partial(text.readline, LARGEST_RECORD + 1), dialect, name)
    splitter.line = first
    try:
        for row in splitter.rows(width):
            yield Record("".join(row.lines).encode("latin-1"), len(row.lines), row.cells != [])
    finally:
        with suppress(ValueError):
            text.detach()  # or it would close the caller's stream
