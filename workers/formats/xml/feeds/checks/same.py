"""Compare an item that newsmill wrote with its article, by reading it."""

from __future__ import annotations

from typing import Final

from lxml import etree

from schemas.article import Article
from schemas.article.body import plain_blocks
from schemas.article.values import shorten
from schemas.ledger import Ledger
from workers.formats.xml.account import Account
from workers.formats.xml.feeds.names import shown_name
from workers.formats.xml.feeds.reading.entry import Context, Entry
from workers.formats.xml.feeds.reading.items import read_item, read_own_attributes

_COMPARED: Final = ("id", "headline", "description", "url", "bylines", "keywords", "section", "copyright_notice")


def differences(item: etree._Element, article: Article, at: str | None) -> list[str]:
    """Return what an item states otherwise than its article, each as a sentence.

    Args:
        item: the item.
        article: its article.
        at: when the feed was written.
    """
    entry = Entry(Account(item, Ledger(), shown=shown_name), item, Context(own=True, updated=at), None)
    read_own_attributes(entry)
    read_item(entry)
    stated = entry.fields()
    found = []
    if plain_blocks(stated.get("blocks") or stated.get("paragraphs", ())) != article.paragraphs:
        found.append("the text is not that of the article")
    for name in _COMPARED:
        written, held = stated.get(name), getattr(article, name) or None
        if name == "bylines":
            written, held = ([one.name for one in people or ()] for people in (written, held))
        if written != held:
            found.append(f"{name} is {shorten(repr(written))}; the article states {shorten(repr(held))}")
    return found
