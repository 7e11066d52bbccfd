"""The engine of large jobs: split the input into chunks, convert each chunk, merge the parts into the files.

It works on the job's artifacts in a store. Where chunks and results are recorded, and which process runs what, is
decided by its callers: `workers.chunked.coordinator` for the service (Redis, workers), `workers.chunked.local_pool` for
the command line (memory, processes of one machine).

Every function is idempotent, and can run in a child process (workers.isolation): its arguments and its result are
picklable.
"""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from schemas.article.languages import find_language_fault
from schemas.bounds import check_output
from schemas.conversion import Conversion, Defaults
from schemas.jobs.job import JobWarning, OutputFile
from schemas.jobs.record import JobDocument, JobRecord, JobSpec, ResultPlace, StoredFile
from schemas.settings import Settings
from workers.chunked.chunks import Chunk, ChunkMade, chunk_documents
from workers.chunked.merge import add_up_warnings, find_repeated, join_errors, make_files
from workers.chunked.parts import ERRORS, KEYS, LENGTHS, NO_RECORD, PIECES, are_packed, create_parts, new_parts
from workers.chunked.split import cut
from workers.formats import FORMATS
from workers.isolation.watch import Watch
from workers.jobs.contents import RESULT, JobContents, place_of, result_content
from workers.pipeline.pipe import FailedArticle, Pipe, Tally, kinds_of
from workers.pipeline.records import each_singly
from workers.pipeline.repeats import Repeat
from workers.pipeline.stage_times import Times
from workers.storage.base import ERRORS as ERRORS_FILE
from workers.storage.base import JobFolder, Store

# The errors of the split come after those of all chunks.
_SPLIT_ERRORS: Final = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJob:
    """The parts that all steps of a large job use.

    Args:
        formats: the output formats.
        options: the options of the formats as the request states them.
        conversion: the facts of the conversion.
        defaults: the defaults of all documents.
        folder: the job's artifacts.
        split: the maximum number of articles in a file; None for one file of each output.
    """

    formats: tuple[str, ...]
    options: Mapping[str, Any]
    conversion: Conversion
    defaults: Defaults
    folder: JobFolder
    split: int | None = None

    @classmethod
    def of(cls, job: JobRecord, store: Store, settings: Settings) -> LargeJob:
        """Return the large job of a record."""
        return cls(
            formats=job.spec.formats,
            options=job.spec.options,
            conversion=job.spec.conversion(settings),
            defaults=job.spec.defaults(settings),
            folder=JobFolder(store, job.id),
            split=job.spec.split,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The files of a job, and what became of its articles. `first` says what failed first, and why."""

    files: tuple[OutputFile, ...]
    done: int
    failed: int
    duplicates: int
    warnings: tuple[JobWarning, ...]
    first: str


def prepare() -> None:
    """Import all formats and load the registry of languages, for this process and those that it forks."""
    tuple(FORMATS)
    find_language_fault("en")


def split(
    job: LargeJob, documents: Iterable[JobDocument], settings: Settings, watch: Watch
) -> Iterator[Chunk | FailedArticle]:
    """Yield the chunks of a job, in the order of its input. A document that cannot be split is a failed article.

    The errors are stored when all is split.
    """
    failed: list[FailedArticle] = []
    for found in cut(documents, job.folder, settings, job.defaults):
        # A chunk takes as long as its largest article at most: the time limit begins anew.
        watch("split")
        if isinstance(found, FailedArticle):
            failed.append(found)
        yield found
    with create_parts(job.folder, _SPLIT_ERRORS, [ERRORS]) as [stream]:
        stream.write(b"".join(map(_line, failed)))


def convert(
    job: LargeJob,
    chunk: Chunk,
    watch: Watch,
    *,
    repeated: Mapping[int, Repeat] | None = None,
    timed: bool = False,
    written: int = 0,
) -> tuple[ChunkMade, Times | None]:
    """Convert a chunk into its parts. Return its result, and how long each stage took if it is `timed`.

    `repeated` says how articles repeat earlier ones of the job, by the indexes of their records. `written` is how many
    bytes other chunks have made.

    Raises:
        ExportError: the files of the job would be too large.
        StoreError: a part could not be written.
    """
    times = Times() if timed else None
    pipe = _new_pipe(job, times) if times else _pipe(job)
    parts = new_parts(chunk.number, job.folder)
    tally = Tally()
    keys = _Keys(repeated or {})
    documents = chunk_documents(chunk, job.folder, job.defaults)
    if watch.careful:
        documents = each_singly(documents)
    lengths = [array("Q") for _ in pipe.outputs]
    between = [output.writer.frame(output.name, 2).between for output in pipe.outputs]
    packed = are_packed(parts)
    names = [PIECES] if packed else [output.name for output in pipe.outputs]
    beside = [KEYS, LENGTHS] if packed or job.split else [KEYS]
    with create_parts(job.folder, parts, names + beside) as streams:

        def add(pieces: tuple[bytes, ...]) -> None:
            for piece, sizes in zip(pieces, lengths, strict=True):
                sizes.append(len(piece))
            joined: Iterable[bytes] = map(operator.add, between, pieces) if tally.done else pieces
            for part, content in zip(streams, [b"".join(joined)] if packed else joined, strict=False):
                part.write(content)

        for _ in tally.add_each(pipe.run(documents, watch, keys, written=written), add):
            pass
        contents = (keys.records, (sizes.tobytes() for sizes in lengths))
        for stream, content in zip(streams[len(names) :], contents, strict=False):
            stream.write(b"".join(content))
    if tally.failed:
        with create_parts(job.folder, parts, [ERRORS]) as [stream]:
            stream.write(b"".join(map(_line, tally.failed)))
    made = ChunkMade(
        number=chunk.number,
        parts=parts,
        done=tally.done,
        failed=len(tally.failed),
        duplicates=tally.duplicates,
        notes=tally.notes.to_json(),
        kinds=kinds_of(tally.failed),
        left_out=watch.left_out,
        size=sum(map(sum, lengths)),
    )
    return made, times


def give_up(job: LargeJob, chunk: Chunk, reason: str, _: Watch) -> ChunkMade:
    """Give up a chunk: none of its articles is in a file, and one error names them all."""
    count = chunk.articles or 1
    place = f"{count} from {chunk.first}" if chunk.articles else ""
    failed = FailedArticle(document=chunk.name or "documents", place=place, id=None, kind="lost", reason=reason)
    parts = new_parts(chunk.number, job.folder)
    with create_parts(job.folder, parts, [KEYS, ERRORS]) as [_keys, errors_part]:
        errors_part.write(_line(failed))
    return ChunkMade(number=chunk.number, parts=parts, done=0, failed=count, kinds={"lost": count})


def repeats(job: LargeJob, made: Sequence[ChunkMade], _: Watch) -> Mapping[int, Mapping[int, Repeat]]:
    """Return, for each chunk with repeats, how they repeat an earlier article of the job; see `find_repeated`.

    Such a chunk is converted again without them before the parts are merged.
    """
    return find_repeated(job.folder, {one.number: one.parts for one in made})


def merge(job: LargeJob, made: Sequence[ChunkMade], split_failed: int, _: Watch) -> Merged:
    """Merge the parts of all chunks into the files. `split_failed` is the number of articles that failed in the split.

    Raises:
        ExportError: the files would be too many or too large.
        StoreError: a part cannot be read, or a file cannot be written.
    """
    check_output(sum(chunk.size for chunk in made), job.conversion.most_output)
    failed = split_failed + sum(chunk.failed for chunk in made)
    failing = [chunk.parts for chunk in made if chunk.failed]
    return Merged(
        files=make_files(_pipe(job).outputs, made, job.split, job.folder),
        done=sum(chunk.done for chunk in made),
        failed=failed,
        duplicates=sum(chunk.duplicates for chunk in made),
        warnings=add_up_warnings(made),
        first=_merge_errors(job, [*failing, _SPLIT_ERRORS]) if failed else "",
    )


def first_failed(job: LargeJob, made: ChunkMade, _: Watch) -> str:
    """Store the errors of one chunk as those of the job. Return the place of the first failed article, and why."""
    return _merge_errors(job, [made.parts])


def store_failed(job: LargeJob, failed: FailedArticle, _: Watch) -> None:
    """Store an error of the split as the only one of the job."""
    with job.folder.create(ERRORS_FILE) as stream:
        stream.write(_line(failed))


def whole_job(job: JobRecord, store: Store, settings: Settings, _: Watch) -> JobRecord:
    """Return a job with its whole request; see `JobContents.whole`."""
    return JobContents(store, settings).whole(job)


def store_result(
    job: LargeJob, spec: JobSpec, files: Sequence[StoredFile], warnings: Sequence[JobWarning], _: Watch
) -> ResultPlace:
    """Store the result of a job. Return its place."""
    content = result_content(spec, files, warnings)
    with job.folder.create(RESULT) as stream:
        stream.write(content)
    return place_of(content)


def clean(folder: JobFolder, _: Watch, *, whole: bool) -> None:
    """Remove the parts and chunks of a job that has ended, or the `whole` folder."""
    folder.delete() if whole else folder.delete_parts()


def errors(job: LargeJob) -> Iterator[FailedArticle]:
    """Yield the failed articles of a job whose errors are stored, in the order of the input."""
    with job.folder.open(ERRORS_FILE) as lines:
        for line in lines:
            yield FailedArticle(**orjson.loads(line))


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


_warm: list[tuple[object, Pipe]] = []


def _pipe(job: LargeJob) -> Pipe:
    """Return the pipe of a job. The last one is kept, because its checks remember what they have seen."""
    # The order of the formats counts: it is that of the lengths in the parts.
    key = job.formats, job.options, job.conversion
    if not _warm or _warm[0][0] != key:
        _warm[:] = [(key, _new_pipe(job))]
    return _warm[0][1]


def _new_pipe(job: LargeJob, times: Times | None = None) -> Pipe:
    return Pipe(FORMATS.load_options(job.options, job.formats), job.conversion, times=times)


def _merge_errors(job: LargeJob, parts: Sequence[str]) -> str:
    join_errors(job.folder, parts, ERRORS_FILE)
    return str(next(errors(job)))


def _line(failed: FailedArticle) -> bytes:
    return orjson.dumps(asdict(failed)) + b"\n"
