"""Read a finished job's input again for a preview of one article, up to a limit of bytes. Nothing is stored."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

import orjson

from schemas.errors import NewsmillError
from schemas.jobs.record import JobRecord
from schemas.settings import Settings
from workers.archives.ranges import ByteSource
from workers.chunked.chunks import Chunk, chunk_documents
from workers.chunked.split import cut
from workers.pipeline.pipe import Documents, MadeArticle, Pipe
from workers.pipeline.preview import files_of, find_article
from workers.pipeline.records import is_one_article
from workers.storage.base import ERRORS, Artifacts, JobArtifacts, Store

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MOST_ARTICLES: Final = 200
"""The highest number of an article that has a preview."""

MOST_BYTES: Final = 32 * 2**20
"""The maximum number of bytes read and unpacked for one preview."""


class PreviewError(NewsmillError):
    """The article has no preview. The message says why, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePreview:
    """An article of a job, and the files of an export of only this article: bytes by format id and file name."""

    made: MadeArticle
    files: dict[str, dict[str, bytes]]


def preview_article(
    job: JobRecord, number: int, *, large: bool, store: Store, settings: Settings, most_bytes: int = MOST_BYTES
) -> ArticlePreview:
    """Convert one article of a finished job again, as the job did.

    `number` is the number of the article in the export, from 1. `large` says whether the job was cut into chunks.

    Raises:
        PreviewError: the article is behind `most_bytes` bytes of input, or behind an article on which processes died.
        StoreError: the input cannot be read.
    """
    pipe = Pipe.of_job(job.spec, settings)
    lost = _Lost(job, store)
    documents = _documents(job, _Scratch(store, most_bytes), settings, large=large)
    made = find_article(pipe, lost.follow(documents), number, lost)
    if made is None:
        raise PreviewError(f"Article {number} cannot be read again.")
    return ArticlePreview(made=made, files=files_of(pipe, made))


def _documents(job: JobRecord, store: Artifacts, settings: Settings, *, large: bool) -> Documents:
    """Yield the documents that the job's own steps read, in the same order."""
    defaults = replace(job.spec.defaults(settings), whole_ledger=True)
    folder = JobArtifacts(store, job.id)
    for document in job.spec.documents:
        # A job bundles small documents of one article. A bundle of a thousand would be slow for the first.
        if not large or is_one_article(document.reader):
            yield document.reader, defaults.document(document.name, partial(store.open, document.key))
            continue
        for chunk in cut((document,), folder, settings, defaults):
            if isinstance(chunk, Chunk):
                yield from chunk_documents(chunk, folder, defaults)


class _Lost:
    """Stops a preview before the first article that ended the processes that converted it, or could not be skipped."""

    def __init__(self, job: JobRecord, store: Store) -> None:
        self._lost: set[tuple[str, str]] = set()
        self._document = ""
        self._next = 1
        if job.failed:
            with JobArtifacts(store, job.id).open(ERRORS) as lines:
                failed = map(orjson.loads, lines)
                self._lost = {(one["document"], one["place"]) for one in failed if one.get("kind") == "lost"}
        if any(not place.startswith("article ") for _, place in self._lost):
            raise PreviewError("A part of this job ended the processes that converted it, so it is not read again.")

    def follow(self, documents: Documents) -> Documents:
        """Yield the documents, and note which one is read."""
        for reader, document in documents:
            self._document, self._next = document.name or reader or "document", document.first_article
            yield reader, document

    def __call__(self, place: str) -> None:
        """Raise before the article is read; see `workers.pipeline.pipe.LeaveOut`."""
        if place.endswith(" read"):
            if (self._document, f"article {self._next}") in self._lost:
                raise PreviewError(
                    f"Article {self._next} of {self._document} ended the processes that converted it. "
                    "It and the articles after it are not read again."
                )
            self._next += 1


class _Scratch:
    """Artifacts for a preview: reads a limited number of bytes of a store, and writes into memory."""

    def __init__(self, store: Artifacts, most: int) -> None:
        self._store = store
        self._most = self._left = most
        self._made: dict[str, bytes] = {}

    @contextmanager
    def create(self, key: str, /) -> Iterator[BinaryIO]:
        """Keep a new artifact in memory; see `Store.create`."""
        stream = _Memory(self._take)
        yield stream
        self._made[key] = stream.getvalue()

    def open(self, key: str, /, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        """Open an artifact; see `Store.open`."""
        if key in self._made:
            stream = io.BytesIO(self._made[key])
            stream.seek(at)
            return stream
        opened = self._store.open(key, at=at, read_ahead=min(read_ahead, self._left))
        return io.BufferedReader(_Counted(opened, self._take), 1 << 16)

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise PreviewError(f"The article is not in the first {self._most:,} bytes of the input.")


class _Memory(io.BytesIO):
    """Bytes in memory that are counted while they are written."""

    def __init__(self, take: Callable[[int], None]) -> None:
        super().__init__()
        self._take = take

    def write(self, content: ReadableBuffer, /) -> int:
        self._take(memoryview(content).nbytes)
        return super().write(content)

    def writelines(self, lines: Iterable[ReadableBuffer], /) -> None:
        for line in lines:
            self.write(line)


class _Counted(ByteSource):
    """A stream whose bytes are counted while they are read."""

    def __init__(self, stream: BinaryIO, count: Callable[[int], None]) -> None:
        self._stream = stream
        self._count = count

    def seekable(self) -> bool:
        return True

    def take(self, most: int) -> bytes:
        part = self._stream.read(most)
        self._count(len(part))
        return part

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
