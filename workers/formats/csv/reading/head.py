"""The columns of a table and their first values, for people who map them to fields."""

from __future__ import annotations

import codecs
import io
from typing import Final

from schemas.columns.head import ROWS, TableHead, columns_of
from schemas.columns.names import fields_known_by, known_columns
from schemas.conversion import Document
from workers.formats.csv.reading.reader import HEAD, Table, TableStart, encoding_of
from workers.formats.csv.tables import ARTICLES

_GUESS: Final = "cp1252"


def read_table_head(document: Document) -> TableHead:
    """Return the columns of a table, which field each states, its encoding and its delimiter.

    A table that is not in UTF-8 and states no encoding is taken for cp1252.

    Raises:
        InputError: the table has no heading.
    """
    with document.open() as stream:
        start = stream.read(HEAD)
    encoding = encoding_of(start, document.reading.encoding)
    guessed = document.reading.encoding is None and encoding == "utf-8-sig" and not _is_utf_8(start)
    encoding = _GUESS if guessed else encoding
    with document.open() as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        found = Table(document.name or ARTICLES, document, encoding, text, start).head(ROWS)
    return _head_of(found, encoding=encoding.removesuffix("-sig"), guessed=guessed)


def _head_of(start: TableStart, *, encoding: str, guessed: bool) -> TableHead:
    header, rows, delimiter, orders = start
    # Of two columns with one name, the first one states a field, unless its number does.
    first = {name: number for number, name in reversed(list(enumerate(header))) if name}
    values = {
        name: [row[number] for row in rows if number < len(row)]
        for name, number in sorted(first.items(), key=lambda item: item[1])
    }
    found = {header[number]: field for field, number in known_columns(header).items()}
    return TableHead(
        columns=columns_of(
            values,
            found,
            {name: fields_known_by(name) for name in values},
            {name: orders[number] for name, number in first.items()},
        ),
        encoding=encoding,
        guessed=guessed,
        delimiter=delimiter,
    )


def _is_utf_8(start: bytes) -> bool:
    try:
        # The last character may be cut off.
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True
