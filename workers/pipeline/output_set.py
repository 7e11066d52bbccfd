"""The files of an export: one of each output, numbered ones of so many articles, or a zip with a file an article."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import BinaryIO, Final, Self

from schemas.conversion import numbered
from schemas.errors import ExportError, StoreError
from schemas.job import OutputFile
from workers.archives.zip_writer import ZipWriter
from workers.pipeline.output_file import FileBeingWritten, Output, Sink

ZIP_TYPE: Final = "application/zip"

MOST_FILES: Final = 10_000
"""How many files of one output an export may be split into, but that a zip may have any number."""


class FileSet:
    """Takes pieces, article by article, and makes files of them.

    A context: left with an error, none of the files is there.
    """

    def __init__(self, outputs: Sequence[Output], sink: Sink, *, split: int | None = None) -> None:
        """Prepare.

        Args:
            outputs: the outputs.
            sink: where the files are made.
            split: how many articles a file has at most; 1 is a file for each, in a zip for each format.
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
            # The error that is raised is the first; a store that does not answer is not asked for each of the files.
            with suppress(StoreError):
                for name in self._names:
                    self._sink.remove(name)

    def add(self, pieces: Sequence[bytes]) -> None:
        """Add an article's pieces, one of each output.

        Raises:
            ExportError: there would be more files than `MOST_FILES`.
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
        """The files, all of them whole."""
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
            name = numbered(output.name, number)
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
                self._zips[output.format] = _Zip(self._create(f"{output.format}.zip"))
            frame = output.writer.frame(output.name, 1, self._articles)
            name = numbered(output.name, self._articles)
            self._zips[output.format].add(name, frame.head + piece + frame.tail)


class _Zip:
    """A zip while it is written, with its digest."""

    def __init__(self, stream: BinaryIO) -> None:
        self._hashed = _Hashed(stream)
        self._archive = ZipWriter(self._hashed)

    def add(self, name: str, content: bytes) -> None:
        self._archive.add(name, content)

    def end(self, format_id: str, articles: int) -> OutputFile:
        self._archive.end()
        return OutputFile(
            name=f"{format_id}.zip",
            format=format_id,
            media_type=ZIP_TYPE,
            size=self._hashed.size,
            sha256=self._hashed.digest.hexdigest(),
            articles=articles,
        )


class _Hashed:
    """A stream whose bytes are hashed as they go by."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._stream.write(data)
