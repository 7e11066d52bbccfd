"""Chunks: a large job is cut into them, each is made by itself into parts, and the parts are joined in order.

A chunk is told apart by its number, and each making of it writes parts of its own, of which those count that are
counted off. So a worker's death or a message that comes twice costs time and nothing else, and a worker that was taken
for dead and goes on writes over nobody's parts. A part holds the pieces of one output, joined as they will stand in the
file; beside the parts lie the keys of the articles (so that no id comes twice in a job), the lengths of the pieces
(where the export is to be split), and the articles that failed.
"""

from __future__ import annotations

import secrets
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import BinaryIO, Final

import orjson

from schemas.conversion import Defaults
from workers.archives.ranges import open_range
from workers.jobs.endings import StoppedError
from workers.pipeline.pipe import Documents, FailedArticle, LeaveOut, Pipe, kinds_of
from workers.pipeline.records import each_singly
from workers.storage.base import ALL, JobFolder, create_all

KEY_SIZE: Final = 16

_LOOK_EVERY: Final = 200

ERRORS: Final = "errors"
KEYS: Final = "keys"
LENGTHS: Final = "lengths"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of a job's input.

    Args:
        number: from 0, in the order of the input.
        key: the artifact it lies in.
        name: the document's name.
        reader: the reader for it; None for a bundle, whose documents have theirs.
        start, end: the bytes of the artifact that are the chunk's; all of it where end is None.
        head: bytes that go before them (the heading of a CSV).
        first, first_article: the numbers in the document of the first line and the first article.
        articles: how many there are, as far as could be counted without reading them.
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
    """What a chunk came to.

    Args:
        parts: what its parts are called, as `part_name` takes it.
        notes: the counts that warnings are made of.
        kinds: how many of those that failed did so for which kind of reason.
        left_out: the places that were left out, as `LeaveOut` has them.
    """

    number: int
    parts: str
    done: int
    failed: int
    notes: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """A document in a bundle; the reader is None where its first bytes are to tell."""

    name: str | None
    reader: str | None
    content: bytes


def add_to_bundle(stream: BinaryIO, document: Bundled) -> None:
    """Add a document."""
    heading = {"name": document.name, "reader": document.reader, "size": len(document.content)}
    stream.write(orjson.dumps(heading) + b"\n" + document.content)


def read_bundle(stream: BinaryIO) -> Iterator[Bundled]:
    """The documents, in order."""
    while heading := stream.readline():
        described = orjson.loads(heading)
        size = described.pop("size")
        yield Bundled(**described, content=stream.read(size))


def part_name(parts: str, what: str) -> str:
    """The name of a part in the job's folder: of an output, or of what lies beside the parts."""
    return f"parts/{parts}.{what}"


def _new_parts(number: int) -> str:
    return f"{number:07d}-{secrets.token_hex(4)}"


def make_chunk(
    chunk: Chunk,
    pipe: Pipe,
    folder: JobFolder,
    *,
    defaults: Defaults,
    repeated: frozenset[int] = frozenset(),
    with_lengths: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    leave_out: LeaveOut | None = None,
) -> ChunkMade:
    """Make the parts of a chunk.

    Args:
        chunk: the chunk.
        pipe: the job's pipe, new for each chunk.
        folder: the job's folder.
        defaults: what the request states for all documents.
        repeated: the articles that came before in the job under the same id, by their place among those made.
        with_lengths: whether to keep the length of each piece.
        stopped: asked now and then whether to give up.
        leave_out: as `Pipe.run` has it, where it is made again since its process died.

    Raises:
        StoppedError: it was to give up; no part of it is there.
        StoreError: a part could not be written.
    """
    made_parts = _new_parts(chunk.number)
    failed: list[FailedArticle] = []
    keys: list[bytes] = []
    notes: Counter[str] = Counter()
    done = 0
    documents = chunk_documents(chunk, folder, defaults)
    left_out: list[str] = []
    if leave_out:
        documents = each_singly(documents)
        leave_out = _kept_in(left_out, leave_out)
    lengths = [array("Q") for _ in pipe.outputs]
    between = [output.writer.frame(output.name, 2).between for output in pipe.outputs]
    names = [*(output.name for output in pipe.outputs), KEYS, ERRORS, *([LENGTHS] if with_lengths else [])]
    with create_all(folder, [part_name(made_parts, name) for name in names]) as streams:
        parts, beside = streams[: len(pipe.outputs)], streams[len(pipe.outputs) :]
        for article in pipe.run(documents, leave_out):
            if isinstance(article, FailedArticle):
                failed.append(article)
            else:
                # The key of one that is left out stays: a join that is run again has to find it again.
                keys.append(article.key)
                if len(keys) - 1 in repeated:
                    failed.append(article.twice())
                    continue
                for part, piece, separator, sizes in zip(parts, article.pieces, between, lengths, strict=True):
                    part.write(separator + piece if done else piece)
                    if with_lengths:
                        sizes.append(len(piece))
                done += 1
                notes.update(article.notes)
            if (done + len(failed)) % _LOOK_EVERY == 0 and stopped():
                raise StoppedError
        errors = [orjson.dumps(asdict(one)) + b"\n" for one in failed]
        for stream, content in zip(beside, (keys, errors, (sizes.tobytes() for sizes in lengths)), strict=False):
            stream.writelines(content)
    return ChunkMade(
        number=chunk.number,
        parts=made_parts,
        done=done,
        failed=len(failed),
        notes=dict(notes),
        kinds=kinds_of(failed),
        left_out=left_out,
    )


def _kept_in(kept: list[str], leave_out: LeaveOut) -> LeaveOut:
    """The same, with the places kept that are left out."""

    def asked(place: str) -> bool:
        if left_out := leave_out(place):
            kept.append(place)
        return left_out

    return asked


def give_up(chunk: Chunk, pipe: Pipe, folder: JobFolder, reason: str) -> ChunkMade:
    """What a chunk is that cannot be made: no article of it is in any file, and the errors name it as a whole."""
    count = chunk.articles or 1
    place = f"{count} from {chunk.first}" if chunk.articles else ""
    failed = FailedArticle(document=chunk.name or "documents", place=place, id=None, kind="lost", reason=reason)
    parts = _new_parts(chunk.number)
    for output in pipe.outputs:
        _keep(folder, parts, output.name, [])
    _keep(folder, parts, KEYS, [])
    _keep(folder, parts, LENGTHS, [])
    _keep(folder, parts, ERRORS, [orjson.dumps(asdict(failed)) + b"\n"])
    return ChunkMade(number=chunk.number, parts=parts, done=0, failed=count, kinds={"lost": count})


def _keep(folder: JobFolder, parts: str, what: str, content: Iterable[bytes]) -> None:
    with folder.create(part_name(parts, what)) as stream:
        stream.writelines(content)


def chunk_documents(chunk: Chunk, folder: JobFolder, defaults: Defaults) -> Documents:
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
