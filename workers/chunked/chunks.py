"""Chunks of a large job, their results, and bundles of small documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO

import orjson

from schemas.conversion import Defaults
from workers.archives.ranges import open_range
from workers.pipeline.pipe import Documents
from workers.storage.base import ALL, JobArtifacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of a job's input.

    Args:
        number: from 0, in the order of the input.
        key: the artifact that holds it.
        name: the document's name.
        reader: the reader; None for a bundle, whose documents name their own.
        start, end: the range of bytes in the artifact; to its end if `end` is None.
        head: bytes to read before them (the heading of a CSV).
        first, first_article: the numbers of its first line and its first article in the document.
        articles: the number of articles, if it is known without reading them.
        size: the number of bytes of a whole artifact.
    """

    number: int
    key: str
    name: str | None
    reader: str | None
    start: int = 0
    end: int | None = None
    head: str = ""
    first: int = 1
    first_article: int = 1
    articles: int | None = None
    size: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkMade:
    """The result of a chunk.

    Args:
        parts: the name of its parts; see workers.chunked.parts.
        notes: the counts of warnings, as `NoteCounts.to_json` returns them.
        kinds: the number of failed articles of each kind of failure.
        left_out: the reasons of the articles that were left out, by their places; see workers.isolation.watch.
        size: the number of bytes of its pieces.
    """

    number: int
    parts: str
    done: int
    failed: int
    duplicates: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    size: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A document in a bundle, which is one artifact of many small documents. A reader of None is detected."""

    name: str | None
    reader: str | None
    content: bytes


def add_to_bundle(stream: BinaryIO, document: Bundled) -> None:
    """Write a document after a line of JSON with its name, its reader and its size."""
    heading = {"name": document.name, "reader": document.reader, "size": len(document.content)}
    stream.write(orjson.dumps(heading) + b"\n" + document.content)


def read_bundle(stream: BinaryIO) -> Iterator[Bundled]:
    """Yield the documents of a bundle, in order."""
    while heading := stream.readline():
        described = orjson.loads(heading)
        size = described.pop("size")
        yield Bundled(**described, content=stream.read(size))


def chunk_documents(chunk: Chunk, folder: JobArtifacts, defaults: Defaults) -> Documents:
    """Yield the documents of a chunk, each with the name of its reader."""
    if chunk.reader is None:
        with folder.store.open(chunk.key, read_ahead=ALL) as stream:
            for document in read_bundle(stream):
                yield (
                    document.reader,
                    defaults.document(document.name, _opener(document.content), size=len(document.content)),
                )
        return

    def opened() -> BinaryIO:
        read_ahead = ALL if chunk.end is None else chunk.end - chunk.start
        stream = folder.store.open(chunk.key, at=chunk.start, read_ahead=read_ahead)
        return open_range(stream, chunk.start, chunk.end, chunk.head.encode())

    size = chunk.size if chunk.end is None else chunk.end - chunk.start
    numbers = {"first": chunk.first, "first_article": chunk.first_article}
    yield chunk.reader, defaults.document(chunk.name, opened, size=size, **numbers)


def _opener(content: bytes) -> Callable[[], BinaryIO]:
    return lambda: BytesIO(content)
