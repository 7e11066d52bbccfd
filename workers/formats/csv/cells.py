"""The notation of lists, parties and concepts in a cell of CSV; and the formula guard.

    keywords    interest rate;inflation
    bylines     Jane Doe <https://example.com/jane> (Political editor);John Roe
    subjects    central bank [medtop:20000350] (abstract);Vienna (place)

A character of the notation is literal after a backslash. Every value can be read back exactly.
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

_SPECIAL = re.compile(r"([\\;<>()\[\]])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ITEM_END = re.compile(r"(?:[^\\;]|\\.|\\\Z)*", re.DOTALL)
# White space belongs to the name only if more of the name follows. All parts are possessive, so that a hostile cell
# is read in one pass.
_NAMED = re.compile(
    r"(?P<name>(?:[^\\<\[(\s]|\\.|\s++(?![<\[(]))*+)"
    r"\s*+(?:<(?P<uri>(?:[^\\<>]|\\.)*+)>)?+"
    r"\s*+(?:\[(?P<qcode>(?:[^\\\[\]]|\\.)*+)\])?+"
    r"\s*+(?:\((?P<note>(?:[^\\()]|\\.)*+)\))?+\s*+",
    re.DOTALL,
)


class Named(NamedTuple):
    """A named thing as a cell holds it: `name <uri> [qcode] (note)`."""

    name: str | None = None
    uri: str | None = None
    qcode: str | None = None
    note: str | None = None


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


def read_named(cell: str) -> tuple[Named, ...]:
    """Return the named things of a cell, without blank ones. An item in another notation is a name."""
    return tuple(thing for thing in map(_read_one, _split(cell)) if thing != Named())


def _write_one(thing: Named) -> str:
    name, uri, qcode, note = thing
    written = _escape(name) if name else ""
    if uri:
        written += f" <{_escape(uri)}>"
    if qcode:
        written += f" [{_escape(qcode)}]"
    if note:
        written += f" ({_escape(note)})"
    return written if name else written[1:]


def _read_one(raw: str) -> Named:
    raw = raw.strip()
    match = _NAMED.fullmatch(raw)
    if match is None:
        return Named(name=_unescape(raw))
    return Named(**{part: _unescape(value) if value else None for part, value in match.groupdict().items()})


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
