"""The resource /v1/formats: what articles can be exported to."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask.views import MethodView
from marshmallow import Schema, fields

from service.api.openapi.describing import Resource
from workers.formats import FORMATS

blueprint = Resource("formats", __name__, url_prefix="/v1/formats", description="Output formats")


class FormatSchema(Schema):
    """An output format."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    media_types = fields.List(fields.String(), required=True)
    files = fields.List(fields.String(), required=True)
    unheld = fields.List(
        fields.String(), required=True, metadata={"description": "Article fields that the format has no place for"}
    )
    options = fields.Dict(required=True, metadata={"description": "The JSON Schema of its options"})


class FormatListSchema(Schema):
    """All output formats."""

    formats = fields.List(fields.Nested(FormatSchema), required=True)


def _json_schema(schema: Schema) -> dict[str, Any]:
    plugin = MarshmallowPlugin()
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    converter = plugin.converter
    if not isinstance(converter, OpenAPIConverter):
        raise TypeError("apispec did not make its converter")
    return {**converter.schema2jsonschema(schema), "additionalProperties": False}


_LIST = [
    {
        "id": format_.id,
        "title": format_.title,
        "media_types": format_.media_types,
        "files": format_.files,
        "unheld": format_.places.unheld,
        "options": _json_schema(format_.schema),
    }
    for format_ in FORMATS.writable
]


@blueprint.route("")
class Formats(MethodView):
    """All formats."""

    @blueprint.doc(summary="List the output formats", operationId="listFormats")
    @blueprint.response(200, FormatListSchema)
    def get(self) -> dict[str, Any]:
        """What articles can be exported to, with the JSON Schema of every format's options."""
        return {"formats": _LIST}
