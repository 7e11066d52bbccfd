"""The readers and the facts of one item, which the readers of its properties share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workers.formats.newsml_g2.reading.concepts import Concepts
from workers.formats.newsml_g2.reading.dates import Dates
from workers.formats.newsml_g2.reading.leaves import Children, Leaves
from workers.formats.newsml_g2.reading.links import Links
from workers.formats.newsml_g2.reading.parties import Parties
from workers.formats.newsml_g2.reading.texts import keep_language

Elements = Sequence[etree._Element]


@dataclass(slots=True)
class Context:
    """One item.

    Args:
        leaves: its leaves.
        language: the language of its texts, if it states one.
        concepts: the reader of its concepts.
        parties: the reader of its parties.
        links: the reader of its links.
        dates: the reader of its dates.
        made: the time at which newsmill wrote the item, "" if that is not stated; None for an item of other software.
        stated: the fields of the Article that are read so far.
        withheld: whether the item has an embargo whose end is not known.
        own: whether newsmill wrote the item; derived.
    """

    leaves: Leaves
    language: str | None
    concepts: Concepts
    parties: Parties
    links: Links
    dates: Dates
    made: str | None
    stated: dict[str, Any] = field(default_factory=dict)
    withheld: bool = False
    own: bool = field(init=False)

    def __post_init__(self) -> None:
        """Derive whether newsmill wrote the item."""
        self.own = self.made is not None


Read = Callable[[Context, Elements], None]
"""The reader of a property. It takes all elements of the property."""


def read_properties(context: Context, children: Children, readers: Mapping[str, Read]) -> None:
    """Read the properties that have a reader. The others are left, and so not held."""
    for name in tuple(children):
        if read := readers.get(name):
            read(context, children.pop(name))


def one_line(field_name: str) -> Read:
    """Return the reader of a field of one line. Only the first text is held."""

    def read(context: Context, elements: Elements) -> None:
        leaves, stated = context.leaves, context.stated
        for element in elements:
            if field_name not in stated and (plain := leaves.plain(element)):
                stated[field_name] = plain
                continue
            attributes = leaves.attributes(element)
            line = leaves.line(element)
            if not line or field_name in stated:
                leaves.drop_text(element, "the Article holds one" if line else "")
                continue
            leaves.keep_text(element, field_name)
            keep_language(attributes, field_name, context.language)
            stated[field_name] = line

    return read


def all_lines(field_name: str) -> Read:
    """Return the reader of a field of any number of lines."""

    def read(context: Context, elements: Elements) -> None:
        leaves = context.leaves
        lines = []
        for element in elements:
            if plain := leaves.plain(element):
                lines.append(plain)
                continue
            attributes = leaves.attributes(element)
            if line := leaves.line(element):
                leaves.keep_text(element, field_name)
                keep_language(attributes, field_name, context.language)
                lines.append(line)
            else:
                leaves.drop_text(element)
        context.stated[field_name] = tuple(lines)

    return read


def all_codes(field_name: str) -> Read:
    """Return the reader of a field of any number of codes."""

    def read(context: Context, elements: Elements) -> None:
        codes = (context.concepts.code(element, field_name) for element in elements)
        context.stated[field_name] = tuple(filter(None, codes))

    return read


def one_code(field_name: str) -> Read:
    """Return the reader of a field of one code."""

    def read(context: Context, elements: Elements) -> None:
        for element in elements:
            if field_name in context.stated:
                context.leaves.drop(element, "the Article holds one")
            elif code := context.concepts.code(element, field_name):
                context.stated[field_name] = code

    return read


def day_or_moment(field_name: str) -> Read:
    """Return the reader of a day or a date-time."""

    def read(context: Context, elements: Elements) -> None:
        context.stated[field_name] = context.dates.day_or_moment(elements, field_name)

    return read


def moment(field_name: str) -> Read:
    """Return the reader of a date-time with its zone."""

    def read(context: Context, elements: Elements) -> None:
        context.stated[field_name] = context.dates.moment(elements, field_name)

    return read
