"""Downloads that go on where they broke off, and are what they should be when they are there."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import StoreError
from schemas.job_view import ExportedFile
from service.client.connection import Connection
from service.client.models import DigestError, ServerRefusedError, ServerUnreachableError

Progress = Callable[[str, int, int], None]
"""Is told the name of a file, how many bytes of it are there, and how many it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file to be had: its address, its name and size, and the ETag that tells it from any other."""

    href: str
    name: str
    size: int
    etag: str


def download_file(connection: Connection, file: ExportedFile, folder: Path, progress: Progress) -> Path:
    """A file, in a folder, under its name once it is whole and its digest is right.

    What there is of it already, from a download that broke off, is not fetched again; nor is a file that is there.

    Raises:
        DigestError: the bytes that came are not those that the job names.
        StoreError: it cannot be written.
    """
    name = Path(file.name).name
    path = folder / name
    with _writing(path):
        if path.is_file() and path.stat().st_size == file.size and _sha256(path) == file.sha256:
            progress(name, file.size, file.size)
            return path
        wanted = Wanted(href=file.href, name=name, size=file.size, etag=file.sha256)
        part = _fetch(connection, wanted, folder, progress)
        if (found := _sha256(part)) != file.sha256:
            part.unlink()
            raise DigestError(f"{name}: its SHA-256 is {found}, the job says {file.sha256}")
        return part.replace(path)


def download_zip(
    connection: Connection, wanted: Wanted, files: Sequence[ExportedFile], folder: Path, progress: Progress
) -> Path:
    """All files as one zip, in a folder, once it is whole and the digest of every file in it is right.

    Raises:
        DigestError: a file in it is not what the job names.
        StoreError: it cannot be written.
    """
    path = folder / wanted.name
    with _writing(path):
        part = _fetch(connection, wanted, folder, progress)
        try:
            _check_zip(part, files)
        except (DigestError, zipfile.BadZipFile, KeyError) as error:
            part.unlink()
            raise DigestError(f"{wanted.name}: {error}") from None
        return part.replace(path)


def _fetch(connection: Connection, wanted: Wanted, folder: Path, progress: Progress) -> Path:
    """The file, whole, under the name that it has until it is checked."""
    folder.mkdir(parents=True, exist_ok=True)
    # With its ETag, so that what is there is never gone on with another file of the same name.
    part = folder / f"{wanted.name}.{wanted.etag[:16]}.part"
    patience = connection.patience()
    part.touch()
    while (there := part.stat().st_size) < wanted.size:
        try:
            _fetch_on(connection, wanted, part, there, progress)
        except ServerUnreachableError as error:
            if part.stat().st_size > there:
                patience.renew()
            patience.bear(error)
        except ServerRefusedError as error:
            if not error.is_for_the_moment:
                raise
            patience.bear(error, error.after)
    if part.stat().st_size > wanted.size:
        part.unlink()
        raise DigestError(f"{wanted.name}: it has more than the {wanted.size:,} bytes that the job says")
    progress(wanted.name, wanted.size, wanted.size)
    return part


def _fetch_on(connection: Connection, wanted: Wanted, part: Path, there: int, progress: Progress) -> None:
    headers = {"Range": f"bytes={there}-", "If-Range": f'"{wanted.etag}"'} if there else {}
    # What a file takes on its way is counted in its own bytes: it is asked for as it is.
    with connection.stream(wanted.href, {"Accept-Encoding": "identity", **headers}) as response:
        goes_on = response.status_code == 206
        there = there if goes_on else 0
        with part.open("ab" if goes_on else "wb") as stream:
            # As it comes: pieces of a certain size would lose what there is of the last one.
            for piece in response.iter_raw():
                stream.write(piece)
                there += len(piece)
                progress(wanted.name, there, wanted.size)
        if there < wanted.size:
            raise ServerUnreachableError(f"{wanted.name}: the download ended after {there:,} of {wanted.size:,} bytes")


def _check_zip(path: Path, files: Sequence[ExportedFile]) -> None:
    with zipfile.ZipFile(path) as archive:
        for file in files:
            with archive.open(file.name) as stream:
                if (found := hashlib.file_digest(stream, "sha256").hexdigest()) != file.sha256:  # type: ignore[arg-type]
                    raise DigestError(f"the SHA-256 of {file.name} is {found}, the job says {file.sha256}")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror or error}") from error


def no_progress(*_: Any) -> None:
    """Whoever does not want to know."""
