"""The resource /v1/inspect: what a document is, before it is converted. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from schemas.jobs.request import load_reading
from service.api.description import examples
from service.api.description.openapi import Resource, parameter
from service.api.query_params import flag
from service.api.request_query import DOCUMENT, faults_by_parameter, stated_in_query, values
from service.core.bodies import check_coding, read_body
from service.core.problems import ProblemError
from service.jobs.charsets import is_clearly_unicode, stated_encoding
from workers.formats import FORMATS
from workers.pipeline.inspection import LARGEST, Inspection, inspect_document

blueprint = Resource("inspections", __name__, group="Convert", url_prefix="/v1/inspect")


class ColumnSchema(Schema):
    """A column of a table, or a key of its objects."""

    name = fields.String(required=True, metadata={"description": "Its name. `@NAME` in metadata maps it"})
    values = fields.List(
        fields.String(), required=True, metadata={"description": "Its first values that are not empty, shortened"}
    )
    field = fields.String(metadata={"description": "The field that it states if the request maps nothing"})
    guess = fields.String(
        metadata={
            "description": "The field that it may state, by a part of its name or by its values. It is read as this "
            "field only if the request maps it"
        }
    )
    known_for = fields.List(
        fields.String(), required=True, metadata={"description": "The fields that are known by this name"}
    )
    day_order = fields.String(
        validate=OneOf(("day-first", "month-first", "open")),
        metadata={
            "description": "The order of day and month that its dates prove. `open`: they prove none; state it as the "
            "reading option `dates`. Absent if no date needs it"
        },
    )


class TableHeadSchema(Schema):
    """The beginning of a table."""

    name = fields.String(metadata={"description": "The name of the table, which may be in an archive"})
    keys = fields.Boolean(required=True, metadata={"description": "Whether the columns are keys of objects"})
    encoding = fields.String(metadata={"description": "Its encoding, if it is a text"})
    guessed = fields.Boolean(required=True, metadata={"description": "Whether the encoding is a guess"})
    delimiter = fields.String(metadata={"description": "The character between its cells"})
    columns = fields.List(fields.Nested(ColumnSchema), required=True)


class ContentSchema(Schema):
    """The documents of one format in an archive."""

    format = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "The short name of the format"})
    documents = fields.Integer(required=True)


class InspectionSchema(Schema):
    """What a document is."""

    format = fields.String(metadata={"description": "The format that reads it. Absent if none does"})
    name = fields.String(metadata={"description": "The short name of the format"})
    detail = fields.String(metadata={"description": "Why it is not read, and what to do"})
    archive = fields.Boolean(required=True, metadata={"description": "Whether it is unpacked into documents"})
    contents = fields.List(
        fields.Nested(ContentSchema), metadata={"description": "The formats of the first documents of an archive"}
    )
    table = fields.Nested(TableHeadSchema, metadata={"description": "The columns of the table, or the keys of JSON"})


@blueprint.post("")
@blueprint.doc(
    operationId="inspectDocument",
    requestBody={"required": True, "content": DOCUMENT},
    parameters=[
        parameter("query", "filename", "The name of the document"),
        parameter(
            "query",
            "from",
            "The format of the document. Default: it is detected",
            schema={"type": "string", "enum": list(FORMATS.readable.ids)},
        ),
        parameter(
            "query",
            "part",
            "Whether the body is only the beginning of the document. 64 kB of a text are enough",
            schema={"type": "boolean", "default": False},
        ),
        values("Reading options, each a parameter by its own name: `read.NAME` (`read.encoding=cp1252`)", "read.NAME"),
    ],
)
@blueprint.problems("invalid-request", "body-too-large", "unsupported-media-type", "too-many-uploads")
@blueprint.response(
    200,
    InspectionSchema,
    description="What the document is",
    examples=examples.INSPECTION,
)
def inspect() -> Response:
    """Say what a document is.

    The body is a document, or its beginning. The response names its format; or why no format reads it, and what to do.
    Of a table, also of the first one in an archive, it has the columns with their first values, and the field that
    each states. A job can map them otherwise: `"metadata": {"headline": "@Title"}`. Nothing is stored.
    """
    check_coding(request, text=False)
    is_part = flag("part")
    with faults_by_parameter():
        reading = load_reading(stated_in_query(request).get("read", {}), FORMATS)
    options, encoding = reading.options, stated_encoding(request.content_type)
    content = read_body(request, LARGEST)
    if options.encoding is None and not is_clearly_unicode(content):
        options = replace(options, encoding=encoding)
    if not content:
        raise ProblemError("malformed-request", "The body is empty. Send the document as the body.")
    found = inspect_document(
        content,
        request.args.get("filename"),
        is_part=is_part,
        format_id=reading.format,
        reading=options,
    )
    response = jsonify(_shown(found))
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(found: Inspection) -> Mapping[str, Any]:
    shown: dict[str, Any] = {"archive": found.archive}
    if found.format:
        shown |= {"format": found.format, "name": FORMATS.get(found.format).name}
    if found.reason:
        shown["detail"] = found.reason
    if found.contents is not None:
        shown["contents"] = [
            {"format": one, "name": FORMATS.get(one).name, "documents": number}
            for one, number in found.contents.most_common()
        ]
    if found.table:
        table = asdict(found.table)
        table["columns"] = [_stated(column) for column in table["columns"]]
        shown["table"] = _stated(table | {"name": found.table_name})
    return shown


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
