"""What a document is, before it is converted: its format, the documents in an archive, the columns of a table.

A format whose documents are read whole, such as a spreadsheet, is read in a process of its own with bounds, since its
library may take much memory, or end the process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, replace
from functools import partial
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any, BinaryIO, Final

import orjson

from schemas.columns.head import LARGEST_HEAD, Column, TableHead
from schemas.conversion import Document
from schemas.errors import InputError
from schemas.reading import ReadingOptions
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.pipeline.packed import PackedDocument, documents_of, is_archive

LARGEST: Final = 16 * 2**20
"""The highest number of bytes of a document that is inspected."""

_MOST_DOCUMENTS: Final = 200
_LARGEST_UNPACKED: Final = 64 * 2**20
_SECONDS: Final = 15
_MEMORY: Final = 2 * 2**30
_turns: Final = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a document is.

    Args:
        format: the id of its format; None for an archive, and for what is not read.
        reason: why it is not read, and what to do; "" if it is read.
        archive: whether it is an archive of documents.
        contents: the number of documents of each format in an archive, of the first ones.
        table: the beginning of the table, if it is one; in an archive, that of the first table.
        table_name: the name of the table.
    """

    format: str | None = None
    reason: str = ""
    archive: bool = False
    contents: Counter[str] | None = None
    table: TableHead | None = None
    table_name: str | None = None


def inspect_document(
    content: bytes, name: str | None, *, is_part: bool, format_id: str | None = None, reading: ReadingOptions
) -> Inspection:
    """Return what a document is.

    Args:
        content: its bytes, or the first of them.
        name: its name.
        is_part: whether they are the first bytes alone.
        format_id: the format, if the user names it.
        reading: the reading options.
    """
    head = content[:HEAD]
    if is_archive(head):
        return Inspection(archive=True) if is_part else _archive(content, name, format_id, reading)
    try:
        found = format_id or detect(head, name)
    except InputError as error:
        return Inspection(reason=error.reason)
    table = _table_head(found, content, name, is_part=is_part, reading=reading)
    return Inspection(format=found, table=table, table_name=name if table else None)


def _archive(content: bytes, name: str | None, format_id: str | None, reading: ReadingOptions) -> Inspection:
    contents: Counter[str] = Counter()
    table: TableHead | None = None
    table_name: str | None = None
    reason = ""
    try:
        found = documents_of(BytesIO(content), name or "archive", size=len(content), limit=_LARGEST_UNPACKED)
        for number, one in enumerate(found, 1):
            inner = _in_archive(one, format_id, reading, wants_table=table is None)
            if inner.format:
                contents[inner.format] += 1
            if inner.table and table is None:
                table, table_name = inner.table, inner.table_name
            if number == _MOST_DOCUMENTS:
                break
    except InputError as error:
        reason = "" if contents else error.reason
    return Inspection(archive=True, reason=reason, contents=contents, table=table, table_name=table_name)


def _in_archive(
    found: PackedDocument | InputError, format_id: str | None, reading: ReadingOptions, *, wants_table: bool
) -> Inspection:
    if isinstance(found, InputError):
        return Inspection(reason=found.reason)
    try:
        reader = format_id or detect(found.head[:HEAD], found.name)
    except InputError as error:
        return Inspection(reason=error.reason)
    if not wants_table:
        return Inspection(format=reader)
    content, is_part = found.head, not found.whole
    if is_part and not _is_text(reader):
        content += found.rest.read(LARGEST)
        is_part = False
    table = _table_head(reader, content, found.name, is_part=is_part, reading=reading)
    return Inspection(format=reader, table=table, table_name=found.name if table else None)


def _is_text(format_id: str) -> bool:
    """Return whether the first bytes of a table of this format can be read alone."""
    return FORMATS.get(format_id).divide is not None


def _table_head(
    format_id: str, content: bytes, name: str | None, *, is_part: bool, reading: ReadingOptions
) -> TableHead | None:
    """Return the beginning of a table; None if the document is none, or is too damaged to tell."""
    read = FORMATS.get(format_id).table_head
    if read is None:
        return None
    if not _is_text(format_id):
        return None if is_part else _aside(format_id, content, header=reading.header)
    if is_part or len(content) > LARGEST_HEAD:
        content = content[:LARGEST_HEAD]
        content = content[: content.rfind(b"\n") + 1] or content
    document = Document(name=name, open=partial(BytesIO, content), reading=reading, size=len(content))
    try:
        return read(document)
    except InputError:
        return None


def _aside(format_id: str, content: bytes, *, header: bool) -> TableHead | None:
    """Read the beginning of a table in a process of its own. Return None if other tables take too long."""
    if not _turns.acquire(timeout=_SECONDS):
        return None
    command = [sys.executable, "-P", "-m", __name__, format_id, "header" if header else ""]
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours
            command, input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    finally:
        _turns.release()
    return _loaded(orjson.loads(done.stdout)) if done.returncode == 0 and done.stdout else None


def _loaded(given: dict[str, Any]) -> TableHead:
    columns = tuple(
        Column(**{**one, "values": tuple(one["values"]), "known_for": tuple(one["known_for"])})
        for one in given["columns"]
    )
    return TableHead(**{**given, "columns": columns})


def _main(format_id: str, header: str, stdin: BinaryIO, stdout: BinaryIO) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    read = FORMATS.get(format_id).table_head
    content = stdin.read()
    reading = replace(ReadingOptions(), header=bool(header))
    document = Document(name=None, open=partial(BytesIO, content), reading=reading, size=len(content))
    if read is None:
        return
    try:
        stdout.write(orjson.dumps(asdict(read(document))))
    except InputError:
        return


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], sys.stdin.buffer, sys.stdout.buffer)
