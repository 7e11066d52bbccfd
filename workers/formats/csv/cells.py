"""The notation of lists and parts of an article in a cell of CSV; and the formula guard.

    keywords    interest rate;inflation
    bylines     Jane Doe <https://example.com/jane> (Political editor);John Roe {type=person}
    subjects    central bank [medtop:20000350] (abstract) {relevance=80, why=why:direct};Vienna (place)

A character of the notation is literal after a backslash. Every value can be read back exactly.
`workers.formats.csv.parts` says which field of a part stands in which brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

# The last four are full-width forms, which some spreadsheets treat in the same way (OWASP, CSV Injection).
FORMULA_STARTS: Final = "=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
GUARDED_STARTS: Final = f"'{FORMULA_STARTS}"
_GUARDED = re.compile(f"'*[{re.escape(FORMULA_STARTS)}]")
_UNGUARDED = re.compile(f"'+[{re.escape(FORMULA_STARTS)}]")

_SPECIAL = re.compile(r"([\\;<>()\[\]{}])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ITEM_END = re.compile(r"(?:[^\\;]|\\.|\\\Z)*", re.DOTALL)


def _named(starts: str, labels: str) -> re.Pattern[str]:
    # White space belongs to the name only if more of the name follows. No part can fail behind another, so that a
    # hostile cell is read in one pass.
    return re.compile(
        rf"(?P<name>(?:[^\\{starts}\s]++|\\.|\s++(?![{starts}]))*)"
        r"\s*+(?:<(?P<uri>(?:[^\\<>]|\\.)*+)>)?"
        r"\s*+(?:\[(?P<qcode>(?:[^\\\[\]]|\\.)*+)\])?"
        rf"\s*+(?:\((?P<note>(?:[^\\()]|\\.)*+)\))?\s*+{labels}",
        re.DOTALL,
    )


_NAMED = _named(r"<\[({", r"(?:\{(?P<labelled>(?:[^\\{}]|\\.)*+)\})?\s*+")
# The notation of newsmill 0.1, in which a brace is a character as any other.
_UNLABELLED = _named(r"<\[(", "(?P<labelled>){0}")
_COMMA = r"\,"
_LABELLED = re.compile(r"\s*+(?P<label>[a-z_]++)=(?P<value>(?:[^\\,]|\\.)*+)(?:,|\Z)", re.DOTALL)


class Named(NamedTuple):
    """A named thing as a cell holds it: `name <uri> [qcode] (note) {label=value, label=value}`."""

    name: str | None = None
    uri: str | None = None
    qcode: str | None = None
    note: str | None = None
    labelled: tuple[tuple[str, str], ...] = ()


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet runs: a formula, or a cell guarded already, gets an apostrophe before it."""
    return f"'{cell}" if cell and cell[0] in GUARDED_STARTS and _GUARDED.match(cell) else cell


def unguard(cell: str) -> str:
    """Return the cell without its guard; the exact inverse of `guard`."""
    return cell[1:] if _UNGUARDED.match(cell) else cell


def write_items(items: Iterable[str]) -> str:
    """Return a list of texts as one cell."""
    return ";".join(map(_escape, items))


def read_items(cell: str) -> tuple[str, ...]:
    """Return the texts of a cell that is a list, without blank ones."""
    return tuple(item for raw in _split(cell) if (item := _unescape(raw.strip())))


def write_named(things: Iterable[Named]) -> str:
    """Return a list of named things as one cell."""
    return ";".join(map(_write_one, things))


def read_named(cell: str, *, labels: bool = True) -> tuple[Named, ...]:
    """Return the named things of a cell, without blank ones. An item in another notation is a name.

    Args:
        cell: the cell, without its guard.
        labels: whether braces hold labelled values, which newsmill 0.1 did not write.
    """
    return tuple(thing for _, thing in read_each_named(cell, labels=labels))


def read_each_named(cell: str, *, labels: bool = True) -> Iterator[tuple[str, Named]]:
    """Yield each named thing of a cell with its text as a whole, as `read_items` returns it."""
    for raw in _split(cell):
        item = raw.strip()
        thing = _read_one(item, _NAMED if labels else _UNLABELLED)
        if thing != Named():
            yield _unescape(item), thing


def _write_one(thing: Named) -> str:
    name, uri, qcode, note, labelled = thing
    written = _escape(name) if name else ""
    if uri:
        written += f" <{_escape(uri)}>"
    if qcode:
        written += f" [{_escape(qcode)}]"
    if note:
        written += f" ({_escape(note)})"
    if labelled:
        pairs = (f"{label}={_escape(value).replace(',', _COMMA)}" for label, value in labelled)
        written += f" {{{', '.join(pairs)}}}"
    return written if name else written[1:]


def _read_one(item: str, notation: re.Pattern[str]) -> Named:
    match = notation.fullmatch(item)
    if match is None:
        return Named(name=_unescape(item))
    name, *parts, braces = match.groups()
    labelled = _read_labelled(braces) if braces else ()
    # Empty brackets belong to a name, as in "print()". Alone they are nothing.
    if labelled is None or (name and "" in (*parts, braces)):
        return Named(name=_unescape(item))
    name, uri, qcode, note = (_unescape(part) if part else None for part in (name, *parts))
    return Named(name, uri, qcode, note, labelled)


def _read_labelled(raw: str) -> tuple[tuple[str, str], ...] | None:
    """Return the labelled values in braces; None if they are in another notation."""
    found, at = [], 0
    while at < len(raw):
        match = _LABELLED.match(raw, at)
        if match is None:
            return None
        found.append((match["label"], _unescape(match["value"].strip())))
        at = match.end()
    return tuple(found)


def _split(cell: str) -> Iterator[str]:
    """Yield the items of a cell, with their backslashes."""
    start = 0
    while start <= len(cell):
        match = _ITEM_END.match(cell, start)
        end = match.end() if match else len(cell)
        yield cell[start:end]
        start = end + 1


def _escape(value: str) -> str:
    # Most values have nothing to escape. The search costs a quarter of a replacement.
    return _SPECIAL.sub(r"\\\1", value) if _SPECIAL.search(value) else value


def _unescape(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)
