"""What can be done to a job: cancel it, try again what failed of it, delete it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import Response
from flask.views import MethodView

from schemas.errors import BrokerError
from schemas.job import JobSchema
from schemas.job_record import Job, JobEnd
from service.api.jobs import answer, own_job
from service.api.openapi.describing import Resource, problem_answers
from service.api.openapi.headers import headers
from service.core.problems import ProblemError
from service.core.state import State, state
from workers.celery.app import CONVERT, send_task
from workers.steps.leases import Step
from workers.storage.base import JobFolder

_CAN_FAIL: Final = ("failed", "partial")

blueprint = Resource("job-actions", __name__, url_prefix="/v1/jobs", description="Export jobs")


@blueprint.route("/<job_id>/cancel")
class CancelJob(MethodView):
    """Canceling."""

    @blueprint.doc(summary="Cancel a job", responses=problem_answers("not-found", "ended", "broker-unreachable"))
    @blueprint.response(
        202,
        JobSchema,
        description="The job is canceled; what was made of it is being removed",
        headers=headers("Cache-Control"),
    )
    def post(self, job_id: str) -> Response:
        """Stop a job that waits or runs; nothing of it is left."""
        here = state()
        job = own_job(job_id, here)
        if not _cancel(job, here):
            now = here.jobs.get(job_id)
            raise ProblemError("ended", f"The job is {now.status} since {now.finished}.")
        return answer(here.jobs.get(job_id), 202)


@blueprint.route("/<job_id>/retry")
class RetryJob(MethodView):
    """Trying again."""

    @blueprint.doc(
        summary="Try again what failed of a job",
        responses=problem_answers(
            "not-found", "not-finished", "nothing-failed", "expired", "queue-full", "broker-unreachable"
        ),
    )
    @blueprint.response(
        202,
        JobSchema,
        description="The job is queued again; its files are made anew",
        headers=headers("Retry-After", "Cache-Control"),
    )
    def post(self, job_id: str) -> Response:
        """Run a job that is failed or partial once more, with the same input and options.

        Its files are there again, with what failed before if it does no longer, when it has ended.
        """
        here = state()
        job = own_job(job_id, here)
        if job.status not in _CAN_FAIL:
            raise _nothing_to_retry(job)
        if here.steps.at_work(job_id):
            raise ProblemError("not-finished", "A worker is still at the last step of the job.", retry_after="1")
        # In this order, as when a job is accepted; a message for a job that is not queued does nothing.
        here.steps.wait(Step(job_id, "convert"))
        if not here.jobs.retry(job_id):
            raise _nothing_to_retry(here.jobs.get(job_id))
        # It is queued, and cannot be as it was before: where the message is lost, the sweep sends another.
        with suppress(BrokerError):
            send_task(here.celery, CONVERT, job_id)
        response = answer(here.jobs.get(job_id), 202)
        response.headers["Retry-After"] = "1"
        return response


def _nothing_to_retry(job: Job) -> ProblemError:
    """Why a job cannot be tried again."""
    if job.status == "expired":
        return ProblemError("expired", f"The job ended at {job.finished}, and was kept until {job.expires}.")
    if not job.ended:
        return ProblemError("not-finished", f"The job is {job.status}.", retry_after="1")
    return ProblemError("nothing-failed", f"The job is {job.status}.")


@blueprint.route("/<job_id>")
class DeleteJob(MethodView):
    """Deleting."""

    @blueprint.doc(
        summary="Delete a job", responses=problem_answers("not-found", "broker-unreachable", "store-unreachable")
    )
    @blueprint.response(204, description="The job and its files are gone")
    def delete(self, job_id: str) -> None:
        """Remove a job and its files; one that runs is canceled first."""
        here = state()
        job = own_job(job_id, here)
        if not job.ended:
            _cancel(job, here)
        JobFolder(here.store, job_id).delete()
        here.chunks.forget(job_id)
        here.jobs.forget(job_id)


def _cancel(job: Job, here: State) -> bool:
    """End a job as canceled; False where it had ended. What runs of it stops by itself, and clears up."""
    if not here.jobs.finish(job.id, JobEnd(status="canceled", done=job.done, failed=job.failed)):
        return False
    JobFolder(here.store, job.id).delete()
    here.chunks.forget(job.id)
    return True
