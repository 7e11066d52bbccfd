"""One job from its record to its files: what the Celery task does, with no Celery in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, Final

import orjson

from schemas.article_json import metadata_fields
from schemas.conversion import Conversion, Document
from schemas.errors import BrokerError, NewsmillError, StoreError
from schemas.formats import load_options
from schemas.settings import Settings
from workers.artifacts import JobFolder, Store
from workers.jobs import Job, JobEnd, JobStore
from workers.pipe import FailedArticle, Outcome, convert

ERRORS: Final = "errors.ndjson"
"""The artifact beside a job's files that names each article that failed."""

_PROGRESS_EVERY = 0.5
_ATTEMPTS = 3
_GIVEN_UP = f"The worker that ran it died {_ATTEMPTS} times. An article in it may need more memory than there is."

log = logging.getLogger(__name__)


def run_job(job_id: str, *, jobs: JobStore, store: Store, settings: Settings) -> None:
    """Convert the documents of a job and end it, whatever happens.

    Running it twice is harmless: a job that has ended is left alone, and one that was interrupted writes the
    same files again.

    Raises:
        BrokerError: the record cannot be reached; the message should be delivered again.
    """
    job = jobs.start(job_id)
    if job is None:
        return
    if job.attempts > _ATTEMPTS:
        jobs.finish(job_id, _failed("worker-lost", "The conversion was given up", _GIVEN_UP))
        return
    folder = JobFolder(store, job_id)
    try:
        outcome = _convert(job, folder, store, jobs, settings)
        _keep_errors(folder, outcome.failed)
        end = _end(outcome)
    except BrokerError:
        raise  # only the record is out of reach; the job is not to blame, and can run again
    except StoreError as error:
        log.exception("job %s: the store failed", job_id)
        end = _failed("store-failed", "The artifact store failed", str(error))
    except NewsmillError as error:
        end = _failed("conversion-failed", "The conversion failed", str(error))
    except Exception:
        log.exception("job %s failed", job_id)
        end = _failed("internal-error", "newsmill made a mistake", "The log of the worker says more.")
    jobs.finish(job_id, end)


def _convert(job: Job, folder: JobFolder, store: Store, jobs: JobStore, settings: Settings) -> Outcome:
    defaults = settings.article_defaults | metadata_fields(job.spec.metadata)
    return convert(
        _documents(job, store, defaults),
        options=load_options(job.spec.options, job.spec.formats),
        conversion=Conversion(at=job.spec.at, operator=settings.operator),
        sink=folder,
        progress=_Progress(jobs, job.id),
    )


def _documents(job: Job, store: Store, defaults: dict[str, Any]) -> Iterator[tuple[str, Document]]:
    for document in job.spec.documents:
        open_document = partial(store.open, document.key)
        yield document.reader, Document(name=document.name, open=open_document, defaults=defaults)


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


def _end(outcome: Outcome) -> JobEnd:
    counts: dict[str, Any] = {
        "done": outcome.done,
        "failed": len(outcome.failed),
        "files": [asdict(file) for file in outcome.files],
        "warnings": [asdict(warning) for warning in outcome.warnings],
    }
    if not outcome.failed:
        return JobEnd(status="succeeded", **counts)
    if outcome.done:
        return JobEnd(status="partial", **counts)
    first = outcome.failed[0]
    where = f"{first.document}, {first.place}" if first.place else first.document
    more = f" So did {len(outcome.failed) - 1} more." if len(outcome.failed) > 1 else ""
    detail = f"No article could be converted. {where}: {first.reason}.{more}"
    return JobEnd(status="failed", error=_problem("no-article", "No article could be converted", detail), **counts)


def _failed(kind: str, title: str, detail: str) -> JobEnd:
    return JobEnd(status="failed", error=_problem(kind, title, detail))


def _problem(kind: str, title: str, detail: str) -> dict[str, str]:
    return {"type": f"/problems/{kind}", "title": title, "detail": detail}
