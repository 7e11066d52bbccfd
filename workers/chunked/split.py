"""Split a job's input into chunks of limited bytes and articles, without reading any article.

Documents of lines (NDJSON) and tables are cut between lines or rows: a chunk is a range of bytes of the stored
document. Packed documents are unpacked once, as a stream, and their chunks become artifacts. Small documents are put in
bundles. Any other document is one chunk.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

from schemas.bounds import LARGEST_RECORD
from schemas.conversion import Defaults, Division
from schemas.errors import InputError
from schemas.jobs.record import PACKED, JobDocument
from schemas.settings import Settings
from workers.archives.ranges import Chained
from workers.archives.unpack import UnpackError
from workers.chunked.chunks import Bundled, Chunk, add_to_bundle
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect, reader_of_columns
from workers.pipeline.packed import SMALL, PackedDocument, documents_of, is_archive
from workers.pipeline.pipe import FailedArticle
from workers.pipeline.records import divider_of, is_one_article
from workers.storage.base import JobArtifacts

CHUNK_ARTICLES: Final = 1_000
CHUNK_BYTES: Final = 8 * 2**20

_COPY: Final = 1 << 18


def cut(
    documents: Iterable[JobDocument], folder: JobArtifacts, settings: Settings, defaults: Defaults
) -> Iterator[Chunk | FailedArticle]:
    """Yield the chunks of a job, in the order of its input. A document that cannot be split is a failed article.

    Cutting is idempotent: it makes the same chunks again.
    """
    return _Cutter(folder, settings, defaults).cut(documents)


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A document to split: its stream, and its artifact unless it comes from an archive."""

    name: str | None
    stream: BinaryIO
    key: str | None
    reader: str
    size: int | None = None

    @property
    def label(self) -> str:
        return self.name or self.reader


class _Cutter:
    def __init__(self, folder: JobArtifacts, settings: Settings, defaults: Defaults) -> None:
        self._folder = folder
        self._limit = settings.max_unpacked
        self._defaults = defaults
        self._number = 0
        self._bundled: list[Bundled] = []
        self._bundled_bytes = 0

    def cut(self, documents: Iterable[JobDocument]) -> Iterator[Chunk | FailedArticle]:
        for document in documents:
            try:
                yield from self._document(document)
            except InputError as error:
                yield _failed(error)
        yield from self._end_bundle()

    def _document(self, document: JobDocument) -> Iterator[Chunk | FailedArticle]:
        with self._folder.store.open(document.key, read_ahead=document.size) as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            if document.reader in (None, PACKED) and is_archive(head):
                name = document.name or "document"
                for found in documents_of(stream, name, size=document.size, limit=self._limit):
                    try:
                        if isinstance(found, InputError):
                            raise found
                        yield from self._packed(found)
                    except UnpackError:
                        raise
                    except InputError as error:
                        # The next document may be readable.
                        yield _failed(error)
                return
            reader = document.reader or self._detect(head, document.name)
            if document.size <= SMALL and is_one_article(reader):
                yield from self._small(Bundled(name=document.name, reader=reader, content=stream.read()))
            else:
                yield from self._end_bundle()
                piece = _Piece(name=document.name, stream=stream, key=document.key, reader=reader, size=document.size)
                yield from self._large(piece)

    def _packed(self, document: PackedDocument) -> Iterator[Chunk]:
        """Split a document of an archive."""
        name, head = document.name, document.head
        if document.whole:
            try:
                reader = self._detect(head, name)
            except InputError:
                reader = None  # The pipe reports it.
            yield from self._small(Bundled(name=name, reader=reader, content=head))
            return
        yield from self._end_bundle()
        stream = _again(head, document.rest)
        reader = reader_of_columns(detect(head[:HEAD], name), self._defaults.columns)
        yield from self._large(_Piece(name=name, stream=stream, key=None, reader=self._detect(head, name)))

    def _detect(self, head: bytes, name: str | None) -> str:
        return self._defaults.format or detect(head[:HEAD], name)

    def _small(self, document: Bundled) -> Iterator[Chunk]:
        self._bundled.append(document)
        self._bundled_bytes += len(document.content)
        if len(self._bundled) >= CHUNK_ARTICLES or self._bundled_bytes >= CHUNK_BYTES:
            yield from self._end_bundle()

    def _end_bundle(self) -> Iterator[Chunk]:
        if not self._bundled:
            return
        number = self._next()
        key = self._folder.chunk_key(number)
        with self._folder.store.create(key) as stream:
            for document in self._bundled:
                add_to_bundle(stream, document)
        # A text is one article, and a document of unknown format is one failure. The count of others is unknown.
        known = all(one.reader is None or is_one_article(one.reader) for one in self._bundled)
        count = len(self._bundled) if known else None
        self._bundled, self._bundled_bytes = [], 0
        yield Chunk(number=number, key=key, name=None, reader=None, articles=count)

    def _large(self, piece: _Piece) -> Iterator[Chunk]:
        if divide := divider_of(piece.reader):
            head = piece.stream.read(HEAD)
            if b"\n" not in head.lstrip():
                head += piece.stream.readline(LARGEST_RECORD)
            if division := divide(head, is_part=False, defaults=self._defaults):
                if division.heading or division.sample:
                    self._check_beginning(piece, division)
                piece.stream = _back(piece, head, skip=division.heading_size)
                yield from self._records(piece, division)
                return
            piece.stream = _back(piece, head)
        yield self._whole(piece)

    def _check_beginning(self, piece: _Piece, division: Division) -> None:
        """Read the beginning up to one article, so that an error of all of it is one, and not one for each chunk."""
        beginning = division.heading or division.sample
        first = 1 + division.heading_lines
        document = self._defaults.document(piece.name, lambda: io.BytesIO(beginning), first=first)
        next(FORMATS.reader(piece.reader)(document), None)

    def _whole(self, piece: _Piece) -> Chunk:
        number = self._next()
        key, size = piece.key, piece.size
        if key is None:
            key = self._folder.chunk_key(number)
            with self._folder.store.create(key) as copy:
                size = sum(map(copy.write, iter(lambda: piece.stream.read(_COPY), b"")))
        return Chunk(number=number, key=key, name=piece.name, reader=piece.reader, size=size)

    def _records(self, piece: _Piece, division: Division) -> Iterator[Chunk]:
        """Yield chunks of at most CHUNK_ARTICLES records, or about CHUNK_BYTES bytes."""
        start = end = division.heading_size
        first = line = 1 + division.heading_lines
        count, before = 0, 0
        kept: list[bytes] = []

        def chunk() -> Chunk:
            number = self._next()
            key, since, until = piece.key, start, end
            if key is None:
                key, since, until = self._folder.chunk_key(number), 0, end - start
                with self._folder.store.create(key) as stream:
                    stream.writelines(kept)
            return Chunk(
                number=number,
                key=key,
                name=piece.name,
                reader=piece.reader,
                start=since,
                end=until,
                head=division.heading.decode(),
                first=first,
                first_article=before + 1,
                articles=count,
            )

        try:
            for record in division.records(piece.stream, piece.label):
                end += len(record.content)
                line += record.lines
                count += record.is_article
                if piece.key is None:
                    kept.append(record.content)
                if count >= CHUNK_ARTICLES or end - start >= CHUNK_BYTES:
                    if count:
                        yield chunk()
                    before += count
                    start, first, count, kept = end, line, 0, []
        except InputError:
            # The records before the unreadable one are kept.
            if count:
                yield chunk()
            raise
        if count:
            yield chunk()

    def _next(self) -> int:
        self._number += 1
        return self._number - 1


def _back(piece: _Piece, taken: bytes, *, skip: int = 0) -> BinaryIO:
    """Return the stream of a document again from its beginning, or from `skip` bytes on."""
    if piece.key is None:
        return _again(taken[skip:], piece.stream)
    piece.stream.seek(skip)
    return piece.stream


def _again(head: bytes, stream: BinaryIO) -> BinaryIO:
    """Return a stream that begins with the bytes already read from it."""
    rest = iter(lambda: stream.read(_COPY), b"")
    return io.BufferedReader(Chained(chain([head], rest)), _COPY)


def _failed(error: InputError) -> FailedArticle:
    return FailedArticle(document=error.document, place=error.place, id=None, kind="unreadable", reason=error.reason)
