"""The resource /v1/jobs: post, list and read jobs, and read which articles failed."""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from flask import Response, jsonify, request, stream_with_context, url_for
from marshmallow import Schema, fields

from schemas.errors import JobNotFoundError
from schemas.jobs.answers import JobSchema
from schemas.jobs.job import ENDED, STATUSES
from schemas.jobs.record import JobRecord
from schemas.jobs.request import MOST_TAGS, ExportRequestSchema, load_request
from service.api.description import examples
from service.api.description.openapi import JOB, TEXT, Resource, View, headers, parameter
from service.api.query_params import choices, number, wrong_parameter
from service.api.request_query import DOCUMENT, PARAMETERS, faults_by_parameter, is_in_query, stated_in_query
from service.auth.limits import RequestLimits
from service.core.bodies import check_coding, idempotency_key, json_digest, parse_json, preferred_wait, read_body
from service.core.caller import caller
from service.core.problems import ProblemError
from service.core.state import State, installed, state
from service.jobs.notifications import JobNotifications, next_change
from service.jobs.submission import submit, submit_uploads
from workers.formats import FORMATS
from workers.jobs.idempotency import RequestKey
from workers.jobs.listing import Place
from workers.jobs.view import job_json
from workers.storage.base import ERRORS, JobFolder

LONGEST_WAIT: Final = 60
"""The longest time that a request may wait for a job, in seconds."""

LARGEST_PAGE: Final = 100
"""The maximum number of jobs on a page of the list."""

_DEFAULT_PAGE: Final = 20
_CURSOR: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{32})", re.ASCII)

# A notification can be lost when Redis restarts, so a waiting request also reads the record at this interval, in
# seconds.
_READ_EVERY = 5.0

POSTING: Final = [
    parameter("header", "Prefer", "`wait=N`: respond when the job has ended, or after N seconds", example="wait=10"),
    parameter(
        "header",
        "Idempotency-Key",
        "A unique name for this request, such as a UUID. If you send the same request again within a day, the "
        "response is the same job and no second job is made",
        example="1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        schema={"type": "string", "pattern": "^[!-~]{1,255}$"},
    ),
]
"""The headers of requests that post a job."""

POSTING_PROBLEMS: Final = (
    "malformed-json",
    "body-too-large",
    "unsupported-media-type",
    "invalid-request",
    "key-reused",
    "queue-full",
    "too-many-jobs",
    "too-much-stored",
    "store-unreachable",
)
"""The problem types of requests that post a job."""

blueprint = Resource("jobs", __name__, group="Jobs", url_prefix="/v1/jobs")


def responds_with_job(status: int, description: str, *names: str) -> Callable[[View], View]:
    """Decorate a view whose response is a job, with these headers."""
    decorate: Callable[[View], View] = blueprint.response(
        status, JobSchema, description=description, examples=examples.JOB, headers=headers(*names, "Cache-Control")
    )
    return decorate


_LEFT_OUT: Final = ("files", "warnings")


class ListedJobSchema(JobSchema):  # type: ignore[misc, valid-type]
    """A job in a list. It has its files and warnings if the request asks for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in _LEFT_OUT:
            self.fields[name].required = False


class JobListSchema(Schema):
    """A page of jobs, newest first."""

    jobs = fields.List(fields.Nested(ListedJobSchema), required=True)


@blueprint.get("")
@blueprint.doc(
    operationId="listJobs",
    parameters=[
        parameter(
            "query",
            "status",
            "Only jobs in these states: repeat the parameter, or separate them by commas",
            schema={"type": "array", "items": {"type": "string", "enum": list(STATUSES)}},
        )
        | {"style": "form", "explode": True},
        parameter(
            "query",
            "limit",
            "The maximum number of jobs on a page",
            schema={"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": _DEFAULT_PAGE},
        ),
        parameter("query", "cursor", "Where the page begins: the value in the header `Link` of the page before"),
        parameter(
            "query",
            "tag",
            "Only jobs with this tag; repeat the parameter for jobs with all of several tags. A page may then have "
            "fewer jobs than `limit` although more pages follow",
            schema={"type": "array", "items": {"type": "string"}, "maxItems": MOST_TAGS},
        )
        | {"style": "form", "explode": True},
        parameter(
            "query",
            "include",
            "What each job has beside its state: its `files`, its `warnings`, or both",
            schema={"type": "array", "items": {"type": "string", "enum": list(_LEFT_OUT)}},
        )
        | {"style": "form", "explode": True},
        parameter(
            "query",
            "owner",
            "For an operator: only the jobs of this caller. Default: the jobs of all callers",
        ),
    ],
)
@blueprint.response(
    200,
    JobListSchema,
    description="A page of jobs",
    examples=examples.JOB_LIST,
    headers=headers("Link", "Cache-Control"),
)
def list_jobs() -> Response:
    """List your jobs.

    The newest job comes first. A page continues after the last job of the page before, even if jobs were posted or
    deleted since. An operator's key lists the jobs of all callers, each with its owner.
    """
    statuses = choices("status", STATUSES)
    included = choices("include", _LEFT_OUT)
    tags = request.args.getlist("tag")
    if len(tags) > MOST_TAGS:
        raise wrong_parameter("tag", f"{len(tags)} are too many; give {MOST_TAGS} at most")
    limit = number("limit", default=_DEFAULT_PAGE, least=1, most=LARGEST_PAGE)
    page = state().lists.page(_owner(), statuses=statuses, tags=tags, limit=limit, after=_requested_place())
    response = jsonify(jobs=_listed(page.jobs, included))
    if page.last:
        # url_for leaves out a parameter that is None.
        url = url_for(
            "jobs.list_jobs",
            status=",".join(statuses) or None,
            include=",".join(included) or None,
            tag=tags or None,
            owner=request.args.get("owner"),
            limit=limit,
            cursor=_cursor(page.last),
        )
        response.headers["Link"] = f'<{url}>; rel="next"'
    return response


def newest_jobs() -> dict[str, Any]:
    """Return the first page of the list as GET /v1/jobs has it, and the address of the next page as `next`."""
    page = state().lists.page(caller().id, limit=_DEFAULT_PAGE)
    made: dict[str, Any] = {"jobs": _listed(page.jobs, ())}
    if page.last:
        made["next"] = url_for("jobs.list_jobs", limit=_DEFAULT_PAGE, cursor=_cursor(page.last))
    return made


def _listed(found: Iterable[JobRecord], included: Collection[str]) -> list[dict[str, Any]]:
    see = seen_job if included else seen_record
    listed = [see(job) for job in found]
    for job in listed:
        for name in set(_LEFT_OUT) - set(included):
            job.pop(name, None)
    return listed


def _owner() -> str | None:
    """Return the owner of the listed jobs; None for all owners."""
    owner = request.args.get("owner")
    if caller().operator:
        return owner
    if owner not in (None, caller().id):
        raise wrong_parameter("owner", "only an operator's key lists the jobs of other callers; leave it out")
    return caller().id


@blueprint.post("")
@blueprint.doc(
    operationId="exportArticles",
    requestBody={
        "required": True,
        "content": {
            "application/json": {"schema": ExportRequestSchema(FORMATS), "examples": examples.EXPORT_REQUEST},
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
                "examples": examples.UPLOAD,
            },
            **DOCUMENT,
        },
    },
    parameters=[
        *PARAMETERS,
        *POSTING,
    ],
)
@blueprint.problems(*POSTING_PROBLEMS)
@responds_with_job(202, "The job is accepted", "Location", "Retry-After", "Preference-Applied")
def export_articles() -> Response:
    """Export articles.

    The source is seed articles, a text, articles in JSON, or uploaded files. With `to` in the URL, the body is the
    document itself, in its own media type or any other, and the URL states the request.
    """
    here = state()
    key = idempotency_key(request)
    check_coding(request, text=not is_in_query(request))
    if is_in_query(request):
        with faults_by_parameter():
            job = submit_uploads(request, here, key, stated=stated_in_query(request))
    elif request.mimetype == "multipart/form-data":
        job = submit_uploads(request, here, key)
    elif request.mimetype == "application/json":
        body = parse_json(read_body(request, min(here.settings.max_body, here.settings.max_upload)))
        request_key = RequestKey(owner=caller().id, value=key, digest=json_digest(body)) if key else None
        job = submit(load_request(body, FORMATS), here, request_key)
    else:
        detail = f"The media type is {request.mimetype or 'none'}. Send application/json or multipart/form-data; or"
        detail += " send a document, and name the formats in the URL: ?to=csv."
        raise ProblemError("unsupported-media-type", detail)
    wait = preferred_wait(request, LONGEST_WAIT)
    if wait is not None:
        job = wait_if_possible(job, wait, here)
    response = job_response(job, 202)
    response.headers["Location"] = url_for("jobs.get_job", job_id=job.id)
    if wait is not None:
        response.headers["Preference-Applied"] = f"wait={wait}"
    return response


@blueprint.get("/<job_id>", parameters=[JOB])
@blueprint.doc(
    operationId="getJob",
    parameters=[
        parameter(
            "query",
            "wait",
            "Respond when the job changes its state, or after this many seconds",
            schema={"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT},
        )
    ],
)
@blueprint.problems("not-found", "too-many-waiting", "stopping", "store-unreachable")
@responds_with_job(200, "The job", "Retry-After")
def get_job(job_id: str) -> Response:
    """Get a job.

    With `wait`, the response comes as soon as the job's state changes.
    """
    here = state()
    job = own_job(job_id, here)
    wait = number("wait", default=0, least=0, most=LONGEST_WAIT, unit="seconds")
    if wait and not job.ended:
        with installed(RequestLimits).wait(caller().id):
            job = wait_for_change(job, wait, here)
    return job_response(job, 200)


@blueprint.get("/<job_id>/errors", parameters=[JOB])
@blueprint.doc(operationId="listJobErrors")
@blueprint.problems("not-found", "not-finished", "expired", "store-unreachable")
@blueprint.response(
    200,
    TEXT,
    content_type="application/x-ndjson",
    description="A line for each article that failed",
    examples=examples.FAILED_ARTICLES,
)
def list_job_errors(job_id: str) -> Response:
    """List the articles that failed.

    Each line has the document, the place in it, the article's id and the reason.
    """
    here = state()
    job = _ended(job_id, here)
    if job.status == "canceled":
        raise ProblemError("not-found", "The job was canceled. Its failed articles are not kept.")
    if not job.failed:
        return Response(b"", mimetype="application/x-ndjson")
    stream = JobFolder(here.store, job_id).open(ERRORS)
    return Response(stream_with_context(stream), mimetype="application/x-ndjson")


def own_job(job_id: str, here: State) -> JobRecord:
    """Return a job of the caller.

    Raises:
        JobNotFoundError: there is no such job, or it belongs to another caller. The response is the same.
    """
    job = here.jobs.get(job_id)
    if not caller().may_see(job):
        raise JobNotFoundError(job_id)
    return job


def ended_job(job_id: str, here: State) -> JobRecord:
    """Return a job of the caller that has ended and not expired, with its request, files and warnings.

    Raises:
        JobNotFoundError: there is no such job, or it belongs to another caller.
        ProblemError: it has not finished, or has expired.
        StoreError: the store cannot be reached.
    """
    return here.contents.whole(_ended(job_id, here))


def _ended(job_id: str, here: State) -> JobRecord:
    job = own_job(job_id, here)
    if job.status == "expired":
        raise ProblemError("expired", f"The job ended at {job.finished}. Its files were kept until {job.expires}.")
    if not job.ended:
        raise ProblemError("not-finished", f"The job is {job.status}.", retry_after="1")
    return job


def wait_if_possible(job: JobRecord, seconds: float, here: State) -> JobRecord:
    """Return the job when it has ended, or at once if the caller has too many waiting requests.

    A preference that cannot be honoured is no error (RFC 7240).
    """
    try:
        with installed(RequestLimits).wait(caller().id):
            return wait_for_end(job, seconds, here)
    except ProblemError:
        return job


def wait_for_end(job: JobRecord, seconds: float, here: State) -> JobRecord:
    """Return the job when it has ended or the time is up; at once if too many requests wait, or the process stops."""
    deadline = time.monotonic() + seconds
    notifications = installed(JobNotifications)
    with notifications.subscribe(job.id, to=ENDED, owner=caller().id) as changed:
        remaining = seconds
        # A job that was just posted need not be read before it changes.
        while not job.ended and remaining > 0 and changed and not notifications.stopping:
            next_change(changed, min(remaining, _READ_EVERY))
            job = here.jobs.get(job.id)
            remaining = deadline - time.monotonic()
    return job


def wait_for_change(job: JobRecord, seconds: float, here: State) -> JobRecord:
    """Return the job when its state has changed or the time is up; at once if too many requests wait.

    Raises:
        ProblemError: the process stops.
    """
    deadline = time.monotonic() + seconds
    notifications = installed(JobNotifications)
    with notifications.subscribe(job.id, owner=caller().id) as changed:
        while True:
            now = here.jobs.get(job.id)
            remaining = deadline - time.monotonic()
            if now.status != job.status or remaining <= 0 or changed is None:
                return now
            notifications.refuse_if_stopping()
            next_change(changed, min(remaining, _READ_EVERY))


def seen_record(job: JobRecord) -> dict[str, Any]:
    """Return a job as the caller of the current request sees it, as far as its record has it."""
    return job_json(job, request.script_root, operator=caller().operator)


def seen_job(job: JobRecord) -> dict[str, Any]:
    """Return a job as the caller of the current request sees it."""
    return job_json(state().contents.whole(job), request.script_root, operator=caller().operator)


def job_response(job: JobRecord, status: int) -> Response:
    """Return a response whose body is the job."""
    response = jsonify(seen_job(job))
    response.status_code = status
    if not job.ended:
        response.headers["Retry-After"] = "1"
    return response


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _requested_place() -> Place | None:
    given = request.args.get("cursor")
    if given is None:
        return None
    try:
        text = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if found := _CURSOR.fullmatch(text):
        return Place(*found.groups())
    raise wrong_parameter("cursor", "it is not from the header Link of a page; leave it out to begin at the newest job")
