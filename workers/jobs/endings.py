"""The ends of jobs: succeeded, partial or failed, with the problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from schemas.errors import BrokerError, ChildDiedError, NewsmillError, StoreError
from schemas.jobs.job import JobStatus, JobWarning, Problem
from schemas.jobs.record import JobEnd, JobRecord, ResultPlace, StoredFile
from schemas.jobs.record_fields import unreadable_problem
from schemas.problems import PROBLEM_TYPES
from workers.jobs.store import JobStore
from workers.redis.due import Lease
from workers.telemetry.logs import get_logger

MOST_TRIES: Final = 10
"""How often a step is taken before it is given up: more often than a series of restarts is likely to interrupt it."""

log = get_logger(__name__)


class StoppedError(NewsmillError):
    """The job no longer runs: it was canceled during its conversion."""


class Ending:
    """Ends a job, and records whether it has: a job that had ended before is not ended again."""

    def __init__(self, job: JobRecord, jobs: JobStore, lease: Lease | None) -> None:
        self._job = job
        self._jobs = jobs
        self._lease = lease
        self.ended = False

    def __call__(self, end: JobEnd) -> bool:
        """End the job; False if it had ended before."""
        self.ended = self._jobs.finish(self._job.id, end, job=self._job, lease=self._lease)
        return self.ended


@contextmanager
def ending_on_error(job: JobRecord, jobs: JobStore, *, lease: Lease | None = None) -> Iterator[Ending]:
    """End the job, and remove its step, on an error.

    Two errors only pass: without Redis no job can be ended, and a step whose process died is tried again.
    """
    finish = Ending(job, jobs, lease)
    try:
        yield finish
    except (BrokerError, StoppedError, ChildDiedError):
        raise
    except StoreError as error:
        # A canceled job has no folder, which is no failure. Addresses and paths are for the log, not for the client.
        if finish(_failed("store-failed", f"The artifact store failed: {error.public_detail}.")):
            log.exception("the store failed", job_id=job.id)
    except NewsmillError as error:
        finish(_failed("conversion-failed", str(error)))
    except Exception:
        log.exception("internal error", job_id=job.id)
        finish(_failed("internal-error", "The log of the worker says more."))


def end_of(
    *,
    done: int,
    failed: int,
    first: str,
    files: tuple[StoredFile, ...],
    warnings: tuple[JobWarning, ...],
    duplicates: int = 0,
    result: ResultPlace | None = None,
) -> JobEnd:
    """Return the end of a completed job: succeeded, partial, or failed if no article was converted.

    Duplicates are no failure: each of them is converted once.
    `first` says where the first failed article is, and why it failed.
    """
    status: JobStatus = "partial" if failed else "succeeded"
    error = None
    if not done:
        status = "failed"
        detail = "The input contains no article."
        if failed:
            more = f" {failed - 1} more failed." if failed > 1 else ""
            detail = f"{PROBLEM_TYPES['no-article'].title}. {first}.{more}"
        error = _problem("no-article", detail)
    return JobEnd(
        status=status,
        total=done + failed + duplicates,
        done=done,
        failed=failed,
        duplicates=duplicates,
        files=files,
        warnings=warnings,
        error=error,
        result=result,
    )


def given_up(tries: int) -> JobEnd:
    """Return the end of a job whose processes have died `tries` times."""
    detail = f"The process that ran it died {tries} times. An article in it may need more memory than there is."
    return _failed("worker-lost", detail)


def unreadable(job: JobRecord) -> JobEnd:
    """Return the end of a job whose request cannot be read: its record is damaged, or another version's."""
    return JobEnd(status="failed", error=unreadable_problem(job.unreadable))


def failed_at(first: str, *, failed: int) -> JobEnd:
    """Return the end of a job with `on_error: fail`, which names its first failed article."""
    return _failed("article-failed", f"The request says on_error: fail. {first}.", failed=failed)


def _failed(slug: str, detail: str, *, failed: int = 0) -> JobEnd:
    return JobEnd(status="failed", failed=failed, error=_problem(slug, detail))


def _problem(slug: str, detail: str) -> Problem:
    return Problem(type=PROBLEM_TYPES[slug].uri, title=PROBLEM_TYPES[slug].title, detail=detail)
