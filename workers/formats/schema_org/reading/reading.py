"""The reading of one article of schema.org, and the handlers of properties with one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.ledger import Ledger
from workers.formats.schema_org.nodes import Nodes
from workers.formats.schema_org.reading import read_things
from workers.formats.schema_org.reading.account import SECOND, Account, flat

Take = Callable[["Reading", str, Any], None]


class Reading(Account):
    """The reading of one article, with the fields that are read so far."""

    careful = False
    """Whether the text has characters that no format holds, which a first reading has found."""

    def __init__(self, nodes: Nodes, ledger: Ledger, *, base: str | None, zone: str | None, verbatim: bool) -> None:
        super().__init__(nodes, ledger, base=base, zone=zone, verbatim=verbatim)
        self.of: dict[str, Any] = {}
        self.words: Any = None

    def first(self, field: str, path: str, value: Any) -> tuple[str, Any] | None:
        """Return the first of the values of a field that holds one; the others are not held."""
        if type(value) is str and field not in self.of:
            return path, value  # the usual case
        found = list(flat(path, value))
        if field not in self.of and found:
            for at, other in found[1:]:
                self.lose(at, other, SECOND)
            return found[0]
        for at, other in found:
            self.lose(at, other, SECOND)
        return None

    def add(self, field: str, value: Any) -> None:
        """Add a value to a field that holds any number."""
        if value is not None:
            self.of.setdefault(field, []).append(value)


def take_line(field: str) -> Take:
    """Return the handler of a field of one line."""

    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (text := reading.line(*found, field)):
            reading.of[field] = text

    return take


def take_text(field: str) -> Take:
    """Return the handler of a text of any number of lines."""

    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (text := reading.text(*found, field)):
            reading.of[field] = text

    return take


def take_moment(field: str, *, zoned: bool = False) -> Take:
    """Return the handler of a date; `zoned` if its field needs a date-time with a zone."""

    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (moment := reading.moment(*found, field, zoned=zoned)):
            reading.of[field] = moment

    return take


def take_chosen(field: str, read: Callable[[str], Any], reason: str) -> Take:
    """Return the handler of a value that a function reads; the reason is for values that it cannot read."""

    def take(reading: Reading, path: str, value: Any) -> None:
        found = reading.first(field, path, value)
        if found and (read_value := reading.choose(*found, field, read, reason)) is not None:
            reading.of[field] = read_value

    return take


def take_party(field: str) -> Take:
    """Return the handler of an organisation: the first that has a name."""

    def take(reading: Reading, path: str, value: Any) -> None:
        for at, one in flat(path, value):
            if field in reading.of:
                reading.lose(at, one, SECOND)
            elif party := read_things.party(reading, at, one, field):
                reading.of[field] = party

    return take


def take_lines(field: str, main: str) -> Take:
    """Take texts: one as the main field where that has none, others beside it."""

    def take(reading: Reading, path: str, value: Any) -> None:
        for at, one in flat(path, value):
            is_plain = type(one) is not dict or "@language" not in one
            if is_plain and main and main not in reading.of:
                text = reading.text(at, one, main)
                if text:
                    reading.of[main] = text
            else:
                reading.add(field, read_things.role_text(reading, at, one, field))

    return take
