"""The files of an export: frames around pieces, with their digests. They appear in the sink when they are complete."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from schemas.conversion import Encoding, Frame, Writer, numbered
from schemas.errors import ExportError, StoreError
from schemas.jobs.job import OutputFile
from workers.archives.zip_writer import ZipWriter

ZIP_TYPE: Final = "application/zip"

MOST_FILES: Final = 10_000
"""The highest number of files of one output in a split export. A zip may hold any number."""


class Sink(Protocol):
    """A place for files."""

    def create(self, name: str, /) -> AbstractContextManager[BinaryIO]:
        """Create a file. It appears under its name when its context ends without an error."""
        ...

    def remove(self, name: str, /) -> None:
        """Remove a file, if it exists."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that an export makes of all articles: its format, its writer and the writer's name for it.

    `file_name` returns the name that the file gets, by its number in a split export.
    """

    format: str
    name: str
    writer: Writer
    file_name: Callable[[str, int | None], str] = numbered

    def named(self, number: int | None) -> str:
        """Return the name that the file gets."""
        return self.file_name(self.name, number)


class FileBeingWritten:
    """A file that pieces are added to.

    Its head depends on whether it holds one article or more, so the first piece is kept until the second one.
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
        self._encoding: Encoding | None = None

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
        """Write the tail; return the file."""
        if self._articles == 1:
            self.begin(1)
            self.append(self._first)
        return self.finish(self._articles)

    def begin(self, articles: int) -> None:
        """Write the head for a known number of articles."""
        frame = self._frame(articles)
        self._between = frame.between
        self._encoding = frame.encoding() if frame.encoding else None
        self.append(frame.head)

    def append(self, joined: bytes) -> None:
        """Write pieces that are joined already."""
        self._write(self._encoding.add(joined) if self._encoding else joined)

    def finish(self, articles: int) -> OutputFile:
        """Write the tail for a known number of articles; return the file."""
        frame = self._frame(articles)
        self.append(frame.tail)
        if self._encoding:
            self._write(self._encoding.end())
        return OutputFile(
            name=self._output.named(self._number),
            format=self._output.format,
            media_type=frame.media_type,
            size=self._size,
            sha256=self._digest.hexdigest(),
            articles=articles,
        )

    def _write(self, content: bytes) -> None:
        self._stream.write(content)
        self._digest.update(content)
        self._size += len(content)

    def _frame(self, articles: int) -> Frame:
        return self._output.writer.frame(self._output.name, articles, self._number)


class FileSet:
    """The files of an export, made from the pieces of each article.

    It is a context manager. If the context ends with an error, no file appears.
    """

    def __init__(self, outputs: Sequence[Output], sink: Sink, *, split: int | None = None) -> None:
        """Prepare the files.

        Args:
            outputs: the outputs.
            sink: the place for the files.
            split: the highest number of articles in a file; 1 makes a file for each article, zipped by format.
        """
        self._outputs = outputs
        self._sink = sink
        self._split = split
        self._articles = 0
        self._number = 0
        self._finished: list[OutputFile] = []
        self._open: list[FileBeingWritten] = []
        self._stack = ExitStack()
        self._names: list[str] = []
        self._zips: dict[str, _Zip] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
        if error:
            # Keep the first error. If the store does not answer, do not try it again for each file.
            with suppress(StoreError):
                for name in self._names:
                    self._sink.remove(name)

    def add(self, pieces: Sequence[bytes]) -> None:
        """Add the pieces of an article, one for each output.

        Raises:
            ExportError: the export would have more than `MOST_FILES` files.
        """
        self._articles += 1
        if self._split == 1:
            self._add_to_zips(pieces)
            return
        if not self._open or (self._split and (self._articles - 1) % self._split == 0):
            self._begin()
        for file, piece in zip(self._open, pieces, strict=True):
            file.add(piece)

    def end(self) -> tuple[OutputFile, ...]:
        """End all files; return them."""
        self._end_open()
        for format_id, archive in self._zips.items():
            self._finished.append(archive.end(format_id, self._articles))
        self._stack.close()
        return tuple(self._finished)

    def _begin(self) -> None:
        self._end_open()
        self._number += 1
        if self._number > MOST_FILES:
            raise ExportError(f"split: {self._split} makes more than {MOST_FILES:,} files; give a larger number, or 1")
        number = self._number if self._split else None
        for output in self._outputs:
            name = output.named(number)
            self._open.append(FileBeingWritten(output, self._create(name), number=number))

    def _create(self, name: str) -> BinaryIO:
        stream = self._stack.enter_context(self._sink.create(name))
        self._names.append(name)
        return stream

    def _end_open(self) -> None:
        self._finished += [file.end() for file in self._open]
        self._open = []
        if self._split != 1:
            self._stack.close()

    def _add_to_zips(self, pieces: Sequence[bytes]) -> None:
        for output, piece in zip(self._outputs, pieces, strict=True):
            if output.format not in self._zips:
                name = output.file_name(f"{output.format}.zip", None)
                self._zips[output.format] = _Zip(name, self._create(name))
            # A file that is a zip itself has one file for each article.
            inner = output.name.removesuffix(".zip")
            frame = output.writer.frame(inner, 1, self._articles)
            self._zips[output.format].add(output.file_name(inner, self._articles), frame.file_of(piece))


class _Zip:
    """A zip that files are added to, with its digest."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        self._hashed = _Hashed(stream)
        self._archive = ZipWriter(self._hashed)

    def add(self, name: str, content: bytes) -> None:
        self._archive.add(name, content)

    def end(self, format_id: str, articles: int) -> OutputFile:
        self._archive.end()
        return OutputFile(
            name=self._name,
            format=format_id,
            media_type=ZIP_TYPE,
            size=self._hashed.size,
            sha256=self._hashed.digest.hexdigest(),
            articles=articles,
        )


class _Hashed:
    """A stream that hashes the bytes it writes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._stream.write(data)
