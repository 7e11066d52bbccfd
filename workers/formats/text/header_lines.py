"""The header lines of a text: names with values before the first blank line, such as `Title: Ferry back`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from schemas.article import Byline, Party, Place, Subject
from schemas.article.bylines import name_in
from schemas.article.dates import DayOrder, read_moment, read_zoned_moment
from schemas.article.values import make_line
from schemas.columns.names import NAMES, TEXT, plain_name
from schemas.ledger import Ledger

_LINE: Final = re.compile(r"([^\W\d_][\w .-]{0,30}):[ \t]+(\S.*)")
# One such line alone is a header too: prose does not begin so.
_ALONE: Final = frozenset(("title", "headline", "byline", "author", "date", "published"))
# A name that two fields have states the first of them.
_FIELDS: Final = {name: field for field, names in reversed(list(NAMES.items())) if field != TEXT for name in names}
_DATES: Final = ("published", "modified")


class HeaderLine(NamedTuple):
    """A header line: its name, its value, and the field that it states; None if it is of no field."""

    name: str
    value: str
    field: str | None


def find_header(text: str) -> tuple[tuple[HeaderLine, ...], str]:
    """Return the header lines of a text, and the text after them. Without a header, return the text as it is.

    A header is a block of lines of which two have names of fields, or the first has a name such as Title or Byline.
    """
    header, _, rest = text.lstrip().partition("\n\n")
    lines: list[HeaderLine] = []
    for line in header.split("\n"):
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            return (), text
        lines.append(HeaderLine(match[1].strip(), match[2], _FIELDS.get(plain_name(match[1]))))
    known = sum(line.field is not None for line in lines)
    if not rest.strip() or (known < 2 and plain_name(lines[0].name) not in _ALONE):
        return (), text
    return tuple(lines), rest


def read_header(
    lines: tuple[HeaderLine, ...], ledger: Ledger, zone: str | None, order: DayOrder | None = None
) -> dict[str, Any]:
    """Return the fields that header lines state. A line of no field, and a second one of a field, is not held."""
    stated: dict[str, Any] = {}
    for name, value, field in lines:
        if field is None or field in stated:
            ledger.not_held(name, value)
            continue
        reason = None
        if field == "embargoed":
            found, reason = read_zoned_moment(value, zone, order)
            if found is None:
                stated["status"] = "withheld"  # until a time that is not known
        elif field in _DATES:
            found, reason = read_moment(value, zone, order)
        else:
            found = _READ.get(field, make_line)(value)
        if found is None:
            ledger.not_held(name, value, reason or "it is not a whole number")
            continue
        ledger.changed(name, value, field, reason) if reason else ledger.kept(name, value, field)
        stated[field] = found
    if "byline" in stated and "bylines" not in stated:
        names = map(name_in, stated["byline"].split(";"))
        stated["bylines"] = tuple(Byline(name=make_line(one)) for one in names if one)
    return stated


def _number(value: str) -> int | None:
    return int(value) if re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII) else None


def _names(value: str) -> tuple[str, ...]:
    return tuple(name for name in map(make_line, value.split(";" if ";" in value else ",")) if name)


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "bylines": lambda value: tuple(
        Byline(name=name.removeprefix("By ")) for name in map(make_line, value.split(";")) if name
    ),
    "keywords": _names,
    "subjects": lambda value: tuple(Subject(name=name) for name in _names(value)),
    "provider": lambda value: Party(name=make_line(value)),
    "copyright_holder": lambda value: Party(name=make_line(value)),
    "located": lambda value: Place(name=make_line(value)),
    "version": _number,
    "urgency": _number,
}
