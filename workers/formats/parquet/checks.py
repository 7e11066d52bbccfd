"""Tables in Parquet: the check of the rows that are written, and of whole files."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from schemas.article import Article
from schemas.article.json_form import article_fields
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import ArticleError, FileFault, InputError
from schemas.options import NoOptions
from workers.formats.parquet.reader import rows_of
from workers.formats.parquet.schema import BLOCKS, TEXT
from workers.formats.parquet.writer import NAME


class ParquetChecker:
    """A checker that reads back the row of each article and compares it with the article."""

    def __init__(self, conversion: Conversion, options: NoOptions) -> None:
        """Ignore the conversion and the options: an article is written unchanged."""

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the row of an article."""
        (line,) = pieces
        try:
            back = _article(orjson.loads(line))
        except (orjson.JSONDecodeError, ArticleError) as error:
            return (FileFault(NAME, 0, "pq-article", str(error)),)
        if back != article:
            return (FileFault(NAME, 0, "pq-same", f"the row reads as another article: {shorten(repr(back))}"),)
        return ()


def check_parquet(path: Path) -> Iterator[FileFault]:
    """Yield every fault of a file: in the table, in an article, or a version that occurs twice."""
    seen: set[bytes] = set()
    number = 0
    try:
        with path.open("rb") as stream:
            for number, row in enumerate(rows_of(stream, path.name), 1):
                if row.error:
                    yield FileFault(path.name, number, "pq-article", row.error)
                    continue
                try:
                    article = _article(row.content)
                except ArticleError as error:
                    for fault in error.faults:
                        yield FileFault(path.name, number, "pq-article", str(fault))
                    continue
                key = blake2b(f"{article.version} {article.id}".encode(), digest_size=16).digest()
                if article.id and key in seen:
                    again = f"version {article.version} of {article.id} stands a second time; keep one"
                    yield FileFault(path.name, number, "pq-unique", again)
                seen.add(key)
    except InputError as error:
        yield FileFault(path.name, 0, "pq-file", error.reason)
        return
    if not number:
        yield FileFault(path.name, 0, "pq-article", "the table has no rows; write one for each article")


def _article(row: dict[str, Any]) -> Article:
    row.pop(TEXT, None)
    if BLOCKS in row:
        row["paragraphs"] = orjson.loads(row.pop(BLOCKS))
    return Article(**{"paragraphs": (), **article_fields(row)})
