"""The resource /v1/seeds: the seed articles."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import Schema, fields

from schemas.errors import UnknownNameError
from service.api.openapi.describing import TEXT, Resource, problem_answers
from service.core.problems import ProblemError
from service.core.state import state

blueprint = Resource("seeds", __name__, url_prefix="/v1/seeds", description="Seed articles")


class SeedSchema(Schema):
    """A seed article."""

    name = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes"})


class SeedListSchema(Schema):
    """All seed articles."""

    seeds = fields.List(fields.Nested(SeedSchema), required=True)


@blueprint.route("")
class Seeds(MethodView):
    """All seeds."""

    @blueprint.doc(summary="List the seed articles", operationId="listSeeds")
    @blueprint.response(200, SeedListSchema)
    def get(self) -> dict[str, Any]:
        """The seed articles that a job can name."""
        return {"seeds": state().seeds.all()}


@blueprint.route("/<name>")
class OneSeed(MethodView):
    """One seed."""

    @blueprint.doc(summary="A seed article", operationId="getSeed", responses=problem_answers("not-found"))
    @blueprint.response(
        200,
        TEXT,
        content_type="text/plain; charset=utf-8",
        examples={"a seed": {"value": "date 2024-11-08 The bank kept its rate.\n"}},
    )
    def get(self, name: str) -> Response:
        """The text of a seed, byte for byte."""
        try:
            seed = state().seeds.get(name)
        except UnknownNameError as error:
            raise ProblemError("not-found", f"{error}.") from None
        with seed.open() as stream:
            return Response(stream.read(), mimetype="text/plain")
