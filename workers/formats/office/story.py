"""The article of an office file: its properties, its headline and its text."""

from __future__ import annotations

from typing import Any

from schemas.article import Block, Heading
from schemas.article.body import plain_blocks
from schemas.article.values import make_line
from schemas.conversion import Document, ReadArticle, UnreadArticle
from schemas.errors import ArticleError, InputError
from schemas.ledger import Ledger
from workers.formats.opening import take_opening


def make_story(
    document: Document, fields: dict[str, Any], blocks: tuple[Block, ...], ledger: Ledger
) -> ReadArticle | UnreadArticle:
    """Return the article of an office file. The heading that its text begins with is its headline.

    Args:
        document: the file.
        fields: what its properties state; the ledger has them below `properties`.
        blocks: its text.
        ledger: the ledger of the article.

    Raises:
        InputError: the file has no text.
    """
    title, blocks = _take_headline(blocks)
    opening = take_opening(blocks, document.reading, ledger, ("headline",) if title else ())
    blocks = opening.rest
    if title := title or opening.fields.get("headline", ""):
        stated = fields.get("headline")
        if stated is not None:
            ledger.entries = [entry for entry in ledger.entries if entry.path != "properties/title"]
            if stated == title:
                ledger.kept("properties/title", stated, "headline")
            else:
                ledger.not_held("properties/title", stated, "the text begins with a headline of its own")
        fields["headline"] = title
    if "byline" in opening.fields:
        authors = fields.get("bylines", ())
        if authors and authors != opening.fields.get("bylines"):
            places = [entry for entry in ledger.entries if entry.field == "bylines.name"]
            ledger.entries = [entry for entry in ledger.entries if entry.field != "bylines.name"]
            place = places[0].path if places else "properties/creator"
            ledger.not_held(place, authors[0].name or "", "the text has a byline of its own")
            del fields["bylines"]
        fields |= {name: value for name, value in opening.fields.items() if name != "headline"}
    if not blocks:
        name = document.name or "document"
        raise InputError(name, "", "there is no text in it; give a document with the text of the article")
    name = "paragraphs" if all(isinstance(block, str) for block in blocks) else "blocks"
    try:
        return ReadArticle(document.article(fields | {name: blocks}, ledger), ledger)
    except ArticleError as error:
        return UnreadArticle(place="", reason=str(error), kind="invalid")


def _take_headline(blocks: tuple[Block, ...]) -> tuple[str, tuple[Block, ...]]:
    """Return the text of the heading that a text begins with, and the text after it; "" if it begins otherwise."""
    if blocks[1:] and isinstance(blocks[0], Heading):
        return make_line(" ".join(plain_blocks(blocks[:1]))), blocks[1:]
    return "", blocks
