"""The statements of a NITF document, in an item of another format or on its own."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

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
    account.verbatim = any((one.get("name"), one.get("content")) == ("generator", GENERATOR) for one in metas)
    read_body(account, nitf, stated, zone)
    read_head(account, nitf, stated, zone)
    found = ((name, tuple(value) if isinstance(value, list) else value) for name, value in stated.items())
    return {name: value for name, value in found if value not in (None, ())}
