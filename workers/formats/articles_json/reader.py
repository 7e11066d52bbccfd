"""Articles in JSON, in the form of `schemas.article.json_form`: one object, a list of them, or NDJSON.

The encoding is UTF-8; a byte-order mark is ignored (RFC 8259, section 8.1). A document is NDJSON if its first line is
an object by itself, or if it is a later part of such a document. Blank lines are ignored.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import orjson

from schemas.article.json_form import article_fields
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from workers.formats.json.lines import is_object, read_lines
from workers.formats.json.strict import BOM, LARGEST


class Value(NamedTuple):
    """A JSON value that should be an article.

    Args:
        line: its line; 0 for a member of a list.
        place: its line or its number, for messages.
        content: the value.
        error: why the line is not JSON; "" if it is.
    """

    line: int
    place: str
    content: Any
    error: str = ""


def read_json_articles(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a JSON document; an UnreadArticle for one that breaks the schema.

    Raises:
        InputError: the document is not JSON.
    """
    for value in read_values(document):
        if value.error:
            yield UnreadArticle(place=value.place, reason=value.error)
        else:
            yield _article(value.content, value.place, document)


def read_values(document: Document) -> Iterator[Value]:
    """Yield the values of a JSON document that should be articles.

    Raises:
        InputError: the document is not JSON.
    """
    name = document.name or "articles"
    with document.open() as stream:
        lines = (line for _, line in read_lines(stream, name, limit=LARGEST))
        first = next(lines, b"").removeprefix(BOM)
        blank = 0
        while first and not first.strip():
            first, blank = next(lines, b""), blank + 1
        if document.first > 1 or is_object(first):
            yield from _lines(chain((first,), lines), blank + 1, document)
            return
        rest = stream.read(LARGEST - len(first) + 1)
        if len(first) + len(rest) > LARGEST:
            raise InputError(
                name,
                "",
                f"it has more than {LARGEST:,} bytes in one piece; write NDJSON, with one article on each line",
            )
        # The blank lines before it keep the line numbers of errors right.
        whole = b"\n" * blank + first + rest
    try:
        value = orjson.loads(whole)
    except orjson.JSONDecodeError as error:
        if first.lstrip().startswith(b"{") and is_object(whole[blank + len(first) :].partition(b"\n")[0]):
            # NDJSON whose first line is broken.
            yield from _lines(io.BytesIO(whole), 1, document)
            return
        raise InputError(name, f"line {error.lineno}, column {error.colno}", f"it is not JSON: {error.msg}") from None
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield Value(0, f"article {number}", item)


def _lines(lines: Iterable[bytes], start: int, document: Document) -> Iterator[Value]:
    for number, line in enumerate(lines, document.first - 1 + start):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield Value(number, place, None, f"the line is not JSON: {error.msg}, column {error.colno}")
            continue
        yield Value(number, place, value)


def _article(value: Any, place: str, document: Document) -> ReadArticle | UnreadArticle:
    try:
        ledger = document.ledger()
        return ReadArticle(document.article(article_fields(value), ledger), ledger, place)
    except ArticleError as error:
        stated = value.get("id") if isinstance(value, dict) else None
        return UnreadArticle(
            place=place, reason=str(error), id=stated if isinstance(stated, str) else None, kind="invalid"
        )
