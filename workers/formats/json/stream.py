"""JSON documents as streams: one value after another, the members of an @graph each by itself.

A scanner of strings and brackets finds where each begins and ends, and each is parsed whole, so that memory
holds one of them at a time, however the document is laid out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

LARGEST: Final = 64 * 2**20
"""The most bytes that one value, or one member of a graph, may have."""
DEEPEST: Final = 100

_CHUNK: Final = 256 * 1024
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
_GRAPH = re.compile(rb'"@graph"\s*:\s*\Z')


class JsonStreamError(Exception):
    """A stream cannot be taken apart any further: the line, what is there, and what should be."""

    def __init__(self, line: int, found: str, expected: str) -> None:
        super().__init__(line, found, expected)
        self.line = line
        self.found = found
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stream.

    Args:
        line: where it begins.
        text: its bytes; of a document whose graph was taken out, with an empty graph in its place.
        member: whether it is a member of a graph; the document around it comes after all of them.
    """

    line: int
    text: bytes
    member: bool


class PartScanner:
    """Takes a stream of JSON values apart."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = b""
        # Offsets into the data: what has been scanned, where the last part ended, where this one begins.
        self._scanned = 0
        self._ended = 0
        self._start = 0
        self._depth = 0
        # The depth around the parts: 0 of the stream, 1 in a list, 2 in a graph; and how many there have been.
        self._base = 0
        self._count = 0
        self._shell: tuple[int, bytes] | None = None
        self._line = 1
        self._counted = 0

    def parts(self) -> Iterator[Part]:
        """The parts, one after the other.

        Raises (while it is iterated):
            JsonStreamError: it is no sequence of JSON objects, or beyond the bounds.
        """
        size = _CHUNK
        while chunk := self._stream.read(size):
            self._data += chunk
            held = len(self._data)
            yield from self._scan()
            self._forget()
            if len(self._data) > LARGEST:
                raise JsonStreamError(self._line_at(0), f"a value of more than {LARGEST} bytes", "a smaller one")
            # A string that has not ended is scanned from its start again: in steps that double, not one by one.
            size = _CHUNK if len(self._data) < held else len(self._data)
        if self._depth or self._data[self._ended :].strip():
            raise JsonStreamError(self._line_at(self._ended), "the end, or what is no object", "JSON objects")

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
                    raise JsonStreamError(self._line_at(at), "a list", "an object")
                self._enter(at, base=1)
        elif mark == b"[" and self._base == 0 and self._depth == 1 and _GRAPH.search(self._data, self._start, at):
            self._shell = (self._line_at(self._start), self._data[self._start : at + 1])
            self._enter(at, base=2)
        self._depth += 1
        if self._depth > DEEPEST:
            raise JsonStreamError(self._line_at(at), f"a value more than {DEEPEST} levels deep", "a flatter one")

    def _enter(self, at: int, *, base: int) -> None:
        self._base = base
        self._count = 0
        self._ended = at + 1

    def _close(self, at: int) -> Part | None:
        self._depth -= 1
        if self._depth < self._base - 1 or self._depth < 0:
            raise JsonStreamError(self._line_at(at), "a bracket that closes nothing", "JSON objects")
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
        """The end of a list of parts: the rest of the document that a graph stood in is its shell's."""
        self._check_gap(at, b"")
        self._ended = at + 1 if self._base == 1 else at
        self._start = at
        self._base = 0
        self._count = 1

    def _check_gap(self, at: int, expected: bytes) -> None:
        gap = self._data[self._ended : at].strip()
        if gap.removeprefix(b"\xef\xbb\xbf") != expected:
            shown = gap[:40].decode(errors="replace") or "nothing"
            line = self._line_at(self._ended)
            raise JsonStreamError(
                line, f"{shown!r} between objects", f"{expected.decode()!r}" if expected else "nothing"
            )

    def _line_at(self, offset: int) -> int:
        if offset < self._counted:
            return self._line - self._data.count(b"\n", offset, self._counted)
        self._line += self._data.count(b"\n", self._counted, offset)
        self._counted = offset
        return self._line

    def _forget(self) -> None:
        """Let go of what no part needs any more."""
        inside = self._depth > self._base
        keep = self._start if inside and self._start >= self._ended else self._ended
        self._line_at(keep)
        self._data = self._data[keep:]
        self._scanned -= keep
        self._start -= keep
        self._counted -= keep
        self._ended -= keep
