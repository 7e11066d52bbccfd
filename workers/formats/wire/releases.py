"""The header of a media release, as wires of press releases send it: source, number, headline, dateline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from workers.formats.wire.typography import clean

_BEGINS: Final = re.compile(
    r"\s{0,40}Source: ?[^\n]{1,200}\n(?:[^\n:]{1,200}\n){0,3}(?:MEDIA|NEWS|PRESS) RELEASE ?[A-Z]{0,4}\d{1,9}[ \r]*\n",
    re.IGNORECASE,
)
_RELEASE: Final = re.compile(r"((?:media|news|press) release) ?(?P<number>[A-Z]{0,4}\d{1,9})", re.IGNORECASE)
_DATELINE: Final = re.compile(r"(?P<dateline>[^/\n]{3,200}/[\w .-]{3,40}/)[ –—-]*")
_MOST_LINES: Final = 12


class Release(NamedTuple):
    """The header of a media release.

    Args:
        source: the organisation that releases it.
        number: its number in the wire.
        headline: its headline; "" if it has none.
        dateline: the dateline on the line of its own below the header; "" if there is none.
        lines: the number of lines of the header, and of the dateline.
    """

    source: str
    number: str
    headline: str
    dateline: str
    lines: int


def begins_with_release(text: str) -> bool:
    """Return whether a text begins with the header of a media release."""
    return _BEGINS.match(text) is not None


def find_release(lines: Sequence[str]) -> Release | None:
    """Return the header of a media release that a text begins with; None if it begins with none."""
    begin = next((number for number, line in enumerate(lines[:_MOST_LINES]) if clean(line)), 0)
    if not begins_with_release("\n".join(lines[begin : begin + _MOST_LINES]) + "\n"):
        return None
    header: list[str] = []
    for line in lines[begin : begin + _MOST_LINES]:
        if not clean(line):
            break
        header.append(clean(line))
    at, match = next((number, found) for number, line in enumerate(header) if (found := _RELEASE.fullmatch(line)))
    source = " ".join(header[:at]).partition(":")[2].strip()
    taken = begin + len(header)
    while taken < len(lines) and not clean(lines[taken]):
        taken += 1
    found = _DATELINE.fullmatch(clean(lines[taken])) if taken < len(lines) else None
    return Release(
        source=source,
        number=match["number"],
        headline=" ".join(header[at + 1 :]),
        dateline=found["dateline"].strip() if found else "",
        lines=taken + 1 if found else taken,
    )
