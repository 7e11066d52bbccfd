"""The files that an export makes: frames around pieces, with their digests, whole or not at all."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from schemas.conversion import Frame, Writer, numbered
from schemas.job import OutputFile


class Sink(Protocol):
    """Where files are made."""

    def create(self, name: str, /) -> AbstractContextManager[BinaryIO]:
        """A new file, which is there under its name only once its context ends without an error."""
        ...

    def remove(self, name: str, /) -> None:
        """Remove a file, if it is there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A kind of file that an export makes: the format it belongs to, its name, and what writes it."""

    format: str
    name: str
    writer: Writer


class FileBeingWritten:
    """One file, while pieces are added to it.

    How it begins depends on whether it holds one article or more, so that the first piece waits for the second.
    """

    def __init__(self, output: Output, stream: BinaryIO, *, number: int | None = None) -> None:
        self._output = output
        self._stream = stream
        self._number = number
        self._digest = hashlib.sha256()
        self._size = 0
        self._articles = 0
        self._first = b""
        self._between = b""

    def add(self, piece: bytes) -> None:
        """Add an article's piece."""
        self._articles += 1
        if self._articles == 1:
            self._first = piece
            return
        if self._articles == 2:
            self.begin(2)
            self.append(self._first)
        self.append(self._between + piece)

    def end(self) -> OutputFile:
        """The file, with all that comes after the last piece."""
        if self._articles == 1:
            self.begin(1)
            self.append(self._first)
        return self.finish(self._articles)

    def begin(self, articles: int) -> None:
        """Write what comes before the first piece, where it is known how many there will be."""
        frame = self._frame(articles)
        self._between = frame.between
        self.append(frame.head)

    def append(self, joined: bytes) -> None:
        """Write bytes of pieces that are joined already."""
        self._stream.write(joined)
        self._digest.update(joined)
        self._size += len(joined)

    def finish(self, articles: int) -> OutputFile:
        """Write what comes after the last piece: the file."""
        frame = self._frame(articles)
        self.append(frame.tail)
        return OutputFile(
            name=numbered(self._output.name, self._number),
            format=self._output.format,
            media_type=frame.media_type,
            size=self._size,
            sha256=self._digest.hexdigest(),
            articles=articles,
        )

    def _frame(self, articles: int) -> Frame:
        return self._output.writer.frame(self._output.name, articles, self._number)
