"""The resource /problems: what each kind of problem means; the `type` of a problem is its address."""

from __future__ import annotations

from flask import Response
from flask.views import MethodView

from service.api.openapi.describing import TEXT, Resource, problem_answers
from service.core.problems import KINDS, Kind, ProblemError

blueprint = Resource("problems", __name__, url_prefix="/problems", description="Kinds of problems")


def _told(kind: Kind) -> str:
    return f"{kind.title} ({kind.status})\n\n{kind.advice}\n"


@blueprint.route("/<name>")
class OneProblem(MethodView):
    """One kind of problem."""

    @blueprint.doc(
        summary="What a kind of problem means", operationId="explainProblem", responses=problem_answers("not-found")
    )
    @blueprint.response(
        200,
        TEXT,
        content_type="text/plain; charset=utf-8",
        examples={"not-found": {"value": _told(KINDS["not-found"])}},
    )
    def get(self, name: str) -> Response:
        """Its title, and what to do about it."""
        if name not in KINDS:
            raise ProblemError("not-found", f"There is no kind of problem named {name!r}.")
        return Response(_told(KINDS[name]), mimetype="text/plain")
