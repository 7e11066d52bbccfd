"""The actions on one job: cancel it, retry it, delete it."""

from __future__ import annotations

from typing import Final

from flask import Response

from schemas.jobs.record import JobEnd, JobRecord
from service.api.description.openapi import JOB, Resource
from service.api.jobs.jobs import job_response, own_job, responds_with_job
from service.core.problems import ProblemError
from service.core.state import State, state
from workers.storage.base import JobFolder

_RETRYABLE: Final = ("failed", "partial")

blueprint = Resource("job-actions", __name__, group="Jobs", url_prefix="/v1/jobs")


@blueprint.post("/<job_id>/cancel", parameters=[JOB])
@blueprint.doc(operationId="cancelJob")
@blueprint.problems("not-found", "ended")
@responds_with_job(202, "The job is canceled. Its files are being removed")
def cancel_job(job_id: str) -> Response:
    """Cancel a job.

    The job must be queued or running. None of its files is kept.
    """
    here = state()
    job = own_job(job_id, here)
    if not _cancel(job, here):
        now = here.jobs.get(job_id)
        raise ProblemError("ended", f"The job ended at {now.finished}; it is {now.status}.")
    return job_response(here.jobs.get(job_id), 202)


@blueprint.post("/<job_id>/retry", parameters=[JOB])
@blueprint.doc(operationId="retryJob")
@blueprint.problems("not-found", "not-finished", "nothing-failed", "expired", "queue-full")
@responds_with_job(202, "The job is queued again. All its files are made again", "Retry-After")
def retry_job(job_id: str) -> Response:
    """Retry a job.

    The job must be failed or partial. It runs again with the same input and options, and makes all its files
    again.
    """
    here = state()
    job = own_job(job_id, here)
    if job.status not in _RETRYABLE:
        raise _not_retryable(job)
    job = here.contents.whole(job)
    answer = here.jobs.retry(job, kept=here.contents.keep_request(job_id, job.spec))
    if answer == "at work":
        detail = "A worker has not finished the last step of the job. Retry in 1 s."
        raise ProblemError("not-finished", detail, retry_after="1")
    if answer == "not failed":
        raise _not_retryable(here.jobs.get(job_id))
    response = job_response(here.jobs.get(job_id), 202)
    response.headers["Retry-After"] = "1"  # even if a small job has ended by now
    return response


def _not_retryable(job: JobRecord) -> ProblemError:
    if job.status == "expired":
        return ProblemError("expired", f"The job ended at {job.finished}. Its files were kept until {job.expires}.")
    if not job.ended:
        return ProblemError("not-finished", f"The job is {job.status}.", retry_after="1")
    return ProblemError("nothing-failed", f"The job is {job.status}.")


@blueprint.delete("/<job_id>", parameters=[JOB])
@blueprint.doc(operationId="deleteJob")
@blueprint.problems("not-found", "store-unreachable")
@blueprint.response(204, description="The job and its files are deleted")
def delete_job(job_id: str) -> None:
    """Delete a job.

    Its files are deleted with it. A running job is canceled first.
    """
    here = state()
    job = own_job(job_id, here)
    if not job.ended:
        _cancel(job, here)
    JobFolder(here.store, job_id).delete()
    here.chunks.forget(job_id)
    here.jobs.forget(job_id)


def _cancel(job: JobRecord, here: State) -> bool:
    """End a job as canceled; return False if it had ended. Its running steps notice, stop and clean up."""
    end = JobEnd(status="canceled", done=job.done, failed=job.failed, duplicates=job.duplicates)
    if not here.jobs.finish(job.id, end):
        return False
    JobFolder(here.store, job.id).delete()
    here.chunks.forget(job.id)
    return True
