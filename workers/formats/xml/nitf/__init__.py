"""The statements of a NITF document, in an item of another format or on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lxml import etree

from schemas.article.body import Block
from schemas.ledger import Ledger
from workers.formats.xml.account import Account
from workers.formats.xml.nitf.body import read_body
from workers.formats.xml.nitf.head import read_head

GENERATOR: Final = "newsmill"
"""The content of the `meta` generator in documents that newsmill wrote: all white space in them is part of a text."""

APART: Final = frozenset(("body.content",))
"""The elements that the account of a NITF document has apart."""


def stated_by(account: Account, nitf: etree._Element, zone: str | None) -> dict[str, Any]:
    """Return the fields that a NITF document states, and record each leaf that they hold."""
    stated: dict[str, Any] = {}
    metas = account.all("head/meta", nitf)
    account.verbatim |= any((one.get("name"), one.get("content")) == ("generator", GENERATOR) for one in metas)
    read_body(account, nitf, stated, zone)
    read_head(account, nitf, stated, zone)
    found = ((name, tuple(value) if isinstance(value, list) else value) for name, value in stated.items())
    return {name: value for name, value in found if value not in (None, ())}


_STATED: Final = "the item around the document states it"
_INDEX: Final = re.compile(r"\[\d+\]")


def complete(
    nitf: etree._Element,
    ledger: Ledger,
    path: str,
    zone: str | None,
    take: Callable[[str, Any], bool],
    *,
    verbatim: bool = False,
) -> tuple[Block, ...]:
    """Return the text of a NITF document in an item of another format, and complete the item by what it states.

    Args:
        nitf: the root element of the document.
        ledger: the ledger of the article.
        path: the path of the document in its source.
        zone: the zone of times that state none, if the request gives it.
        take: takes a field and its value into the item; returns whether the item has this value then.
        verbatim: whether all white space is part of the text.
    """
    # Only a whole ledger has the leaves of the fields that the item does not take.
    own = Ledger(whole=True)
    account = Account(nitf, own, path, apart=APART)
    account.verbatim = verbatim
    found = stated_by(account, nitf, zone)
    account.finish()
    blocks: tuple[Block, ...] = found.pop("blocks", ())
    lost = {name for name, value in found.items() if not take(name, value)}
    for entry in own.entries:
        if entry.outcome == "kept" and (entry.field or "").partition(".")[0] in lost:
            entry = entry._replace(outcome="not-held", field=None, reason=_STATED)
        if ledger.whole:
            ledger.entries.append(entry)
        elif entry.outcome != "kept":
            ledger.entries.append(entry._replace(path=_INDEX.sub("", entry.path)))
    return blocks
