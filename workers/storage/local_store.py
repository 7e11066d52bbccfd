"""Artifacts in a folder."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, ClassVar

from schemas.errors import ArtifactNotFoundError, StoreError
from workers.storage.base import Method, check_key

_TEMPORARY = ".part-"

# An article and its pieces are a few kilobytes each. A system call for each took 4 % of the time of a chunk, and half
# of that of a split.
_BUFFER = 256 * 1024
# How often a folder is made that another process removes meanwhile.
_TRIES = 10
# What a folder's removal fails with as another process writes to it: a file is new in it, or it is a folder again.
_CHANGED = (errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR)


class LocalStore:
    """Artifacts as files in a folder, on this machine or on a shared file system."""

    remote: ClassVar[bool] = False

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def create(self, key: str) -> Iterator[BinaryIO]:
        """Create a file; see `Store.create`."""
        path = self._path(key)
        # `secrets` would load OpenSSL, and the supervisor opens the store too.
        temporary = path.with_name(f"{_TEMPORARY}{os.urandom(8).hex()}")
        with _as_store_error(key):
            stream = _create_in_folder(temporary)
        try:
            with _as_store_error(key):
                with stream:
                    yield stream
                temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise

    def open(self, key: str, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        """Open a file; see `Store.open`."""
        with _as_store_error(key):
            stream = self._path(key).open("rb", _BUFFER if read_ahead > _BUFFER else -1)
            stream.seek(at)
            return stream

    def delete(self, prefix: str) -> None:
        """Remove a file or a folder; see `Store.delete`."""
        path = self._path(prefix)
        with _as_store_error(prefix):
            while not _removed(path):
                pass

    remove = delete

    def names_under(self, prefix: str) -> Iterator[str]:
        """Yield names; see `Store.names_under`."""
        with _as_store_error(prefix), suppress(FileNotFoundError), os.scandir(self._path(prefix)) as found:
            yield from (one.name for one in found)

    def sweep(self, *, older_than: float) -> None:
        """Remove temporary files; see `Store.sweep`."""
        before = time.time() - older_than
        with _as_store_error(str(self._root)):
            # Unlike `Path.rglob`, `os.walk` goes on where a folder is removed as it is read.
            for folder, _, names in os.walk(self._root):
                for path in (Path(folder, name) for name in names if name.startswith(_TEMPORARY)):
                    # Another process may sweep at the same time, or delete the job.
                    with suppress(FileNotFoundError):
                        if path.stat().st_mtime < before:
                            path.unlink()

    def check(self) -> None:
        """Check that a file can be created; see `Store.check`."""
        with self.create(f"check/{os.getpid()}") as stream:
            stream.write(b"newsmill")
        self.delete(f"check/{os.getpid()}")

    def link(self, key: str, *, method: Method, name: str, media_type: str) -> str | None:
        """Return None: a folder has no URLs; see `Store.link`."""
        return None

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)


def _removed(path: Path) -> bool:
    """Remove a file or a folder, and return False if another process changed the folder meanwhile.

    The API and a worker may remove a canceled job at the same time, and the worker may write to it once more.
    """
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno in _CHANGED and path.is_dir():
            return False
        raise
    return True


def _create_in_folder(path: Path) -> BinaryIO:
    """Create a file, and the folder that it is in."""
    for _ in range(_TRIES):
        with suppress(FileNotFoundError):
            return path.open("xb", _BUFFER)
        with suppress(FileExistsError):
            path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("xb", _BUFFER)


@contextmanager
def _as_store_error(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ArtifactNotFoundError(f"{key}: {error.strerror or error}", error.strerror or "it failed") from error
    except OSError as error:
        raise StoreError(f"{key}: {error.strerror or error}", error.strerror or "it failed") from error
