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
from typing import Any, Final

from lxml import etree
from markdown_it import MarkdownIt

from schemas.article import Block, Heading
from schemas.article.body import plain_inlines
from schemas.article.json_form import article_fields
from schemas.article.values import make_line
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from schemas.ledger import Ledger, general_path
from workers.formats.articles_json.member_names import read_common
from workers.formats.articles_json.taken import clean
from workers.formats.json.leaves import leaves
from workers.formats.markdown.front_matter import OWN, FrontMatter, read_front_matter
from workers.formats.markup import read_blocks, read_html
from workers.formats.text.reader import LARGEST_TEXT, decode_text
from workers.formats.xml.parsing import piece_parser

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
_NEXT: Final = re.compile(rf"^(?=---\n{OWN}\n)", re.MULTILINE)
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
        raw = stream.read(LARGEST_TEXT + 1)
    if len(raw) > LARGEST_TEXT:
        raise InputError(name, "", f"it has more than {LARGEST_TEXT:,} bytes; give each article as a text of its own")
    ledger = document.ledger()
    text = decode_text(name, raw, document.reading.encoding, ledger)
    parts = [text]
    if text.startswith(f"---\n{OWN}\n"):
        parts = [part for part in _NEXT.split(text) if part]
    for number, part in enumerate(parts, document.first_article):
        place = f"article {number}" if len(parts) > 1 else ""
        try:
            front = read_front_matter(part, name)
            read = _own if front.own else _foreign
            yield ReadArticle(*read(front, document, ledger, raw if len(parts) == 1 else None), place)
        except ArticleError as error:
            yield UnreadArticle(place=place, reason=str(error), kind="invalid")
        ledger = document.ledger()


def _foreign(front: FrontMatter, document: Document, ledger: Ledger, raw: bytes | None) -> tuple[Any, Ledger]:
    values = dict(front.fields)
    clean(values, ledger)
    stated = _statuses(values, ledger)
    columns = {field: key for key in values if (field := _OTHER.get(key.lower()))}
    stated |= read_common(values, {_TEXT: "", **columns, **document.columns}, ledger, document.reading.zone)
    blocks = read_html(to_html(front.rest), ledger, "text", base=stated.get("url")) if front.rest.strip() else ()
    if blocks and isinstance(first := blocks[0], Heading) and first.level == 1:
        title = make_line(plain_inlines(first.content).replace("\n", " "))
        if stated.setdefault("headline", title) == title:
            # The title of the page is its headline, which is no part of the text.
            blocks = blocks[1:]
    stated |= _body(blocks)
    if raw is not None and (source := document.source(raw, MEDIA_TYPE)):
        stated["source"] = source
    return document.article(stated, ledger), ledger


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


def _own(front: FrontMatter, document: Document, ledger: Ledger, _raw: bytes | None) -> tuple[Any, Ledger]:
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
    return document.article(stated | _body(own_blocks(body)), ledger, needs_content=False), ledger


def own_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of Markdown that newsmill wrote, verbatim."""
    if not text:
        return ()
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
    """Return Markdown as HTML that is XHTML, too, but for the HTML in the text."""
    made: str = _parser().render(text)
    return made


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"xhtmlOut": True}).enable(["table", "strikethrough"])
