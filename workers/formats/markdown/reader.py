"""Read Markdown (CommonMark with tables and strikethrough), with front matter in YAML, TOML or JSON or without any.

- The front matter is read by the names of its values, as JSON of content systems is (`articles_json.member_names`).
- A draft is withheld.
- Without a title, a heading of the first level at the beginning is the headline.
- What newsmill wrote is read verbatim; a file of several articles has the front matter of each before its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from lxml import etree

from schemas.article import Article, Block, Heading
from schemas.article.body import plain_inlines
from schemas.article.json_form import article_fields
from schemas.article.values import make_line
from schemas.bounds import LARGEST_EXPANSION, LARGEST_ITEM, read_piece, refuse_article
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import InputError
from schemas.ledger import Ledger, general_path
from workers.formats.articles_json.member_names import read_common
from workers.formats.articles_json.taken import clean
from workers.formats.json.leaves import leaves
from workers.formats.markdown.front_matter import OWN, FrontMatter, read_front_matter
from workers.formats.markup import read_blocks, read_html
from workers.formats.text.reader import decode_text
from workers.formats.xml.parsing import piece_parser

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

MEDIA_TYPE: Final = "text/markdown"
NAMES: Final = {
    "headline": "title",
    "published": "date",
    "modified": "lastmod",
    "keywords": "tags",
    "bylines": "authors",
}
"""The names in front matter of the fields that static site generators know, as newsmill writes them."""

_FIELDS: Final = {name: field for field, name in NAMES.items()}
_MARK: Final = b"---\n"
_OWN_LINE: Final = f"{OWN}\n".encode()
_OWN_START: Final = _MARK + _OWN_LINE
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\n")
_PIECE: Final = 2**17
_LABEL: Final = re.compile(r"\[([^\[\]]{1,1000})\]")
_TOO_LARGE: Final = "give each article as a text of its own"

LARGEST: Final = 2**19
"""The highest number of bytes of a text. The parser takes several hundred times as many in memory."""

MOST_BRACKETS: Final = 10_000
"""The highest number of brackets in a paragraph."""

# Names of static site generators beside those that other JSON has.
_OTHER: Final = {"lastmod": "modified", "expirydate": "expires", "publishdate": "published", "cover": "media"}
_TEXT: Final = "paragraphs"


def read_markdown(document: Document) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the article of a text; of what newsmill wrote, all that are in it.

    Raises:
        InputError: the text is not in its encoding, or its front matter cannot be read.
    """
    name = document.name or "text"
    with document.open() as stream:
        first = stream.read(len(_OWN_START))
        if first == _OWN_START:
            yield from _own_articles(stream, document, name)
            return
        raw = read_piece(stream, name, _TOO_LARGE, first=first, most=LARGEST)
    ledger = document.ledger()
    text = decode_text(name, raw, document.reading.encoding, ledger)
    _check_blocks(text, name)
    front = read_front_matter(text, name)
    try:
        found: ReadArticle | UnreadArticle = ReadArticle(_foreign(front, document, ledger, raw), ledger)
    except Exception as error:
        found = UnreadArticle.of(error, "")
    yield found


def _check_blocks(text: str, name: str) -> None:
    """Check that no block has so many brackets that the search for links in it takes long.

    Raises:
        InputError: one has.
    """
    if text.count("[") > MOST_BRACKETS:
        for block in _BLANK_LINE.split(text):
            if block.count("[") > MOST_BRACKETS:
                raise InputError(name, "", f"a paragraph has more than {MOST_BRACKETS:,} brackets; divide it")


def _own_articles(stream: BinaryIO, document: Document, name: str) -> Iterator[ReadArticle | UnreadArticle]:
    """Yield the articles that newsmill wrote into one file."""
    for number, raw in enumerate(_own_parts(stream, name), document.first_article):
        place = f"article {number}"
        try:
            ledger = document.ledger()
            front = read_front_matter(decode_text(name, raw, None, ledger), name)
            found: ReadArticle | UnreadArticle = ReadArticle(_own(front, document, ledger), ledger, place)
        except InputError as error:
            found = UnreadArticle(place=place, reason=error.reason)
        except Exception as error:
            found = UnreadArticle.of(error, place)
        yield found


def _own_parts(stream: BinaryIO, name: str) -> Iterator[bytes]:
    lines: list[bytes] = [_OWN_START]
    size = 0
    while line := stream.readline(LARGEST_ITEM):
        size += len(line)
        if size > LARGEST_ITEM:
            raise InputError(name, "", f"an article has more than {LARGEST_ITEM:,} bytes")
        if line == _OWN_LINE and lines and lines[-1] == _MARK:
            yield b"".join(lines[:-1])
            lines, size = [_MARK], 0
        lines.append(line)
    yield b"".join(lines)


def _foreign(front: FrontMatter, document: Document, ledger: Ledger, raw: bytes) -> Article:
    values = dict(front.fields)
    clean(values, ledger)
    stated = _statuses(values, ledger)
    columns = {field: key for key in values if (field := _OTHER.get(key.lower()))}
    stated |= read_common(
        values, {_TEXT: "", **columns, **document.columns}, ledger, document.reading.zone, document.reading.dates
    )
    blocks = read_html(to_html(front.rest), ledger, "text", base=stated.get("url")) if front.rest.strip() else ()
    if blocks and isinstance(first := blocks[0], Heading) and first.level == 1:
        title = make_line(plain_inlines(first.content).replace("\n", " "))
        if stated.setdefault("headline", title) == title:
            # The title of the page is its headline, which is no part of the text.
            blocks = blocks[1:]
    stated |= _body(blocks)
    return document.article(stated | {"source": document.source(raw, MEDIA_TYPE)}, ledger)


def _statuses(values: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    """Take what says that a text is a draft: `draft: true` (Hugo), `published: false` (Jekyll)."""
    stated: dict[str, Any] = {}
    for key, is_draft in (("draft", "true"), ("published", "false")):
        value = str(values.get(key, "")).lower()
        if value in ("true", "false", "yes", "no"):
            del values[key]
            ledger.kept(key, value, "status")
            if value == is_draft:
                stated["status"] = "withheld"
    return stated


def _own(front: FrontMatter, document: Document, ledger: Ledger) -> Article:
    fields = {_FIELDS.get(key, key): value for key, value in front.fields.items()}
    stated = article_fields({_TEXT: "-", **fields})
    del stated[_TEXT]
    if ledger.whole:
        for path, value in leaves(front.fields):
            first = general_path(path).partition(".")[0]
            ledger.kept(path, value, _FIELDS.get(first, first))
    body = front.rest.strip("\n")
    if body:
        ledger.kept("text", body, _TEXT)
    return document.article(stated | _body(own_blocks(body)), ledger, needs_content=False)


def own_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of Markdown that newsmill wrote, verbatim."""
    return tuple(block for part in _pieces(text) for block in _own_piece(part))


def _pieces(text: str) -> Iterator[str]:
    """Yield a text in pieces of whole blocks: to parse a large one at once takes much memory."""
    blocks = text.split("\n\n") if text else []
    piece: list[str] = []
    size = 0
    for block in blocks:
        if size > _PIECE:
            yield "\n\n".join(piece)
            piece, size = [], 0
        piece.append(block)
        size += len(block)
    if piece:
        yield "\n\n".join(piece)


def _own_piece(text: str) -> tuple[Block, ...]:
    # A parser of XML would turn a carriage return into a line feed.
    html = to_html(text).replace("\r", "&#13;")
    try:
        root = etree.fromstring(f"<div>{html}</div>".encode(), piece_parser())
    except etree.XMLSyntaxError:
        return read_html(html, Ledger(), "text")
    return read_blocks(root, Ledger(), "text", verbatim=True)


def _body(blocks: tuple[Block, ...]) -> dict[str, Any]:
    if not blocks:
        return {}
    return {_TEXT if all(isinstance(block, str) for block in blocks) else "blocks": blocks}


def to_html(text: str) -> str:
    """Return Markdown as HTML that is XHTML, too, but for the HTML in the text.

    Raises:
        ArticleError: the references repeat too much.
    """
    made: str = _parser().render(text)
    return made


@cache
def _parser() -> MarkdownIt:
    # Imported with the first document: it takes two megabytes.
    from markdown_it import MarkdownIt  # noqa: PLC0415

    parser = MarkdownIt("commonmark", {"xhtmlOut": True}).enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "repeats", _check_references)
    return parser


def _check_references(state: StateCore) -> None:
    """Check what the references of a text repeat: each has the address and the title of its definition."""
    from markdown_it.common.utils import normalizeReference  # noqa: PLC0415

    defined = state.env.get("references")
    if defined:
        sizes = {label: len(one["href"]) + len(one["title"]) for label, one in defined.items()}
        repeated = sum(sizes.get(normalizeReference(found[1]), 0) for found in _LABEL.finditer(state.src))
        if repeated > LARGEST_EXPANSION:
            refuse_article("its references repeat", LARGEST_EXPANSION)
