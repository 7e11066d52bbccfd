"""The strict reading of CSV rows (RFC 4180): anything that a lenient reader would guess is a fault."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from schemas.bounds import LARGEST_RECORD

_CHUNK: Final = 256 * 1024
_CELLS: Final = {
    # Possessive, so that no place is kept to go back to.
    delimiter: re.compile(rf'(?:"((?:[^"]|"")*+)"|([^"{delimiter}\r\n]*+))({delimiter}|\r\n|\n|\r(?=[^\n])|\Z)')
    for delimiter in (",", ";")
}

Report = Callable[..., None]
"""report(line, rule, detail, severity="error")"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line where it starts, and its cells."""

    line: int
    cells: list[str]


class RowReader:
    """A reader of the rows of a file, as a stream."""

    def __init__(self, stream: BinaryIO, report: Report, delimiter: str = ",") -> None:
        """Prepare to read a stream.

        Args:
            stream: the bytes of the file.
            report: takes each fault.
            delimiter: the character between two cells, a comma or a semicolon.
        """
        self._delimiter = delimiter
        self._cell = _CELLS[delimiter]
        self._stream = stream
        self._report = report
        self._line = 1
        self._reported: set[str] = set()

    def rows(self) -> Iterator[Row]:
        """Yield the rows, up to the first one that cannot be read."""
        decode = codecs.getincrementaldecoder("utf-8")()
        text, first, size = "", True, _CHUNK
        while True:
            chunk = self._stream.read(size)
            if first and chunk.startswith(codecs.BOM_UTF8):
                chunk = chunk.removeprefix(codecs.BOM_UTF8)
                detail = (
                    "a byte-order mark stands before the first heading; leave it out, unless a spreadsheet needs it"
                )
                self._report(1, "csv-bom", detail, "advice")
            first = False
            broken: UnicodeDecodeError | None = None
            try:
                text += decode.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                broken = error
                text += error.object[: error.start].decode()
            at = 0
            while (found := self._row(text, at, last=not chunk)) is not None:
                row, at = found
                yield row
            if broken is not None:
                line = self._line + text.count("\n", at)
                byte = broken.object[broken.start]
                self._report(line, "csv-utf8", f"the byte 0x{byte:02X} is not UTF-8; convert the file to UTF-8")
                return
            before = len(text)
            text = text[at:]
            if not chunk:
                if text:
                    detail = (
                        f'the quotes of {text[:60]!r} are not in pairs; close each quote, and write "" within a cell'
                    )
                    self._report(self._line, "csv-quote", detail)
                return
            if len(text) > LARGEST_RECORD:
                detail = f"the row has more than {LARGEST_RECORD:,} characters; close its quotes"
                self._report(self._line, "csv-quote", detail)
                return
            # An unfinished row is scanned again from its start, so the chunks grow by doubling.
            size = _CHUNK if len(text) < before else len(text)

    def _row(self, text: str, at: int, *, last: bool) -> tuple[Row, int] | None:
        """Return the row at an offset, and where it ends; None if it does not end in this text."""
        if at >= len(text):
            return None
        cells: list[str] = []
        start = at
        while match := self._cell.match(text, at):
            quoted, plain, end = match.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            at = match.end()
            if end == self._delimiter:
                continue
            if at == len(text) and not last:
                return None
            if end != "\r\n":
                detail = f"the row ends in {end!r}" if end else "the last row has no line end"
                self._report_once("csv-line-end", f"{detail}; end each row with CRLF")
            row = Row(self._line, cells)
            if "\0" in text[start:at]:
                self._report_once("csv-nul", "the row has a NUL character, which ends the text in some software")
            self._line += text.count("\n", start, at) if end != "\r" else 1
            return row, at
        return None

    def _report_once(self, rule: str, detail: str) -> None:
        """Report a fault of the whole file, on the first line that has it."""
        if rule not in self._reported:
            self._reported.add(rule)
            self._report(self._line, rule, detail)
