"""Errors as answers: RFC 9457 problem details, each kind with a stable type and a page that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException

from schemas.errors import Fault
from service.core.request_log import request_id

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: its HTTP status, its title, what to do about it, and the headers that say more."""

    status: int
    title: str
    advice: str
    headers: tuple[str, ...] = ()


KINDS: Final[Mapping[str, Kind]] = {
    "malformed-json": Kind(
        status=400,
        title="The body is not JSON",
        advice="Send JSON in UTF-8; the detail names the line and the column where it ends to be JSON.",
    ),
    "malformed-request": Kind(
        status=400, title="The request is malformed", advice="The detail says which part of the request, and how."
    ),
    "unauthorized": Kind(
        headers=("WWW-Authenticate",),
        status=401,
        title="A key is needed",
        advice="Send one in the header Authorization, as `Bearer KEY`. Who runs the service has them.",
    ),
    "cross-site": Kind(
        status=403,
        title="Another site may not ask for this",
        advice="Ask from the page of the service itself, or with a program. A page of another site cannot.",
    ),
    "link-refused": Kind(
        status=403,
        title="The link is not one of this service",
        advice="Use the link as it was given, all of it. Whoever has the job's key can make another: "
        "POST /v1/jobs/{id}/links.",
    ),
    "not-found": Kind(
        status=404,
        title="There is nothing here",
        advice="Check the address. A job is remembered for thirty days after its files have expired.",
    ),
    "method-not-allowed": Kind(
        status=405,
        title="The method is not allowed here",
        advice="The header Allow names those that are.",
        headers=("Allow",),
    ),
    "not-finished": Kind(
        status=409,
        title="The job has not finished",
        advice="Wait for it: GET /v1/jobs/{id}?wait=30 does.",
        headers=("Retry-After",),
    ),
    "ended": Kind(status=409, title="The job has ended", advice="There is nothing to stop any more."),
    "nothing-failed": Kind(
        status=409,
        title="Nothing of the job has failed",
        advice="Only a job that is failed or partial can be tried again. Post a new one to have another export.",
    ),
    "expired": Kind(
        status=410, title="The job has expired", advice="Its files are gone; post the job again to have them made anew."
    ),
    "link-expired": Kind(
        status=410,
        title="The link has expired",
        advice="Whoever has the job's key can make another, while the job's files are kept: POST /v1/jobs/{id}/links.",
    ),
    "misdirected": Kind(
        status=421,
        title="The service is not known by this name",
        advice="Ask for it as 127.0.0.1 or localhost. To be reached under another name it needs keys.",
    ),
    "body-too-large": Kind(
        status=413,
        title="The body is too large",
        advice="Send less in one request. Articles that are too many for a JSON body can be uploaded as files.",
    ),
    "unsupported-media-type": Kind(
        status=415,
        title="The media type is not supported",
        advice="Send application/json, or multipart/form-data with the parts file and request.",
    ),
    "range-not-satisfiable": Kind(
        status=416,
        title="The file does not have this range",
        advice="The header Content-Range of the answer has the size of the file.",
        headers=("Content-Range",),
    ),
    "invalid-request": Kind(
        status=422,
        title="The request does not fit its schema",
        advice="Each member of `errors` has a pointer to what is wrong, and says what would be right. "
        "The schemas are in /openapi.json.",
    ),
    "key-in-use": Kind(
        status=409,
        title="The request is being accepted",
        advice="Another request with the same Idempotency-Key is being accepted right now. Send it again after the "
        "seconds that Retry-After names, and you get its job.",
        headers=("Retry-After",),
    ),
    "key-reused": Kind(
        status=422,
        title="The key was that of another request",
        advice="Within a day, an Idempotency-Key stands for one request: the same header for the same body. Send "
        "another body with another key.",
    ),
    "queue-full": Kind(
        status=429,
        title="Too many jobs are waiting",
        advice="Try again after the seconds that Retry-After names.",
        headers=("Retry-After",),
    ),
    "too-many-requests": Kind(
        headers=("Retry-After", "RateLimit", "RateLimit-Policy"),
        status=429,
        title="Too many requests",
        advice="Try again after the seconds that Retry-After names; the header RateLimit says how many are left.",
    ),
    "too-many-jobs": Kind(
        headers=("Retry-After",),
        status=429,
        title="Too many of the caller's jobs wait or run",
        advice="Wait until one of them has ended, or cancel one.",
    ),
    "too-many-waiting": Kind(
        headers=("Retry-After", "RateLimit", "RateLimit-Policy"),
        status=429,
        title="Too many of the caller's requests wait for jobs",
        advice="Ask for the job without waiting, or when one of the others has been answered. A callback waits for "
        "nothing at all.",
    ),
    "too-much-stored": Kind(
        headers=("Retry-After",),
        status=429,
        title="Too much is stored for the caller",
        advice="Delete jobs whose files are no longer needed, or wait until they expire.",
    ),
    "broker-unreachable": Kind(
        status=503,
        title="The job queue cannot be reached",
        advice="Nothing was accepted. Try again after the seconds that Retry-After names.",
        headers=("Retry-After",),
    ),
    "store-unreachable": Kind(
        status=503,
        title="The artifact store cannot be used",
        advice="Nothing was accepted. Try again after the seconds that Retry-After names.",
        headers=("Retry-After",),
    ),
    "internal-error": Kind(
        status=500, title="newsmill made a mistake", advice="The log of the service says more; please report it."
    ),
    "no-article": Kind(
        status=422,
        title="No article could be converted",
        advice="GET /v1/jobs/{id}/errors names each article that failed, its place, and why.",
    ),
    "article-failed": Kind(
        status=422,
        title="An article failed",
        advice="The request says `on_error: fail`. Mend the article, or leave `on_error` out to have it passed over.",
    ),
    "conversion-failed": Kind(
        status=500, title="The conversion failed", advice="The job's error says why; nothing of it was handed out."
    ),
    "store-failed": Kind(
        status=500, title="The artifact store failed", advice="Post the job again when the store has room and answers."
    ),
    "worker-lost": Kind(
        status=500,
        title="The conversion was given up",
        advice="The process that ran it died again and again. Convert the articles in smaller parts to find the one.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem: its kind, what happened, and what does not fit: values of the body, or parameters of the address."""

    kind: str
    detail: str
    faults: tuple[Fault, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The problem as a JSON object."""
        kind = KINDS[self.kind]
        body: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
        }
        errors = [{"pointer": fault.pointer, "detail": fault.detail} for fault in self.faults]
        errors += [{"parameter": name, "detail": detail} for name, detail in self.parameters.items()]
        if errors:
            body["errors"] = errors
        return body


class ProblemError(Exception):
    """Raised by a view, and answered as its problem."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        faults: tuple[Fault, ...] = (),
        parameters: Mapping[str, str] | None = None,
        **headers: str,
    ) -> None:
        super().__init__(detail)
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.problem = Problem(kind=kind, detail=detail, faults=faults, parameters=parameters or {}, headers=named)


def respond(problem: Problem) -> Response:
    """The answer that a problem is."""
    body = problem.body()
    if asked := request_id():
        body["request_id"] = asked
    response = Response(orjson.dumps(body), status=KINDS[problem.kind].status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


# For errors that Flask raises by itself: what is not found, not allowed, too large.
_OF_STATUS: Final = {kind.status: name for name, kind in reversed(tuple(KINDS.items()))}


def of_http_exception(error: HTTPException) -> Problem:
    """The problem that an error of Flask's is."""
    status = error.code or 500
    name = _OF_STATUS.get(status, "malformed-request" if status < 500 else "internal-error")
    headers = {key: value for key, value in error.get_headers() if key in ("Allow", "Retry-After")}
    detail = str(error.description or KINDS[name].title)
    if "Allow" in headers:
        detail = f"The methods here are {', '.join(sorted(headers['Allow'].split(', ')))}."
    return Problem(kind=name, detail=detail, headers=headers)
