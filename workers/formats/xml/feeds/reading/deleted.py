"""Deleted entries (RFC 6721) of Atom, and of RSS that has them: each is a canceled article."""

from __future__ import annotations

from lxml import etree

from schemas.conversion import Document, ReadArticle, UnreadArticle
from workers.formats.xml.account import Account
from workers.formats.xml.feeds.names import name_of, shown_name
from workers.formats.xml.feeds.reading.entry import Context, Entry


def read_deleted(document: Document, element: etree._Element) -> ReadArticle | UnreadArticle:
    """Return the canceled article of a deleted entry."""
    ledger = document.ledger()
    account = Account(element, ledger, shown=shown_name)
    entry = Entry(account, element, Context(own=True), document.reading.zone)
    stated = {"id": account.keep(element, "ref", "id"), "status": "canceled"}
    for child in account.children(element):
        if name_of(child) == "at:comment":
            stated["ed_note"] = entry.text(child, "ed_note")
    if when := account.keep(element, "when", "modified"):
        stated["modified"] = when
    account.finish()
    place = f"{shown_name(element)}, line {element.sourceline}"
    try:
        return ReadArticle(document.article({k: v for k, v in stated.items() if v}, ledger), ledger, place)
    except Exception as error:
        return UnreadArticle.of(error, place)
