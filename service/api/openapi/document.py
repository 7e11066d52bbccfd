"""The API's description, made whole: what follows for every operation from what it says of itself.

An operation names its answers, their schemas and its problems. From these come the name that a client made from the
description calls it by, its group, examples of its bodies, and the headers that its problems have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from service.api.openapi.describing import problem_answers
from service.api.openapi.examples import EXAMPLES, FAULTS, JOB_ID, TEXTS, UPLOAD_FORM
from service.api.openapi.headers import HEADERS
from service.core.problems import KINDS, MEDIA_TYPE, Problem

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_GROUPS: Final = (
    # The first that an address begins with is its group.
    ("/v1/jobs/{job_id}/files", "Files", "The finished files of a job"),
    ("/v1/jobs", "Jobs", "Exports: post a job, wait for it, follow it, stop it, remove it"),
    ("/v1/seeds", "Seeds", "Articles that are there to try it out with"),
    ("/v1/formats", "Formats", "What articles can be exported to"),
    ("/problems", "Problems", "What each kind of problem means"),
    ("", "Service", "Whether the service is well"),
)
_IN_PATHS: Final[Mapping[str, Mapping[str, Any]]] = {
    "job_id": {"description": "The job's id", "example": JOB_ID},
    "name": {"description": "Its name"},
}
_PASSED_OVER = frozenset(("a", "an", "the", "your", "of"))


def complete(told: Mapping[str, Any]) -> dict[str, Any]:
    """The description, with all that follows from it."""
    document = deepcopy(dict(told))
    document["tags"] = [{"name": name, "description": description} for _, name, description in _GROUPS]
    document["components"]["headers"] = HEADERS
    # One of its three properties, and no more of them (`schemas.job`).
    document["components"]["schemas"]["SourceSpec"] |= {"minProperties": 1, "maxProperties": 1}
    for answer in document["components"]["responses"].values():
        _with_examples(answer)
        _with_headers(answer)
    for path, operations in document["paths"].items():
        for parameter in operations.get("parameters", ()):
            parameter |= _IN_PATHS.get(parameter["name"], {})
        for operation in _operations(operations):
            operation["tags"] = [next(name for start, name, _ in _GROUPS if path.startswith(start))]
            operation.setdefault("operationId", _operation_id(operation["summary"]))
            if path.startswith("/v1/"):
                # A description of its own, which an operation has for one of these, says nothing of the others.
                _with_problem(operation["responses"], "too-many-requests")
                _with_problem(operation["responses"], "malformed-request")
            _with_examples(operation.get("requestBody", {}))
            for answer in operation["responses"].values():
                _with_examples(answer)
                _with_headers(answer)
    return document


def _operations(path: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return (path[method] for method in METHODS if method in path)


def _operation_id(summary: str) -> str:
    first, *rest = [word for word in re.findall(r"\w+", summary.lower()) if word not in _PASSED_OVER]
    return "".join([first, *(word.capitalize() for word in rest)])


def _with_problem(answers: dict[str, Any], kind: str) -> None:
    """An answer that any operation under /v1 may have: past a limit, or for a parameter that does not exist."""
    [(status, refused)] = problem_answers(kind).items()
    known = answers.get(status)
    if known is None:
        answers[status] = refused | {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    elif kind not in _kinds(known):
        known["description"] += f"; or: {refused['description']}"


def _with_examples(said: dict[str, Any]) -> None:
    for media_type, content in said.get("content", {}).items():
        if "examples" in content or "example" in content:
            continue
        if media_type == MEDIA_TYPE:
            kinds = _kinds(said) or ["internal-error"]
            content["examples"] = {kind: {"value": _problem(kind)} for kind in kinds}
        elif examples := EXAMPLES.get(content.get("schema", {}).get("$ref", "").rpartition("/")[2]):
            content["examples"] = {name: {"value": value} for name, value in examples.items()}
        elif media_type == "multipart/form-data":
            content["examples"] = {"a file of articles": {"value": UPLOAD_FORM}}
        elif media_type in TEXTS:
            content["examples"] = {"an answer": {"value": TEXTS[media_type]}}


def _with_headers(answer: dict[str, Any]) -> None:
    if "$ref" in answer:
        return
    names = {name for kind in _kinds(answer) for name in KINDS[kind].headers}
    answer["headers"] = answer.get("headers", {}) | {
        name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names | {"X-Request-Id"})
    }


def _kinds(answer: Mapping[str, Any]) -> list[str]:
    """The kinds of problems that an answer says it may be."""
    return re.findall(r"`/problems/([a-z-]+)`", answer.get("description", ""))


def _problem(kind: str) -> dict[str, Any]:
    body = Problem(kind=kind, detail=f"{KINDS[kind].title}.").body()
    return body | ({"errors": FAULTS[kind]} if kind in FAULTS else {})
