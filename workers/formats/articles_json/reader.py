"""Articles in JSON, in the form of `schemas.article.json_form`: one object, a list of them, or NDJSON.

UTF-8; a byte-order mark is passed over (RFC 8259, section 8.1). A document is NDJSON, and read line by line,
when its first line is an object by itself, or it is a later part of such a document; blank lines count for nothing.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO, Final

import orjson

from schemas.article import Article
from schemas.article.json_form import article_fields
from schemas.conversion import Document, UnreadArticle
from schemas.errors import ArticleError, InputError
from workers.formats.json.strict import BOM, LARGEST

_NDJSON: Final = "write NDJSON, an article on each line"


def read_json_articles(document: Document) -> Iterator[Article | UnreadArticle]:
    """The articles of a JSON document; an article that does not fit its schema is passed over, by name.

    Raises:
        InputError: the document is not JSON.
    """
    name = document.name or "articles"
    with document.open() as stream:
        lines = _bounded_lines(name, stream)
        first = next(lines, b"").removeprefix(BOM)
        blank = 0
        while first and not first.strip():
            first, blank = next(lines, b""), blank + 1
        if document.first > 1 or _is_line(first):
            yield from _lines(chain((first,), lines), blank + 1, document)
            return
        rest = stream.read(LARGEST - len(first) + 1)
        if len(first) + len(rest) > LARGEST:
            raise InputError(name, "", f"it has more than {LARGEST:,} bytes in one piece; {_NDJSON}")
        # The blank lines go before it again, for the line numbers of its errors.
        whole = b"\n" * blank + first + rest
    try:
        value = orjson.loads(whole)
    except orjson.JSONDecodeError as error:
        if first.lstrip().startswith(b"{") and _is_line(whole[blank + len(first) :].partition(b"\n")[0]):
            # NDJSON all the same: its first line alone is broken.
            yield from _lines(io.BytesIO(whole), 1, document)
            return
        raise InputError(name, f"line {error.lineno}, column {error.colno}", f"it is not JSON: {error.msg}") from None
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield _article(item, f"article {number}", document)


def _bounded_lines(name: str, stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a document, none of them longer than may be.

    Raises:
        InputError: one is.
    """
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            raise InputError(name, f"line {number}", f"the line has more than {LARGEST:,} bytes; {_NDJSON}")
        yield line


def _is_line(first: bytes) -> bool:
    """Whether a line is an object by itself: NDJSON, or a document of one line."""
    try:
        return isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _lines(lines: Iterable[bytes], start: int, document: Document) -> Iterator[Article | UnreadArticle]:
    for number, line in enumerate(lines, document.first - 1 + start):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield UnreadArticle(place=place, reason=f"the line is not JSON: {error.msg}, column {error.colno}")
            continue
        yield _article(value, place, document)


def _article(value: Any, place: str, document: Document) -> Article | UnreadArticle:
    try:
        return document.article(article_fields(value))
    except ArticleError as error:
        stated = value.get("id") if isinstance(value, dict) else None
        return UnreadArticle(place=place, reason=str(error), id=stated if isinstance(stated, str) else None)
