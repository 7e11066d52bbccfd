"""The resource /problems: a page for each problem type."""

from __future__ import annotations

from flask import Response

from schemas.problems import PROBLEM_TYPES, ProblemType
from service.api.description.examples import examples
from service.api.description.openapi import TEXT, Resource, parameter
from service.core.problems import ProblemError

blueprint = Resource("problems", __name__, group="Problems", url_prefix="/problems")


def _explained(type_: ProblemType) -> str:
    return f"{type_.title} ({type_.status})\n\n{type_.advice}\n"


@blueprint.get("/<name>", parameters=[parameter("path", "name", "The problem type, the last part of its URI")])
@blueprint.doc(operationId="explainProblem")
@blueprint.problems("not-found")
@blueprint.response(
    200,
    TEXT,
    content_type="text/plain; charset=utf-8",
    examples=examples({"not-found": _explained(PROBLEM_TYPES["not-found"])}),
)
def explain_problem(name: str) -> Response:
    """Explain a problem type.

    The response has the type's title, its meaning and what to do.
    """
    if name not in PROBLEM_TYPES:
        raise ProblemError("not-found", f"There is no problem type named {name!r}.")
    return Response(_explained(PROBLEM_TYPES[name]), mimetype="text/plain")
