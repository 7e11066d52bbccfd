"""The files of a small job, joined in one artifact: creating a file costs more than filling it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from typing import Any, BinaryIO

from workers.pipeline.output_file import ExportedFile
from workers.storage.base import FILES, JobFolder


class SmallFiles:
    """A sink that keeps files in memory until all are complete."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    @contextmanager
    def create(self, name: str) -> Iterator[BinaryIO]:
        """Create a file; see `workers.pipeline.output_file.Sink`."""
        stream = BytesIO()
        yield stream
        self._contents[name] = stream.getvalue()

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._contents.pop(name, None)

    def keep(self, files: Sequence[ExportedFile], folder: JobFolder) -> list[dict[str, Any]]:
        """Store the files. Return them for the record, each with the byte of the artifact at which it begins.

        Raises:
            StoreError: they could not be stored; none is there.
        """
        kept, start = [], 0
        if files:
            with folder.create(FILES) as stream:
                stream.writelines(self._contents[file.name] for file in files)
        for file in files:
            kept.append({**asdict(file), "start": start})
            start += file.size
        return kept
