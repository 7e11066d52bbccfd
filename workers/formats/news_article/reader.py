"""schema.org NewsArticle in JSON-LD: one object, a list, an @graph, NDJSON, or the scripts of an HTML page.

JSON-LD is read as JSON, in the forms that are used on the web. A context is not fetched; it only has to be that of
schema.org. An object with only an @id stands for the object of the same document with this @id.

The reader takes `Article` and its subtypes (`workers.formats.schema_org.terms`) at the top, in a list or a graph, or
as the mainEntity of a page. It does not take those within other properties, such as a list of related stories. A
picture, a video, sound or a collection with an @id and a headline or version is an item of its own.

A page without JSON-LD, or with an article without a text, states it in its `article` element.

Every leaf of an article is in its ledger. A value that an Article cannot hold is left out, and named there.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

import orjson

from schemas.article.values import check_iri, shorten
from schemas.bounds import read_piece
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from workers.formats.json.lines import read_lines
from workers.formats.json.strict import BOM, JsonError, load_json, parse_json
from workers.formats.pages.facts import PageFacts
from workers.formats.pages.scripts import JSON_LD, decode_page, find_scripts
from workers.formats.schema_org.merging import SAID_OTHERWISE, Story, merge_stories
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.reading.adapter import count_again, is_own, read_story
from workers.formats.schema_org.reading.reading import Reading
from workers.formats.schema_org.script_json import ReadScript, parse_script
from workers.formats.schema_org.terms import ARTICLE_TYPES, member, types_of

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WANTED = "NewsArticle (nor Article or BlogPosting)"


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
        read = _parse(whole)
    except JsonError as error:
        raise InputError(name, f"line {error.line}, column {error.column}", error.reason) from None
    nodes = Nodes((read.value,))
    stories = nodes.stories()
    if not stories:
        raise InputError(name, "", _nothing(nodes))
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
    rest = _Rest(nodes, stories, notes)
    for number, story in enumerate(stories, 1):
        is_last = number == len(stories)
        yield _article(document, nodes, Story(story), place or f"article {number}", rest if is_last else None)


class _Rest(NamedTuple):
    """What a document states beside its articles."""

    nodes: Nodes
    stories: list[dict[str, Any]]
    notes: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def account(self, reading: Reading) -> None:
        """Record the leaves of all objects that are no article, under their types, and the notes."""
        stories = {id(story) for story in self.stories}
        level: list[tuple[str, Any]] = [("", value) for value in self.nodes.values]
        while level:
            below: list[tuple[str, Any]] = []
            for name, value in level:
                if isinstance(value, list):
                    below += ((name, one) for one in value)
                elif not isinstance(value, dict):
                    reading.lose(name, value, "it is not about the article")
                elif id(value) not in stories and ("@id" not in value or self.nodes.is_first_use(value)):
                    type_ = name or "/".join(types_of(value))
                    for key, inner in value.items():
                        if key == "@context":
                            reading.keep(key, inner, None)
                        else:
                            below.append((type_ or ("" if key == "@graph" else key), inner))
            level = below
        for note in self.notes:
            reading.ledger.changed("script", JSON_LD, None, note)
        for place, reason in self.faults:
            reading.ledger.not_held("script", place, reason)


def _each_line(document: Document, lines: Iterable[tuple[int, bytes]]) -> Iterator[ReadArticle | UnreadArticle]:
    for number, line in lines:
        if line.strip():
            yield from _line(document, f"line {number}", line)


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
        yield UnreadArticle(place=place, reason=_nothing(nodes))
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
                yield from _line(document, f"line {number}", text, context)
            opened = opened or bool(text)


def _page(document: Document, name: str, page: str) -> Iterator[ReadArticle | UnreadArticle]:
    values: list[Any] = []
    faults: list[tuple[str, str]] = []
    notes: list[str] = []
    for line, script in find_scripts(page):
        try:
            read = parse_script(script)
        except ValueError as error:
            faults.append((f"the script in line {line}", str(error)))
        else:
            values.append(read.value)
            notes += read.notes
    if "\ufffd" in page:
        notes.append("bytes that are not of the page's encoding stand as U+FFFD")
    nodes = Nodes(values, items=False)
    found = nodes.stories()
    stories = merge_stories(found)
    facts = PageFacts(page)
    rest = _Rest(nodes, found, tuple(dict.fromkeys(notes)), tuple(faults))
    main = _main_story(stories, facts)
    if not stories:
        read_page = _article(document, nodes, Story({}), "article 1", rest, facts=facts)
        if isinstance(read_page, ReadArticle):
            yield read_page
        elif not faults:
            reason = "the page has no JSON-LD and no `article` element with a text, so it has no article"
            raise InputError(name, "", _nothing(nodes) if values else reason)
        else:
            for place, reason in faults:
                yield UnreadArticle(place=place, reason=reason)
    for number, story in enumerate(stories, 1):
        own_facts = facts if number - 1 == main else None
        last = rest if number == len(stories) else None
        yield _article(document, nodes, story, f"article {number}", last, facts=own_facts)


def _main_story(stories: list[Story], facts: PageFacts) -> int | None:
    """Return the index of the article that the page is about: the only one, or the one with the page's address."""
    if len(stories) == 1:
        return 0
    if not stories or not facts.base:
        return None
    stated = [story.node.get("url") or story.node.get("mainEntityOfPage") for story in stories]
    addresses = [one.get("@id") if isinstance(one, dict) else one for one in stated]
    return next((number for number, one in enumerate(addresses) if one == facts.base), None)


def _article(
    document: Document,
    nodes: Nodes,
    story: Story,
    place: str,
    rest: _Rest | None,
    *,
    facts: PageFacts | None = None,
) -> ReadArticle | UnreadArticle:
    """Return an article; an UnreadArticle without a text and anything else that makes an article."""
    id_ = member(story.node, "@id")
    id_ = id_ if isinstance(id_, str) and check_iri(id_) is None else None
    mark = nodes.mark()
    for careful in (False, True):
        nodes.forget(mark)
        try:
            return _read(document, nodes, story, place, rest, facts=facts, careful=careful)
        except ArticleError as error:
            fault = error
            # Characters that no format holds are rare, so they are looked for in a second reading only.
            if not any(one.pointer.startswith("/paragraphs") for one in error.faults):
                break
        except Exception as error:
            return UnreadArticle.of(error, place, id_)
    if all(one.pointer == "/paragraphs" for one in fault.faults):
        kind = next((type_ for type_ in types_of(story.node) if type_ in ARTICLE_TYPES), "page")
        reason = f"the {kind} has no articleBody, so the text of the article is missing; state it there"
        return UnreadArticle(place=place, reason=reason, id=id_)
    return UnreadArticle.of(fault, place, id_)


def _read(
    document: Document,
    nodes: Nodes,
    story: Story,
    place: str,
    rest: _Rest | None,
    *,
    facts: PageFacts | None,
    careful: bool = False,
) -> ReadArticle:
    """Return an article.

    Raises:
        ArticleError: its values are no article.
    """
    ledger = document.ledger()
    reading = Reading(
        nodes,
        ledger,
        base=facts.base if facts else None,
        zone=document.reading.zone,
        verbatim=is_own(story.node),
    )
    reading.careful = careful
    stated = read_story(reading, story.node)
    for name, value in story.repeated:
        reading.keep(name, value, None)
    for name, value in story.differing:
        reading.lose(name, value, SAID_OTHERWISE)
    if facts:
        if "blocks" not in stated and (blocks := facts.text(ledger, stated.get("headline"))):
            stated["blocks"] = blocks
            if not story.node and (heading := facts.first_heading()):
                stated["headline"] = heading
        if story.node or "blocks" in stated:
            facts.complete(reading, stated)
    if rest:
        rest.account(reading)
    article = document.article(_with_paragraphs(stated), ledger)
    count_again(reading, article)
    return ReadArticle(article, ledger, place)


def _with_paragraphs(stated: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with a body of plain paragraphs as such, which needs no checks of blocks."""
    blocks = stated.get("blocks", ())
    if blocks and all(type(block) is str for block in blocks):
        del stated["blocks"]
        stated["paragraphs"] = blocks
    return stated


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
