"""The export request, as clients send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from schemas.article.json_form import ArticleSchema, MetadataSchema, metadata_fields
from schemas.article.values import shorten
from schemas.columns.names import take_columns
from schemas.errors import ArticleError, Fault, RequestError
from schemas.formats import Formats
from schemas.jobs.callbacks import LONGEST_URL, MOST_HEADERS, check_callback_header, parse_callback_url
from schemas.nearest import nearest
from schemas.option_schemas import options_schema
from schemas.reading import Reading, ReadingOptions
from schemas.validation import escape_pointer, faults_of

MOST_STATED: Final = 2_000
"""The values that a request may have beside its articles: formats, metadata, options and the like."""

MOST_SEEDS: Final = 10_000
"""The seeds that a request may name."""

LONGEST_NAME: Final = 200
LONGEST_TAG: Final = 100
MOST_TAGS: Final = 20


def _is_line(value: str) -> None:
    if not value.isprintable() or not value.strip():
        raise ValidationError("must be one line of visible characters")


def _name(schema: Schema) -> str:
    """Return the name of a schema in the OpenAPI document."""
    return type(schema).__name__.removesuffix("Schema")


class SeedsField(fields.Field[Any]):
    """A list of names, or "*" for all."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value == "*" or (isinstance(value, list) and value and all(isinstance(name, str) for name in value)):
            return value
        raise ValidationError('must be a list of names of seeds, or "*" for all of them')


class SourceSpecSchema(Schema):
    """The articles to export, in one of three forms."""

    seeds = SeedsField(
        metadata={
            "description": "Names of seed articles, or `*` for all of them",
            "oneOf": [
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_SEEDS},
                {"const": "*"},
            ],
        }
    )
    text = fields.String(
        validate=validate.Length(min=1), metadata={"description": "A plain text, in the form of a seed"}
    )
    articles = fields.List(
        fields.Raw(),
        validate=validate.Length(min=1),
        # No reference to the schema: a party, a place or a subject may be only a name, and null is "not stated".
        metadata={"description": "Each an `Article`; a party, a byline, a place or a subject may be only a name"},
    )

    @validates_schema(skip_on_field_errors=True)
    def _one(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ValidationError("give one of `seeds`, `text` and `articles`")


class CallbackSchema(Schema):
    """The callback of a job: a signed POST when the job ends (Standard Webhooks)."""

    url = fields.String(
        required=True,
        metadata={
            "format": "uri",
            "maxLength": LONGEST_URL,
            "examples": ["https://www.example.com/newsmill"],
            "description": "An https URL of a host that is reached over the Internet",
        },
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        validate=validate.Length(max=MOST_HEADERS),
        metadata={
            "maxProperties": MOST_HEADERS,
            "examples": [{"Authorization": "Bearer …"}],
            "description": "More headers of the call, such as a key of the receiver. No answer shows them",
        },
    )


class ReadingSchema(Schema):
    """How to read the documents: facts about them that they do not state themselves."""

    format = fields.String(metadata={"description": "The format of every uploaded file. Default: it is detected"})
    options = fields.Nested(type(options_schema(ReadingOptions)), load_default=ReadingOptions)


class UploadRequestSchema(Schema):
    """The export of uploaded files: the part `request` of a multipart body."""

    formats = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    metadata = fields.Dict(
        load_default=dict,
        metadata={
            "description": "Fields of an `Article`, for every article that does not state them itself; `@NAME` is the "
            "column NAME of a table, or the member of a JSON object: `@title.rendered`"
        },
    )
    options = fields.Dict(load_default=dict)
    split = fields.Integer(
        strict=True,
        validate=validate.Range(1, 10_000_000),
        metadata={"description": "The maximum number of articles in a file; with 1, each format is a zip of files"},
    )
    on_error = fields.String(
        load_default="skip",
        validate=validate.OneOf(["skip", "fail"]),
        metadata={"description": "Whether a failed article is left out or fails the job"},
    )
    names = fields.String(
        load_default="articles",
        validate=validate.OneOf(["articles", "source"]),
        metadata={
            "description": "How files are named: `articles.csv`, or after the document if there is one: `story.csv`"
        },
    )
    callback = fields.Nested(CallbackSchema)
    name = fields.String(
        validate=[validate.Length(1, LONGEST_NAME), _is_line],
        metadata={"description": "Your name for the job. Default: the name of its source"},
    )
    tags = fields.List(
        fields.String(validate=[validate.Length(1, LONGEST_TAG), _is_line]),
        validate=validate.Length(max=MOST_TAGS),
        metadata={"description": "Your tags of the job, by which the list of jobs can be filtered"},
    )
    read = fields.Nested(ReadingSchema)

    def __init__(self, formats: Formats, **kwargs: Any) -> None:
        """List the formats and their options in the description of the schema."""
        super().__init__(**kwargs)
        ids = list(formats.writable.ids)
        listed = self.fields["formats"]
        listed.metadata = {"examples": [ids]}
        listed.inner.metadata = {"enum": ids}  # type: ignore[attr-defined]
        self.fields["read"].schema.fields["format"].metadata["enum"] = list(formats.readable.ids)  # type: ignore[attr-defined]
        self.fields["options"].metadata = {
            "description": "The options of each requested format",
            "properties": {one.id: {"$ref": f"#/components/schemas/{_name(one.schema)}"} for one in formats.writable},
            "additionalProperties": False,
        }


class ExportRequestSchema(UploadRequestSchema):
    """The articles to export, and how."""

    source = fields.Nested(SourceSpecSchema, required=True, metadata={"minProperties": 1, "maxProperties": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """A request that fits its schema.

    Args:
        source: `seeds`, `text` or `articles`; empty for an upload.
        formats: the formats without repetition, in the order of the request.
        names: whether files are named "articles", or after the document if there is one.
        name: the caller's name for the job.
        tags: the caller's tags, without repetition.
        article_fields: the values of `metadata` as fields of an Article, without columns.
        reading: how the documents are read.
    """

    source: Mapping[str, Any]
    formats: tuple[str, ...]
    metadata: Mapping[str, Any]
    article_fields: Mapping[str, Any]
    options: Mapping[str, Any]
    split: int | None = None
    on_error: Literal["skip", "fail"] = "skip"
    names: Literal["articles", "source"] = "articles"
    name: str | None = None
    tags: tuple[str, ...] = ()
    callback: str | None = None
    callback_headers: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)


@lru_cache(maxsize=8)
def _schema_of(kind: type[UploadRequestSchema], formats: Formats) -> UploadRequestSchema:
    # To make a schema takes longer than to load a small request.
    return kind(formats)


def load_request(value: Any, formats: Formats, *, upload: bool = False) -> ExportRequest:
    """Check a request, and return it.

    Args:
        value: the parsed JSON.
        formats: the registry of formats.
        upload: whether the articles come in files beside the request, so that it has no `source`.

    Raises:
        RequestError: the request breaks its schema; each fault has its pointer.
    """
    schema = _schema_of(UploadRequestSchema if upload else ExportRequestSchema, formats)
    _check_size(value)
    try:
        loaded = schema.load(value)
    except ValidationError as error:
        raise RequestError((*faults_of(error, schema), *_faults_of_metadata(value, error))) from None
    wanted = tuple(dict.fromkeys(loaded["formats"]))
    faults = [
        Fault(f"/formats/{index}", _unknown_format(format_id, formats.writable.ids))
        for index, format_id in enumerate(loaded["formats"])
        if format_id not in formats.writable.ids
    ]
    if not faults:
        try:
            formats.load_options(loaded["options"], wanted)
        except RequestError as error:
            faults += error.faults
    fields_of_all: Mapping[str, Any] = {}
    try:
        values, columns = take_columns(loaded["metadata"])
        if columns and not upload:
            faults += [
                Fault(f"/metadata/{name}", "names a column or a member, but only an uploaded file has them")
                for name in columns
            ]
        fields_of_all = metadata_fields(values)
    except ArticleError as error:
        faults += [Fault(f"/metadata{fault.pointer}", fault.detail) for fault in error.faults]
    callback = loaded.get("callback", {}).get("url")
    callback_headers = loaded.get("callback", {}).get("headers", {})
    if callback is not None:
        try:
            parse_callback_url(callback)
        except ValueError as error:
            faults.append(Fault("/callback/url", str(error)))
    for name, stated in callback_headers.items():
        try:
            check_callback_header(name, stated)
        except ValueError as error:
            faults.append(Fault(f"/callback/headers/{escape_pointer(name)}", str(error)))
    reading = Reading(**loaded.get("read", {}))
    if reading.format is not None and not upload:
        faults.append(Fault("/read/format", "names the format of uploaded files, but `source` states the articles"))
    else:
        faults += _faults_of_reading(reading, formats)
    if faults:
        raise RequestError(tuple(faults))
    return ExportRequest(
        source=loaded.get("source", {}),
        formats=wanted,
        metadata=loaded["metadata"],
        article_fields=fields_of_all,
        options=loaded["options"],
        split=loaded.get("split"),
        on_error=loaded["on_error"],
        names=loaded["names"],
        name=loaded.get("name"),
        tags=tuple(dict.fromkeys(loaded.get("tags", ()))),
        callback=callback,
        callback_headers=callback_headers,
        reading=reading,
    )


def _faults_of_metadata(value: Any, error: ValidationError) -> tuple[Fault, ...]:
    """Return the faults of the metadata of a request that breaks its schema elsewhere, to tell all faults at once."""
    metadata = value.get("metadata") if isinstance(value, dict) else None
    if not isinstance(metadata, dict) or "metadata" in error.messages_dict:
        return ()
    try:
        metadata_fields(take_columns(metadata)[0])
    except ArticleError as found:
        return tuple(Fault(f"/metadata{fault.pointer}", fault.detail) for fault in found.faults)
    return ()


def _check_size(value: Any) -> None:
    """Check that a request states no more than a person would, beside its articles.

    Raises:
        RequestError: it has more than `MOST_STATED` values, or names more than `MOST_SEEDS` seeds.
    """
    source: Any = {}
    if isinstance(value, dict):
        source = value.get("source")
        value = {name: member for name, member in value.items() if name != "source"}
    number = (len(source) if isinstance(source, dict) else 0) + count_values(value, MOST_STATED)
    if number > MOST_STATED:
        raise RequestError([Fault("", f"has more than {MOST_STATED:,} values beside its articles; send fewer")])
    seeds = source.get("seeds") if isinstance(source, dict) else None
    if isinstance(seeds, list) and len(seeds) > MOST_SEEDS:
        raise RequestError([Fault("/source/seeds", f'names more than {MOST_SEEDS:,} seeds; use "*" for all of them')])


def count_values(value: Any, most: int) -> int:
    """Return the number of values in a JSON value; any number over `most` if there are more."""
    number, level = 0, [value]
    while level and number <= most:
        inner = level.pop()
        members = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
        number += len(members)
        level += members
    return number


def load_reading(value: Mapping[str, Any], formats: Formats) -> Reading:
    """Return how documents are read, from the value of `read`.

    Raises:
        RequestError: the value breaks its schema; each fault has its pointer in the request.
    """
    schema = ReadingSchema()
    try:
        reading = Reading(**schema.load(value))
    except ValidationError as error:
        raise RequestError(faults_of(error, schema, "/read")) from None
    if faults := _faults_of_reading(reading, formats):
        raise RequestError(faults)
    return reading


def _faults_of_reading(reading: Reading, formats: Formats) -> tuple[Fault, ...]:
    if reading.format is None or reading.format in formats.readable:
        return ()
    return (Fault("/read/format", _unknown_format(reading.format, formats.readable.ids)),)


def _unknown_format(format_id: str, ids: tuple[str, ...]) -> str:
    near = nearest(format_id, ids) or nearest(format_id.replace("_", "-"), ids)
    hint = f"; did you mean {near!r}?" if near else "."
    return f"there is no format {shorten(format_id)!r}{hint} The formats are {', '.join(ids)}"


def named_schemas(formats: Formats) -> Mapping[str, type[Schema] | Schema]:
    """Return the schemas that the OpenAPI document refers to by name."""
    return {
        "Article": ArticleSchema,
        "Metadata": MetadataSchema,
        "UploadRequest": UploadRequestSchema(formats),
        **{_name(one.schema): one.schema for one in formats.writable},
    }
