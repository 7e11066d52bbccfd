"""The dates of NITF: 20240301T080000Z, 20240301T080000-0500, and the extended form of ISO 8601."""

from __future__ import annotations

from lxml import etree

from schemas.article.dates import read_moment, read_zoned_moment
from workers.formats.xml.account import Account


def take_date(
    account: Account, element: etree._Element, name: str, field: str, zone: str | None, *, zoned: bool = False
) -> str | None:
    """Take the date in an attribute; None if there is none that can be read."""
    text = account.get(element, name)
    if text is None:
        return None
    value, reason = (read_zoned_moment if zoned else read_moment)(text, zone)
    if value is None:
        account.drop(element, name, reason or "")
    elif reason:
        account.change(element, name, field, reason)
    else:
        account.keep(element, name, field)
    return value
