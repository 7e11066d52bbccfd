"""The artifact store: inputs and exported files, as bytes under keys.

An artifact appears under its key only when it is complete.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final, Literal, Protocol

from schemas.errors import SettingsError, StoreError, StoreSetupError
from workers.archives.ranges import open_range

if TYPE_CHECKING:
    from schemas.jobs.record import StoredFile

# `newsmill serve` checks the store, and imports little.
log = logging.getLogger(__name__)

ERRORS: Final = "errors.ndjson"
"""The artifact beside a job's files that names each failed article."""

FILES: Final = "files"
"""The artifact that holds all files of a small job, one after the other."""

ALL: Final = 1 << 62
"""Read ahead to the end of an artifact."""

Method = Literal["GET", "HEAD"]


class Artifacts(Protocol):
    """Artifacts that can be written and read. Keys are relative paths made by newsmill, never by a client."""

    def create(self, key: str, /) -> AbstractContextManager[BinaryIO]:
        """Create an artifact. It exists once the context ends without an error."""

    def open(self, key: str, /, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        """Open an artifact as a seekable stream.

        The stream begins at the position `at`. `read_ahead` is the number of bytes from there that will be read
        sequentially, ALL, or 0 if unknown. A store may fetch some megabytes of them at once.
        """


class Store(Artifacts, Protocol):
    """A place for artifacts.

    All threads of a process may share a store, but not one of its streams. A process that has used a store must not
    fork, because a store may have threads of its own.

    Raises (every method):
        StoreError: the store is out of reach, full, or refuses access.
    """

    remote: ClassVar[bool]
    """Whether its bytes cross a network, so that fewer bytes are worth some processor time."""

    def delete(self, prefix: str, /) -> None:
        """Remove every artifact under a prefix, complete or unfinished, if there are any."""

    def names_under(self, prefix: str, /) -> Iterator[str]:
        """Yield the name of each artifact and folder directly under a prefix."""

    def sweep(self, *, older_than: float) -> None:
        """Remove incomplete artifacts whose last write is older, in seconds: their writers have died."""

    def check(self) -> None:
        """Check that artifacts can be written now.

        Raises:
            StoreSetupError: they cannot be written until a setting is changed.
        """

    def link(self, key: str, /, *, method: Method, name: str, media_type: str) -> str | None:
        """Return a URL that needs no other credentials and expires in 15 minutes; None if the store has no URLs.

        The store answers a request of this method with the media type and the file name for the download.
        """


def check_key(key: str) -> str:
    """Return a key that is a relative path.

    Raises:
        StoreError: the key is absolute, empty, or leaves the store.
    """
    if not key or key.startswith("/") or ".." in key.split("/"):
        raise StoreError(f"{key!r} is not a key of an artifact")
    return key


class JobArtifacts:
    """The artifacts of one job, to be written and read: its inputs, chunks and files."""

    def __init__(self, store: Artifacts, job_id: str) -> None:
        self.store = store
        self._prefix = f"jobs/{job_id}"

    def input_key(self, number: int) -> str:
        """Return the key of an input."""
        return f"{self._prefix}/input-{number}"

    def chunk_key(self, number: int) -> str:
        """Return the key of a separately stored chunk of the input."""
        return f"{self._prefix}/chunks/{number:07d}"

    def create(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Create a file of the job."""
        return self.store.create(f"{self._prefix}/{name}")

    def open(self, name: str, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        """Open a file of the job; see `Store.open`."""
        return self.store.open(f"{self._prefix}/{name}", at=at, read_ahead=read_ahead)


class JobFolder(JobArtifacts):
    """The folder of one job in the store. It is the sink of the conversion."""

    store: Store

    def __init__(self, store: Store, job_id: str) -> None:
        super().__init__(store, job_id)

    def remove(self, name: str) -> None:
        """Remove a file of the job, if it exists."""
        self.store.delete(f"{self._prefix}/{name}")

    def open_finished(self, file: StoredFile) -> BinaryIO:
        """Open a finished file of the job's record: an artifact, or a range of the artifact `FILES`."""
        if file.start is None:
            return self.open(file.name)
        return open_range(self.open(FILES), file.start, file.start + file.size)

    def link(self, file: StoredFile, *, method: Method) -> str | None:
        """Return a URL of a finished file; None if the file is a range of `FILES`. See `Store.link`."""
        if file.start is not None:
            return None
        key = f"{self._prefix}/{file.name}"
        return self.store.link(key, method=method, name=file.name, media_type=file.media_type)

    def delete_parts(self) -> None:
        """Remove the parts and chunks from which the files were made."""
        for part in ("parts", "chunks"):
            self.store.delete(f"{self._prefix}/{part}")

    def delete(self) -> None:
        """Remove all artifacts of the job."""
        self.store.delete(self._prefix)


@contextmanager
def create_all(folder: JobFolder, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """Create files of a job that are written side by side; see `Store.create`.

    The files are completed in parallel, because a remote store sends their last bytes then. If one fails, the others
    may exist.

    Raises:
        StoreError: as `Store.create`.
    """
    creating = [folder.create(name) for name in names]
    with ExitStack() as begun:
        yield [begun.enter_context(one) for one in creating]
        # No error so far: complete each file below.
        begun.pop_all()
    with ThreadPoolExecutor(len(creating)) as threads:
        for ended in [threads.submit(one.__exit__, None, None, None) for one in creating]:
            ended.result()


def open_store(location: str) -> Store:
    """Return the store at a location, a folder or s3://bucket/prefix. The first use connects it.

    Raises:
        SettingsError: the location is of no known kind, or a variable that it needs is missing or wrong.
    """
    if location.startswith("s3://"):
        # Most processes need no S3 client, and it takes several megabytes.
        from workers.storage.s3_access import S3Access  # noqa: PLC0415
        from workers.storage.s3_store import S3Store  # noqa: PLC0415

        return S3Store(S3Access.from_environ(location))
    if "://" in location:
        raise SettingsError(f"NEWSMILL_STORE={location}: unknown kind of store; give a folder, or s3://bucket/prefix")
    from workers.storage.local_store import LocalStore  # noqa: PLC0415

    return LocalStore(Path(location))


def try_store(location: str) -> None:
    """Check the store at a location before the service starts. A store out of reach only logs a warning.

    Raises:
        SettingsError: the store refuses access until a setting is changed.
    """
    try:
        open_store(location).check()
    except StoreSetupError as error:
        raise SettingsError(f"NEWSMILL_STORE: {error}") from None
    except StoreError as error:
        log.warning("the artifact store is not ready: %s", error)
