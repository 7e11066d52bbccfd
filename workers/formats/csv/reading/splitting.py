"""The rows of a table, from its lines. The reader and the division of large tables share it, so that they agree.

A row is malformed if its quotes are not in pairs, or if a cell goes on behind its closing quote. Then

1. it is read with the quotes in its cells escaped by backslashes, then with quotes in its cells that are not doubled
   (a quote ends a cell only before a delimiter or a line end). Either counts only if the row has as many cells as the
   heading;
2. otherwise the row is lost: its first line, and each following line up to the next sound row. A sound row begins with
   the first line from which a row can be read, also by 1., that has as many cells as the heading.

A quote that is never closed takes the rows after it into its cell. Thus a row of several lines is malformed too if it
has not as many cells as the heading, and one of its later lines is a row with as many by itself.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from schemas.bounds import LARGEST_RECORD, MOST_LINES
from schemas.errors import InputError

# The csv module's own limit is for the whole process, so it is never lowered.
csv.field_size_limit(max(csv.field_size_limit(), LARGEST_RECORD))

MALFORMED: Final = (
    'the row is malformed: its quotes are not in pairs; close each quote, and write a quote within a cell twice, ""'
)
# The lines of a sound row after a malformed one. More of them would make the search slow.
_MOST_LINES: Final = 1000


class Dialect(NamedTuple):
    """How cells are separated and quoted."""

    delimiter: str = ","
    quote: str = '"'

    @property
    def fault(self) -> str | None:
        """The fault of the dialect."""
        if self.delimiter == self.quote or {self.delimiter, self.quote} & {"\r", "\n", "\0"}:
            return "the delimiter and the quote must be two different characters, and no line end; state others"
        return None

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Return the rows of lines, strictly: the iterator raises a csv.Error at a malformed one."""
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote, strict=True)

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line; none if it is no row by itself."""
        try:
            return next(self.rows((line,)), [])
        except csv.Error:
            return []

    def lenient_cells(self, line: str) -> list[str] | None:
        """Return the cells of one line whose quotes are not doubled; None if they are not in pairs."""
        cell, found, at = _lenient(self), [], 0
        while match := cell.match(line, at):
            quoted, plain, end = match.groups()
            found.append(plain if quoted is None else quoted.replace(2 * self.quote, self.quote))
            if end != self.delimiter:
                return found
            at = match.end()
        return None


@cache
def _lenient(dialect: Dialect) -> re.Pattern[str]:
    quote, mark = re.escape(dialect.quote), re.escape(dialect.delimiter)
    quoted = rf"{quote}([^{quote}]*+(?:{quote}(?!{mark}|[\r\n]*\Z)[^{quote}]*+)*){quote}"
    return re.compile(rf"(?:{quoted}|((?:[^{quote}{mark}\r\n][^{mark}\r\n]*)?))({mark}|[\r\n]*\Z)")


class Row(NamedTuple):
    """A row.

    Args:
        lines: its lines with their line ends.
        cells: its cells; None if the row is lost.
        mended: whether it is malformed, and its cells were read nevertheless.
    """

    lines: list[str]
    cells: list[str] | None
    mended: bool = False


class _TooLongError(Exception):
    """A row has more lines or characters than are read at once."""


class _Lines:
    """The lines of a table. Those of the current row are kept, so that they can be read again."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._again: deque[str] = deque()
        self._size = 0
        self._most = MOST_LINES
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        taken = self.taken
        taken.append(line)
        self._size += len(line)
        if self._size > LARGEST_RECORD or len(taken) > self._most:
            raise _TooLongError
        return line

    def begin(self, most: int = MOST_LINES) -> None:
        """Begin a row, of at most so many lines."""
        self.taken = []
        self._size = 0
        self._most = most

    def put_back(self, lines: list[str]) -> None:
        """Read these lines again."""
        self._again.extendleft(reversed(lines))


class Splitter:
    """The rows of a table."""

    def __init__(self, read_line: Callable[[], str], dialect: Dialect, name: str) -> None:
        """Prepare to read.

        Args:
            read_line: returns the next line with its end; "" behind the last one.
            dialect: the delimiter and the quote.
            name: the name of the document, for errors.
        """
        self._lines = _Lines(read_line)
        self._rows = dialect.rows(self._lines)
        self._escape = f"\\{dialect.quote}"
        self._unescaped = dialect.rows(line.replace(self._escape, 2 * dialect.quote) for line in self._lines)
        self._dialect = dialect
        self._name = name
        self.line = 1
        """The number of the first line of the row that was yielded last, or of the next one."""

    def heading(self) -> Row | None:
        """Return the first row; None if there is none."""
        cells = self._next(self._rows)
        self.line += len(self._lines.taken)
        return Row(self._lines.taken, cells) if self._lines.taken else None

    def put_back(self, lines: list[str]) -> None:
        """Read these lines next."""
        self._lines.put_back(lines)

    def rows(self, width: int) -> Iterator[Row]:
        """Yield the next rows.

        Args:
            width: the number of cells of the heading.

        Raises:
            InputError: a line is too long, or there is no sound row within `LARGEST_RECORD` characters.
        """
        while True:
            cells = self._next(self._rows)
            if not self._lines.taken:
                return
            if cells is not None and len(cells) == width:
                row = Row(self._lines.taken, cells)
            elif cells is not None:
                row = self._odd(cells, width)
            else:
                row = self._mend(width) or self._lose(width)
            yield row
            self.line += len(row.lines)

    def _odd(self, cells: list[str], width: int) -> Row:
        """Return a row that has not as many cells as the heading."""
        taken = self._lines.taken
        if any(self._escape in line for line in taken) and (mended := self._mend(width)):
            return mended
        if any(len(self._dialect.cells(line)) == width for line in islice(taken, 1, None)):
            return self._lose(width)
        return Row(taken, cells)

    def _next(self, rows: Iterator[list[str]], most: int = MOST_LINES) -> list[str] | None:
        """Return the cells of the next row; None if it is malformed, or there is none."""
        self._lines.begin(most)
        try:
            return next(rows, None)
        except (csv.Error, _TooLongError):
            return None

    def _mend(self, width: int) -> Row | None:
        """Return the row that was just read in another notation; None if it is in none."""
        before = self._lines.taken
        self._check_size(len(before[0]))
        if any(self._escape in line for line in before):
            self._lines.put_back(before)
            cells = self._next(self._unescaped, _MOST_LINES)
            if cells is not None and len(cells) == width:
                return Row(self._lines.taken, cells, mended=True)
            # One of the two took more lines than the other: put back all lines but those of `before`.
            self._lines.put_back(self._lines.taken)
            self._lines.begin()
            before = list(islice(self._lines, len(before)))
        cells = self._dialect.lenient_cells(before[0])
        if cells is not None and len(cells) == width:
            self._lines.put_back(before[1:])
            return Row(before[:1], cells, mended=True)
        self._lines.taken = before
        return None

    def _lose(self, width: int) -> Row:
        """Return the row that was just read, with each line up to the next sound row, as a lost one."""
        first, *rest = self._lines.taken
        self._lines.put_back(rest)
        lost, size = [first], len(first)
        while not self._is_sound(width):
            self._lines.begin()
            line = next(self._lines, None)
            if line is None:
                break
            lost.append(line)
            size += len(line)
            self._check_size(size, len(lost))
        return Row(lost, None)

    def _is_sound(self, width: int) -> bool:
        """Return whether a sound row is next. Nothing is taken."""
        cells = self._next(self._rows, _MOST_LINES)
        taken = self._lines.taken
        sound = cells is not None and len(cells) == width
        if not sound and taken:
            mended = self._mend(width)
            sound, taken = mended is not None, mended.lines if mended else self._lines.taken
        self._lines.put_back(taken)
        # A line from within a lost row may look like a row, but for its quotes.
        return sound and sum(line.count(self._dialect.quote) for line in taken) % 2 == 0

    def _check_size(self, size: int, lines: int = 1) -> None:
        if size > LARGEST_RECORD or lines > MOST_LINES:
            bound = f"{MOST_LINES:,} lines" if lines > MOST_LINES else f"{LARGEST_RECORD:,} characters"
            reason = f"the row that begins here has more than {bound}; close its quotes"
            raise InputError(self._name, f"line {self.line}", reason)
