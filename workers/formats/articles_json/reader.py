"""Articles in JSON, in the form of `schemas.article.json_form`: one object, a list of them, or NDJSON.

The encoding is UTF-8; a byte-order mark is ignored (RFC 8259, section 8.1). A document is NDJSON if its first line is
an object by itself, or if it is a later part of such a document. Blank lines are ignored.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from schemas.article import Article
from schemas.article.json_form import article_fields
from schemas.bounds import read_piece
from schemas.columns.names import TEXT
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, Fault, InputError
from schemas.ledger import Ledger, general_path
from workers.formats.articles_json.bodies import elements_member
from workers.formats.articles_json.documents import Value, expand, with_text
from workers.formats.articles_json.member_names import OWN, read_common
from workers.formats.articles_json.taken import clean
from workers.formats.content_json.columnar import as_rows
from workers.formats.content_json.shapes import PARTIAL, Shape, member_at, shape_of
from workers.formats.json.leaves import leaves
from workers.formats.json.lines import is_object, read_lines
from workers.formats.json.strict import BOM, DEEPEST, JsonError, load_json, measure

_DATES: Final = ("published", "modified", "expires", "first_created", "version_created", "embargoed")
# News APIs say so where they cut a text: "… [+1204 chars]".
_CUT: Final = re.compile(r"\[\+?\d+ chars\]\s*\Z")
_MARK: Final = re.compile(r"[.\[]")
_PLAIN_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?", re.ASCII)


def read_json_articles(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a JSON document; an UnreadArticle for a value that is no article.

    Raises:
        InputError: the document is not JSON, or it has no article by the names of its members.
    """
    yield from articles_of(expand(read_values(document)), document)


def articles_of(values: Iterator[Value], document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of each value of a document; an UnreadArticle for a value that is no article.

    Raises:
        InputError: none of the first values states a text.
    """
    for value in with_text(values, document):
        if value.fault:
            yield UnreadArticle.of(value.fault, value.place)
        elif value.error:
            yield UnreadArticle(place=value.place, reason=value.error)
        else:
            yield _article(value, document)


def read_values(document: Document) -> Iterator[Value]:
    """Yield the values of a JSON document that should be articles.

    Raises:
        InputError: the document is not JSON.
    """
    name = document.name or "articles"
    with document.open() as stream:
        lines = (line for _, line in read_lines(stream, name, whole=True))
        first = next(lines, b"").removeprefix(BOM)
        blank = 0
        while first and not first.strip():
            first, blank = next(lines, b""), blank + 1
        if document.first > 1 or is_object(first):
            yield from _lines(chain((first,), lines), blank + 1, document)
            return
        # The blank lines before it keep the line numbers of errors right.
        whole = read_piece(stream, name, "write NDJSON, with one article on each line", first=b"\n" * blank + first)
    try:
        value = load_json(whole)
    except JsonError as error:
        if first.lstrip().startswith(b"{") and is_object(whole[blank + len(first) :].partition(b"\n")[0]):
            # NDJSON whose first line is broken.
            yield from _lines(io.BytesIO(whole), 1, document)
            return
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    items = as_rows(value) or value if isinstance(value, list) else [value]
    for number, item in enumerate(items, 1):
        yield Value(0, f"article {number}", item)


def _lines(lines: Iterable[bytes], start: int, document: Document) -> Iterator[Value]:
    for number, line in enumerate(lines, document.first - 1 + start):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = load_json(line)
        except JsonError as error:
            yield Value(number, place, None, f"{error.reason}, column {error.column}")
            continue
        yield Value(number, place, value)


def read_article(
    value: Any, document: Document, shape: Shape | None = None, shared: Mapping[str, Any] | None = None
) -> tuple[Article, Ledger]:
    """Return the article of a JSON value, with what became of its leaves. The value may be changed.

    Args:
        value: the value.
        document: its document.
        shape: the shape that its document states; None for that of the value itself.
        shared: fields that its document states for all of its articles.

    Raises:
        ArticleError: the value is no article.
    """
    ledger = document.ledger()
    if not document.columns and (not isinstance(value, dict) or value.keys() <= OWN):
        try:
            stated = article_fields(value)
            if _has_plain_values(stated):
                article = document.article(stated, ledger, needs_content=not _is_flash(value))
                if not ledger.entries:
                    if ledger.whole:
                        _account(value, ledger)
                    return article, ledger
        except ArticleError:
            if not isinstance(value, dict):
                raise
        ledger = document.ledger()
    if measure(value)[1] > DEEPEST:
        raise ArticleError((Fault("", f"nests more than {DEEPEST} levels deep; make it flatter"),))
    clean(value, ledger)
    article = document.article(stated_fields(value, document, ledger, shape, shared or {}), ledger)
    if ledger.whole:
        # A value that was mended, or left out by a rule of the Article, was recorded as kept before.
        # The path of a bare name is that of the part it makes, so a path counts with all that lead to it.
        # A field of one value takes it out of a list or an object. If the Article leaves it out, it names the whole.
        kept = sorted(one.path for one in ledger.entries if one.outcome == "kept")
        ledger.entries = [
            one if one.outcome == "kept" else one._replace(path=_leaf_of(one.path, kept)) for one in ledger.entries
        ]
        named = {
            path
            for one in ledger.entries
            if one.outcome != "kept"
            for path in (one.path, *(one.path[: mark.start()] for mark in _MARK.finditer(one.path)))
        }
        ledger.entries = [one for one in ledger.entries if one.outcome != "kept" or one.path not in named]
    return article, ledger


def _leaf_of(path: str, leaves: Sequence[str]) -> str:
    """Return the first of some sorted leaves that is at a path or below it; the path if none is."""
    for beginning in (path, f"{path}.", f"{path}["):
        at = bisect_left(leaves, beginning)
        if at < len(leaves) and (leaves[at] == path or (beginning != path and leaves[at].startswith(beginning))):
            return leaves[at]
    return path


def stated_fields(
    value: dict[str, Any], document: Document, ledger: Ledger, shape: Shape | None, shared: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields of an object, by the shape that it has and by the names of its members.

    The members that are read are taken out of the object.

    Args:
        value: the object.
        document: its document.
        ledger: the ledger of the article.
        shape: the shape that its document states; None for that of the value itself.
        shared: fields that its document states for all of its articles.
    """
    zone, order = document.reading.zone, document.reading.dates
    shape = shape or shape_of(value)
    elements = elements_member(value)
    columns: dict[str, str] = {TEXT: elements} if elements else {}
    if shape is None:
        return read_common(value, columns | dict(document.columns), ledger, zone, order)
    if shape.prepare:
        shape.prepare(value)
    columns |= shape.columns(value)
    path = columns.get(TEXT, "")
    text = member_at(value, path) if path else None
    # Two fields of one member: the text has it.
    columns = {field: name for field, name in columns.items() if field == TEXT or name != path}
    stated = read_common(value, columns | dict(document.columns), ledger, zone or shape.zone, order)
    if path and isinstance(text, str) and (shape.partial or _CUT.search(text)) and TEXT not in document.columns:
        ledger.changed(path, text, TEXT, PARTIAL)
    beside = {field: inner for field, inner in shared.items() if field not in stated}
    return read_common(dict(beside), {}, ledger, zone, order) | stated if beside else stated


def _is_flash(value: Any) -> bool:
    """Return whether a value says that it is a headline or a description without a text, as newsmill writes it."""
    return value.get("paragraphs") == [] and bool(value.get("headline") or value.get("description"))


def _has_plain_values(stated: Mapping[str, Any]) -> bool:
    """Return whether id and dates are in the form of an Article, with zones. Others have rules of their own."""
    id_ = stated.get("id")
    if id_ is not None and ":" not in id_:
        return False
    dates = [stated[name] for name in _DATES if name in stated]
    return not dates or all(map(_PLAIN_DATE.fullmatch, dates))


def _account(value: Any, ledger: Ledger) -> None:
    """Record each leaf of newsmill's own JSON as kept."""
    for path, text in leaves(value):
        ledger.kept(path, text, general_path(path))


def _article(value: Value, document: Document) -> ReadArticle | UnreadArticle:
    content = value.content
    stated = content.get("id") if isinstance(content, dict) else None
    try:
        article, ledger = read_article(content, document, value.shape, value.shared)
    except Exception as error:
        return UnreadArticle.of(error, value.place, stated if isinstance(stated, str) else None)
    for path, text in value.around:
        ledger.not_held(path, text)
    return ReadArticle(article, ledger, value.place)
