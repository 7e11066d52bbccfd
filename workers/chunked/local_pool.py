"""A large job on one machine, without a server: the engine with its records in memory, and child processes.

Its intermediate files are in a hidden folder beside the exported files, and are removed at the end, also after an
error.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import current_thread, main_thread
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from schemas.conversion import Conversion, Defaults
from schemas.errors import StoreError
from schemas.jobs.record import JobDocument
from schemas.settings import Settings
from workers.chunked import engine
from workers.chunked.chunks import Chunk, ChunkMade
from workers.chunked.engine import LargeJob
from workers.chunked.merge import add_up_warnings
from workers.isolation.children import Children
from workers.isolation.quarantine import GivenUpError, Isolated
from workers.isolation.watch import Watch
from workers.pipeline.pipe import FailedArticle, OnError, Outcome
from workers.pipeline.repeats import Repeat
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore

_JOB: Final = "export"
_WAITING: Final = 2
"""The number of chunks per process: one in progress, and the next."""

Progress = Callable[[int, int, int, int | None], None]
"""Called with the numbers of converted articles, of failed ones, of duplicates, and of all, if known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDocument:
    """A document in the file system: its name and its path."""

    name: str
    path: Path


def convert_many(
    documents: Sequence[LocalDocument],
    *,
    formats: tuple[str, ...],
    options: Mapping[str, Any],
    conversion: Conversion,
    defaults: Defaults,
    out: Path,
    settings: Settings,
    processes: int,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Progress | None = None,
) -> Outcome:
    """Convert documents into the files that `workers.pipeline.pipe.convert` makes of them, byte for byte.

    Packed documents are unpacked. An article that kills or blocks its process is left out.

    Args:
        documents: the documents.
        formats: the output formats.
        options: the options of the formats as a request states them.
        conversion: the facts of the conversion.
        defaults: the defaults of all documents.
        out: the folder for the files.
        settings: the settings of this process, with the limits of unpacked bytes and of the time for an article.
        processes: the number of processes that convert chunks.
        split: the maximum number of articles in a file; with 1, each format is a zip with a file for each article.
        on_error: "skip" leaves out an article that fails; "fail" ends the conversion, without files.
        progress: called after each chunk.

    Raises:
        StoreError: a file cannot be read or written.
        ExportError: there would be too many files.
    """
    with _folder_in(out) as root:
        inputs = {f"inputs/{number}": document for number, document in enumerate(documents)}
        store = _StoreOfInputs(root, {key: document.path for key, document in inputs.items()})
        job = LargeJob(
            formats=formats,
            options=options,
            conversion=conversion,
            defaults=defaults,
            folder=JobFolder(store, _JOB),
            split=split,
        )
        records = _Records(stops=on_error == "fail", progress=progress)
        watch = Watch(0)
        with _Pool(job, processes, settings.article_time, records) as pool:
            found = engine.split(job, _job_documents(inputs), settings, watch)
            complete = pool.convert((chunk, None) for chunk in records.noted(found))
            if complete:
                repeated = engine.repeats(job, records.results(), watch)
                complete = pool.convert((records.chunks[number], places) for number, places in repeated.items())
        made = records.results()
        if not complete:
            return Outcome(done=0, files=(), failed=records.first_failed(job), warnings=add_up_warnings(made))
        merged = engine.merge(job, made, len(records.not_split), watch)
        for file in merged.files:
            (root / "jobs" / _JOB / file.name).replace(out / file.name)
        return Outcome(
            done=merged.done,
            duplicates=merged.duplicates,
            files=merged.files,
            failed=tuple(engine.errors(job)) if merged.failed else (),
            warnings=merged.warnings,
        )


class _StoreOfInputs(LocalStore):
    """A local store that reads its inputs in place."""

    def __init__(self, root: Path, inputs: Mapping[str, Path]) -> None:
        super().__init__(root)
        self._inputs = inputs

    def open(self, key: str, *, at: int = 0, read_ahead: int = 0) -> BinaryIO:
        path = self._inputs.get(key)
        if path is None:
            return super().open(key, at=at, read_ahead=read_ahead)
        try:
            stream = path.open("rb")
            stream.seek(at)
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror or error}") from error
        return stream


@dataclass(slots=True, kw_only=True)
class _Records:
    """The chunks of a conversion and their results. With `stops`, the first failed article stops the conversion."""

    stops: bool
    progress: Progress | None
    chunks: dict[int, Chunk] = field(default_factory=dict)
    made: dict[int, ChunkMade] = field(default_factory=dict)
    not_split: list[FailedArticle] = field(default_factory=list)
    all_split: bool = False

    def noted(self, found: Iterable[Chunk | FailedArticle]) -> Iterator[Chunk]:
        """Record what the split finds, and yield the chunks."""
        for one in found:
            if isinstance(one, FailedArticle):
                self.not_split.append(one)
            else:
                self.chunks[one.number] = one
                yield one
        self.all_split = True

    def add(self, made: ChunkMade) -> None:
        """Record a result, and report the counts."""
        self.made[made.number] = made
        if self.progress:
            counts = [chunk.articles for chunk in self.chunks.values()]
            known = self.all_split and None not in counts
            self.progress(
                sum(one.done for one in self.made.values()),
                len(self.not_split) + sum(one.failed for one in self.made.values()),
                sum(one.duplicates for one in self.made.values()),
                len(self.not_split) + sum(count or 0 for count in counts) if known else None,
            )

    @property
    def stopped(self) -> bool:
        """Whether a failed article has stopped the conversion."""
        return self.stops and bool(self.not_split or any(made.failed for made in self.made.values()))

    def results(self) -> list[ChunkMade]:
        """Return the results in the order of the input."""
        return [self.made[number] for number in sorted(self.made)]

    def first_failed(self, job: LargeJob) -> tuple[FailedArticle, ...]:
        """Return the failed article that has stopped the conversion."""
        for made in self.results():
            if made.failed:
                engine.first_failed(job, made, Watch(0))
                return (next(engine.errors(job)),)
        return tuple(self.not_split[:1])


class _Pool:
    """Threads that convert chunks, each in a child process.

    It ends with its context, even if its work is not done.
    """

    def __init__(self, job: LargeJob, processes: int, seconds: float, records: _Records) -> None:
        self._job = job
        self._records = records
        self._room = processes * _WAITING
        self._children = Children(engine.prepare, seconds)
        self._isolated = Isolated(self._children)
        self._threads = ThreadPoolExecutor(processes)
        # Chunks in the order in which they end; None for Ctrl-C.
        self._ended: SimpleQueue[Future[ChunkMade] | None] = SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(_interrupts_in(self._ended))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._children.close()
        self._threads.shutdown(cancel_futures=True)
        self._stack.close()

    def convert(self, work: Iterator[tuple[Chunk, Mapping[int, Repeat] | None]]) -> bool:
        """Convert chunks, a few per process at a time. Return whether all were converted."""
        running: set[Future[ChunkMade]] = set()
        more = True
        while more or running:
            room = self._room - len(running)
            taken = list(islice(work, room))
            more = more and len(taken) == room
            for chunk, repeated in taken:
                future = self._threads.submit(self._convert, chunk, repeated)
                running.add(future)
                future.add_done_callback(self._ended.put)
            if running:
                ended = self._ended.get()
                if ended is None:
                    raise KeyboardInterrupt
                running.remove(ended)
                self._records.add(ended.result())
            if self._records.stopped:
                return False
        return True

    def _convert(self, chunk: Chunk, repeated: Mapping[int, Repeat] | None) -> ChunkMade:
        before = self._records.made.get(chunk.number)
        written = 0 if before else sum(made.size for made in [*self._records.made.values()])
        task = partial(engine.convert, self._job, chunk, repeated=repeated, written=written)
        try:
            return self._isolated.convert(task, left_out=before.left_out if before else None)[0]
        except GivenUpError as error:
            return engine.give_up(self._job, chunk, str(error), Watch(0))


@contextmanager
def _interrupts_in(queue: SimpleQueue[Any]) -> Iterator[None]:
    """Put None into a queue on Ctrl-C, and raise the KeyboardInterrupt at the end of the context.

    A KeyboardInterrupt is raised at any line, also while a lock of the pool is held, and then the pool never ends.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or current_thread() is not main_thread():
        yield
        return
    pressed: list[int] = []

    def note(number: int, _: object) -> None:
        pressed.append(number)
        queue.put(None)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # It may have come after the last chunk, when the queue is read no more.
    if pressed:
        raise KeyboardInterrupt


def _job_documents(inputs: Mapping[str, LocalDocument]) -> Iterable[JobDocument]:
    for key, document in inputs.items():
        try:
            size = document.path.stat().st_size
        except OSError as error:
            raise StoreError(f"{document.path}: {error.strerror or error}") from error
        yield JobDocument(key=key, name=document.name, reader=None, size=size)


@contextmanager
def _folder_in(out: Path) -> Iterator[Path]:
    """A hidden folder in the folder for the files, so that files are moved and not copied."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".newsmill-", dir=out, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        raise StoreError(f"{out}: {error.strerror or error}") from error
