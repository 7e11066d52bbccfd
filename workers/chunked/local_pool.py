"""A conversion by several processes of one machine, without a server.

It cuts, converts and joins like workers.chunked.coordinator, with a pool of processes. Its intermediate files are in a
hidden folder beside the exported files, and are removed at the end, also after an error.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import current_thread, main_thread
from typing import Any, BinaryIO, Final

import orjson

from schemas.conversion import Conversion, Defaults
from schemas.errors import ExportError, StoreError
from schemas.job_record import JobDocument
from schemas.settings import Settings
from workers.chunked.chunks import ERRORS, Chunk, ChunkMade, make_chunk, part_name
from workers.chunked.merge import add_up_warnings, find_repeated, make_files
from workers.chunked.split import cut
from workers.pipeline.pipe import FailedArticle, OnError, Outcome, Pipe
from workers.pipeline.repeats import Repeat
from workers.storage.base import JobFolder
from workers.storage.local_store import LocalStore

_JOB: Final = "export"
_WAITING: Final = 2
"""The number of chunks per process: one in progress, and the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDocument:
    """A document in the file system: its name and its path."""

    name: str
    path: Path


def convert_many(
    documents: Sequence[LocalDocument],
    *,
    options: Mapping[str, Any],
    conversion: Conversion,
    defaults: Defaults,
    out: Path,
    settings: Settings,
    processes: int,
    split: int | None = None,
    on_error: OnError = "skip",
    progress: Callable[[int, int, int, int | None], None] | None = None,
) -> Outcome:
    """Convert documents into the files that `workers.pipeline.pipe.convert` makes of them, byte for byte.

    Packed documents are unpacked.

    Args:
        documents: the documents.
        options: the options of each output format, by its id.
        conversion: the facts of the conversion.
        defaults: the defaults of all documents.
        out: the folder for the files.
        settings: the settings of this process, with the limit of unpacked bytes.
        processes: the number of processes that convert chunks.
        split: the maximum number of articles in a file; with 1, each format is a zip with a file for each article.
        on_error: "skip" leaves out an article that fails; "fail" ends the conversion, without files.
        progress: called after each chunk with the numbers of converted articles, of failed ones, of duplicates, and of
            all, if known.

    Raises:
        CheckError: a piece breaks a rule of its format. There are no files.
        StoreError: a file cannot be read or written.
        ExportError: there would be too many files, or a process died.
    """
    with _folder_in(out) as root:
        inputs = {f"inputs/{number}": document for number, document in enumerate(documents)}
        store = _StoreOfInputs(root, {key: document.path for key, document in inputs.items()})
        making = _Making(
            options=options,
            conversion=conversion,
            defaults=defaults,
            folder=JobFolder(store, _JOB),
            with_lengths=split is not None,
            stop=root / "stop",
        )
        cutting = cut(_job_documents(inputs), making.folder, settings, defaults)
        export = _Export(making, processes, fail=on_error == "fail", progress=progress)
        export.make(cutting)
        outcome = export.outcome(split)
        for file in outcome.files:
            (root / "jobs" / _JOB / file.name).replace(out / file.name)
        return outcome


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    """Converts chunks in a process of the pool, to which it is sent with each chunk."""

    options: Mapping[str, Any]
    conversion: Conversion
    defaults: Defaults
    folder: JobFolder
    with_lengths: bool
    stop: Path

    def pipe(self) -> Pipe:
        return Pipe(self.options, self.conversion)

    def __call__(self, chunk: Chunk, repeated: Mapping[int, Repeat]) -> ChunkMade:
        return make_chunk(
            chunk,
            self.pipe(),
            self.folder,
            defaults=self.defaults,
            repeated=repeated,
            with_lengths=self.with_lengths,
            stopped=self.stop.exists,
        )


class _Export:
    """The chunks of a conversion, and their results."""

    def __init__(
        self,
        making: _Making,
        processes: int,
        *,
        fail: bool,
        progress: Callable[[int, int, int, int | None], None] | None,
    ) -> None:
        self._making = making
        self._processes = processes
        self._fail = fail
        self._progress = progress
        self._chunks: dict[int, Chunk] = {}
        self._made: dict[int, ChunkMade] = {}
        self._uncut: list[FailedArticle] = []
        # Chunks in the order in which they end; None for Ctrl-C.
        self._ended: SimpleQueue[Future[ChunkMade] | None] = SimpleQueue()

    def make(self, cutting: Iterator[Chunk | FailedArticle]) -> None:
        """Convert all chunks, and then again those with repeats of earlier articles."""
        with self._pool() as pool:
            all_cut = self._run(pool, ((chunk, {}) for chunk in self._noted(cutting)))
            if not all_cut:
                return
            parts = {number: self._made[number].parts for number in sorted(self._made)}
            repeated = find_repeated(self._making.folder, parts)
            self._run(pool, ((self._chunks[number], places) for number, places in repeated.items()))

    def outcome(self, split: int | None) -> Outcome:
        """Merge the parts. Return the outcome of the conversion."""
        made = [self._made[number] for number in sorted(self._made)]
        failed = [one for chunk in made if chunk.failed for one in self._failed(chunk)] + self._uncut
        warnings = add_up_warnings(made)
        if failed and self._fail:
            return Outcome(done=0, files=(), failed=tuple(failed[:1]), warnings=warnings)
        files = make_files(self._making.pipe().outputs, made, split, self._making.folder)
        done = sum(chunk.done for chunk in made)
        duplicates = sum(chunk.duplicates for chunk in made)
        return Outcome(done=done, duplicates=duplicates, files=files, failed=tuple(failed), warnings=warnings)

    def _noted(self, cutting: Iterator[Chunk | FailedArticle]) -> Iterator[Chunk]:
        for found in cutting:
            if isinstance(found, FailedArticle):
                self._uncut.append(found)
            else:
                self._chunks[found.number] = found
                yield found

    def _run(self, pool: ProcessPoolExecutor, work: Iterator[tuple[Chunk, Mapping[int, Repeat]]]) -> bool:
        """Convert chunks, a few per process at a time. Return whether all were converted."""
        running: set[Future[ChunkMade]] = set()
        more = True
        while more or running:
            room = self._processes * _WAITING - len(running)
            taken = list(islice(work, room))
            more = more and len(taken) == room
            running |= {self._submit(pool, chunk, places) for chunk, places in taken}
            if not running:
                break
            future = self._ended.get()
            if future is None:
                raise KeyboardInterrupt
            running.remove(future)
            self._made[future.result().number] = future.result()
            if self._progress:
                self._progress(*self._counts(more=more))
            if self._fail and (self._uncut or any(made.failed for made in self._made.values())):
                return False
        return True

    def _submit(self, pool: ProcessPoolExecutor, chunk: Chunk, places: Mapping[int, Repeat]) -> Future[ChunkMade]:
        # This may start a process, which inherits the blocked signals: only the parent handles Ctrl-C.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            future = pool.submit(self._making, chunk, places)
            future.add_done_callback(self._ended.put)
            return future
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _counts(self, *, more: bool) -> tuple[int, int, int, int | None]:
        """Return the numbers of converted articles, of failed ones, of duplicates, and of all, if known."""
        done = sum(made.done for made in self._made.values())
        failed = len(self._uncut) + sum(made.failed for made in self._made.values())
        duplicates = sum(made.duplicates for made in self._made.values())
        counts = [chunk.articles for chunk in self._chunks.values()]
        known = None if more or None in counts else len(self._uncut) + sum(count or 0 for count in counts)
        return done, failed, duplicates, known

    def _failed(self, made: ChunkMade) -> Iterator[FailedArticle]:
        with self._making.folder.open(part_name(made.parts, ERRORS)) as stream:
            for line in stream:
                yield FailedArticle(**orjson.loads(line))

    @contextmanager
    def _pool(self) -> Iterator[ProcessPoolExecutor]:
        """A pool of processes that ends with the context, even if its work is not done."""
        # Processes are spawned, as a forked process inherits locks that threads of this process hold.
        spawned = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._processes, mp_context=spawned)
        with _interrupts_in(self._ended):
            try:
                yield pool
            except BrokenProcessPool:
                said = "a process of it died; an article may need more memory than there is"
                raise ExportError(f"the conversion was given up: {said}") from None
            finally:
                self._making.stop.touch()
                pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_in(queue: SimpleQueue[Any]) -> Iterator[None]:
    """Put None into a queue on Ctrl-C, in place of a KeyboardInterrupt.

    A KeyboardInterrupt is raised at any line, also while a lock of the pool is held, and then the pool never ends.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or current_thread() is not main_thread():
        yield
        return
    signal.signal(signal.SIGINT, lambda *_: queue.put(None))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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
