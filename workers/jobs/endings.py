"""How jobs end: succeeded, partial or failed, and with which problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from schemas.errors import BrokerError, NewsmillError, StoreError
from schemas.job_record import JobEnd
from schemas.problems import PROBLEM_TYPES
from workers.jobs.store import JobStore
from workers.telemetry.logs import get_logger

ERRORS: Final = "errors.ndjson"
"""The artifact beside a job's files that names each failed article."""

log = get_logger(__name__)


class StoppedError(NewsmillError):
    """The job no longer runs: it was canceled during its conversion."""


class Ending:
    """Ends a job, and records whether it has: a job that had ended before is not ended again."""

    def __init__(self, job_id: str, jobs: JobStore, step: str) -> None:
        self._job_id = job_id
        self._jobs = jobs
        self._step = step
        self.ended = False

    def __call__(self, end: JobEnd) -> bool:
        """End the job; False if it had ended before."""
        self.ended = self._jobs.finish(self._job_id, end, step=self._step)
        return self.ended


@contextmanager
def ending_on_error(job_id: str, jobs: JobStore, *, step: str = "") -> Iterator[Ending]:
    """End the job on any error, with its reason. Only errors of Redis pass, as no job can be ended without Redis.

    Args:
        job_id: its id.
        jobs: the records.
        step: the step that ends the job, which is crossed off with it.
    """
    finish = Ending(job_id, jobs, step)
    try:
        yield finish
    except (BrokerError, StoppedError):
        raise
    except StoreError as error:
        # A canceled job has no folder any more; that is no failure. The client gets no address or path: those are for
        # the log.
        if finish(_failed("store-failed", f"The artifact store failed: {error.public_detail}.")):
            log.exception("the store failed", job_id=job_id)
    except NewsmillError as error:
        finish(_failed("conversion-failed", str(error)))
    except Exception:
        log.exception("internal error", job_id=job_id)
        finish(_failed("internal-error", "The log of the worker says more."))


def end_of(
    *,
    done: int,
    failed: int,
    first: Mapping[str, Any] | None,
    files: Sequence[Mapping[str, Any]],
    warnings: Sequence[Mapping[str, Any]],
) -> JobEnd:
    """The end of a completed job: succeeded, partial, or failed if no article was converted.

    Args:
        done: the number of articles in the files.
        failed: the number of failed articles.
        first: the first failed article.
        files: the files.
        warnings: the warnings.
    """
    counts: dict[str, Any] = {"done": done, "failed": failed, "files": files, "warnings": warnings}
    if not done and not failed:
        detail = "There is no article in what was sent."
        return JobEnd(status="failed", error=_problem("no-article", detail), **counts)
    if not failed:
        return JobEnd(status="succeeded", **counts)
    if done:
        return JobEnd(status="partial", **counts)
    detail = f"{PROBLEM_TYPES['no-article'].title}."
    if first:
        detail += f" {_where(first)}: {first['reason']}."
    if failed > 1:
        detail += f" So did {failed - 1} more."
    return JobEnd(status="failed", error=_problem("no-article", detail), **counts)


def given_up(tries: int) -> JobEnd:
    """The end of a job whose process has died so many times."""
    detail = f"The process that ran it died {tries} times. An article in it may need more memory than there is."
    return _failed("worker-lost", detail)


def failed_at(first: Mapping[str, Any], *, failed: int) -> JobEnd:
    """The end of a job with `on_error: fail`, by its first failed article."""
    detail = f"The request says on_error: fail. {_where(first)}: {first['reason']}."
    return JobEnd(status="failed", failed=failed, error=_problem("article-failed", detail))


def _where(failed: Mapping[str, Any]) -> str:
    return f"{failed['document']}, {failed['place']}" if failed["place"] else str(failed["document"])


def _failed(slug: str, detail: str) -> JobEnd:
    return JobEnd(status="failed", error=_problem(slug, detail))


def _problem(slug: str, detail: str) -> dict[str, str]:
    type_ = PROBLEM_TYPES[slug]
    return {"type": type_.uri, "title": type_.title, "detail": detail}
