"""Write articles as a Parquet table.

A piece is the row of an article in JSON. The pieces of a file are encoded as row groups while the file is written, so
neither a chunk nor a file is held in memory.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from schemas.article import Article
from schemas.article.json_form import dump_article
from schemas.conversion import Conversion, Frame
from schemas.options import NoOptions
from workers.formats.parquet.schema import BLOCKS, TEXT, arrow_schema
from workers.formats.streams import MadeBytes

NAME: Final = "articles.parquet"
PARQUET_TYPE: Final = "application/vnd.apache.parquet"

MOST_ROWS: Final = 1000
"""The highest number of rows of a row group."""

LARGEST_GROUP: Final = 16 * 2**20
"""The number of bytes of rows in JSON at which a row group ends."""


class ParquetWriter:
    """A writer of one row for each article."""

    files = (NAME,)

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options: an article is written unchanged."""

    def pieces(self, article: Article) -> tuple[bytes]:
        """Return the row of an article in JSON, on one line."""
        return (orjson.dumps(row_of(article)),)

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return line feeds between the rows, and the encoding of the rows."""
        return Frame(head=b"", between=b"\n", tail=b"\n", media_type=PARQUET_TYPE, encoding=RowGroups)


def row_of(article: Article) -> dict[str, Any]:
    """Return the row of an article, by the names of the columns."""
    row = dump_article(article)
    if article.blocks:
        row[BLOCKS] = orjson.dumps(row["paragraphs"]).decode()
        row["paragraphs"] = list(article.paragraphs)
    if article.paragraphs:
        row[TEXT] = "\n\n".join(article.paragraphs)
    return row


class RowGroups:
    """The encoding of rows in JSON, one on each line, as a Parquet file."""

    def __init__(self) -> None:
        """Begin a file."""
        from pyarrow import parquet  # noqa: PLC0415 - it takes long to import

        self._made = MadeBytes()
        self._table = parquet.ParquetWriter(self._made, arrow_schema(), compression="zstd")
        self._rest = b""
        self._rows: list[bytes] = []
        self._size = 0

    def add(self, joined: bytes) -> bytes:
        """Take some bytes of the rows; return the bytes of the file that are complete."""
        *lines, self._rest = (self._rest + joined).split(b"\n") if b"\n" in joined else (self._rest + joined,)
        for line in lines:
            if line:
                self._rows.append(line)
                self._size += len(line)
                if len(self._rows) == MOST_ROWS or self._size >= LARGEST_GROUP:
                    self._end_group()
        return self._made.take()

    def end(self) -> bytes:
        """Return the last bytes of the file."""
        if self._rest:
            self._rows.append(self._rest)
        self._end_group()
        self._table.close()
        return self._made.take()

    def _end_group(self) -> None:
        if self._rows:
            import pyarrow as pa  # noqa: PLC0415

            rows = [orjson.loads(line) for line in self._rows]
            self._table.write_table(pa.Table.from_pylist(rows, schema=arrow_schema()), row_group_size=len(rows))
            self._rows, self._size = [], 0
