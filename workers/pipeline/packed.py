"""Packed documents: which of them are archives of documents, and the documents in them.

The service and the command both unpack here, so both find the same documents, and name the same failures.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from schemas.conversion import Document, UnreadArticle
from schemas.errors import InputError
from workers.archives.unpack import UnpackError, is_packed, unpack
from workers.formats.detection import HEAD, is_document_in_zip
from workers.pipeline.pipe import Documents, FoundArticle, Sources

SMALL: Final = 2**20
"""The number of first bytes of a document in an archive that are read with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedDocument:
    """A document in an archive.

    Args:
        name: its name, without its folder.
        head: its first bytes, up to `SMALL`.
        whole: whether they are the whole document.
        rest: the stream of the bytes after them.
    """

    name: str
    head: bytes
    whole: bool
    rest: BinaryIO


def is_archive(head: bytes) -> bool:
    """Return whether a document that begins with these bytes is unpacked into documents.

    An office file or an e-book is a zip too, but none of its parts is a document of its own.
    """
    return is_packed(head) and not is_document_in_zip(head)


def documents_of(stream: BinaryIO, name: str, *, size: int, limit: int) -> Iterator[PackedDocument | InputError]:
    """Yield each document of an archive; an InputError for one that cannot be unpacked. Read one, then take the next.

    Args:
        stream: the archive, seekable.
        name: its name.
        size: its size in bytes.
        limit: the largest unpacked size of the whole, in bytes.

    Raises (while it is iterated, and while a document is read):
        UnpackError: the archive cannot be unpacked any further.
    """
    for inner, content in unpack(stream, name, size=size, limit=limit):
        try:
            head = content.read(SMALL)
        except UnpackError:
            raise
        except InputError as error:
            # The next document may be readable.
            yield error
            continue
        if is_archive(head):
            yield InputError(inner, "", "it is an archive inside of another; unpack the outer one first")
        else:
            yield PackedDocument(name=inner, head=head, whole=len(head) < SMALL, rest=content)


def unpack_archives(documents: Documents, *, limit: int) -> Sources:
    """Yield the documents, and in place of an archive the documents in it. What cannot be unpacked is a failed article.

    A document of an archive is in memory, or in a temporary file if it is large, until the next one is taken.

    Args:
        documents: documents and archives.
        limit: the largest unpacked size of an archive, in bytes.
    """
    for reader, document in documents:
        with document.open() as stream:
            if not is_archive(stream.read(HEAD)):
                stream.close()
                yield reader, document
                continue
            size = stream.seek(0, 2)
            stream.seek(0)
            try:
                yield from _unpacked(reader, document, stream, size, limit)
            except InputError as error:
                yield _failed(error)


def _unpacked(reader: str | None, archive: Document, stream: BinaryIO, size: int, limit: int) -> Sources:
    for found in documents_of(stream, archive.name or "document", size=size, limit=limit):
        if isinstance(found, InputError):
            yield _failed(found)
            continue
        if found.whole:
            yield reader, replace(archive, name=found.name, open=partial(BytesIO, found.head), size=len(found.head))
            continue
        try:
            with _in_file(found) as path:
                yield reader, replace(archive, name=found.name, open=partial(_opened, path), size=path.stat().st_size)
        except UnpackError:
            raise
        except InputError as error:
            yield _failed(error)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


@contextmanager
def _in_file(document: PackedDocument) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="newsmill-") as folder:
        path = Path(folder) / "document"
        with path.open("wb") as copy:
            copy.write(document.head)
            shutil.copyfileobj(document.rest, copy, SMALL)
        yield path


def _failed(error: InputError) -> FoundArticle:
    return FoundArticle(error.document, error.place, UnreadArticle(place=error.place, reason=error.reason))
