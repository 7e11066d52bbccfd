"""The files of a small job, joined in one artifact: creating a file costs more than filling it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from schemas.job import OutputFile
from schemas.job_record import StoredFile
from schemas.typed_json import view_of
from workers.storage.base import FILES, JobFolder


class SmallFiles:
    """A sink that keeps files in memory until all are complete."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """Create a file; see `workers.pipeline.output.Sink`."""
        stream = BytesIO()
        yield stream
        self._contents[name] = stream.getvalue()

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._contents.pop(name, None)

    def keep(self, files: Sequence[OutputFile], folder: JobFolder) -> tuple[StoredFile, ...]:
        """Store the files. Return them for the record, each with the byte of the artifact at which it begins.

        Raises:
            StoreError: they could not be stored; none is there.
        """
        kept: list[StoredFile] = []
        start = 0
        if files:
            with folder.create(FILES) as stream:
                stream.writelines(self._contents[file.name] for file in files)
        for file in files:
            kept.append(view_of(StoredFile, file, start=start))
            start += file.size
        return tuple(kept)
