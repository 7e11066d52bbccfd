"""The resource /v1/jobs."""

from __future__ import annotations

import time
from typing import Final

import orjson
from flask import Response, request, stream_with_context, url_for
from flask.views import MethodView

from schemas.errors import JobNotFoundError
from schemas.job import ENDED, ExportRequestSchema, JobSchema, load_request
from schemas.job_record import Job
from service.api.openapi.describing import TEXT, Resource, problem_answers
from service.api.openapi.headers import headers
from service.api.query_params import number
from service.auth.limits import request_limits
from service.core.bodies import idempotency_key, json_digest, parse_json, preferred_wait, read_body
from service.core.caller import caller
from service.core.problems import ProblemError
from service.core.state import State, state
from service.jobs.notifications import job_notifications
from service.jobs.submission import submit, submit_uploads
from workers.formats import FORMATS
from workers.jobs.endings import ERRORS
from workers.jobs.idempotency import RequestKey
from workers.jobs.view import shown
from workers.storage.base import JobFolder

LONGEST_WAIT: Final = 60
"""Seconds that a request may ask to wait for a job."""

# A notification can be lost when Redis restarts: the record is looked at this often while waiting, in seconds.
_LOOK_EVERY = 5.0

blueprint = Resource("jobs", __name__, url_prefix="/v1/jobs", description="Export jobs")


@blueprint.route("")
class Jobs(MethodView):
    """All jobs."""

    @blueprint.doc(
        summary="Export articles",
        requestBody={
            "required": True,
            "content": {
                "application/json": {"schema": ExportRequestSchema(FORMATS)},
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file", "request"],
                        "additionalProperties": False,
                        "properties": {
                            "file": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}},
                            "request": {
                                "$ref": "#/components/schemas/UploadRequest",
                                "description": "The same JSON, without `source`",
                            },
                        },
                    },
                    "encoding": {"request": {"contentType": "application/json"}},
                },
            },
        },
        parameters=[
            {
                "in": "header",
                "name": "Prefer",
                "schema": {"type": "string"},
                "example": "wait=10",
                "description": "`wait=N`: answer when the job has ended, or after N seconds",
            },
            {
                "in": "header",
                "name": "Idempotency-Key",
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
                "example": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                "description": "A name for this request, such as a UUID: sent again with the same content within a "
                "day, it gives the same job, and makes no other",
            },
        ],
        responses=problem_answers(
            "malformed-json",
            "malformed-request",
            "body-too-large",
            "unsupported-media-type",
            "key-in-use",
            "invalid-request",
            "key-reused",
            "queue-full",
            "too-many-jobs",
            "too-much-stored",
            "broker-unreachable",
            "store-unreachable",
        ),
    )
    @blueprint.response(
        202,
        JobSchema,
        description="The job is accepted",
        headers=headers("Location", "Retry-After", "Preference-Applied", "Cache-Control"),
    )
    def post(self) -> Response:
        """Convert articles: seeds, a text, articles in JSON, or uploaded files."""
        here = state()
        key = idempotency_key(request)
        if request.mimetype == "multipart/form-data":
            job = submit_uploads(request, here, key)
        elif request.mimetype == "application/json":
            body = parse_json(read_body(request, min(here.settings.max_body, here.settings.max_upload)))
            known_by = RequestKey(owner=caller().id, value=key, digest=json_digest(body)) if key else None
            job = submit(load_request(body, FORMATS), here, known_by)
        else:
            detail = f"{request.mimetype or 'No media type'} is not application/json or multipart/form-data."
            raise ProblemError("unsupported-media-type", detail)
        wait = preferred_wait(request, LONGEST_WAIT)
        if wait is not None:
            job = _waited_for(job, wait, here)
        response = answer(job, 202)
        response.headers["Location"] = url_for("jobs.OneJob", job_id=job.id)
        if not job.ended:
            response.headers["Retry-After"] = "1"
        if wait is not None:
            response.headers["Preference-Applied"] = f"wait={wait}"
        return response


@blueprint.route("/<job_id>")
class OneJob(MethodView):
    """One job."""

    @blueprint.doc(
        summary="How a job is doing",
        operationId="getJob",
        parameters=[
            {
                "in": "query",
                "name": "wait",
                "schema": {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT},
                "description": "Answer as soon as the job changes its state, or after so many seconds",
            }
        ],
        responses=problem_answers("malformed-request", "not-found", "too-many-waiting", "broker-unreachable"),
    )
    @blueprint.response(200, JobSchema, description="The job", headers=headers("Retry-After", "Cache-Control"))
    def get(self, job_id: str) -> Response:
        """The job as it is, or as it is when its state has changed."""
        here = state()
        job = own_job(job_id, here)
        wait = number("wait", default=0, least=0, most=LONGEST_WAIT, unit="seconds")
        if wait and not job.ended:
            with request_limits().wait(caller().id):
                job = wait_for_change(job, wait, here)
        response = answer(job, 200)
        if not job.ended:
            response.headers["Retry-After"] = "1"
        return response


@blueprint.route("/<job_id>/errors")
class JobErrors(MethodView):
    """What failed of a job."""

    @blueprint.doc(
        summary="The articles that failed",
        operationId="listJobErrors",
        responses=problem_answers("not-found", "not-finished", "expired", "broker-unreachable", "store-unreachable"),
    )
    @blueprint.response(
        200, TEXT, content_type="application/x-ndjson", description="A line for each article that failed"
    )
    def get(self, job_id: str) -> Response:
        """Each article that failed: the document and the place it stood in, its id, and why."""
        here = state()
        job = ended_job(job_id, here)
        if job.status == "canceled":
            raise ProblemError("not-found", "The job was canceled: what failed of it is not kept.")
        if not job.failed:
            return Response(b"", mimetype="application/x-ndjson")
        stream = JobFolder(here.store, job_id).open(ERRORS)
        return Response(stream_with_context(stream), mimetype="application/x-ndjson")


def own_job(job_id: str, here: State) -> Job:
    """A job of the caller's.

    Raises:
        JobNotFoundError: there is none, or it is another's: who may not see it is not told that it is there.
    """
    job = here.jobs.get(job_id)
    if not caller().may_see(job):
        raise JobNotFoundError(job_id)
    return job


def ended_job(job_id: str, here: State) -> Job:
    """A job whose files are there.

    Raises:
        ProblemError: it still runs, or has expired.
    """
    job = own_job(job_id, here)
    if job.status == "expired":
        raise ProblemError("expired", f"The job ended at {job.finished}, and its files were kept until {job.expires}.")
    if not job.ended:
        raise ProblemError("not-finished", f"The job is {job.status}.", retry_after="1")
    return job


def _waited_for(job: Job, seconds: float, here: State) -> Job:
    """The job when it has ended; or as it is, where as many requests of its caller wait as may.

    It is accepted all the same: to wait is a preference (RFC 7240).
    """
    try:
        with request_limits().wait(caller().id):
            return wait_for_end(job, seconds, here)
    except ProblemError:
        return job


def wait_for_end(job: Job, seconds: float, here: State) -> Job:
    """The job when it has ended, or after so many seconds; at once, where too many wait already.

    Args:
        job: the job as it was a moment ago.
        seconds: for how long to wait.
        here: the state of this process.
    """
    deadline = time.monotonic() + seconds
    with job_notifications().subscribe(job.id, to=ENDED) as changed:
        remaining = seconds
        # What was just posted is not looked at before it changes.
        while not job.ended and remaining > 0 and changed:
            changed.wait(min(remaining, _LOOK_EVERY))
            changed.clear()
            job = here.jobs.get(job.id)
            remaining = deadline - time.monotonic()
    return job


def wait_for_change(job: Job, seconds: float, here: State) -> Job:
    """The job when its state is another one, or after so many seconds; at once, where too many wait already."""
    deadline = time.monotonic() + seconds
    with job_notifications().subscribe(job.id) as changed:
        while True:
            now = here.jobs.get(job.id)
            remaining = deadline - time.monotonic()
            if now.status != job.status or remaining <= 0 or changed is None:
                return now
            changed.wait(min(remaining, _LOOK_EVERY))
            changed.clear()


def answer(job: Job, status: int) -> Response:
    """The job as the body of an answer."""
    response = Response(orjson.dumps(shown(job)), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
