"""The steps of a large job in the service: split it into chunks, convert each chunk in any worker, merge the parts.

The records are in Redis; the engine does the work, in a child process, which alone uses the store. Each step is
idempotent, because it may run twice, or run again in another worker after a crash: splitting makes the same chunks, a
chunk is counted once, and merging writes the same files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from schemas.errors import StoreError
from schemas.jobs.record import JobRecord, StoredFile
from schemas.settings import Settings
from schemas.typed_json import view_of
from workers.chunked import engine
from workers.chunked.chunks import Chunk, ChunkMade
from workers.chunked.engine import LargeJob
from workers.chunked.progress import ChunkRecords
from workers.isolation.quarantine import GivenUpError, Runner
from workers.jobs.endings import MOST_TRIES, StoppedError, end_of, ending_on_error, failed_at, given_up, unreadable
from workers.jobs.step import Step
from workers.jobs.store import JobStore
from workers.pipeline.pipe import FailedArticle, kinds_of
from workers.pipeline.repeats import Repeat
from workers.pipeline.stage_times import Times
from workers.storage.base import JobFolder, Store
from workers.telemetry import events
from workers.telemetry.logs import get_logger, with_fields

_LOOK_EVERY: Final = 1.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJobs:
    """The steps of large jobs. `queue` queues the next step; `tries` is how often a step has been taken.

    A step gets the job as its record was when the step was taken.

    Raises (every method):
        BrokerError: the record cannot be reached; the step should be taken again.
        ChildDiedError: the process that ran the step died; the step should be taken again.
    """

    jobs: JobStore
    chunks: ChunkRecords
    store: Store
    settings: Settings
    queue: Callable[[Step], None]
    runner: Runner

    def cut(self, job: JobRecord, tries: int = 1) -> None:
        """Split a job, and queue each chunk at once."""
        job_id = events.begun(job).id
        with self._step(job):
            if not self._goes_on(job, tries):
                return
            job = self._whole(job)
            work = LargeJob.of(job, self.store, self.settings)
            check = self._check(job_id)
            failed: list[FailedArticle] = []
            number, total = 0, 0
            counted = True
            for found in self.runner.each(partial(engine.split, work, job.spec.documents, self.settings), check):
                check(None)
                if isinstance(found, FailedArticle):
                    failed.append(found)
                    if job.spec.on_error == "fail":
                        break
                    continue
                self.chunks.add(job_id, found)
                self.queue(Step(job_id, "chunk", found.number))
                number, total = number + 1, total + (found.articles or 0)
                counted = counted and found.articles is not None
            if failed and job.spec.on_error == "fail":
                self.runner.call(partial(engine.store_failed, work, failed[0]))
                self.jobs.finish(job_id, failed_at(str(failed[0]), failed=1))
                return
            events.articles_left_out(kinds_of(failed))
            events.add_results(chunks=number, articles=total)
            known = total + len(failed) if counted else None
            answer = self.chunks.all_cut(job_id, chunks=number, total=known, failed=len(failed))
            if answer == "join":
                self.queue(Step(job_id, "join"))

    def make(self, job: JobRecord, number: int, tries: int = 1) -> None:
        """Convert a chunk, and count it."""
        job_id = events.begun(job).id
        chunk = self.chunks.get(job_id, number)
        with self._step(job):
            if job.status != "running" or chunk is None:
                return
            work = LargeJob.of(self._whole(job), self.store, self.settings)
            made = self.chunks.made_before(job_id, number)
            if made is None:
                made = self._convert_or_give_up(job, work, chunk, tries)
                events.converted(job.spec.formats, done=made.done, failed=made.kinds)
            if made.failed and job.spec.on_error == "fail":
                self._fail(job_id, work, made)
                return
            if self.chunks.count_off(job_id, made) == "join":
                self.queue(Step(job_id, "join"))

    def join(self, job: JobRecord, tries: int = 1) -> None:
        """Merge the parts of all chunks into the files, and end the job."""
        job_id = events.begun(job).id
        with self._step(job):
            if not self._goes_on(job, tries):
                return
            work = LargeJob.of(self._whole(job), self.store, self.settings)
            made = self._without_repeated(job_id, work)
            failing = [chunk for chunk in made if chunk.failed]
            if failing and job.spec.on_error == "fail":
                self._fail(job_id, work, failing[0])
                return
            merged = self.runner.call(partial(engine.merge, work, made, job.cut_failed), self._check(job_id))
            files = tuple(view_of(StoredFile, file) for file in merged.files)
            result = self.runner.call(partial(engine.store_result, work, job.spec, files, merged.warnings))
            end = end_of(
                done=merged.done,
                failed=merged.failed,
                duplicates=merged.duplicates,
                first=merged.first,
                files=files,
                warnings=merged.warnings,
                result=result,
            )
            events.add_results(done=merged.done, failed=merged.failed, duplicates=merged.duplicates, chunks=len(made))
            self.jobs.finish(job_id, end, job=job)

    def _whole(self, job: JobRecord) -> JobRecord:
        """Return a job with its whole request. The child reads a large one from the store."""
        if not job.spec.stored:
            return job
        return self.runner.call(partial(engine.whole_job, job, self.store, self.settings))

    def _convert_or_give_up(self, job: JobRecord, work: LargeJob, chunk: Chunk, tries: int) -> ChunkMade:
        given_up_after = GivenUpError(MOST_TRIES)
        if tries <= MOST_TRIES:
            try:
                return self._convert(job.id, work, chunk, written=job.written)
            except GivenUpError as error:
                given_up_after = error
        log.error("chunk given up", deaths=given_up_after.deaths)
        return self.runner.call(partial(engine.give_up, work, chunk, str(given_up_after)))

    def _convert(
        self,
        job_id: str,
        work: LargeJob,
        chunk: Chunk,
        repeated: Mapping[int, Repeat] | None = None,
        *,
        left_out: Mapping[str, str] | None = None,
        written: int = 0,
    ) -> ChunkMade:
        times = events.times(Times())
        task = partial(engine.convert, work, chunk, repeated=repeated, timed=times is not None, written=written)
        made, taken = self.runner.convert(with_fields(task), self._check(job_id), left_out)
        if times and taken:
            times.add(taken)
        return made

    def _without_repeated(self, job_id: str, work: LargeJob) -> list[ChunkMade]:
        """Return the results of all chunks, in order. A chunk with repeats is converted again without them."""
        made = dict(self.chunks.made(job_id))
        for number, places in self.runner.call(partial(engine.repeats, work, list(made.values()))).items():
            if chunk := self.chunks.get(job_id, number):
                made[number] = self._convert(job_id, work, chunk, places, left_out=made[number].left_out)
                kinds = {"conflict": made[number].kinds.get("conflict", 0)}
                events.articles_left_out(kinds, made[number].duplicates)
        return list(made.values())

    def _fail(self, job_id: str, work: LargeJob, made: ChunkMade) -> None:
        """End a job with `on_error: fail` at a failed article."""
        first = self.runner.call(partial(engine.first_failed, work, made))
        self.jobs.finish(job_id, failed_at(first, failed=made.failed))

    def _goes_on(self, job: JobRecord, tries: int) -> bool:
        """Return whether a job still runs. Give it up if its step has been taken too often."""
        if tries > MOST_TRIES:
            self.jobs.finish(job.id, given_up(MOST_TRIES))
            return False
        if not job.can_run:
            self.jobs.finish(job.id, unreadable(job))
            return False
        return job.status == "running"

    @contextmanager
    def _step(self, job: JobRecord) -> Iterator[None]:
        """Run a step. An error ends the job. Once the job has ended, remove all but its files.

        Each step does this, because other steps may still run when one ends the job.
        """
        with suppress(StoppedError), ending_on_error(job, self.jobs):
            yield
        status = self.jobs.status(job.id)
        if status in ("queued", "running"):
            return
        with suppress(StoreError):
            whole = status in ("canceled", None)
            self.runner.call(partial(engine.clean, JobFolder(self.store, job.id), whole=whole))
        self.chunks.forget(job.id)

    def _check(self, job_id: str) -> Callable[[object], None]:
        """Return a function that raises a StoppedError if the job no longer runs. It reads Redis once a second."""
        looked = time.monotonic()

        def check(_: object) -> None:
            nonlocal looked
            if time.monotonic() - looked < _LOOK_EVERY:
                return
            looked = time.monotonic()
            if self.jobs.status(job_id) != "running":
                raise StoppedError

        return check
