"""One job from its record to its files: what the Celery task does, with no Celery in it.

A small job is converted by the task that takes it up; a large one is handed on, to be cut (see
workers.chunked.coordinator).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import orjson

from schemas.article.json_form import metadata_fields
from schemas.column_names import take_columns
from schemas.conversion import Conversion, Document, Given
from schemas.errors import BrokerError, NewsmillError, StoreError
from schemas.formats import load_options
from schemas.job_record import Job, JobEnd
from schemas.settings import Settings
from workers.chunked.chunks import StoppedError
from workers.jobs.small_files import SmallFiles
from workers.jobs.store import JobStore
from workers.pipeline.output_file import Sink
from workers.pipeline.pipe import FailedArticle, LeaveOut, Outcome, convert, kinds_of
from workers.pipeline.records import each_singly
from workers.steps.leases import Step
from workers.steps.quarantine import FIRST, MOST_TRIES, Attempt
from workers.storage.base import JobFolder, Store
from workers.telemetry import events
from workers.telemetry.logs import get_logger

ERRORS: Final = "errors.ndjson"
"""The artifact beside a job's files that names each article that failed."""

PACKED: Final = "packed"
"""What stands for the reader of a document that is compressed, or an archive."""

# What one task converts by itself: some hundredths of a second, so that no other small job waits for long.
_MANY = 100
_LARGE = 256 * 1024
_PROGRESS_EVERY = 0.5
_UNFINISHED = 3_600.0
_SWEEP_STORE_EVERY = 3_600

log = get_logger(__name__)


def run_job(
    job: Job,
    *,
    jobs: JobStore,
    store: Store,
    settings: Settings,
    hand_on: Callable[[str], None] | None = None,
    attempt: Attempt = FIRST,
) -> bool:
    """Convert the documents of a job and end it, whatever happens; or hand it on, if it is large.

    Running it twice is harmless: one that was interrupted writes the same files again.

    Args:
        job: the job, running.
        jobs: the records.
        store: where the artifacts lie.
        settings: what the process runs with.
        hand_on: what queues a large job to be cut; without it every job is converted here.
        attempt: which time it is begun.

    Returns:
        Whether it has ended the job, and so crossed off its step. Not where it was handed on, or canceled meanwhile.

    Raises:
        BrokerError: the record cannot be reached; the message should be delivered again.
    """
    step = str(Step(job.id, "convert"))
    events.begun(job)
    if attempt.is_one_too_many:
        return jobs.finish(job.id, given_up(), step=step)
    if hand_on and is_large(job):
        hand_on(job.id)
        return False
    with ending_on_error(job.id, jobs, step=step) as finish:
        folder = JobFolder(store, job.id)
        made = SmallFiles()
        outcome = _convert(job, made, store, jobs, settings, attempt.leave_out)
        files = made.keep(outcome.files, folder)
        _keep_errors(folder, outcome.failed)
        events.converted(job.spec.formats, done=outcome.done, failed=kinds_of(outcome.failed))
        first = outcome.failed[0] if outcome.failed else None
        if first and job.spec.on_error == "fail":
            finish(failed_at(asdict(first), failed=1))
        else:
            finish(
                end_of(
                    done=outcome.done,
                    failed=len(outcome.failed),
                    first=asdict(first) if first else None,
                    files=files,
                    warnings=[asdict(warning) for warning in outcome.warnings],
                )
            )
    return finish.ended


def sweep_expired(jobs: JobStore, store: Store) -> None:
    """Remove the files of jobs that have had their time; their records stay for a while, to say so.

    With them goes what was being written when its process was killed.

    A download that has begun is not cut off: the file stays on the disk until it is closed.
    """
    while expired := jobs.expired():
        for job_id in expired:
            JobFolder(store, job_id).delete()
            jobs.swept(job_id)
            events.expired(job_id)
    # A look at every folder of the store, for what is rare.
    if jobs.take_turn("sweep", _SWEEP_STORE_EVERY):
        store.sweep(older_than=_UNFINISHED)


def is_large(job: Job) -> bool:
    """Whether a job is worth to be cut: it has many documents, much in them, or one that is to be unpacked."""
    documents = job.spec.documents
    return (
        len(documents) > _MANY
        or sum(document.size for document in documents) > _LARGE
        or any(document.reader == PACKED for document in documents)
    )


class Ending:
    """Ends a job, and knows whether it has: not where it had ended before."""

    def __init__(self, job_id: str, jobs: JobStore, step: str) -> None:
        self._job_id = job_id
        self._jobs = jobs
        self._step = step
        self.ended = False

    def __call__(self, end: JobEnd) -> bool:
        """End the job; False when it had ended before."""
        self.ended = self._jobs.finish(self._job_id, end, step=self._step)
        return self.ended


@contextmanager
def ending_on_error(job_id: str, jobs: JobStore, *, step: str = "") -> Iterator[Ending]:
    """Whatever goes wrong ends the job, with its reason; but for Redis, without which nothing can be ended.

    Args:
        job_id: its id.
        jobs: the records.
        step: the step that ends it, to be crossed off with that.
    """
    finish = Ending(job_id, jobs, step)
    try:
        yield finish
    except (BrokerError, StoppedError):
        raise
    except StoreError as error:
        # A job that was canceled meanwhile has no folder any more: that is no failure, and nobody's news.
        # Where things lie is for the log: a caller is told what is wrong, and no address or path.
        told = f"The artifact store failed: {error.told}."
        if finish(_failed("store-failed", "The artifact store failed", told)):
            log.exception("the store failed", job_id=job_id)
    except NewsmillError as error:
        finish(_failed("conversion-failed", "The conversion failed", str(error)))
    except Exception:
        log.exception("newsmill made a mistake", job_id=job_id)
        said = "The log of the worker says more."
        finish(_failed("internal-error", "newsmill made a mistake", said))


def _convert(  # noqa: PLR0917
    job: Job, sink: Sink, store: Store, jobs: JobStore, settings: Settings, leave_out: LeaveOut | None
) -> Outcome:
    documents = _documents(job, store, given_by(job, settings))
    return convert(
        each_singly(documents) if leave_out else documents,
        options=load_options(job.spec.options, job.spec.formats),
        conversion=Conversion(at=job.spec.at, operator=settings.operator),
        sink=sink,
        split=job.spec.split,
        on_error=job.spec.on_error,
        progress=_Progress(jobs, job.id),
        times=events.times(),
        leave_out=leave_out,
    )


def given_by(job: Job, settings: Settings) -> Given:
    """What a job's request, and the operator, give for all of its documents."""
    if not job.spec.metadata:
        return Given(defaults=settings.article_defaults, columns={})
    values, columns = take_columns(job.spec.metadata)
    return Given(defaults=settings.article_defaults | metadata_fields(values), columns=columns)


def _documents(job: Job, store: Store, given: Given) -> Iterator[tuple[str | None, Document]]:
    for document in job.spec.documents:
        open_document = partial(store.open, document.key)
        yield document.reader, given.document(document.name, open_document)


class _Progress:
    """States in the record how far a job is, now and then."""

    def __init__(self, jobs: JobStore, job_id: str) -> None:
        self._jobs = jobs
        self._job_id = job_id
        self._next = time.monotonic() + _PROGRESS_EVERY

    def __call__(self, done: int, failed: int) -> None:
        if time.monotonic() >= self._next:
            self._jobs.progress(self._job_id, done=done, failed=failed)
            self._next = time.monotonic() + _PROGRESS_EVERY


def _keep_errors(folder: JobFolder, failed: tuple[FailedArticle, ...]) -> None:
    if failed:
        with folder.create(ERRORS) as stream:
            stream.writelines(orjson.dumps(asdict(one)) + b"\n" for one in failed)


def end_of(
    *,
    done: int,
    failed: int,
    first: Mapping[str, Any] | None,
    files: Sequence[Mapping[str, Any]],
    warnings: Sequence[Mapping[str, Any]],
) -> JobEnd:
    """How a job ends that was gone through: succeeded, partial, or failed where no article came through.

    Args:
        done: how many articles are in the files.
        failed: how many are not.
        first: the first of those, as `FailedArticle` has it.
        files: the files.
        warnings: the warnings.
    """
    counts: dict[str, Any] = {"done": done, "failed": failed, "files": files, "warnings": warnings}
    title = "No article could be converted"
    if not done and not failed:
        said = "There is no article in what was sent."
        return JobEnd(status="failed", error=_problem("no-article", title, said), **counts)
    if not failed:
        return JobEnd(status="succeeded", **counts)
    if done:
        return JobEnd(status="partial", **counts)
    said = ""
    if first:
        said = f" {_where(first)}: {first['reason']}."
    more = f" So did {failed - 1} more." if failed > 1 else ""
    return JobEnd(status="failed", error=_problem("no-article", title, f"{title}.{said}{more}"), **counts)


def given_up() -> JobEnd:
    """How a job ends whose process dies again and again."""
    detail = f"The process that ran it died {MOST_TRIES} times. An article in it may need more memory than there is."
    return _failed("worker-lost", "The conversion was given up", detail)


def failed_at(first: Mapping[str, Any], *, failed: int) -> JobEnd:
    """How a job ends that was to fail with the first article that does."""
    detail = f"The request says on_error: fail. {_where(first)}: {first['reason']}."
    return JobEnd(status="failed", failed=failed, error=_problem("article-failed", "An article failed", detail))


def _where(failed: Mapping[str, Any]) -> str:
    return f"{failed['document']}, {failed['place']}" if failed["place"] else str(failed["document"])


def _failed(kind: str, title: str, detail: str) -> JobEnd:
    return JobEnd(status="failed", error=_problem(kind, title, detail))


def _problem(kind: str, title: str, detail: str) -> dict[str, str]:
    return {"type": f"/problems/{kind}", "title": title, "detail": detail}
