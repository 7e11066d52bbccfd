"""The text of an item and its description, and whether the text is a part only."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from schemas.article import Block, split_paragraphs
from schemas.article.body import Figure, plain_block, plain_blocks
from schemas.ledger import Entry as LedgerEntry
from workers.formats.markup import find_html, plain_text, read_blocks, read_html
from workers.formats.xml.feeds.names import name_of
from workers.formats.xml.feeds.reading.entry import Entry
from workers.formats.xml.parsing import piece_parser

_PARTIAL: Final = "the feed states no full text; this is its summary, which may be a part of the text"
_CUT: Final = "the text ends in a mark of what is left out; it is a part of the text"
_MARK = re.compile(
    r"(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|…|\.\.\.)\s*(?:(?:continue reading|read more|read the rest|more)\b.*)?\Z",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_MARK: Final = 300


def read_texts(entry: Entry) -> tuple[Block, ...]:
    """Take the text and the description of an item; return the blocks of the text."""
    blocks: tuple[Block, ...] = ()
    for element in entry.texts:
        if blocks:
            _repeat(entry, element, blocks, "paragraphs")
        else:
            blocks = _blocks(entry, element, "paragraphs")
            if blocks and not entry.context.own:
                _name_cut(entry, element, blocks)
    for element in entry.summaries:
        if blocks and not entry.context.own and _same(entry.account.text(element), plain_blocks(blocks)):
            entry.account.keep_text(element, "paragraphs")
        elif "description" in entry.stated:
            entry.state(element, "description", line=False)
        elif entry.context.own:
            # Only RSS has HTML in its descriptions.
            read = entry.unescaped if name_of(element) == "description" else entry.text
            if text := read(element, "description"):
                entry.stated["description"] = text
        elif blocks or entry.nested is not None:
            _describe(entry, element)
        else:
            blocks = _partial(entry, element)
    return blocks


def _describe(entry: Entry, element: etree._Element) -> None:
    """Take a summary as the description. The pictures in it are media of the article."""
    blocks = _blocks(entry, element, "description")
    if text := "\n\n".join(plain_blocks(blocks)).strip():
        entry.stated["description"] = text
    entry.add("media", *(block.media for block in blocks if isinstance(block, Figure)))


def _partial(entry: Entry, element: etree._Element) -> tuple[Block, ...]:
    """Take a summary as the text, for want of another one, and say so."""
    ledger, path = entry.account.ledger, entry.account.path(element)
    before = len(ledger.entries)
    given = entry.account.text(element)
    blocks = _blocks(entry, element, "paragraphs")
    if not plain_blocks(blocks):
        entry.add("media", *(block.media for block in blocks if isinstance(block, Figure)))
        return ()
    # The leaf is said to be kept, which it is in part.
    ledger.entries[before:] = [one for one in ledger.entries[before:] if one.outcome != "kept" or one.path != path]
    ledger.entries.append(LedgerEntry(path, "changed", given.strip(), "paragraphs", _PARTIAL))
    return blocks


def _name_cut(entry: Entry, element: etree._Element, blocks: tuple[Block, ...]) -> None:
    last = next((text for block in reversed(blocks) if (text := plain_block(block))), "")
    if _MARK.search(last[-_LONGEST_MARK:]):
        entry.account.ledger.changed(entry.account.path(element), last[-_LONGEST_MARK:], "paragraphs", _CUT)


def _repeat(entry: Entry, element: etree._Element, blocks: tuple[Block, ...], name: str) -> None:
    if _same(entry.account.text(element), plain_blocks(blocks)):
        entry.account.keep_text(element, name)
    else:
        entry.account.drop_text(element, "another text stands before it")


def _same(text: str, paragraphs: tuple[str, ...]) -> bool:
    return plain_text(text).split() == " ".join(paragraphs).split()


def _blocks(entry: Entry, element: etree._Element, name: str) -> tuple[Block, ...]:
    """Return the blocks of an element: of the elements in it, or of the HTML or plain text in its text."""
    account = entry.account
    for attribute in ("type", "mode"):
        account.keep(element, attribute, name)
    if len(element):
        return account.blocks(element, name)
    path = account.path(element)
    text = account.release(element)
    if not text:
        return ()
    if entry.context.own and (own := _verbatim(entry, text, path, name)) is not None:
        return own
    if entry.html_of and name == "paragraphs":
        return _converted(text, entry.html_of(text), entry, path)
    if source := find_html(text):
        return read_html(source, account.ledger, path, field=name, base=entry.base)
    plain = plain_text(text)
    if plain == text:
        account.ledger.kept(path, text.strip(), name)
    else:
        account.ledger.changed(path, text.strip(), name, "its character references are read as characters")
    return tuple(split_paragraphs(plain.replace("\r\n", "\n")))


def _converted(text: str, html: str, entry: Entry, path: str) -> tuple[Block, ...]:
    """Return the blocks of a text that is made into HTML. The ledger has the text."""
    ledger = entry.account.ledger
    before = len(ledger.entries)
    blocks = read_html(html, ledger, path, base=entry.base)
    ledger.entries[before:] = [
        one._replace(value=text.strip()) if one.path == path and one.value == html else one
        for one in ledger.entries[before:]
    ]
    return blocks


def _verbatim(entry: Entry, text: str, path: str, name: str) -> tuple[Block, ...] | None:
    """Return the blocks of XHTML that newsmill wrote; None if it is none."""
    try:
        root = etree.fromstring(f"<div>{text}</div>".encode(), piece_parser())
    except etree.XMLSyntaxError:
        return None
    entry.account.ledger.kept(path, text.strip(), name)
    whole = entry.account.ledger.whole
    found = len(entry.account.ledger.entries)
    blocks = read_blocks(root, entry.account.ledger, path, field=name, verbatim=True)
    if whole:
        del entry.account.ledger.entries[found:]
    return blocks
