"""Where inputs and exported files lie: keys and bytes.

A key that exists has its whole content: a file is written under a temporary name, and takes its own
only when it is complete.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

from schemas.errors import StoreError
from workers.ranges import open_range

FILES: Final = "files"
"""The artifact of a small job that holds its files, one after the other."""

_TEMPORARY = ".part-"
# Read once: there is no way to read it but to set it, and other threads may be making files.
_UMASK = os.umask(0o022)
os.umask(_UMASK)


class Store(Protocol):
    """A place for artifacts. Keys are relative paths made by newsmill, never by a client.

    Raises (every method):
        StoreError: the place cannot be reached, is full, or does not let us.
    """

    def create(self, key: str, /) -> AbstractContextManager[BinaryIO]:
        """A new artifact, which exists once its context ends without an error."""
        ...

    def open(self, key: str, /) -> BinaryIO:
        """An artifact's bytes, seekable."""
        ...

    def delete(self, prefix: str, /) -> None:
        """Remove every artifact under a prefix, if there is any."""
        ...

    def sweep(self, *, older_than: float) -> None:
        """Remove what nobody has written to for so many seconds, and is no artifact yet: its writer is gone."""
        ...

    def check(self) -> None:
        """Whether artifacts can be written now."""
        ...


class LocalStore:
    """Artifacts as files in a folder of this machine, or of a file system that all machines share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def create(self, key: str) -> Iterator[BinaryIO]:
        """A new file; see `Store.create`."""
        path = self._path(key)
        with _as_store_error(key):
            descriptor, temporary = _temporary_in(path.parent)
        try:
            with _as_store_error(key):
                with os.fdopen(descriptor, "wb") as stream:
                    yield stream
                    # mkstemp lets the owner alone read; a finished file has the rights of any new file.
                    os.fchmod(descriptor, 0o666 & ~_UMASK)
                Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise

    def open(self, key: str) -> BinaryIO:
        """A file; see `Store.open`."""
        with _as_store_error(key):
            return self._path(key).open("rb")

    def delete(self, prefix: str) -> None:
        """Remove a file or a folder; see `Store.delete`."""
        path = self._path(prefix)
        with _as_store_error(prefix):
            while path.is_dir():
                # Whoever cancels a job and the worker that it is taken from may remove it at the same time.
                with suppress(FileNotFoundError):
                    shutil.rmtree(path)
            path.unlink(missing_ok=True)

    remove = delete

    def sweep(self, *, older_than: float) -> None:
        """Remove temporary files; see `Store.sweep`."""
        before = time.time() - older_than
        with _as_store_error(str(self._root)):
            for path in self._root.rglob(f"{_TEMPORARY}*"):
                # Another may sweep at the same time, or a job be deleted.
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < before:
                        path.unlink()

    def check(self) -> None:
        """Whether a file can be made; see `Store.check`."""
        with self.create(f"check/{os.getpid()}") as stream:
            stream.write(b"newsmill")
        self.delete(f"check/{os.getpid()}")

    def _path(self, key: str) -> Path:
        if not key or key.startswith("/") or ".." in key.split("/"):
            raise StoreError(f"{key!r} is not a key of an artifact")
        return self._root / key


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

    def open(self, name: str) -> BinaryIO:
        """A file of the job."""
        return self.store.open(f"{self._prefix}/{name}")

    def open_finished(self, file: Mapping[str, Any]) -> BinaryIO:
        """A finished file, as the job's record has it: an artifact, or a part of the one that holds all of them."""
        if (start := file.get("start")) is None:
            return self.open(file["name"])
        return open_range(self.open(FILES), start, start + file["size"])

    def delete_parts(self) -> None:
        """Remove what only the making of the files needed."""
        for part in ("parts", "chunks"):
            self.store.delete(f"{self._prefix}/{part}")

    def delete(self) -> None:
        """Remove all that the job has."""
        self.store.delete(self._prefix)


def open_store(location: str) -> Store:
    """The store at a location: a folder.

    Raises:
        StoreError: there is no kind of store for such a location.
    """
    if "://" in location:
        raise StoreError(f"{location}: no such kind of store; give a folder")
    return LocalStore(Path(location))


def _temporary_in(folder: Path) -> tuple[int, str]:
    try:
        return tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        return tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)


@contextmanager
def _as_store_error(key: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{key}: {error.strerror or error}") from error
