"""Downloads that resume, and check the digests of the files."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import NewsmillError, StoreError
from schemas.jobs.job import ExportedFile
from service.client.connection import Connection, ServerRefusedError, ServerUnreachableError
from service.client.steps import Call, Close, Work


class DigestError(NewsmillError):
    """The bytes of a downloaded file do not match its digest or size."""


Progress = Callable[[str, int, int], None]
"""Called with the name of a file, the bytes downloaded, and its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to download: its address, name, size, and the ETag that identifies its content."""

    href: str
    name: str
    size: int
    etag: str


def download_file(connection: Connection, file: ExportedFile, folder: Path, progress: Progress | None) -> Call[Path]:
    """Download a file into a folder. It gets its name when it is complete and its digest matches.

    A partial download is resumed. A file that is complete already is not fetched again.

    Raises:
        DigestError: the bytes do not match the digest that the job states.
        StoreError: the file cannot be written.
    """
    name = name_in_folder(file.name)
    path = folder / name
    with _writing(path):
        known = path.is_file() and path.stat().st_size == file.size
        if known and (yield from _sha256(path)) == file.sha256:
            if progress:
                progress(name, file.size, file.size)
            return path
        wanted = Wanted(href=file.href, name=name, size=file.size, etag=file.sha256)
        part = yield from _fetch(connection, wanted, folder, progress)
        if (found := (yield from _sha256(part))) != file.sha256:
            part.unlink()
            raise DigestError(f"{name}: its SHA-256 is {found}, the job states {file.sha256}")
        return part.replace(path)


def name_in_folder(given: str) -> str:
    """Return a name that a server gives as the name of a file in a folder: without folders and control characters.

    Raises:
        StoreError: nothing is left that can name a file.
    """
    name = "".join(one for one in re.split(r"[/\\]", given)[-1] if one.isprintable())
    if name.strip(". ") == "":
        raise StoreError(f"the server names a file {given[:80]!r}, which cannot be the name of a file")
    return name


def download_zip(
    connection: Connection, wanted: Wanted, files: Sequence[ExportedFile], folder: Path, progress: Progress | None
) -> Call[Path]:
    """Download all files as one zip. It gets its name when it is complete and the digest of every file in it matches.

    Raises:
        DigestError: a file in it does not match the digest that the job states.
        StoreError: the zip cannot be written.
    """
    path = folder / wanted.name
    with _writing(path):
        part = yield from _fetch(connection, wanted, folder, progress)
        try:
            yield Work(lambda: _check_zip(part, files))
        except (DigestError, zipfile.BadZipFile, KeyError) as error:
            part.unlink()
            raise DigestError(f"{wanted.name}: {error}") from None
        return part.replace(path)


def _fetch(connection: Connection, wanted: Wanted, folder: Path, progress: Progress | None) -> Call[Path]:
    """Download the whole file under a temporary name."""
    folder.mkdir(parents=True, exist_ok=True)
    # The ETag in the name keeps a partial file from being resumed with another file of the same name.
    part = folder / f"{wanted.name}.{wanted.etag[:16]}.part"
    budget = connection.retry_budget()
    part.touch()
    while (offset := part.stat().st_size) < wanted.size:
        try:
            yield from _resume(connection, wanted, part, offset, progress)
        except ServerUnreachableError as error:
            if part.stat().st_size > offset:
                budget.renew()
            yield from budget.wait_after(error)
        except ServerRefusedError as error:
            yield from budget.wait_after(error)
    if part.stat().st_size > wanted.size:
        part.unlink()
        raise DigestError(f"{wanted.name}: it has more than the {wanted.size:,} bytes that the job states")
    if progress:
        progress(wanted.name, wanted.size, wanted.size)
    return part


def _resume(connection: Connection, wanted: Wanted, part: Path, offset: int, progress: Progress | None) -> Call[None]:
    headers = {"Range": f"bytes={offset}-", "If-Range": f'"{wanted.etag}"'} if offset else {}
    # No encoding: ranges and sizes count the file's own bytes.
    opened = yield from connection.open(wanted.href, {"Accept-Encoding": "identity", **headers})
    resumed = opened.response.status_code == 206
    offset = offset if resumed else 0
    with part.open("ab" if resumed else "wb") as stream:
        # Pieces as they arrive: pieces of a fixed size would lose the last, incomplete one.
        while (piece := (yield from connection.take(opened))) is not None:
            stream.write(piece)
            offset += len(piece)
            if progress:
                progress(wanted.name, offset, wanted.size)
    yield Close(opened)
    if offset < wanted.size:
        raise ServerUnreachableError(f"{wanted.name}: the download ended after {offset:,} of {wanted.size:,} bytes")


def _check_zip(path: Path, files: Sequence[ExportedFile]) -> None:
    with zipfile.ZipFile(path) as archive:
        for file in files:
            with archive.open(file.name) as stream:
                if (found := hashlib.file_digest(stream, "sha256").hexdigest()) != file.sha256:  # type: ignore[arg-type]
                    raise DigestError(f"the SHA-256 of {file.name} is {found}, the job states {file.sha256}")


def _sha256(path: Path) -> Call[str]:
    def digest() -> str:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    found: str = yield Work(digest)
    return found


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror or error}") from error
