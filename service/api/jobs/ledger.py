"""The resource /v1/jobs/{id}/ledger: each leaf of each source article of a job, and what became of it."""

from __future__ import annotations

from flask import Response, stream_with_context

from service.api.description import examples
from service.api.description.openapi import JOB, TEXT, Resource
from service.api.jobs.jobs import ended_job
from service.core.problems import ProblemError
from service.core.state import state
from workers.chunked.ledger import job_ledger
from workers.pipeline.ledger import MEDIA_TYPE

blueprint = Resource("ledgers", __name__, group="Jobs", url_prefix="/v1/jobs")


@blueprint.get("/<job_id>/ledger", parameters=[JOB])
@blueprint.doc(operationId="readLedger")
@blueprint.problems("not-found", "not-finished", "expired", "store-unreachable")
@blueprint.response(
    200,
    TEXT,
    content_type=MEDIA_TYPE,
    description="A line for each leaf of each source article",
    examples=examples.LEDGER,
)
def read_ledger(job_id: str) -> Response:
    """Read the ledger of a job.

    The service reads the articles of a finished job again. Each line has a leaf of a source article (an attribute, a
    text, a property or a cell): its path, its value, and its outcome. A leaf is `kept` as it stands, `changed` (the
    reason says how), or `not-held`. A leaf that is kept or changed has its field of the Article, and the places of this
    field in each format of the job. Articles that cannot be read have no lines.
    """
    here = state()
    job = ended_job(job_id, here)
    if job.status == "canceled":
        raise ProblemError("not-found", "The job was canceled. Its input is not kept.")
    return Response(stream_with_context(job_ledger(job, here.store, here.settings)), mimetype=MEDIA_TYPE)
