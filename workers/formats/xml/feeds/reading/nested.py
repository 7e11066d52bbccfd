"""Documents of other formats in the items of a feed: NITF is read there, NewsML by the readers of its own."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lxml import etree

from schemas.errors import ArticleError, Fault
from workers.formats.markup.reading.text import local_name
from workers.formats.xml.account import Account
from workers.formats.xml.feeds.names import shown_name
from workers.formats.xml.parsing import piece_parser

_NITF = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>\[]*>\s*)?<(?:[\w.-]+:)?nitf[\s>]", re.IGNORECASE)
_PROLOG = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!DOCTYPE[^>\[]*>\s*)?", re.IGNORECASE)
_NEWSML: Final = {"newsitem": "newsml-g2", "packageitem": "newsml-g2", "newsmessage": "newsml-g2", "newsml": "newsml-1"}


class Nitf(NamedTuple):
    """A NITF document in an item, and the account of its leaves."""

    element: etree._Element
    account: Account


def find_nitf(item: etree._Element, account: Account) -> Nitf | None:
    """Return the NITF document in an item, as elements or as text; None if there is none."""
    for element in item.iterdescendants(etree.Element):
        if local_name(element.tag) == "nitf":
            return Nitf(element, account)
        text = element.text
        if text and "nitf" in text and _NITF.match(text):
            try:
                root = etree.fromstring(_PROLOG.sub("", text, count=1).encode(), piece_parser())
            except etree.XMLSyntaxError:
                continue
            path = account.path(element)
            account.release(element)
            return Nitf(root, Account(root, account.ledger, path, shown=shown_name))
    return None


def refuse_newsml(item: etree._Element) -> None:
    """Refuse an item with NewsML in it, which its own reader reads.

    Raises:
        ArticleError: the item holds NewsML.
    """
    for element in item.iterdescendants(etree.Element):
        if format_id := _NEWSML.get(local_name(element.tag)):
            reason = f"it holds a {shown_name(element)}, which the reader {format_id} reads: --from {format_id}"
            raise ArticleError((Fault("", reason),))
