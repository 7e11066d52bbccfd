"""Cutting a job's input into chunks, by bytes and count, without reading any article.

A document of lines (NDJSON) and a CSV are cut where a line or a row ends: a chunk of one that lies in the store
as it is is a range of its bytes. What is compressed is unpacked once, as a stream, and its chunks become
artifacts; small documents are put together in bundles. Any other document is a chunk as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import BinaryIO, Final

import orjson

from schemas.errors import InputError
from schemas.settings import Settings
from workers.artifacts import JobFolder
from workers.bundle import add_to_bundle
from workers.chunks import Chunk
from workers.jobs import JobDocument
from workers.pipe import FailedArticle
from workers.ranges import Chained
from workers.readers.detect import HEAD, detect
from workers.unpack import is_packed, unpack

CHUNK_ARTICLES: Final = 1_000
CHUNK_BYTES: Final = 8 * 2**20

LARGEST_RECORD: Final = 64 * 2**20
"""How many bytes a line of NDJSON or a row of CSV may have."""

_Record = tuple[bytes, int]
"""A record as it stands, and how many lines it has."""

_LINES: Final = frozenset({"json", "news-article"})
_SMALL: Final = 2**20


def cut(documents: Iterable[JobDocument], folder: JobFolder, settings: Settings) -> Iterator[Chunk | FailedArticle]:
    """The chunks of a job, in the order of its input; a document that cannot be cut is one that failed.

    Cutting twice makes the same chunks.
    """
    return _Cutter(folder, settings).cut(documents)


@dataclass(slots=True)
class _Piece:
    """A document while it is cut: a stream, and the artifact it is a range of, if it is one."""

    name: str
    stream: BinaryIO
    key: str | None
    reader: str


class _Cutter:
    def __init__(self, folder: JobFolder, settings: Settings) -> None:
        self._folder = folder
        self._limit = settings.max_unpacked
        self._number = 0
        self._bundled: list[tuple[str, bytes]] = []
        self._bundled_bytes = 0

    def cut(self, documents: Iterable[JobDocument]) -> Iterator[Chunk | FailedArticle]:
        for document in documents:
            name = document.name or "document"
            try:
                yield from self._document(document, name)
            except InputError as error:
                yield FailedArticle(document=error.document, place=error.place, id=None, reason=error.reason)
        yield from self._end_bundle()

    def _document(self, document: JobDocument, name: str) -> Iterator[Chunk]:
        with self._folder.store.open(document.key) as stream:
            head = stream.read(HEAD)
            stream.seek(0)
            if is_packed(head):
                for inner, content in unpack(stream, name, size=document.size, limit=self._limit):
                    yield from self._packed(inner, content)
                return
            reader = document.reader or detect(head, name)
            if document.size <= _SMALL and reader == "text":
                yield from self._small(name, stream.read())
            else:
                yield from self._end_bundle()
                yield from self._large(_Piece(name=name, stream=stream, key=document.key, reader=reader), head)

    def _packed(self, name: str, content: BinaryIO) -> Iterator[Chunk]:
        """A document out of a packed one."""
        head = content.read(_SMALL)
        if is_packed(head):
            raise InputError(name, "", "it is an archive inside of another; unpack the outer one first")
        if len(head) < _SMALL:
            yield from self._small(name, head)
            return
        yield from self._end_bundle()
        rest = iter(lambda: content.read(1 << 18), b"")
        stream: BinaryIO = Chained(chain([head], rest))  # type: ignore[assignment]
        yield from self._large(_Piece(name=name, stream=stream, key=None, reader=detect(head[:HEAD], name)), head)

    def _small(self, name: str, content: bytes) -> Iterator[Chunk]:
        self._bundled.append((name, content))
        self._bundled_bytes += len(content)
        if len(self._bundled) >= CHUNK_ARTICLES or self._bundled_bytes >= CHUNK_BYTES:
            yield from self._end_bundle()

    def _end_bundle(self) -> Iterator[Chunk]:
        if not self._bundled:
            return
        number = self._next()
        key = self._folder.chunk_key(number)
        with self._folder.store.create(key) as stream:
            for name, content in self._bundled:
                add_to_bundle(stream, name, content)
        count = len(self._bundled)
        self._bundled, self._bundled_bytes = [], 0
        yield Chunk(number=number, key=key, name=None, reader=None, articles=count)

    def _large(self, piece: _Piece, head: bytes) -> Iterator[Chunk]:
        if piece.reader in _LINES and _is_lines(head):
            yield from self._records(piece, _lines(piece.stream, piece.name), b"")
        elif piece.key:
            yield Chunk(number=self._next(), key=piece.key, name=piece.name, reader=piece.reader)
        else:
            number = self._next()
            key = self._folder.chunk_key(number)
            with self._folder.store.create(key) as copy:
                copy.writelines(iter(lambda: piece.stream.read(1 << 18), b""))
            yield Chunk(number=number, key=key, name=piece.name, reader=piece.reader)

    def _records(self, piece: _Piece, records: Iterator[_Record], heading: bytes) -> Iterator[Chunk]:
        """Chunks of so many records, or so many bytes."""
        start = end = len(heading)
        first = line = 1 + heading.count(b"\n")
        count = 0
        kept: list[bytes] = []
        for content, lines in records:
            end += len(content)
            line += lines
            count += not content.isspace()
            if piece.key is None:
                kept.append(content)
            if count >= CHUNK_ARTICLES or end - start >= CHUNK_BYTES:
                yield self._range(piece, start, end, heading, first, count, kept)
                start, first, count, kept = end, line, 0, []
        if count:
            yield self._range(piece, start, end, heading, first, count, kept)

    def _range(  # noqa: PLR0917 - where a chunk begins and ends, and what is in it
        self, piece: _Piece, start: int, end: int, heading: bytes, first: int, count: int, kept: list[bytes]
    ) -> Chunk:
        number = self._next()
        key = piece.key
        if key is None:
            key = self._folder.chunk_key(number)
            with self._folder.store.create(key) as stream:
                stream.writelines(kept)
            start, end = 0, end - start
        return Chunk(
            number=number,
            key=key,
            name=piece.name,
            reader=piece.reader,
            start=start,
            end=end,
            head=heading.decode(),
            first=first,
            articles=count,
        )

    def _next(self) -> int:
        self._number += 1
        return self._number - 1


def _lines(stream: BinaryIO, name: str) -> Iterator[_Record]:
    for number in count(1):
        line = stream.readline(LARGEST_RECORD)
        if not line:
            return
        if len(line) == LARGEST_RECORD:
            raise InputError(name, f"line {number}", f"it is longer than {LARGEST_RECORD:,} bytes; no article is")
        yield line, 1


def _is_lines(head: bytes) -> bool:
    """Whether the first line is an object by itself, and there is another."""
    line, ends, rest = head.partition(b"\n")
    if not ends or not rest.strip():
        return False
    try:
        return isinstance(orjson.loads(line.removeprefix(b"\xef\xbb\xbf")), dict)
    except orjson.JSONDecodeError:
        return False
