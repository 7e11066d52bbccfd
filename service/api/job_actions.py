"""What can be done to a job: cancel it, delete it."""

from __future__ import annotations

from flask import Response
from flask.views import MethodView

from schemas.job import JobSchema
from service.api.describing import Resource, problem_answers
from service.api.headers import headers
from service.api.jobs import answer, own_job
from service.problems import ProblemError
from service.state import State, state
from workers.artifacts import JobFolder
from workers.job_record import Job, JobEnd

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
