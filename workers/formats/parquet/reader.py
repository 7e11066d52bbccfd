"""Read tables in Parquet: each row is an article.

A row is read as an object in JSON with the names of the columns as its members (`workers.formats.articles_json`), so a
table with other names of columns is read as JSON with these names is. The rows are read some at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isnan
from typing import Any, BinaryIO, Final
from uuid import UUID

import orjson

from schemas.bounds import LARGEST_RECORD, WEIGHT
from schemas.columns.head import TableHead
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from workers.formats.articles_json.documents import Value
from workers.formats.articles_json.head import keys_of
from workers.formats.articles_json.reader import articles_of
from workers.formats.parquet.schema import BLOCKS, MARK, TEXT

MOST_COLUMNS: Final = 1000
"""The highest number of columns, with those inside of structs."""

LARGEST_GROUP: Final = 256 * 2**20
"""The highest number of bytes of a row group, unpacked."""

_LARGEST_FOOTER: Final = 8 * 2**20
_MOST_GROUPS: Final = 100_000
_ROWS: Final = 64
_MOST_ROWS: Final = 1024
_LARGEST_ROWS: Final = 16 * 2**20
_MOST_WEIGHT: Final = 64 * 2**20
_LARGEST_WEIGHED: Final = 16 * 2**20
_BUFFER: Final = 2**20
# The length of the footer and the signature are the last bytes (the Parquet format, "File format").
_SIGNATURE: Final = b"PAR1"
_END_SIZE: Final = 8


def read_parquet(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each row; an UnreadArticle for a row that is none.

    Raises:
        InputError: the table is damaged or too large, or no column holds the text of the articles.
    """
    with document.open() as stream:
        yield from articles_of(rows_of(stream, document.name or "table"), document)


def read_columns(document: Document) -> TableHead:
    """Return the columns of a table, with their first values, and which field each states.

    Raises:
        InputError: the table is damaged or too large.
    """
    with document.open() as stream:
        return keys_of(rows_of(stream, document.name or "table"), document)


def rows_of(stream: BinaryIO, name: str) -> Iterator[Value]:
    """Yield each row of a table, with the values that it states.

    Raises:
        InputError: the table is damaged or too large.
    """
    _check_footer(stream, name)
    # It takes long to import, and few documents are Parquet.
    import pyarrow as pa  # noqa: PLC0415

    with _named(name, pa):
        table = _open(stream, ())
        metadata = table.metadata
        if metadata.num_columns > MOST_COLUMNS:
            reason = (
                f"it has {metadata.num_columns:,} columns, more than {MOST_COLUMNS:,}; give the columns of articles"
            )
            raise InputError(name, "", reason)
        groups = []
        for number in range(metadata.num_row_groups):
            # The description of a column is not asked: pyarrow 26 ends the process if its statistics are damaged.
            group = metadata.row_group(number)
            if group.total_byte_size > LARGEST_GROUP:
                reason = f"it has more than {LARGEST_GROUP:,} bytes unpacked; write smaller row groups"
                raise InputError(name, f"row group {number + 1}", reason)
            groups.append((group.total_byte_size, group.num_rows))
        ours = MARK in (metadata.metadata or {})
        folded = _open(stream, _texts(table.schema))
        has_lists = any(table.schema.column(number).max_repetition_level for number in range(metadata.num_columns))
        row = 0
        for number, (size, of_group) in enumerate(groups):
            # Few bytes of a file may state a large value many times.
            if size > _LARGEST_WEIGHED and not has_lists:
                # A row has each value once: read few rows. To weigh the values would hold those of the whole group.
                source, rows, is_heavy = table, _MOST_WEIGHT // size, True
            else:
                # Weigh the values before they are made.
                rows = min(_MOST_ROWS, _LARGEST_ROWS * of_group // max(1, size))
                weighed = _batches(folded, number, max(1, rows))
                is_heavy = any(_weight(batch.columns) > _MOST_WEIGHT for batch in weighed)
                source = folded if is_heavy else table
            for batch in _batches(source, number, max(1, min(rows, _ROWS))):
                for values in _checked(batch, name, row) if is_heavy else _values(batch):
                    row += 1
                    yield _row(f"row {row}", values, ours=ours)


def _open(stream: BinaryIO, dictionaries: Sequence[str]) -> Any:
    """Open a table.

    Args:
        stream: the table.
        dictionaries: the paths of the columns whose equal values are held once for many rows.
    """
    from pyarrow import parquet  # noqa: PLC0415

    return parquet.ParquetFile(
        stream,
        read_dictionary=dictionaries,
        buffer_size=_BUFFER,
        pre_buffer=False,
        thrift_container_size_limit=_MOST_GROUPS,
    )


def _batches(table: Any, group: int, rows: int) -> Iterator[Any]:
    """Yield the rows of a group, so many at a time. pyarrow reads no batch with the dictionaries of two groups."""
    return table.iter_batches(batch_size=rows, row_groups=[group], use_threads=False)  # type: ignore[no-any-return]


def _checked(batch: Any, name: str, before: int) -> Iterator[dict[str, Any]]:
    """Yield the values of rows that may be large.

    Args:
        batch: the rows.
        name: the name of the table, for errors.
        before: the number of rows before them.

    Raises:
        InputError: a row is larger than `LARGEST_RECORD`.
    """
    for number in range(batch.num_rows):
        row = batch.slice(number, 1)
        if _weight(row.columns) > LARGEST_RECORD:
            reason = f"the row has more than {LARGEST_RECORD:,} bytes unpacked; divide it into several articles"
            raise InputError(name, f"row {before + number + 1}", reason)
        yield from _values(row)


def _texts(schema: Any) -> list[str]:
    """Return the paths of the columns of texts, in lists and structs too."""
    columns = (schema.column(number) for number in range(len(schema)))
    return [
        one.path for one in columns if one.physical_type == "BYTE_ARRAY" and one.logical_type.type in ("STRING", "NONE")
    ]


def _weight(columns: Iterable[Any]) -> int:
    """Return the bytes that the values of columns take; each value in a list or a struct counts as `WEIGHT` more."""
    import pyarrow.compute as pc  # noqa: PLC0415

    weight = 0
    for column in columns:
        if column.null_count == len(column):
            continue
        if hasattr(column, "indices"):  # a dictionary
            weight += pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0
        elif hasattr(column, "flatten"):  # a list or a struct
            inner = column.flatten()
            inner = inner if isinstance(inner, list) else [inner]
            weight += WEIGHT * sum(map(len, inner)) + _weight(inner)
        else:
            weight += column.nbytes
    return weight


def _values(batch: Any) -> list[dict[str, Any]]:
    """Return the values of some rows by the names of their columns."""
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except (ValueError, OverflowError, KeyError):
        # Python has no date after the year 9999, and not every zone: look for the value.
        columns = ([_value(one) for one in column] for column in batch.columns)
        return [dict(zip(batch.schema.names, row, strict=True)) for row in zip(*columns, strict=True)]


def _value(scalar: Any) -> Any:
    """Return a value; one that Python cannot hold as its number, or as the name of its type."""
    try:
        return scalar.as_py()
    except (ValueError, OverflowError, KeyError):
        number = getattr(scalar, "value", None)
        return str(number) if isinstance(number, int) else f"a value of the type {scalar.type}"


def _row(place: str, values: dict[str, Any], *, ours: bool) -> Value:
    try:
        return _stated(place, values, ours=ours)
    except Exception as error:
        return Value(0, place, None, fault=error)


def _stated(place: str, values: dict[str, Any], *, ours: bool) -> Value:
    stated = {name: made for name, value in values.items() if (made := _plain(value)) not in (None, [], {})}
    if ours:
        stated.pop(TEXT, None)
        if BLOCKS in stated:
            try:
                stated["paragraphs"] = orjson.loads(stated.pop(BLOCKS))
            except orjson.JSONDecodeError as error:
                return Value(0, place, None, f"the column {BLOCKS!r} is not JSON: {error.msg}")
    return Value(0, place, stated)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it. What a struct or a list does not state is left out."""
    match value:
        case dict():
            return {name: made for name, inner in value.items() if (made := _plain(inner)) not in (None, [], {})}
        case list():
            return [made for inner in value if (made := _plain(inner)) is not None]
        case float() if isnan(value):
            return None
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.decode(errors="replace")
        case Decimal() | UUID() | timedelta():
            return str(value)
    return value


def _check_footer(stream: BinaryIO, name: str) -> None:
    """Refuse a footer that would take much memory, before it is read."""
    size = stream.seek(0, 2)
    if size < _END_SIZE + len(_SIGNATURE):
        raise InputError(name, "", "the table is cut off; give the whole file")
    stream.seek(size - _END_SIZE)
    end = stream.read(_END_SIZE)
    stream.seek(0)
    if end[4:] != _SIGNATURE:
        raise InputError(
            name, "", "the table is cut off or encrypted: its end is not that of Parquet; give the whole file"
        )
    if int.from_bytes(end[:4], "little") > _LARGEST_FOOTER:
        reason = f"its description has more than {_LARGEST_FOOTER:,} bytes; write fewer columns and larger row groups"
        raise InputError(name, "", reason)


@contextmanager
def _named(name: str, pa: Any) -> Iterator[None]:
    """Give the errors of pyarrow the name of the document."""
    try:
        yield
    except MemoryError:
        raise InputError(name, "", "some rows take too much memory unpacked; write smaller values") from None
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        said = str(error).partition("\n")[0][:300] or type(error).__name__
        raise InputError(name, "", f"the table is damaged: {said}") from None
