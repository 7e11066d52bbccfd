"""Documents with a JSON value on each line (NDJSON)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

from schemas.bounds import LARGEST_DOCUMENT, LARGEST_RECORD
from schemas.conversion import Defaults, Division, Record
from schemas.errors import InputError
from workers.formats.json.strict import BOM, JsonError, load_json


def divide_lines(head: bytes, *, is_part: bool, defaults: Defaults) -> Division | None:  # noqa: ARG001
    """Divide a document into its lines, if its first line is an object by itself."""
    return Division(records=_records) if is_part or first_object(head) is not None else None


def first_object(head: bytes) -> dict[str, Any] | None:
    """Return the object on the first line that is not blank; None if the line is no object by itself."""
    first = next((line for line in io.BytesIO(head) if not line.isspace()), b"").removeprefix(BOM)
    try:
        value = load_json(first)
    except JsonError:
        return None
    return value if isinstance(value, dict) else None


def is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object by itself: NDJSON, or a document of one line."""
    try:
        return isinstance(load_json(line), dict)
    except JsonError:
        return False


def read_lines(stream: BinaryIO, name: str, *, first: int = 1, whole: bool = False) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each line.

    Args:
        stream: the lines.
        name: the name of the document, for errors.
        first: the number of the first line.
        whole: whether the first line may be the whole document, which may be larger than a record.

    Raises (while it is iterated):
        InputError: a line has more than `LARGEST_RECORD` bytes.
    """
    for number in count(first):
        limit = LARGEST_DOCUMENT if whole and number == first else LARGEST_RECORD
        line = stream.readline(limit + 1)
        if not line:
            return
        if len(line) > limit:
            reason = f"the line has more than {limit:,} bytes; write NDJSON, with one article on each line"
            raise InputError(name, f"line {number}", reason)
        yield number, line


def _records(stream: BinaryIO, name: str) -> Iterator[Record]:
    for _, line in read_lines(stream, name):
        yield Record(line, 1, not line.isspace())
