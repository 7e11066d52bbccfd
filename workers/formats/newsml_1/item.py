"""One NewsItem while it is read: its leaves, its topics, and the fields that it states."""

from __future__ import annotations

from typing import Any

from lxml import etree

from workers.formats.newsml_1.topics import Topics
from workers.formats.xml.account import Account

ONE = "the Article holds one"


class Item:
    """One NewsItem.

    Args:
        account: its leaves.
        element: its element.
        zone: the zone of times that state none, if the request gives it.
        topics: the topics that it can refer to.

    `created` is when it was created, which is its date for want of another one.
    """

    __slots__ = ("_seen", "account", "created", "element", "stated", "topics", "zone")

    def __init__(self, account: Account, element: etree._Element, zone: str | None, topics: Topics) -> None:
        self.account = account
        self.element = element
        self.zone = zone
        self.topics = topics
        self.stated: dict[str, Any] = {}
        self._seen: dict[str, set[Any]] = {}
        self.created: str | None = None

    def add(self, field: str, *values: Any) -> None:
        """Add values to a field with any number of them."""
        held, seen = self.stated.setdefault(field, []), self._seen.setdefault(field, set())
        for value in values:
            if value not in seen:
                seen.add(value)
                held.append(value)

    def fields(self) -> dict[str, Any]:
        """Return the fields that it states, as those of an Article."""
        found = ((name, tuple(value) if isinstance(value, list) else value) for name, value in self.stated.items())
        return {name: value for name, value in found if value not in (None, ())}

    def take_line(self, element: etree._Element, field: str, *, text: bool = False) -> str | None:
        """Take the text of an element as a field that holds one."""
        line = self.account.text(element) if text else self.account.line(element)
        if not line:
            return None
        if self.stated.get(field) not in (None, line):
            self.account.drop_text(element, ONE)
            return None
        self.account.keep_text(element, field)
        self.stated[field] = line
        return line

    def formal_name(self, element: etree._Element, field: str) -> str | None:
        """Take the FormalName of an element."""
        return self.account.keep(element, "formalname", field)

    def date(self, element: etree._Element, field: str, *, zoned: bool = False) -> str | None:
        """Take the date in an element; None if there is none that can be read."""
        return self.account.date(element, field, self.zone, zoned=zoned)
