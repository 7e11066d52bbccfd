"""Merge the parts of all chunks into the files of a job: in order, as bytes."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from tempfile import TemporaryFile
from typing import BinaryIO

from schemas.errors import StoreError
from schemas.jobs.job import JobWarning, OutputFile
from workers.chunked.chunks import ChunkMade
from workers.chunked.parts import ERRORS, KEY_SIZE, KEYS, LENGTHS, NO_RECORD, PIECES, are_packed, open_part
from workers.pipeline.output import FileBeingWritten, FileSet, Output
from workers.pipeline.repeats import DIGEST, Repeat, how_it_repeats
from workers.pipeline.warnings import NoteCounts
from workers.storage.base import JobFolder, create_all

_COPY = 1 << 20
_KEYS_IN_A_PASS = 1 << 16
_AT_ONCE = 64


def find_repeated(folder: JobFolder, chunks: Mapping[int, str]) -> Mapping[int, Mapping[int, Repeat]]:
    """Find repeats: the articles whose id and version came earlier in the job.

    Each pass looks at some ten thousand keys, so that a million articles take some megabytes. The passes read a local
    copy, because opening an artifact can take longer than reading it.

    Return, for each chunk with repeats, how they repeat the first one, by their indexes among the records of its
    articles. `chunks` has the name of the parts of each chunk, in order.

    Raises:
        StoreError: there is no room for the copy.
    """
    repeated: dict[int, dict[int, Repeat]] = defaultdict(dict)
    with TemporaryFile() as copy:
        try:
            sizes = [copy.write(_keys(folder, parts)) for parts in chunks.values()]
            copy.flush()
        except OSError as error:
            detail = f"the folder for temporary files: {error.strerror or error}"
            raise StoreError(detail, detail) from error
        passes = sum(sizes) // KEY_SIZE // _KEYS_IN_A_PASS + 1
        for residue in range(passes):
            seen: dict[bytes, bytes] = {}
            copy.seek(0)
            for number, size in zip(chunks, sizes, strict=True):
                keys = copy.read(size)
                for place in range(size // KEY_SIZE):
                    start = place * KEY_SIZE
                    if keys[start] % passes != residue:
                        continue
                    if keys[start : start + KEY_SIZE] == NO_RECORD:
                        continue
                    key, content = keys[start : start + DIGEST], keys[start + DIGEST : start + KEY_SIZE]
                    first = seen.setdefault(key, content)
                    if first is not content:
                        repeated[number][place] = how_it_repeats(first, content)
    return repeated


def _keys(folder: JobFolder, parts: str) -> bytes:
    with open_part(folder, parts, KEYS) as stream:
        return stream.read()


def make_files(
    outputs: Sequence[Output], chunks: Sequence[ChunkMade], split: int | None, folder: JobFolder
) -> tuple[OutputFile, ...]:
    """Merge the parts of all chunks, in order, into the files of a job; no files if no article was converted.

    All files are written at the same time, each by a thread that reads the parts of its output, unless they are packed.

    Raises:
        ExportError: there would be too many files of `split` articles each.
        StoreError: a part does not exist, or a file could not be written.
    """
    parts = [chunk.parts for chunk in chunks if chunk.done]
    if not parts:
        return ()
    if split:
        with FileSet(outputs, folder, split=split) as files:
            for name in parts:
                for pieces in _pieces(outputs, name, folder):
                    files.add(pieces)
            return files.end()
    articles = sum(chunk.done for chunk in chunks)
    with create_all(folder, [output.named(None) for output in outputs]) as streams:
        if any(map(are_packed, parts)):
            return _join_packed(streams, outputs, parts, articles, folder)
        with ThreadPoolExecutor(len(outputs)) as threads:
            return tuple(
                threads.map(lambda stream, output: _join(stream, output, parts, articles, folder), streams, outputs)
            )


def add_up_warnings(chunks: Sequence[ChunkMade]) -> tuple[JobWarning, ...]:
    """Return the warnings of all chunks, added up."""
    counts = NoteCounts()
    for chunk in chunks:
        counts.merge(NoteCounts.from_json(chunk.notes))
    return counts.warnings()


def _join(stream: BinaryIO, output: Output, chunks: Sequence[str], articles: int, folder: JobFolder) -> OutputFile:
    file = FileBeingWritten(output, stream)
    file.begin(articles)
    between = output.writer.frame(output.name, articles).between
    for place, parts in enumerate(chunks):
        if place and between:
            file.append(between)
        for content in _content(folder, parts, output.name):
            file.append(content)
    return file.finish(articles)


def _join_packed(
    streams: Sequence[BinaryIO], outputs: Sequence[Output], chunks: Sequence[str], articles: int, folder: JobFolder
) -> tuple[OutputFile, ...]:
    """Merge parts that are packed. A worker of an earlier version may have made some that are not."""
    files = [FileBeingWritten(output, stream) for output, stream in zip(outputs, streams, strict=True)]
    for file in files:
        file.begin(articles)
    for place, parts in enumerate(chunks):
        for file, output in zip(files, outputs, strict=True):
            if place:
                file.append(output.writer.frame(output.name, articles).between)
            for content in () if are_packed(parts) else _content(folder, parts, output.name):
                file.append(content)
        found = _joined_pieces(outputs, parts, folder) if are_packed(parts) else iter(())
        while some := list(islice(found, _AT_ONCE)):
            for file, pieces in zip(files, zip(*some, strict=True), strict=True):
                file.append(b"".join(pieces))
    return tuple(file.finish(articles) for file in files)


def _pieces(outputs: Sequence[Output], chunk: str, folder: JobFolder) -> Iterator[list[bytes]]:
    """Yield the pieces of each article of a chunk, from its parts."""
    between = [len(output.writer.frame(output.name, 2).between) for output in outputs]
    for place, pieces in enumerate(_joined_pieces(outputs, chunk, folder)):
        yield [piece[skipped:] for piece, skipped in zip(pieces, between, strict=True)] if place else pieces


def _joined_pieces(outputs: Sequence[Output], chunk: str, folder: JobFolder) -> Iterator[list[bytes]]:
    """Yield the pieces of each article of a chunk, each but the first after what stands between two."""
    lengths = array("Q")
    with open_part(folder, chunk, LENGTHS) as stream:
        lengths.frombytes(stream.read())
    articles = len(lengths) // len(outputs)
    between = [len(output.writer.frame(output.name, 2).between) for output in outputs]
    with ExitStack() as opened:
        if are_packed(chunk):
            parts = [opened.enter_context(open_part(folder, chunk, PIECES))] * len(outputs)
        else:
            parts = [opened.enter_context(open_part(folder, chunk, output.name)) for output in outputs]
        for place in range(articles):
            sizes = (lengths[index * articles + place] for index in range(len(outputs)))
            yield [
                part.read(size + (before if place else 0))
                for part, size, before in zip(parts, sizes, between, strict=True)
            ]


def join_errors(folder: JobFolder, chunks: Sequence[str], name: str) -> None:
    """Make one file of all failed articles, in the order of the input."""
    with folder.create(name) as stream:
        for parts in chunks:
            for content in _content(folder, parts, ERRORS):
                stream.write(content)


def _content(folder: JobFolder, parts: str, what: str) -> Iterator[bytes]:
    with open_part(folder, parts, what) as stream:
        yield from iter(lambda: stream.read(_COPY), b"")
