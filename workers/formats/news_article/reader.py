"""schema.org NewsArticle in JSON-LD: one object, a list, an @graph, NDJSON, or the scripts of an HTML page.

JSON-LD is read as JSON, in the forms that are used on the web. A context is not fetched; it only has to be that of
schema.org. An object with only an @id stands for the object of the same document with this @id.

The reader takes `Article` and its subtypes (`workers.formats.news_article.terms`) at the top, in a list or a graph, or
as the mainEntity of a page. It does not take those within other properties, such as a list of related stories.

A value that schema.org allows and an Article cannot hold is left out: a version "draft", an @id "#article", a relative
URL, the second section. A value that schema.org does not allow, such as a wrong date, is an error.

In an HTML page, the markup and the character references of texts are resolved. In JSON, texts are verbatim.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

import orjson

from schemas.article.values import shorten
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from workers.formats.json.lines import read_lines
from workers.formats.json.strict import BOM, LARGEST, JsonError, parse_json
from workers.formats.markup.text import without_markup
from workers.formats.news_article.adapter import Nodes, article_fields, identity
from workers.formats.news_article.pages import decode_page, find_scripts, parse_script
from workers.formats.news_article.terms import ARTICLE_TYPES, types_of

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WANTED = "NewsArticle (nor Article or BlogPosting)"


def read_news_article(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document; an UnreadArticle for one without text or with a wrong value.

    Raises:
        InputError: the document is not JSON, is larger than `LARGEST` in one piece, or has no article.
    """
    name = document.name or "articles"
    with document.open() as raw:
        stream = _utf8(name, document, raw)
        lines = read_lines(stream, name, limit=LARGEST, first=document.first)
        if document.first > 1:
            # A later part of a document of lines. Its first line may be broken.
            yield from _each_line(document, lines)
            return
        number, first = next(((number, line) for number, line in lines if line.strip()), (1, b""))
        if not first:
            raise InputError(name, "", "it is empty")
        if first.lstrip().startswith(b"<"):
            yield from _page(document, name, decode_page(name, _rest(name, first, stream)))
            return
        if _is_whole(first):
            yield from _each_line(document, chain(((number, first),), lines))
            return
        opening = _graph_opening(first)
        try:
            # The blank lines before it keep the line numbers of errors right.
            whole = b"\n" * (number - 1) + _rest(name, first, stream)
        except InputError:
            if opening is None:
                raise
        else:
            yield from _document(document, name, whole)
            return
    yield from _graph_lines(document, name, opening)


def _document(document: Document, name: str, whole: bytes) -> Iterator[ReadArticle | UnreadArticle]:
    try:
        value = parse_json(whole)
    except JsonError as error:
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    nodes = Nodes((value,))
    stories = nodes.stories()
    if not stories:
        raise InputError(name, "", _nothing(nodes))
    for number, story in enumerate(stories, 1):
        yield _article(document, nodes, story, f"article {number}")


def _each_line(document: Document, lines: Iterable[tuple[int, bytes]]) -> Iterator[ReadArticle | UnreadArticle]:
    for number, line in lines:
        if line.strip():
            yield from _line(document, f"line {number}", line)


def _line(
    document: Document, place: str, line: bytes, context: dict[str, Any] | None = None
) -> Iterator[ReadArticle | UnreadArticle]:
    try:
        value = parse_json(line)
    except JsonError as error:
        yield UnreadArticle(place=place, reason=f"{error.reason}, column {error.column}")
        return
    nodes = Nodes((context | value if context and isinstance(value, dict) else value,))
    stories = nodes.stories()
    if not stories:
        yield UnreadArticle(place=place, reason=_nothing(nodes))
    for story in stories:
        yield _article(document, nodes, story, place)


def _graph_lines(
    document: Document, name: str, opening: dict[str, Any] | None
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a graph that is too large for one piece, with an object on each line as newsmill writes."""
    context = {key: value for key, value in (opening or {}).items() if key == "@context"}
    with document.open() as raw:
        opened = False
        for number, line in read_lines(_utf8(name, document, raw), name, limit=LARGEST):
            text = line.strip().removesuffix(b",")
            if opened and text and text not in (b"]", b"}", b"]}"):
                yield from _line(document, f"line {number}", text, context)
            opened = opened or bool(text)


def _page(document: Document, name: str, page: str) -> Iterator[ReadArticle | UnreadArticle]:
    values, faults = [], []
    for line, script in find_scripts(page):
        try:
            values.append(parse_script(script))
        except ValueError as error:
            faults.append((f"the script in line {line}", str(error)))
    nodes = Nodes(values, clean=without_markup)
    stories = nodes.stories()
    if not stories and not faults:
        raise InputError(
            name, "", _nothing(nodes) if values else "the page has no script of JSON-LD, so it has no NewsArticle"
        )
    for place, reason in faults:
        yield UnreadArticle(place=place, reason=reason)
    # Several plugins of a page often state the same article.
    seen = set()
    for number, story in enumerate(stories, 1):
        read = _article(document, nodes, story, f"article {number}")
        one = read.article if isinstance(read, ReadArticle) else read
        if one not in seen:
            yield read
        seen.add(one)


def _article(document: Document, nodes: Nodes, story: dict[str, Any], place: str) -> ReadArticle | UnreadArticle:
    id_ = identity(story)
    try:
        stated = article_fields(nodes, story)
        if "paragraphs" not in stated:
            kind = next(type_ for type_ in types_of(story) if type_ in ARTICLE_TYPES)
            reason = f"the {kind} has no articleBody, so the text of the article is missing; state it there"
            return UnreadArticle(place=place, reason=reason, id=id_)
        ledger = document.ledger()
        return ReadArticle(document.article(stated, ledger), ledger, place)
    except ArticleError as error:
        return UnreadArticle(place=place, reason=str(error), id=id_, kind="invalid")


def _nothing(nodes: Nodes) -> str:
    found = ", ".join(dict.fromkeys(type_ for node in nodes.top for type_ in types_of(node)))
    if nodes.foreign:
        return f"it has no {_WANTED}: its @context is not https://schema.org"
    return f"it has no {_WANTED}, only: {shorten(found, 300) or 'objects without an @type'}"


def _utf8(name: str, document: Document, stream: BinaryIO) -> BinaryIO:
    """Return the stream of a document in UTF-8, without its byte-order mark."""
    # Opened again, because not every stream can seek.
    with document.open() as beginning:
        head = beginning.read(len(BOM))
    if head[:2] in _UTF16:
        try:
            return BytesIO(_rest(name, b"", stream).decode("utf-16").encode())
        except UnicodeDecodeError as error:
            raise InputError(name, f"byte {error.start}", f"it is not UTF-16: {error.reason}") from None
    if head == BOM:
        stream.read(len(BOM))
    return stream


def _rest(name: str, first: bytes, stream: BinaryIO) -> bytes:
    rest = stream.read(LARGEST - len(first) + 1)
    if len(first) + len(rest) > LARGEST:
        reason = f"it has more than {LARGEST:,} bytes in one piece; write NDJSON, with one article on each line"
        raise InputError(name, "", reason)
    return first + rest


def _is_whole(line: bytes) -> bool:
    """Return whether a first line is a value by itself: NDJSON, or a document of one line."""
    try:
        return isinstance(orjson.loads(line), dict | list)
    except orjson.JSONDecodeError:
        return False


def _graph_opening(first: bytes) -> dict[str, Any] | None:
    """Return the members of a first line that ends with the opening of an @graph."""
    try:
        opening = orjson.loads(first.strip() + b"]}")
    except orjson.JSONDecodeError:
        return None
    return opening if isinstance(opening, dict) and opening.get("@graph") == [] else None
