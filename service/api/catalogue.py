"""The resources /v1/formats and /v1/seeds: what articles can be exported to, and sample articles to export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Response
from flask.views import MethodView
from marshmallow import Schema, fields

from schemas.errors import UnknownNameError
from service.api import examples
from service.api.openapi import TEXT, Resource, path_parameter
from service.core.problems import ProblemError
from service.core.seeds import Seed
from service.core.state import state
from workers.formats import FORMATS

formats = Resource("formats", __name__, group="Formats", url_prefix="/v1/formats")
seeds = Resource("seeds", __name__, group="Seeds", url_prefix="/v1/seeds")


class FormatSchema(Schema):
    """An output format."""

    id = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "A short name, for headings"})
    title = fields.String(required=True, metadata={"description": "The name with its version or syntax"})
    media_types = fields.List(fields.String(), required=True)
    files = fields.List(fields.String(), required=True)
    unheld = fields.List(
        fields.String(), required=True, metadata={"description": "Article fields that the format has no place for"}
    )
    options = fields.Dict(required=True, metadata={"description": "The JSON Schema of its options"})


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


def _json_schema(schema: Schema) -> dict[str, object]:
    plugin = MarshmallowPlugin()
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    converter = plugin.converter
    if not isinstance(converter, OpenAPIConverter):
        raise TypeError("apispec did not make its converter")
    return {**converter.schema2jsonschema(schema), "additionalProperties": False}


class FormatBody(TypedDict):
    """A format in the list; `FormatSchema` describes it."""

    id: str
    name: str
    title: str
    media_types: Sequence[str]
    files: Sequence[str]
    unheld: Sequence[str]
    options: Mapping[str, object]


_FORMATS: Final = [
    FormatBody(
        id=format_.id,
        name=format_.name,
        title=format_.title,
        media_types=format_.media_types,
        files=format_.files,
        unheld=format_.places.unheld,
        options=_json_schema(format_.schema),
    )
    for format_ in FORMATS.writable
]


@formats.route("")
class Formats(MethodView):
    """All formats."""

    @formats.doc(operationId="listFormats")
    @formats.response(200, FormatListSchema, examples=examples.FORMAT_LIST)
    def get(self) -> dict[str, list[FormatBody]]:
        """List the output formats.

        Each format has its media types, its file names and the JSON Schema of its options.
        """
        return {"formats": _FORMATS}


@seeds.route("")
class Seeds(MethodView):
    """All seeds."""

    @seeds.doc(operationId="listSeeds")
    @seeds.response(200, SeedListSchema, examples=examples.SEED_LIST)
    def get(self) -> dict[str, tuple[Seed, ...]]:
        """List the seed articles.

        A job can name them as its source.
        """
        return {"seeds": state().seeds.all()}


@seeds.route("/<name>", parameters=[path_parameter("name", "The seed's name, with or without .txt")])
class OneSeed(MethodView):
    """One seed."""

    @seeds.doc(operationId="getSeed")
    @seeds.problems("not-found")
    @seeds.response(200, TEXT, content_type="text/plain; charset=utf-8", examples=examples.SEED)
    def get(self, name: str) -> Response:
        """Get a seed article.

        The response is its text, byte for byte.
        """
        try:
            seed = state().seeds.get(name)
        except UnknownNameError as error:
            raise ProblemError("not-found", f"{error}.") from None
        with seed.open() as stream:
            return Response(stream.read(), mimetype="text/plain")
