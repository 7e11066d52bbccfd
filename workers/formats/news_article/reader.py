"""schema.org NewsArticle in JSON-LD: one object, a list, an @graph, NDJSON, or the scripts of an HTML page.

JSON-LD is read as JSON, in the forms that are used on the web. A context is not fetched; it only has to be that of
schema.org. An object with only an @id stands for the object of the same document with this @id.

The reader takes `Article` and its subtypes (`workers.formats.schema_org.terms`) at the top, in a list or a graph, or
as the mainEntity of a page. It does not take those within other properties, such as a list of related stories. A
picture, a video, sound or a collection with an @id and a headline or version is an item of its own.

A page is read as the format html reads it.

Every leaf of an article is in its ledger. A value that an Article cannot hold is left out, and named there.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

import orjson

from schemas.bounds import read_piece
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from workers.formats.json.lines import read_lines
from workers.formats.json.strict import BOM, JsonError, load_json, parse_json
from workers.formats.pages.reader import read_page
from workers.formats.schema_org.articles import Rest, read_article, say_nothing
from workers.formats.schema_org.merging import Story
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.script_json import ReadScript, parse_script

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_news_article(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document; an UnreadArticle for one without text or with a wrong value.

    Raises:
        InputError: the document is not JSON, is larger than `LARGEST_DOCUMENT` in one piece, or has no article.
    """
    name = document.name or "articles"
    with document.open() as raw:
        stream = _utf8(name, document, raw)
        lines = read_lines(stream, name, first=document.first, whole=document.first == 1)
        if document.first > 1:
            # A later part of a document of lines. Its first line may be broken.
            yield from _each_line(document, lines)
            return
        number, first = next(((number, line) for number, line in lines if line.strip()), (1, b""))
        if not first:
            raise InputError(name, "", "it is empty")
        if first.lstrip().startswith(b"<"):
            yield from read_page(document, _rest(name, first, stream))
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
        read = _parse(whole)
    except JsonError as error:
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    nodes = Nodes((read.value,))
    stories = nodes.stories()
    if not stories:
        raise InputError(name, "", say_nothing(nodes))
    yield from _articles(document, nodes, stories, read.notes)


def _parse(raw: bytes) -> ReadScript:
    """Return the value of a JSON text, and how it departs from JSON.

    Raises:
        JsonError: the text is not JSON even so.
    """
    try:
        return ReadScript(parse_json(raw), ())
    except JsonError as error:
        if not error.reason.startswith("it is not JSON"):
            raise
        try:
            return parse_script(raw.decode())
        except ValueError:
            raise error from None


def _articles(
    document: Document, nodes: Nodes, stories: list[dict[str, Any]], notes: tuple[str, ...], place: str = ""
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a document. The last has the leaves around them in its ledger."""
    rest = Rest(nodes, stories, notes)
    for number, story in enumerate(stories, 1):
        is_last = number == len(stories)
        yield read_article(document, nodes, Story(story), place or f"article {number}", rest if is_last else None)


def _each_line(document: Document, lines: Iterable[tuple[int, bytes]]) -> Iterator[ReadArticle | UnreadArticle]:
    for number, line in lines:
        if line.strip():
            yield from _each(document, f"line {number}", line)


def _each(
    document: Document, place: str, line: bytes, context: dict[str, Any] | None = None
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a line. An exception costs this line only."""
    try:
        yield from _line(document, place, line, context)
    except Exception as error:
        yield UnreadArticle.of(error, place)


def _line(
    document: Document, place: str, line: bytes, context: dict[str, Any] | None = None
) -> Iterator[ReadArticle | UnreadArticle]:
    try:
        read = _parse(line)
    except JsonError as error:
        yield UnreadArticle(place=place, reason=f"{error.reason}, column {error.column}")
        return
    value = read.value
    nodes = Nodes((context | value if context and isinstance(value, dict) else value,))
    stories = nodes.stories()
    if not stories:
        yield UnreadArticle(place=place, reason=say_nothing(nodes))
    yield from _articles(document, nodes, stories, read.notes, place)


def _graph_lines(
    document: Document, name: str, opening: dict[str, Any] | None
) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles of a graph that is too large for one piece, with an object on each line as newsmill writes."""
    context = {key: value for key, value in (opening or {}).items() if key == "@context"}
    with document.open() as raw:
        opened = False
        for number, line in read_lines(_utf8(name, document, raw), name):
            text = line.strip().removesuffix(b",")
            if opened and text and text not in (b"]", b"}", b"]}"):
                yield from _each(document, f"line {number}", text, context)
            opened = opened or bool(text)


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
    return read_piece(stream, name, "write NDJSON, with one article on each line", first=first)


def _is_whole(line: bytes) -> bool:
    """Return whether a first line is a value by itself: NDJSON, or a document of one line."""
    try:
        return isinstance(load_json(line), dict | list)
    except JsonError:
        return False


def _graph_opening(first: bytes) -> dict[str, Any] | None:
    """Return the members of a first line that ends with the opening of an @graph."""
    try:
        opening = orjson.loads(first.strip() + b"]}")
    except orjson.JSONDecodeError:
        return None
    return opening if isinstance(opening, dict) and opening.get("@graph") == [] else None
