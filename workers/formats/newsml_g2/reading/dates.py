"""The dates of an item, in the form of an Article."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from schemas.article.dates import read_moment, read_zoned_moment
from schemas.article.values import check_day_or_moment
from workers.formats.newsml_g2.reading.leaves import Leaves


class Dates:
    """The reader of the dates of one item.

    Args:
        leaves: the leaves of the item.
        zone: the zone of times that state none, if the request gives it.
    """

    __slots__ = ("_leaves", "_zone")

    def __init__(self, leaves: Leaves, zone: str | None) -> None:
        self._leaves = leaves
        self._zone = zone

    def day_or_moment(self, elements: Sequence[etree._Element], field: str) -> str | None:
        """Return the first date: a day, or a date-time with or without its zone. The others are not held."""
        return self._first(elements, field, zoned=False)

    def moment(self, elements: Sequence[etree._Element], field: str) -> str | None:
        """Return the first date-time with its zone. The others are not held."""
        return self._first(elements, field, zoned=True)

    def _first(self, elements: Sequence[etree._Element], field: str, *, zoned: bool) -> str | None:
        found = None
        for element in elements:
            leaves = self._leaves
            text = leaves.plain(element)
            if text is None:
                leaves.attributes(element)
                text = (element.text or "").strip()
            if not text or found:
                leaves.drop_text(element, "the Article holds one" if text else "")
                continue
            # XML Schema allows a zone at a day, where it means nothing to a reader.
            bare = text[:-1] if len(text) == 11 and text[-1] == "Z" and not check_day_or_moment(text[:-1]) else text
            value, reason = (read_zoned_moment if zoned else read_moment)(bare, self._zone)
            if value is None:
                leaves.drop_text(element, reason or "")
            elif reason:
                leaves.change_text(element, field, reason)
            else:
                leaves.keep_text(element, field)
            found = value
        return found
