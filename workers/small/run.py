"""One small job from its record to its files. A large job is handed on (see workers.chunked.coordinator)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Final

import orjson

from schemas.conversion import Defaults, Document
from schemas.errors import StoreError
from schemas.job_record import PACKED, JobRecord
from schemas.settings import Settings
from workers.formats import FORMATS
from workers.jobs.endings import ERRORS, end_of, ending_on_error, failed_at, given_up, unreadable
from workers.jobs.store import JobStore
from workers.pipeline.output import Sink
from workers.pipeline.pipe import FailedArticle, LeaveOut, Outcome, convert, kinds_of
from workers.pipeline.records import each_singly
from workers.pipeline.stage_times import Times
from workers.small.files import SmallFiles
from workers.steps.leases import Step
from workers.steps.quarantine import FIRST, MOST_TRIES, Attempt
from workers.storage.base import JobFolder, Store
from workers.telemetry import events

# One task converts this much in some hundredths of a second, so that no other small job waits for long.
_MANY: Final = 100
_LARGE: Final = 256 * 1024
_PROGRESS_EVERY: Final = 0.5


def run_job(
    job: JobRecord,
    *,
    jobs: JobStore,
    store: Store,
    settings: Settings,
    hand_on: Callable[[Step], None] | None = None,
    attempt: Attempt = FIRST,
) -> bool:
    """Convert the documents of a job and end it, also on an error; or hand it on if it is large.

    It is idempotent: a job that was interrupted writes the same files again.

    Without `hand_on`, which queues the first step of a large job, every job is converted here. Return True if this call
    has ended the job and crossed off its step; False if the job was handed on or canceled.

    Raises:
        BrokerError: the record cannot be reached; the message should be delivered again.
    """
    step = str(Step(job.id, "convert"))
    events.begun(job)
    if attempt.attempts_exhausted:
        return jobs.finish(job.id, given_up(MOST_TRIES), step=step)
    if not job.can_run:
        return jobs.finish(job.id, unreadable(job), step=step)
    if hand_on and is_large(job):
        hand_on(Step(job.id, "cut"))
        return False
    folder = JobFolder(store, job.id)
    with ending_on_error(job.id, jobs, step=step) as finish:
        made = SmallFiles()
        outcome = _convert(job, made, store, jobs, settings, attempt.leave_out)
        files = made.keep(outcome.files, folder)
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
                )
            )
    if not finish.ended and jobs.status(job.id) in ("canceled", None):
        # Its folder was deleted when it was canceled, and this call has made it again.
        with suppress(StoreError):
            folder.delete()
    return finish.ended


def is_large(job: JobRecord) -> bool:
    """Return whether a job is split into chunks: it has many documents, many bytes, or a packed document."""
    documents = job.spec.documents
    return (
        len(documents) > _MANY
        or sum(document.size for document in documents) > _LARGE
        or any(document.reader == PACKED for document in documents)
    )


def _convert(  # noqa: PLR0917
    job: JobRecord, sink: Sink, store: Store, jobs: JobStore, settings: Settings, leave_out: LeaveOut | None
) -> Outcome:
    documents = _documents(job, store, job.spec.defaults(settings))
    return convert(
        each_singly(documents) if leave_out else documents,
        options=FORMATS.load_options(job.spec.options, job.spec.formats),
        conversion=job.spec.conversion(settings),
        sink=sink,
        split=job.spec.split,
        on_error=job.spec.on_error,
        progress=_Progress(jobs, job.id),
        times=events.times(Times()),
        leave_out=leave_out,
    )


def _documents(job: JobRecord, store: Store, defaults: Defaults) -> Iterator[tuple[str | None, Document]]:
    for document in job.spec.documents:
        open_document = partial(store.open, document.key)
        yield document.reader, defaults.document(document.name, open_document)


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
