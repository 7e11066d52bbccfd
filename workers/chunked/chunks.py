"""Chunks: a large job is split into chunks, each chunk is converted into parts, and the parts are merged in order.

Each conversion of a chunk writes its own parts, and only the parts that are counted first are used. So a dead worker or
a repeated message costs time only, and a worker whose lease has expired overwrites no parts. A part holds the pieces of
one output, joined as in the file. Beside the parts are the keys and contents of the articles (to find repeats), the
lengths of the pieces (for split exports), and the failed articles.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import orjson

from schemas.conversion import Defaults
from workers.archives.ranges import open_range
from workers.jobs.endings import StoppedError
from workers.pipeline.pipe import Documents, FailedArticle, Pipe, Tally, kinds_of
from workers.pipeline.records import each_singly
from workers.pipeline.repeats import DIGEST, Repeat
from workers.steps.quarantine import FIRST, Attempt
from workers.storage.base import ALL, JobArtifacts, JobFolder, create_all

KEY_SIZE: Final = 2 * DIGEST
"""The size of the key of an article with the digest of its content."""

NO_RECORD: Final = bytes(KEY_SIZE)
"""The record of an article that could not be written: its key is free."""

_LOOK_EVERY: Final = 200

ERRORS: Final = "errors"
KEYS: Final = "keys"
LENGTHS: Final = "lengths"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkMade:
    """The result of a chunk.

    Args:
        parts: the name of its parts, for `part_name`.
        notes: the counts of warnings, as `NoteCounts.to_json` returns them.
        kinds: the number of failed articles of each kind of failure.
        left_out: the places that were left out; see `Attempt`.
    """

    number: int
    parts: str
    done: int
    failed: int
    duplicates: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()


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


def part_name(parts: str, what: str) -> str:
    """Return the name of a part in the job's folder: of an output, or KEYS, ERRORS or LENGTHS."""
    return f"parts/{parts}.{what}"


def _new_parts(number: int) -> str:
    return f"{number:07d}-{secrets.token_hex(4)}"


def make_chunk(
    chunk: Chunk,
    pipe: Pipe,
    folder: JobFolder,
    *,
    defaults: Defaults,
    repeated: Mapping[int, Repeat] = MappingProxyType({}),
    with_lengths: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    attempt: Attempt = FIRST,
) -> ChunkMade:
    """Convert a chunk into its parts.

    The pipe is new for each chunk. `repeated` says how articles repeat earlier ones of the job, by the indexes of their
    records. With `with_lengths`, the length of each piece is stored. `stopped` says whether the job has been stopped,
    and `attempt` which articles to leave out because processes have died on them.

    Raises:
        StoppedError: the job has been stopped; there is no part.
        StoreError: a part could not be written.
    """
    made_parts = _new_parts(chunk.number)
    tally = Tally()
    keys = _Keys(repeated)
    documents = chunk_documents(chunk, folder, defaults)
    if attempt.leave_out:
        documents = each_singly(documents)
    lengths = [array("Q") for _ in pipe.outputs]
    between = [output.writer.frame(output.name, 2).between for output in pipe.outputs]
    names = [*(output.name for output in pipe.outputs), KEYS, ERRORS, *([LENGTHS] if with_lengths else [])]
    with create_all(folder, [part_name(made_parts, name) for name in names]) as streams:
        parts, beside = streams[: len(pipe.outputs)], streams[len(pipe.outputs) :]

        def add(pieces: tuple[bytes, ...]) -> None:
            for part, piece, separator, sizes in zip(parts, pieces, between, lengths, strict=True):
                part.write(separator + piece if tally.done else piece)
                if with_lengths:
                    sizes.append(len(piece))

        articles = pipe.run(documents, attempt.leave_out, keys)
        for number, _ in enumerate(tally.add_each(articles, add), 1):
            if number % _LOOK_EVERY == 0 and stopped():
                raise StoppedError
        errors = [orjson.dumps(asdict(one)) + b"\n" for one in tally.failed]
        for stream, content in zip(
            beside, (keys.records, errors, (sizes.tobytes() for sizes in lengths)), strict=False
        ):
            stream.writelines(content)
    return ChunkMade(
        number=chunk.number,
        parts=made_parts,
        done=tally.done,
        failed=len(tally.failed),
        duplicates=tally.duplicates,
        notes=tally.notes.to_json(),
        kinds=kinds_of(tally.failed),
        left_out=sorted(attempt.left_out),
    )


class _Keys:
    """The records of a chunk's articles; see `workers.pipeline.repeats.Repeats`.

    The record of a repeat stays, so that a second merge finds the repeat again.
    """

    def __init__(self, repeated: Mapping[int, Repeat]) -> None:
        self.records: list[bytes] = []
        self._repeated = repeated

    def repeat(self, key: bytes, content: bytes) -> Repeat | None:
        self.records.append(key + content)
        return self._repeated.get(len(self.records) - 1)

    def forget(self, _: bytes) -> None:
        self.records[-1] = NO_RECORD


def give_up(chunk: Chunk, pipe: Pipe, folder: JobFolder, reason: str) -> ChunkMade:
    """Give up a chunk: none of its articles is in a file, and one error names them all."""
    count = chunk.articles or 1
    place = f"{count} from {chunk.first}" if chunk.articles else ""
    failed = FailedArticle(document=chunk.name or "documents", place=place, id=None, kind="lost", reason=reason)
    parts = _new_parts(chunk.number)
    for name in (*(output.name for output in pipe.outputs), KEYS, LENGTHS, ERRORS):
        with folder.create(part_name(parts, name)) as stream:
            stream.write(orjson.dumps(asdict(failed)) + b"\n" if name == ERRORS else b"")
    return ChunkMade(number=chunk.number, parts=parts, done=0, failed=count, kinds={"lost": count})


def chunk_documents(chunk: Chunk, folder: JobArtifacts, defaults: Defaults) -> Documents:
    """Yield the documents of a chunk, each with the name of its reader."""
    if chunk.reader is None:
        with folder.store.open(chunk.key, read_ahead=ALL) as stream:
            for document in read_bundle(stream):
                yield document.reader, defaults.document(document.name, _opener(document.content))
        return

    def opened() -> BinaryIO:
        read_ahead = ALL if chunk.end is None else chunk.end - chunk.start
        stream = folder.store.open(chunk.key, at=chunk.start, read_ahead=read_ahead)
        return open_range(stream, chunk.start, chunk.end, chunk.head.encode())

    yield chunk.reader, defaults.document(chunk.name, opened, first=chunk.first, first_article=chunk.first_article)


def _opener(content: bytes) -> Callable[[], BinaryIO]:
    return lambda: BytesIO(content)
