"""The files of a small job, joined in one artifact: creating a file costs more than filling it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO, Final

from schemas.jobs.job import OutputFile
from schemas.jobs.record import ResultPlace, StoredFile
from schemas.typed_json import view_of
from workers.jobs.contents import place_of
from workers.storage.base import FILES, JobFolder

# The largest result in a record, in bytes.
_SMALL: Final = 1_024


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

    def keep(
        self, files: Sequence[OutputFile], folder: JobFolder, result: Callable[[Sequence[StoredFile]], bytes]
    ) -> tuple[tuple[StoredFile, ...], ResultPlace | None]:
        """Store the files, and after them the result of the job.

        Return the files, each with the byte of the artifact at which it begins, and the place of the result. A small
        result without files has no place.

        Raises:
            StoreError: they could not be stored; none is there.
        """
        kept: list[StoredFile] = []
        start = 0
        for file in files:
            kept.append(view_of(StoredFile, file, start=start))
            start += file.size
        content = result(kept)
        if not files and len(content) <= _SMALL:
            return (), None
        with folder.create(FILES) as stream:
            stream.writelines(self._contents[file.name] for file in files)
            stream.write(content)
        return tuple(kept), place_of(content, name=FILES, start=start)
