"""JSON documents as streams: each value by itself, and each member of a list or of an @graph.

A scanner of strings and brackets finds where each part begins and ends, in any layout. Memory holds one part at a
time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from schemas.bounds import LARGEST_RECORD
from workers.formats.json.strict import DEEPEST

_CHUNK: Final = 256 * 1024
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_GRAPH = re.compile(rb'"@graph"\s*:\s*\Z')


class JsonStreamError(Exception):
    """A stream is not JSON objects from this line on.

    Args:
        line: the line, from 1.
        detail: what is wrong and what to do.
    """

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(line, detail)
        self.line = line
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stream.

    Args:
        line: the line where it begins.
        text: its bytes. A document with a graph comes after the members of the graph, with an empty graph.
        member: whether it is a member of a graph.
    """

    line: int
    text: bytes
    member: bool


class PartScanner:
    """A scanner that divides a stream of JSON values into parts."""

    def __init__(self, stream: BinaryIO, line: int = 1) -> None:
        """Prepare to read a stream; `line` is the number of its first line."""
        self._stream = stream
        self._data = b""
        # Offsets into the data: the end of what is scanned, the end of the last part, the start of this one.
        self._scanned = 0
        self._ended = 0
        self._start = 0
        self._depth = 0
        # The depth around the parts: 0 in the stream, 1 in a list, 2 in a graph; and the number of parts there.
        self._base = 0
        self._count = 0
        self._shell: tuple[int, bytes] | None = None
        self._line = line
        self._counted = 0

    def parts(self) -> Iterator[Part]:
        """Yield the parts, in order.

        Raises (while it is iterated):
            JsonStreamError: the stream is not JSON objects, or one is too large or too deep.
        """
        size = _CHUNK
        while chunk := self._stream.read(size):
            self._data += chunk
            held = len(self._data)
            yield from self._scan()
            self._forget()
            if len(self._data) > LARGEST_RECORD:
                detail = f"a value has more than {LARGEST_RECORD:,} bytes; write smaller ones"
                raise JsonStreamError(self._line_at(0), detail)
            # An unfinished string is scanned again from its start, so the chunks grow by doubling.
            size = _CHUNK if len(self._data) < held else len(self._data)
        if self._depth or self._data[self._ended :].strip():
            detail = "something other than JSON objects stands here, or the last one has no end"
            raise JsonStreamError(self._line_at(self._ended), detail)

    def _scan(self) -> Iterator[Part]:
        for token in _TOKEN.finditer(self._data, self._scanned):
            mark = token[0]
            if mark == b'"':
                self._scanned = token.start()
                return
            if mark in (b"{", b"["):
                self._open(mark, token.start())
            elif mark in (b"}", b"]"):
                part = self._close(token.start())
                if part is not None:
                    yield part
            self._scanned = token.end()
        self._scanned = len(self._data)

    def _open(self, mark: bytes, at: int) -> None:
        if self._depth == self._base:
            self._check_gap(at, b"," if self._base and self._count else b"")
            self._count += 1
            self._start = at
            if mark == b"[":
                if self._base:
                    raise JsonStreamError(self._line_at(at), "a list stands within a list; write objects")
                self._enter(at, base=1)
        elif mark == b"[" and self._base == 0 and self._depth == 1 and _GRAPH.search(self._data, self._start, at):
            self._shell = (self._line_at(self._start), self._data[self._start : at + 1])
            self._enter(at, base=2)
        self._depth += 1
        if self._depth > DEEPEST:
            raise JsonStreamError(self._line_at(at), f"a value nests more than {DEEPEST} levels deep; make it flatter")

    def _enter(self, at: int, *, base: int) -> None:
        self._base = base
        self._count = 0
        self._ended = at + 1

    def _close(self, at: int) -> Part | None:
        self._depth -= 1
        if self._depth < self._base - 1 or self._depth < 0:
            raise JsonStreamError(self._line_at(at), "a bracket closes nothing; take it out")
        if self._base and self._depth == self._base - 1:
            self._leave(at)
            return None
        if self._depth == self._base:
            line = self._line_at(self._start)
            text = self._data[self._start : at + 1]
            self._ended = at + 1
            if self._shell is not None and self._base == 0:
                line, head = self._shell
                self._shell = None
                return Part(line, head + text, member=False)
            return Part(line, text, member=self._base == 2)
        return None

    def _leave(self, at: int) -> None:
        """End a list of parts. The rest of the document around a graph belongs to its shell."""
        self._check_gap(at, b"")
        self._ended = at + 1 if self._base == 1 else at
        self._start = at
        self._base = 0
        self._count = 1

    def _check_gap(self, at: int, expected: bytes) -> None:
        gap = self._data[self._ended : at].strip()
        if gap.removeprefix(b"\xef\xbb\xbf") != expected:
            shown = repr(gap[:40].decode(errors="replace")) if gap else "nothing"
            wanted = repr(expected.decode()) if expected else "nothing"
            raise JsonStreamError(self._line_at(self._ended), f"{shown} stands between objects; write {wanted} there")

    def _line_at(self, offset: int) -> int:
        if offset < self._counted:
            return self._line - self._data.count(b"\n", offset, self._counted)
        self._line += self._data.count(b"\n", self._counted, offset)
        self._counted = offset
        return self._line

    def _forget(self) -> None:
        """Drop the bytes that no part needs any more."""
        inside = self._depth > self._base
        keep = self._start if inside and self._start >= self._ended else self._ended
        self._line_at(keep)
        self._data = self._data[keep:]
        self._scanned -= keep
        self._start -= keep
        self._counted -= keep
        self._ended -= keep
