"""The heading of a table: its delimiter, the names of its columns, and whether a text is a table at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Final

from schemas.article.dates import DayOrder, SharedOrder, shared_day_order
from schemas.columns.names import NAMES, TEXT, count_known, plain_name
from workers.formats.csv.reading.splitting import Dialect, Splitter

DELIMITERS: Final = (",", ";", "\t", "|")
SEPARATOR: Final = re.compile(r"sep=([,;\t|])\s*", re.IGNORECASE)
"""The line that Excel writes before a heading to say what the delimiter is."""

DATE_FIELDS: Final = ("published", "modified", "first_created", "version_created", "embargoed", "expires")

_DATES: Final = frozenset(name for field in DATE_FIELDS for name in NAMES[field])
_LONGEST_NAME: Final = 60
_MOST_ROWS: Final = 50
_NUMERIC_DATE: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}", re.ASCII)
_FIRST_LINE: Final = re.compile(r"(?:[^\S\n\r]*[\n\r])*([^\n\r]*)[\n\r]*")
_SENTENCE: Final = re.compile(r"[.!?]$")


# Public data sets whose tables have no heading: the names of their columns, and what the cells of a row are.
_WITHOUT_HEADING: Final = tuple(
    (names.split(), re.compile("\n".join(cells), re.ASCII))
    for names, cells in (
        # AG News.
        ("class title description", (r"[1-4]", r".*\S .*", r".*\S .*")),
        # MIND.
        (
            "id category subcategory title abstract url title_entities abstract_entities",
            (r"N\d+", r"\w+", r"\w+", r".*\S .*", r".*", r"https?://\S+", r"\[.*\]", r"\[.*\]"),
        ),
    )
)
_ADDRESS: Final = re.compile(r"https?://\S+")


def names_without_heading(cells: Sequence[str]) -> list[str] | None:
    """Return the names of the columns of a known data set without a heading, by its first row; None for other rows."""
    row = "\n".join(" ".join(cell.split()) for cell in cells)
    return next((names for names, pattern in _WITHOUT_HEADING if pattern.fullmatch(row)), None)


def is_row(cells: Sequence[str]) -> bool:
    """Return whether a first row is that of an article: a cell is a number, an address or a text."""
    return any(
        cell.strip().isdecimal()
        or _ADDRESS.match(cell)
        or len(cell) > _LONGEST_NAME
        # "No." names a column.
        or (" " in cell.strip() and _SENTENCE.search(cell.strip()))
        for cell in cells
    )


def find_delimiter(line: str, named: Collection[str] = (), quote: str = '"') -> str:
    """Return the delimiter that gives a heading most known names, and then most names.

    Args:
        line: the heading.
        named: the names of columns that the user has given.
        quote: the character around cells.
    """

    def names(delimiter: str) -> tuple[int, int]:
        header = Dialect(delimiter, quote).cells(line)
        return count_known(header) + sum(name in named for name in header), len(header)

    return max((one for one in DELIMITERS if one != quote), key=names)


def is_table(text: str, *, prose: bool) -> bool:
    """Return whether a text is a table of articles.

    It is one if its heading has two known names, or only known ones. Any other heading is one of a table if it names
    the column of the text, and the rows after it have as many cells.

    Args:
        text: the first characters.
        prose: whether the name of the file says that it is prose. Then its rows have to agree in any case.
    """
    match = _FIRST_LINE.match(text)
    line, rest = (match[1], text[match.end() :]) if match else ("", "")
    if SEPARATOR.fullmatch(line):
        return True
    delimiter = find_delimiter(line)
    names = [name.strip() for name in Dialect(delimiter).cells(line)]
    if len(names) < 2:
        return False
    known = count_known(names)
    if known >= 2 or known == len(names):
        return not prose or _rows_agree(rest, delimiter, len(names))
    return _are_names(names) and _rows_agree(rest, delimiter, len(names))


def _are_names(names: Sequence[str]) -> bool:
    plain = {plain_name(name) for name in names}
    if len(plain) < len(names) or "" in plain or not plain & set(NAMES[TEXT]):
        return False
    return all(len(name) <= _LONGEST_NAME and not _SENTENCE.search(name) for name in names)


def _rows_agree(text: str, delimiter: str, width: int) -> bool:
    """Return whether there are rows, and most have as many cells as the heading."""
    rows = list(islice(_first_rows(text, Dialect(delimiter), width), _MOST_ROWS))
    agreeing = sum(len(row) == width for row in rows)
    return agreeing > 0 and agreeing * 2 > len(rows)


def _first_rows(text: str, dialect: Dialect, width: int) -> Iterator[list[str]]:
    """Yield the rows of the beginning of a table, without an incomplete last one."""
    ended = text if text.endswith(("\n", "\r")) else text[: text.rfind("\n") + 1] or text
    for row in Splitter(StringIO(ended, newline="").readline, dialect, "").rows(width):
        if row.cells:
            yield row.cells


def find_day_order(text: str, dialect: Dialect, names: Sequence[str], mapped: Collection[str]) -> DayOrder | None:
    """Return the order of day and month that the dates of a table prove; None if they prove none, or both.

    Args:
        text: the beginning of the table, behind its heading.
        dialect: the delimiter and the quote.
        names: the names of the columns.
        mapped: the columns that the user has named for dates.
    """
    if not _NUMERIC_DATE.search(text):
        return None
    columns = [number for number, name in enumerate(names) if plain_name(name) in _DATES or name in mapped]
    rows = _first_rows(text, dialect, len(names))
    return shared_day_order(row[number] for row in rows for number in columns if number < len(row)).order


def find_day_orders(text: str, dialect: Dialect, width: int) -> list[SharedOrder]:
    """Return the order of day and month of each column; see `find_day_order`."""
    if not _NUMERIC_DATE.search(text):
        return [SharedOrder(None, is_open=False)] * width
    rows = list(_first_rows(text, dialect, width))
    return [shared_day_order(row[number] for row in rows if number < len(row)) for number in range(width)]
