"""Documents with a JSON value on each line (NDJSON)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO

import orjson

from schemas.conversion import LARGEST_RECORD, Defaults, Division, Record
from schemas.errors import InputError
from workers.formats.json.strict import BOM


def divide_lines(head: bytes, *, is_part: bool, defaults: Defaults) -> Division | None:  # noqa: ARG001
    """Divide a document into its lines, if its first line is an object by itself."""
    return Division(records=_records) if is_part or first_object(head) is not None else None


def first_object(head: bytes) -> dict[str, Any] | None:
    """Return the object on the first line that is not blank; None if the line is no object by itself."""
    first = next((line for line in io.BytesIO(head) if not line.isspace()), b"").removeprefix(BOM)
    try:
        value = orjson.loads(first)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def is_object(line: bytes) -> bool:
    """Return whether a line is a JSON object by itself: NDJSON, or a document of one line."""
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def read_lines(stream: BinaryIO, name: str, *, limit: int, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each line; `first` is the number of the first one.

    Raises (while it is iterated):
        InputError: a line has more than `limit` bytes.
    """
    for number in count(first):
        line = stream.readline(limit + 1)
        if not line:
            return
        if len(line) > limit:
            reason = f"the line has more than {limit:,} bytes; write NDJSON, with one article on each line"
            raise InputError(name, f"line {number}", reason)
        yield number, line


def _records(stream: BinaryIO, name: str) -> Iterator[Record]:
    for _, line in read_lines(stream, name, limit=LARGEST_RECORD):
        yield Record(line, 1, not line.isspace())
