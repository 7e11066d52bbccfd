"""The OpenAPI document: what neither the routes' decorators nor flask-smorest state.

A route states its operation id, summary, description, responses and problem types. This module adds what holds for
many routes: the problems of every route under /v1, the group, the header X-Request-Id, and the security.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import orjson
from apispec import APISpec
from flask import Response, request
from flask_smorest import Api, Blueprint

from schemas.jobs.answers import ProblemSchema
from schemas.jobs.request import named_schemas
from schemas.problems import PROBLEM_TYPES, ProblemType
from service.api.description.examples import DIGEST, JOB_ID, PARAMETER_FAULTS, REQUEST_FAULTS
from service.core.problems import MEDIA_TYPE, Problem, ProblemBody
from workers.formats import FORMATS

View = TypeVar("View", bound=Callable[..., object])
_Json = dict[str, Any]
Place = Literal["path", "query", "header"]

# The problems of every operation under /v1, of those that change something, and of those on jobs.
_ALWAYS: Final = ("unauthorized", "misdirected", "too-many-requests", "malformed-request")
_CHANGING: Final = ("cross-site",)
_OF_JOBS: Final = ("broker-unreachable",)

# The headers of every response under /v1. Those of limits are sent if limits are set.
_OF_API: Final = ("Cache-Control", "RateLimit", "RateLimit-Policy", "X-Request-Id")

TEXT: Final = {"type": "string"}
"""The schema of a text."""

BYTES: Final[_Json] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
"""A body of bytes, beside its own media type: generators of clients know no other one than this, text and JSON."""

GROUPS: Final[Mapping[str, str]] = {
    "Jobs": "Export jobs: post, wait for, follow, cancel, retry and delete them",
    "Files": "The exported files of a job",
    "Convert": "One request with a document, one response with the converted file",
    "Seeds": "Sample articles to try the service with",
    "Formats": "The formats that articles can be exported to",
    "Problems": "What each problem type means",
    "Service": "The state of the service",
}
"""The groups of operations, which are tags in OpenAPI, with their descriptions."""


def parameter(
    place: Place, name: str, description: str, *, schema: Mapping[str, object] = TEXT, example: str | None = None
) -> _Json:
    """Describe a parameter of a route. For the path, flask-smorest takes the schema from the route."""
    described: _Json = {"in": place, "name": name, "description": description}
    if place != "path":
        described["schema"] = schema
    return described | ({"example": example} if example else {})


JOB: Final = parameter("path", "job_id", "The job's id", example=JOB_ID)


class Resource(Blueprint):  # type: ignore[misc]
    """A blueprint whose routes belong to a group and state their problem types.

    The first paragraph of a view's docstring is the operation's summary, the others are its description.
    """

    def __init__(self, name: str, import_name: str, *, group: str, url_prefix: str = "") -> None:
        super().__init__(name, import_name, url_prefix=url_prefix or None)
        self._group = group
        self._prepare_doc_cbks.append(self._describe)

    @staticmethod
    def problems(*slugs: str) -> Callable[[View], View]:
        """Decorate a view with the problem types that it can answer with."""

        def decorate(view: View) -> View:
            view._apidoc = {**getattr(view, "_apidoc", {}), "problems": slugs}  # type: ignore[attr-defined]
            return view

        return decorate

    def _describe(self, doc: _Json, doc_info: _Json, *, method: str, **_: object) -> _Json:
        manual = doc_info.setdefault("manual_doc", {})
        manual["tags"] = [self._group]
        texts = {name: re.sub(r"(?<!\n)\n(?!\n)", " ", text) for name, text in doc_info["docstring"].items()}
        doc_info["docstring"] = texts | {"summary": texts["summary"].rstrip(".")}
        responses = {str(status): _with_bytes(response) for status, response in doc["responses"].items()}
        responses |= {status: _with_bytes(response) for status, response in manual.pop("responses", {}).items()}
        slugs = doc_info.get("problems", ())
        if (self.url_prefix or "").startswith("/v1/"):
            slugs += (
                _ALWAYS + (_CHANGING if method != "get" else ()) + (_OF_JOBS if self.url_prefix == "/v1/jobs" else ())
            )
        else:
            doc["security"] = []
        responses |= problem_responses(slugs)
        always = headers(*_OF_API) if (self.url_prefix or "").startswith("/v1/") else headers("X-Request-Id")
        for response in responses.values():
            if isinstance(response, dict):
                response["headers"] = response.get("headers", {}) | always
        doc["responses"] = dict(sorted(responses.items()))
        return doc


def _with_bytes(response: Any) -> Any:
    """Return a response that has the body `BYTES` too, if generators of clients know none of its media types."""
    content = response.get("content", {}) if isinstance(response, dict) else {}
    known = [name for name in content if name.startswith("text/") or name.endswith(("/json", "+json"))]
    if known or not content:
        return response
    # First, as some generators look at the first media type only.
    return response | {"content": BYTES | content}


def problem_responses(slugs: Iterable[str]) -> _Json:
    """Return the responses for these problem types, by their statuses."""
    by_status: dict[int, list[ProblemType]] = defaultdict(list)
    for slug in dict.fromkeys(slugs):
        by_status[PROBLEM_TYPES[slug].status].append(PROBLEM_TYPES[slug])
    return {
        str(status): {
            "description": "; or: ".join(f"{type_.title} (`{type_.uri}`)" for type_ in types),
            "content": {MEDIA_TYPE: {"schema": ProblemSchema, "examples": _problem_examples(types)}},
            "headers": headers(*(name for type_ in types for name in type_.headers)),
        }
        for status, types in sorted(by_status.items())
    }


def _problem_examples(types: Iterable[ProblemType]) -> dict[str, dict[str, ProblemBody]]:
    faults = {"invalid-request": REQUEST_FAULTS}
    parameters = {"malformed-request": PARAMETER_FAULTS}
    examples = {}
    for type_ in types:
        problem = Problem(
            slug=type_.slug,
            detail=f"{type_.title}.",
            faults=faults.get(type_.slug, ()),
            parameters=parameters.get(type_.slug, {}),
        )
        examples[type_.slug] = {"value": problem.body()}
    return examples


def headers(*names: str) -> dict[str, str]:
    """Return the headers of a response, as references to `HEADERS`."""
    return {name: name for name in names}


def _header(description: str, example: str | int, **schema: str | int) -> _Json:
    return {"description": description, "schema": schema or TEXT, "example": example}


_DIGEST_HEADER: Final = "sha-256=:YDA64iuZiGG847KPM+7BvnWKITyGyTwHbb6fVYwRx1I=:"

HEADERS: Final[Mapping[str, _Json]] = {
    "Accept-Ranges": _header("The file can be requested in ranges of bytes (RFC 9110, section 14.3)", "bytes"),
    "Allow": _header("The allowed methods", "GET, HEAD, OPTIONS"),
    "Cache-Control": _header("How long caches may keep the response, and which caches (RFC 9111)", "no-store"),
    "Content-Digest": _header("The SHA-256 of the bytes in this response (RFC 9530)", _DIGEST_HEADER),
    "Content-Disposition": _header("The file's name (RFC 6266)", "attachment; filename=articles.jsonld"),
    "Content-Location": _header(
        "The URL of the same file", f"/v1/jobs/{JOB_ID}/files/articles.jsonld", type="string", format="uri-reference"
    ),
    "Content-Range": _header("The range in this response, and the file's size (RFC 9110)", "bytes 0-99/498"),
    "ETag": _header("Changes when the bytes change", f'"{DIGEST}"'),
    "Link": _header(
        'A related resource (RFC 8288): of a list the next page, `rel="next"`, absent on the last page; of a converted '
        'file its job, `rel="describedby"`',
        f'</v1/jobs?cursor=1731083400.012-{JOB_ID}>; rel="next"',
    ),
    "Location": _header("The URL of the job", f"/v1/jobs/{JOB_ID}", type="string", format="uri-reference"),
    "Newsmill-Warnings": _header(
        "The kinds of warnings, as a list of RFC 9651. The job has their text", "no-language;articles=1"
    ),
    "Preference-Applied": _header("The preference that was applied (RFC 7240)", "wait=10"),
    "RateLimit": _header("What is left of each limit that is set", '"requests";r=599;t=1'),
    "RateLimit-Policy": _header("The limits of a caller that are set", '"requests";q=600;w=60'),
    "Repr-Digest": _header("The SHA-256 of the whole file (RFC 9530)", _DIGEST_HEADER),
    "Retry-After": _header("Seconds to wait before the next request", 1, type="integer", minimum=0),
    "WWW-Authenticate": _header("How to authenticate (RFC 6750)", 'Bearer realm="newsmill"'),
    "X-Request-Id": _header("The request's id: the client's own if it sent one. It is in the log", "order-4711"),
}
"""The response headers, by name."""


EVENTS: Final[_Json] = {"anyOf": [{"$ref": "#/components/schemas/JobEvent"}, TEXT]}
"""The schema of an event stream: what each event has, for readers of events, and a text for those that know none."""

_JOB_EVENT: Final[_Json] = {
    "type": "object",
    "description": "A server-sent event (HTML, section 9.2): a change of a job.",
    "required": ["event", "id", "data"],
    "additionalProperties": False,
    "properties": {
        "event": {"type": "string", "enum": ["progress", "done"]},
        "id": {"type": "string", "description": "What `Last-Event-ID` continues from"},
        "retry": {"type": "integer", "description": "Milliseconds to wait before the client connects again"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Job"},
            "description": "The job",
        },
    },
}


class OpenApi(Api):  # type: ignore[misc]
    """flask-smorest with problem details instead of its own error format."""

    ERROR_SCHEMA = ProblemSchema
    spec: APISpec

    def _register_error_handlers(self) -> None:
        """Do nothing: `service.app` registers all error handlers."""

    def _register_responses(self) -> None:
        for name, header in HEADERS.items():
            self.spec.components.header(name, header)
        self.spec.components.schema("JobEvent", _JOB_EVENT)
        for name, schema in named_schemas(FORMATS).items():
            self.spec.components.schema(name, schema=schema)
        self.spec.components.security_scheme(
            "key", {"type": "http", "scheme": "bearer", "description": "A key, if the service has keys"}
        )
        types = [PROBLEM_TYPES["method-not-allowed"], PROBLEM_TYPES["internal-error"]]
        default = {
            "description": "A problem: the method is not allowed here, or any other problem type",
            "content": {MEDIA_TYPE: {"schema": ProblemSchema, "examples": _problem_examples(types)}},
            "headers": headers("Allow", "Retry-After", "X-Request-Id"),
        }
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, default, lazy=True)

    def _openapi_json(self) -> Response:
        return Response(self._document(request.script_root), mimetype="application/json")

    @lru_cache(maxsize=8)  # noqa: B019 - there is one of these in a process
    def _document(self, base_path: str) -> bytes:
        document = self.spec.to_dict()
        document["servers"] = [{"url": base_path or "/"}]
        document["tags"] = [{"name": name, "description": description} for name, description in GROUPS.items()]
        return orjson.dumps(document, option=orjson.OPT_INDENT_2)
