"""The steps of a large job: split it into chunks, convert each chunk in any worker, merge the parts.

Each step is idempotent, because it may run twice, or run again in another worker after a crash: cutting makes the same
chunks, a chunk is counted once, and joining writes the same files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

import orjson

from schemas.errors import StoreError
from schemas.job_record import JobRecord, StoredFile
from schemas.settings import Settings
from schemas.typed_json import view_of
from workers.chunked.chunks import ERRORS as PART_ERRORS
from workers.chunked.chunks import Chunk, ChunkMade, give_up, make_chunk, part_name
from workers.chunked.merge import add_up_warnings, find_repeated, join_errors, make_files
from workers.chunked.progress import ChunkRecords
from workers.chunked.split import cut
from workers.jobs.endings import ERRORS, StoppedError, end_of, ending_on_error, failed_at, given_up, unreadable
from workers.jobs.store import JobStore
from workers.pipeline.pipe import FailedArticle, Pipe, kinds_of
from workers.pipeline.repeats import Repeat
from workers.pipeline.stage_times import Times
from workers.steps.leases import Step
from workers.steps.quarantine import FIRST, MOST_TRIES, Attempt
from workers.storage.base import JobFolder, Store
from workers.telemetry import events
from workers.telemetry.logs import get_logger

# The errors of the split come after those of all chunks.
_CUT_ERRORS: Final = "cut"

_LOOK_EVERY: Final = 1.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJobs:
    """The steps of large jobs. `queue` queues the next step.

    Raises (every method):
        BrokerError: the record cannot be reached; the message should be delivered again.
    """

    jobs: JobStore
    chunks: ChunkRecords
    store: Store
    settings: Settings
    queue: Callable[[Step], None]

    def cut(self, job_id: str, attempt: Attempt = FIRST) -> None:
        """Split a job, and queue each chunk at once."""
        job = events.begun(self.jobs.get(job_id))
        folder = JobFolder(self.store, job_id)
        with self._step(job_id, folder):
            if not self._goes_on(job, attempt):
                return
            stopped = self._stopped(job_id)
            failed: list[FailedArticle] = []
            number, total = 0, 0
            counted = True
            for found in cut(job.spec.documents, folder, self.settings, job.spec.defaults(self.settings)):
                if isinstance(found, FailedArticle):
                    failed.append(found)
                    if job.spec.on_error == "fail":
                        self._keep_cut_errors(folder, failed)
                        self._fail(job_id, _CUT_ERRORS, 1, folder)
                        return
                    continue
                if stopped():
                    return
                self.chunks.add(job_id, found)
                self.queue(Step(job_id, "chunk", found.number))
                number, total = number + 1, total + (found.articles or 0)
                counted = counted and found.articles is not None
            self._keep_cut_errors(folder, failed)
            events.articles_left_out(kinds_of(failed))
            events.add_results(chunks=number, articles=total)
            known = total + len(failed) if counted else None
            answer = self.chunks.all_cut(job_id, chunks=number, total=known, failed=len(failed))
            if answer == "join":
                self.queue(Step(job_id, "join"))

    def make(self, job_id: str, number: int, attempt: Attempt = FIRST) -> None:
        """Convert a chunk, and count it."""
        job = events.begun(self.jobs.get(job_id))
        folder = JobFolder(self.store, job_id)
        chunk = self.chunks.get(job_id, number)
        with self._step(job_id, folder):
            if job.status != "running" or chunk is None:
                return
            made = self.chunks.made_before(job_id, number)
            if made is None:
                if attempt.attempts_exhausted:
                    log.error("chunk given up")
                    reason = f"the process that converted it died {MOST_TRIES} times"
                    made = give_up(chunk, self._pipe(job), folder, reason)
                else:
                    made = self._make(job, chunk, folder, attempt)
                events.converted(job.spec.formats, done=made.done, failed=made.kinds)
            if made.failed and job.spec.on_error == "fail":
                self._fail(job_id, made.parts, made.failed, folder)
                return
            if self.chunks.count_off(job_id, made) == "join":
                self.queue(Step(job_id, "join"))

    def _make(
        self,
        job: JobRecord,
        chunk: Chunk,
        folder: JobFolder,
        attempt: Attempt,
        repeated: Mapping[int, Repeat] = MappingProxyType({}),
    ) -> ChunkMade:
        return make_chunk(
            chunk,
            self._pipe(job),
            folder,
            defaults=job.spec.defaults(self.settings),
            repeated=repeated,
            with_lengths=bool(job.spec.split),
            stopped=self._stopped(job.id),
            attempt=attempt,
        )

    def join(self, job_id: str, attempt: Attempt = FIRST) -> None:
        """Merge the parts of all chunks into the files, and end the job."""
        job = events.begun(self.jobs.get(job_id))
        folder = JobFolder(self.store, job_id)
        with self._step(job_id, folder):
            if not self._goes_on(job, attempt):
                return
            made = self._without_repeated(job, folder)
            failing = [chunk for chunk in made if chunk.failed]
            if failing and job.spec.on_error == "fail":
                self._fail(job_id, failing[0].parts, failing[0].failed, folder)
                return
            pipe = self._pipe(job)
            done = sum(chunk.done for chunk in made)
            failed = job.cut_failed + sum(chunk.failed for chunk in made)
            files = make_files(pipe.outputs, made, job.spec.split, folder)
            first = ""
            if failed:
                first = _first_error(folder, [*(chunk.parts for chunk in failing), _CUT_ERRORS])
            duplicates = sum(chunk.duplicates for chunk in made)
            end = end_of(
                done=done,
                failed=failed,
                duplicates=duplicates,
                first=first,
                files=tuple(view_of(StoredFile, file) for file in files),
                warnings=add_up_warnings(made),
            )
            events.add_results(done=done, failed=failed, duplicates=duplicates, chunks=len(made))
            self.jobs.finish(job_id, end)

    def _without_repeated(self, job: JobRecord, folder: JobFolder) -> list[ChunkMade]:
        """Return the results of all chunks, in order. A chunk with repeats is converted again without them."""
        made = dict(self.chunks.made(job.id))
        for number, places in find_repeated(folder, {number: chunk.parts for number, chunk in made.items()}).items():
            chunk = self.chunks.get(job.id, number)
            if chunk:
                attempt = Attempt(left_out=frozenset(made[number].left_out))
                made[number] = self._make(job, chunk, folder, attempt, places)
                kinds = {"conflict": made[number].kinds.get("conflict", 0)}
                events.articles_left_out(kinds, made[number].duplicates)
        return list(made.values())

    def _pipe(self, job: JobRecord) -> Pipe:
        return Pipe.of_job(job.spec, self.settings, times=events.times(Times()))

    def _keep_cut_errors(self, folder: JobFolder, failed: Sequence[FailedArticle]) -> None:
        with folder.create(part_name(_CUT_ERRORS, PART_ERRORS)) as stream:
            stream.writelines(orjson.dumps(asdict(one)) + b"\n" for one in failed)

    def _fail(self, job_id: str, parts: str, failed: int, folder: JobFolder) -> None:
        """End a job with `on_error: fail` at a failed article."""
        self.jobs.finish(job_id, failed_at(_first_error(folder, [parts]), failed=failed))

    def _goes_on(self, job: JobRecord, attempt: Attempt) -> bool:
        """Return whether a job still runs. Give it up if the attempts of its step are exhausted."""
        if attempt.attempts_exhausted:
            self.jobs.finish(job.id, given_up(MOST_TRIES))
            return False
        if not job.can_run:
            self.jobs.finish(job.id, unreadable(job))
            return False
        return job.status == "running"

    @contextmanager
    def _step(self, job_id: str, folder: JobFolder) -> Iterator[None]:
        """Run a step. An error ends the job. Once the job has ended, remove all but its files.

        Each step does this, because other steps may still run when one ends the job.
        """
        with suppress(StoppedError), ending_on_error(job_id, self.jobs):
            yield
        status = self.jobs.status(job_id)
        if status in ("queued", "running"):
            return
        with suppress(StoreError):
            if status in ("canceled", None):
                folder.delete()
            else:
                folder.delete_parts()
        self.chunks.forget(job_id)

    def _stopped(self, job_id: str) -> Callable[[], bool]:
        """Return a function that returns whether the job has been stopped. It reads Redis at most once a second."""
        looked = time.monotonic()

        def stopped() -> bool:
            nonlocal looked
            if time.monotonic() - looked < _LOOK_EVERY:
                return False
            looked = time.monotonic()
            return self.jobs.status(job_id) != "running"

        return stopped


def _first_error(folder: JobFolder, parts: Sequence[str]) -> str:
    """Merge the errors of the parts. Return the place of the first failed article, and why it failed."""
    join_errors(folder, parts, ERRORS)
    with folder.open(ERRORS) as stream:
        return str(FailedArticle(**orjson.loads(stream.readline())))
