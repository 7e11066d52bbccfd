"""The rows of a CSV file (RFC 4180), read strictly: what a lenient reader would guess at is a fault."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

LARGEST: Final = 64 * 2**20
"""The most characters that one row may have."""

_CHUNK: Final = 256 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_CELL = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r(?=[^\n])|\Z)')

Report = Callable[..., None]
"""report(line, rule, found, expected, severity="error")"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line it begins on, and its cells."""

    line: int
    cells: list[str]


def read_rows(stream: BinaryIO, report: Report) -> Iterator[Row]:
    """The rows of a file, one after the other, in flat memory.

    Args:
        stream: its bytes.
        report: takes each fault: line, rule, found, expected, severity.
    """
    return _Rows(stream, report).rows()


class _Rows:
    def __init__(self, stream: BinaryIO, report: Report) -> None:
        self._stream = stream
        self._report = report
        self._line = 1
        self._reported: set[str] = set()

    def rows(self) -> Iterator[Row]:
        decode = codecs.getincrementaldecoder("utf-8")()
        text, first, size = "", True, _CHUNK
        while True:
            chunk = self._stream.read(size)
            if first and chunk.startswith(_BOM):
                chunk = chunk.removeprefix(_BOM)
                expected = "none: it becomes a part of the first heading; only spreadsheets ask for one"
                self._report(1, "csv-bom", "a byte-order mark", expected, "advice")
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
                self._report(line, "csv-utf8", f"the byte 0x{broken.object[broken.start]:02X}", "UTF-8")
                return
            held = len(text)
            text = text[at:]
            if not chunk:
                if text:
                    self._report(
                        self._line, "csv-quote", text[:60], 'cells whose quotes are closed, and doubled within: ""'
                    )
                return
            if len(text) > LARGEST:
                self._report(self._line, "csv-quote", f"a row of more than {LARGEST} characters", "a smaller one")
                return
            # A long row is looked at from its start again: in steps that double, not one by one.
            size = _CHUNK if len(text) < held else len(text)

    def _row(self, text: str, at: int, *, last: bool) -> tuple[Row, int] | None:
        """The row that begins at an offset, and where it ends; None where it does not end in what there is."""
        if at >= len(text):
            return None
        cells: list[str] = []
        start = at
        while match := _CELL.match(text, at):
            quoted, plain, end = match.groups()
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            at = match.end()
            if end == ",":
                continue
            if at == len(text) and not last:
                return None
            self._check_end(end)
            row = Row(self._line, cells)
            if "\0" in text[start:at]:
                self._once("csv-nul", "a NUL character", "none: it ends the text in some software")
            self._line += text.count("\n", start, at) if end != "\r" else 1
            return row, at
        return None

    def _check_end(self, end: str) -> None:
        if end == "":
            self._once("csv-line-end", "a last row without its end", "CRLF after every row")
        elif end != "\r\n":
            self._once("csv-line-end", repr(end), "CRLF after every row (RFC 4180)")

    def _once(self, rule: str, found: str, expected: str) -> None:
        """A fault of the whole file, on the line where it is seen first."""
        if rule not in self._reported:
            self._reported.add(rule)
            self._report(self._line, rule, found, expected)
