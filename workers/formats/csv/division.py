"""The division of a table into its rows, as bytes."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import BinaryIO, Final

from schemas.conversion import LARGEST_RECORD, Division, Record
from schemas.errors import InputError
from workers.formats.csv.reader import explain, find_delimiter

_SEPARATOR: Final = re.compile(r"sep=", re.IGNORECASE)


def divide_rows(head: bytes, *, is_part: bool) -> Division | None:  # noqa: ARG001
    """Divide a table into its rows, if it is UTF-8 and its heading ends within the head."""
    try:
        # The last character may be incomplete.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text[len(mark) :], newline=""):
            taken.append(line)
            yield line

    given = lines()
    first = next((line for line in given if line.strip()), "")
    if "\0" in first or _SEPARATOR.match(first):
        return None
    delimiter = find_delimiter(first)
    try:
        next(csv.reader(chain((first,), given), delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None
    heading = (mark + "".join(taken)).encode()
    if len(heading) >= len(head):
        return None  # The heading may go on behind the head.
    rows = partial(_rows, start=1 + len(taken), delimiter=delimiter)
    return Division(records=rows, heading=heading, heading_lines=len(taken))


def _rows(stream: BinaryIO, name: str, *, start: int, delimiter: str) -> Iterator[Record]:
    # In Latin-1 each byte is a character. Line ends, delimiters and quotes are the same bytes as in UTF-8.
    text = io.TextIOWrapper(stream, "latin-1", newline="")
    number = start
    taken: list[str] = []
    size = 0

    def lines() -> Iterator[str]:
        nonlocal size
        while line := text.readline(LARGEST_RECORD + 1):
            taken.append(line)
            size += len(line)
            if size > LARGEST_RECORD:
                reason = f"the row that starts here has more than {LARGEST_RECORD:,} bytes; close its quotes"
                raise InputError(name, f"line {number}", reason)
            yield line

    try:
        for row in csv.reader(lines(), delimiter=delimiter, strict=True):
            yield Record("".join(taken).encode("latin-1"), len(taken), bool(row))
            number += len(taken)
            taken.clear()
            size = 0
    except csv.Error as error:
        raise InputError(name, f"line {number}", explain(error)) from None
    finally:
        with suppress(ValueError):
            text.detach()  # or it would close the caller's stream
