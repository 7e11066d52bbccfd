"""The resources /v1/formats and /v1/seeds: the output formats, and the seed articles."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Response
from marshmallow import Schema, fields

from schemas.errors import UnknownNameError
from schemas.formats import Formats
from service.api.description import examples
from service.api.description.openapi import TEXT, Resource, parameter
from service.core.problems import ProblemError
from service.core.seeds import Seed
from service.core.state import state
from workers.formats import FORMATS

formats = Resource("formats", __name__, group="Formats", url_prefix="/v1/formats")
seeds = Resource("seeds", __name__, group="Seeds", url_prefix="/v1/seeds")


class _JsonSchema(fields.Dict):
    """A marshmallow schema, serialized as JSON Schema."""

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> dict[str, Any]:
        plugin = MarshmallowPlugin()
        APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
        if not isinstance(plugin.converter, OpenAPIConverter):
            raise TypeError("apispec did not make its converter")
        return {**plugin.converter.schema2jsonschema(value), "additionalProperties": False}


class FormatSchema(Schema):
    """An output format."""

    id = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "A short name, for headings"})
    title = fields.String(required=True, metadata={"description": "The name with its version or syntax"})
    media_types = fields.List(fields.String(), required=True)
    files = fields.List(fields.String(), required=True)
    unheld = fields.List(
        fields.String(),
        attribute="places.unheld",
        required=True,
        metadata={"description": "Article fields that the format has no place for"},
    )
    options = _JsonSchema(attribute="schema", required=True, metadata={"description": "The JSON Schema of its options"})


class FormatListSchema(Schema):
    """All output formats."""

    formats = fields.List(fields.Nested(FormatSchema), required=True)


class SeedSchema(Schema):
    """A seed article."""

    name = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes"})


class SeedListSchema(Schema):
    """All seed articles."""

    seeds = fields.List(fields.Nested(SeedSchema), required=True)


@formats.get("")
@formats.doc(operationId="listFormats")
@formats.response(200, FormatListSchema, examples=examples.FORMAT_LIST)
def list_formats() -> dict[str, Formats]:
    """List the output formats.

    Each format has its media types, its file names and the JSON Schema of its options.
    """
    return {"formats": FORMATS.writable}


def describe_formats() -> Any:
    """Return the list of the output formats as the API answers it."""
    return FormatListSchema().dump({"formats": FORMATS.writable})["formats"]


@seeds.get("")
@seeds.doc(operationId="listSeeds")
@seeds.response(200, SeedListSchema, examples=examples.SEED_LIST)
def list_seeds() -> dict[str, tuple[Seed, ...]]:
    """List the seed articles.

    A job can name them as its source.
    """
    return {"seeds": state().seeds.all()}


@seeds.get("/<name>", parameters=[parameter("path", "name", "The seed's name, with or without .txt")])
@seeds.doc(operationId="getSeed")
@seeds.problems("not-found")
@seeds.response(200, TEXT, content_type="text/plain; charset=utf-8", examples=examples.SEED)
def get_seed(name: str) -> Response:
    """Get a seed article.

    The response is its text, byte for byte.
    """
    try:
        seed = state().seeds.get(name)
    except UnknownNameError as error:
        raise ProblemError("not-found", f"{error}.") from None
    with seed.open() as stream:
        return Response(stream.read(), mimetype="text/plain")
