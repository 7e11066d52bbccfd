"""The records of a document that can be cut: lines of NDJSON, rows of CSV, as bytes, without reading any article."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from typing import BinaryIO, Final, NamedTuple

import orjson

from schemas.conversion import Document
from schemas.errors import InputError
from schemas.formats import RecordKind
from workers.formats import FORMATS
from workers.formats.csv.reader import explain, find_delimiter

LARGEST_RECORD: Final = 64 * 2**20
"""How many bytes a line of NDJSON or a row of CSV may have."""

_SEPARATOR: Final = re.compile(r"sep=", re.IGNORECASE)


class Record(NamedTuple):
    """A record as it stands, how many lines it has, and whether it is an article or blank."""

    content: bytes
    lines: int
    is_article: bool


def is_lines(first: bytes) -> bool:
    """Whether a document with this first line is NDJSON: the line is an object by itself."""
    try:
        return isinstance(orjson.loads(first.removeprefix(codecs.BOM_UTF8)), dict)
    except orjson.JSONDecodeError:
        return False


def read_lines(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The lines of a document.

    Raises:
        InputError: a line is longer than `LARGEST_RECORD`.
    """
    for number in count(1):
        line = stream.readline(LARGEST_RECORD + 1)
        if not line:
            return
        if len(line) > LARGEST_RECORD:
            raise _too_large(name, number, "line")
        yield Record(line, 1, not line.isspace())


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The heading of a table, as it stands, with all before it; what parts its cells."""

    content: bytes
    lines: int
    delimiter: str


def find_heading(head: bytes) -> Heading | None:
    """The heading of a table that begins with these bytes; None where it has none that it can be cut by."""
    try:
        # The last character may be cut off.
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
    content = (mark + "".join(taken)).encode()
    # Where nothing follows it, it may go on beyond the head.
    return Heading(content=content, lines=len(taken), delimiter=delimiter) if len(content) < len(head) else None


def read_rows(stream: BinaryIO, name: str, heading: Heading) -> Iterator[Record]:
    """The rows of a table, whose stream stands behind its heading.

    Raises:
        InputError: a row is longer than `LARGEST_RECORD`, or its quotes are not in pairs.
    """
    # In Latin-1 each byte is a character, and those that part lines, cells and rows are what they are in UTF-8.
    text = io.TextIOWrapper(stream, "latin-1", newline="")
    number = 1 + heading.lines
    taken: list[str] = []
    size = 0

    def lines() -> Iterator[str]:
        nonlocal size
        while line := text.readline(LARGEST_RECORD + 1):
            taken.append(line)
            size += len(line)
            if size > LARGEST_RECORD:
                raise _too_large(name, number, "row that begins here")
            yield line

    try:
        for row in csv.reader(lines(), delimiter=heading.delimiter, strict=True):
            yield Record("".join(taken).encode("latin-1"), len(taken), bool(row))
            number += len(taken)
            taken.clear()
            size = 0
    except csv.Error as error:
        raise InputError(name, f"line {number}", explain(error)) from None
    finally:
        with suppress(ValueError):
            text.detach()  # or it would close the stream, which is not its own


def records_of(reader: str | None) -> RecordKind | None:
    """Return how documents for a reader are divided into records; None where they are not."""
    return FORMATS.get(reader).records if reader and reader in FORMATS.ids else None


def each_singly(documents: Iterable[tuple[str | None, Document]]) -> Iterator[tuple[str | None, Document]]:
    """Documents, each with its reader, and each record of them as a document of its own; the same articles in all.

    A document that cannot be cut stays as it is. One that can has to fit into memory.
    """
    for reader, document in documents:
        for one in _singly(document, kind) if (kind := records_of(reader)) in ("lines", "rows") else (document,):
            yield reader, one


def _singly(document: Document, kind: RecordKind) -> Iterator[Document]:
    with document.open() as stream:
        content = stream.read()
    try:
        heading, records = _records(kind, document, content)
    except InputError:
        records = []
    if not records:
        yield document
        return
    line, number = document.first, document.first_article
    if heading and document.first == 1:
        line += heading.lines
    for record in records:
        if record.is_article:
            whole = (heading.content if heading else b"") + record.content
            yield replace(document, open=partial(io.BytesIO, whole), first=line, first_article=number)
        line, number = line + record.lines, number + record.is_article


def _records(kind: RecordKind, document: Document, content: bytes) -> tuple[Heading | None, list[Record]]:
    """The heading of a document, and its records; none where it cannot be cut."""
    name = document.name or ""
    if kind == "lines":
        lines = list(read_lines(io.BytesIO(content), name))
        first = next((line.content for line in lines if line.is_article), b"")
        return None, lines if document.first > 1 or is_lines(first) else []
    if kind == "rows" and (heading := find_heading(content)):
        rows = io.BytesIO(content)
        rows.seek(len(heading.content))
        return heading, list(read_rows(rows, name, heading))
    return None, []


def _too_large(name: str, number: int, what: str) -> InputError:
    return InputError(name, f"line {number}", f"the {what} has more than {LARGEST_RECORD:,} bytes; no article has")
