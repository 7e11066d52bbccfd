"""One small job from its record to its files."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from typing import Final, Self

import orjson

from schemas.conversion import Document
from schemas.errors import StoreError
from schemas.job_record import JobRecord, JobSpec
from schemas.settings import Settings
from workers.formats import FORMATS
from workers.isolation.quarantine import GivenUpError, Isolated
from workers.isolation.watch import Watch
from workers.jobs.contents import JobContents, result_content
from workers.jobs.endings import MOST_TRIES, end_of, ending_on_error, failed_at, given_up, unreadable
from workers.jobs.store import JobStore
from workers.pipeline.pipe import FailedArticle, Outcome, convert, kinds_of
from workers.pipeline.records import each_singly
from workers.pipeline.stage_times import Times
from workers.redis.due import Lease
from workers.small.files import SmallFiles
from workers.storage.base import ERRORS, JobFolder, Store
from workers.telemetry import events

_PROGRESS_EVERY: Final = 0.5


def run_job(
    job: JobRecord,
    *,
    jobs: JobStore,
    store: Store,
    settings: Settings,
    tries: int = 1,
    isolated: Isolated | None = None,
    lease: Lease | None = None,
) -> bool:
    """Convert the documents of a job and end it, also on an error. The script that ends it removes the leased step too.

    It is idempotent: a job that was interrupted writes the same files again. The first try converts in this process,
    which costs least. If this process dies, or is ended by the time limit of an article, the next try converts in a
    child process (`isolated`), and finds the article.

    Return False if the job had ended before.

    Raises:
        BrokerError: the record cannot be reached; the step is due again when its lease has lapsed.
    """
    events.begun(job)
    if tries > MOST_TRIES:
        return jobs.finish(job.id, given_up(MOST_TRIES), job=job, lease=lease)
    if not job.can_run:
        return jobs.finish(job.id, unreadable(job), job=job, lease=lease)
    folder = JobFolder(store, job.id)
    with ending_on_error(job, jobs, lease=lease) as finish:
        work = _SmallJob.read(JobContents(store, settings).whole(job), store, settings)
        if tries > 1 and isolated:
            try:
                outcome, made = isolated.convert(work)
            except GivenUpError as error:
                finish(given_up(error.deaths))
                return finish.ended
        else:
            with Watch(settings.article_time) as watch:
                outcome, made = work(watch, progress=_Progress(jobs, job.id), times=events.times(Times()))
        files, result = made.keep(
            outcome.files, folder, lambda files: result_content(job.spec, files, outcome.warnings)
        )
        _keep_errors(folder, outcome.failed)
        events.converted(
            job.spec.formats, done=outcome.done, failed=kinds_of(outcome.failed), duplicates=outcome.duplicates
        )
        first = str(outcome.failed[0]) if outcome.failed else ""
        if first and job.spec.on_error == "fail":
            finish(failed_at(first, failed=1))
        else:
            failed = len(outcome.failed)
            finish(
                end_of(
                    done=outcome.done,
                    failed=failed,
                    duplicates=outcome.duplicates,
                    first=first,
                    files=files,
                    warnings=outcome.warnings,
                    result=result,
                )
            )
    if not finish.ended and jobs.status(job.id) in ("canceled", None):
        # Its folder was deleted when it was canceled, and this call has made it again.
        with suppress(StoreError):
            folder.delete()
    return finish.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _SmallJob:
    """A small job with its documents in memory. It needs no store, and can be sent to a child process."""

    spec: JobSpec
    settings: Settings
    documents: Sequence[tuple[str | None, Document]]

    @classmethod
    def read(cls, job: JobRecord, store: Store, settings: Settings) -> Self:
        """Read the documents of a job."""
        defaults = job.spec.defaults(settings)
        documents = []
        for document in job.spec.documents:
            with store.open(document.key, read_ahead=document.size) as stream:
                opened = partial(BytesIO, stream.read())
            documents.append((document.reader, defaults.document(document.name, opened, size=document.size)))
        return cls(spec=job.spec, settings=settings, documents=documents)

    def __call__(
        self, watch: Watch, progress: _Progress | None = None, times: Times | None = None
    ) -> tuple[Outcome, SmallFiles]:
        """Convert the documents into files in memory."""
        files = SmallFiles()
        outcome = convert(
            each_singly(self.documents) if watch.careful else self.documents,
            options=FORMATS.load_options(self.spec.options, self.spec.formats),
            conversion=self.spec.conversion(self.settings),
            sink=files,
            split=self.spec.split,
            on_error=self.spec.on_error,
            progress=progress,
            times=times,
            leave_out=watch,
        )
        return outcome, files


class _Progress:
    """Records the progress of a job every half second."""

    def __init__(self, jobs: JobStore, job_id: str) -> None:
        self._jobs = jobs
        self._job_id = job_id
        self._next = time.monotonic() + _PROGRESS_EVERY

    def __call__(self, done: int, failed: int, duplicates: int) -> None:
        if time.monotonic() >= self._next:
            self._jobs.progress(self._job_id, done=done, failed=failed, duplicates=duplicates)
            self._next = time.monotonic() + _PROGRESS_EVERY


def _keep_errors(folder: JobFolder, failed: tuple[FailedArticle, ...]) -> None:
    if failed:
        with folder.create(ERRORS) as stream:
            stream.writelines(orjson.dumps(asdict(one)) + b"\n" for one in failed)
