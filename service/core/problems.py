"""Errors as responses: RFC 9457 problem details. The problem types are in `schemas.problems`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NotRequired, TypedDict

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from schemas.errors import Fault
from schemas.problems import PROBLEM_TYPES, ProblemType
from service.core.request_log import note_problem, request_id

MEDIA_TYPE: Final = "application/problem+json"


class FaultBody(TypedDict):
    """A wrong value of the request: in its body (`pointer`) or in its URL (`parameter`)."""

    pointer: NotRequired[str]
    parameter: NotRequired[str]
    detail: str


class ProblemBody(TypedDict):
    """The JSON form of a problem; `schemas.jobs.answers.ProblemSchema` describes it."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FaultBody]]
    request_id: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem.

    Args:
        slug: the name of the problem type.
        detail: what is wrong this time, where, and what to do.
        faults: the wrong values of the request's body.
        parameters: what is wrong with each wrong parameter of the URL, by the parameter's name.
        headers: the headers of the response.
    """

    slug: str
    detail: str
    faults: tuple[Fault, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> ProblemType:
        """The problem type."""
        return PROBLEM_TYPES[self.slug]

    def body(self) -> ProblemBody:
        """Return the problem as a JSON object."""
        body = ProblemBody(type=self.type.uri, title=self.type.title, status=self.type.status, detail=self.detail)
        errors = [FaultBody(pointer=fault.pointer, detail=fault.detail) for fault in self.faults]
        errors += [FaultBody(parameter=name, detail=detail) for name, detail in self.parameters.items()]
        if errors:
            body["errors"] = errors
        return body


class ProblemError(Exception):
    """An error whose response is a `Problem`. A header is a keyword argument: `retry_after="5"`."""

    def __init__(self, slug: str, detail: str, *, parameters: Mapping[str, str] | None = None, **headers: str) -> None:
        super().__init__(detail)
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.problem = Problem(slug=slug, detail=detail, parameters=parameters or {}, headers=named)


def retry_later(slug: str, seconds: int, detail: str) -> Problem:
    """Return a temporary problem: the client can retry after `seconds`."""
    return Problem(slug=slug, detail=f"{detail} Retry in {seconds} s.", headers={"Retry-After": str(seconds)})


def respond(problem: Problem) -> Response:
    """Return the response for a problem."""
    body = problem.body()
    body["type"] = request.script_root + body["type"]
    note_problem(problem.slug)
    if known := request_id():
        body["request_id"] = known
    response = Response(orjson.dumps(body), status=problem.type.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


# The problem types of the errors that Flask raises by itself.
_BY_STATUS: Final[Mapping[int, str]] = {
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "body-too-large",
    415: "unsupported-media-type",
    416: "range-not-satisfiable",
}


def from_http_exception(error: HTTPException) -> Problem:
    """Return the problem for an error that Flask raises."""
    status = error.code or 500
    slug = _BY_STATUS.get(status, "malformed-request" if status < 500 else "internal-error")
    headers = {key: value for key, value in error.get_headers() if key in ("Allow", "Retry-After")}
    detail = str(error.description or PROBLEM_TYPES[slug].title)
    if "Allow" in headers:
        detail = f"The allowed methods are {', '.join(sorted(headers['Allow'].split(', ')))}."
    return Problem(slug=slug, detail=detail, headers=headers)
