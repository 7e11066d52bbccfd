"""The dates of an item, in the form of an Article."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from schemas.article.dates import read_moment, read_zoned_moment
from schemas.article.values import check_day_or_moment
from workers.formats.newsml_g2.reading.leaves import Leaves


class _Found(NamedTuple):
    """A date-time without a zone: its element, its value, and what the ledger says of it."""

    element: etree._Element
    value: str
    reason: str


class Dates:
    """The reader of the dates of one item.

    Args:
        leaves: the leaves of the item.
        zone: the zone of times that state none, if the request gives it.
    """

    __slots__ = ("_leaves", "_without_zone", "zone")

    def __init__(self, leaves: Leaves, zone: str | None) -> None:
        self._leaves = leaves
        self.zone = zone
        self._without_zone: dict[str, _Found] = {}

    def day_or_moment(self, elements: Sequence[etree._Element], field: str) -> str | None:
        """Return the first date: a day, or a date-time with or without its zone. The others are not held."""
        return self._first(elements, field, zoned=False)

    def moment(self, elements: Sequence[etree._Element], field: str) -> str | None:
        """Return the first date-time with its zone. The others are not held."""
        return self._first(elements, field, zoned=True)

    def take_without_zone(self, *fields: str) -> str | None:
        """Return the date-time of the first of some fields whose text lacks only a zone, for the date of the article.

        Args:
            fields: fields that hold date-times with a zone. The texts of the others are named as not held.
        """
        taken = next((field for field in fields if field in self._without_zone), None)
        for field, found in self._without_zone.items():
            if field == taken:
                self._leaves.change_text(found.element, "published", found.reason)
            else:
                self._leaves.drop_text(found.element, found.reason)
        return self._without_zone[taken].value if taken else None

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
            value, reason = (read_zoned_moment if zoned else read_moment)(bare, self.zone)
            loose = read_moment(bare, self.zone).value if value is None else None
            if loose and field not in self._without_zone:
                self._without_zone[field] = _Found(element, loose, reason or "")
            elif value is None:
                leaves.drop_text(element, reason or "")
            elif reason:
                leaves.change_text(element, field, reason)
            else:
                leaves.keep_text(element, field)
            found = value
        return found
