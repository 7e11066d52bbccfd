"""Where inputs and exported files lie: keys and bytes.

A key that exists has its whole content: what is written is seen under its key only when it is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, BinaryIO, Final, Literal, Protocol

from schemas.errors import StoreError
from workers.archives.ranges import open_range

FILES: Final = "files"
"""The artifact of a small job that holds its files, one after the other."""

ALL: Final = 1 << 62
"""All bytes of an artifact, whatever its size."""

Method = Literal["GET", "HEAD"]


class Store(Protocol):
    """A place for artifacts. Keys are relative paths made by newsmill, never by a client.

    It is for all threads of a process, and each of its streams for one. A process that has used one is not forked: a
    store may have threads of its own.

    Raises (every method):
        StoreError: the place cannot be reached, is full, or does not let us.
    """

    def create(self, key: str, /) -> AbstractContextManager[BinaryIO]:
        """A new artifact, which exists once its context ends without an error."""
        ...

    def open(self, key: str, /, *, at: int = 0, soon: int = 0) -> BinaryIO:
        """An artifact's bytes, seekable.

        Args:
            key: the artifact's key.
            at: where they stand at first.
            soon: how many bytes from there are read at once and without a pause, or ALL; 0 where nobody knows. A
                store may fetch some megabytes of them together.
        """
        ...

    def delete(self, prefix: str, /) -> None:
        """Remove every artifact under a prefix, if there is any, and what is being written there."""
        ...

    def sweep(self, *, older_than: float) -> None:
        """Remove what nobody has written to for so many seconds, and is no artifact yet: its writer is gone."""
        ...

    def check(self) -> None:
        """Whether artifacts can be written now.

        Raises:
            StoreSetupError: they cannot, and will not be able to until a setting is changed.
        """
        ...

    def link(self, key: str, /, *, method: Method, name: str, media_type: str) -> str | None:
        """A URL that gives the artifact to whoever has it, for a quarter of an hour; None where there is no such thing.

        Args:
            key: the artifact's key.
            method: what it may be asked with.
            name: the name that it is to be saved under.
            media_type: its media type.
        """
        ...


def check_key(key: str) -> str:
    """The key, if it is one.

    Raises:
        StoreError: it is none.
    """
    if not key or key.startswith("/") or ".." in key.split("/"):
        raise StoreError(f"{key!r} is not a key of an artifact")
    return key


class JobFolder:
    """The artifacts of one job: its inputs, and the files it made; the sink of its conversion."""

    def __init__(self, store: Store, job_id: str) -> None:
        self.store = store
        self._prefix = f"jobs/{job_id}"

    def input_key(self, number: int) -> str:
        """The key of an input."""
        return f"{self._prefix}/input-{number}"

    def chunk_key(self, number: int) -> str:
        """The key of a chunk of the input that is an artifact of its own."""
        return f"{self._prefix}/chunks/{number:07d}"

    def create(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file of the job."""
        return self.store.create(f"{self._prefix}/{name}")

    def remove(self, name: str) -> None:
        """Remove a file of the job, if it is there."""
        self.store.delete(f"{self._prefix}/{name}")

    def open(self, name: str, *, soon: int = 0) -> BinaryIO:
        """A file of the job; see `Store.open`."""
        return self.store.open(f"{self._prefix}/{name}", soon=soon)

    def open_finished(self, file: Mapping[str, Any]) -> BinaryIO:
        """A finished file, as the job's record has it: an artifact, or a part of the one that holds all of them."""
        if (start := file.get("start")) is None:
            return self.open(file["name"])
        return open_range(self.open(FILES), start, start + file["size"])

    def link(self, file: Mapping[str, Any], *, method: Method) -> str | None:
        """A URL of a finished file; see `Store.link`. None leads to one that is a part of an artifact."""
        if "start" in file:
            return None
        name = file["name"]
        return self.store.link(f"{self._prefix}/{name}", method=method, name=name, media_type=file["media_type"])

    def delete_parts(self) -> None:
        """Remove what only the making of the files needed."""
        for part in ("parts", "chunks"):
            self.store.delete(f"{self._prefix}/{part}")

    def delete(self) -> None:
        """Remove all that the job has."""
        self.store.delete(self._prefix)


@contextmanager
def create_all(folder: JobFolder, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """New files of a job that are written side by side; see `Store.create`.

    All are completed together at the end: for a store that is far away that is when their bytes are sent, and it
    would be waited for one after the other. Where one fails, the others may be there.

    Raises:
        StoreError: as `Store.create`.
    """
    creating = [folder.create(name) for name in names]
    with ExitStack() as begun:
        yield [begun.enter_context(one) for one in creating]
        # From here on they end well, each by itself.
        begun.pop_all()
    with ThreadPoolExecutor(len(creating)) as threads:
        for ended in [threads.submit(one.__exit__, None, None, None) for one in creating]:
            ended.result()
