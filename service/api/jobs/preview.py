"""The resource /v1/jobs/{id}/preview: one article of a job, and the place of each of its fields in each format."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from schemas.article.json_form import ArticleSchema, dump_article
from schemas.ledger import OUTCOMES
from service.api.description import examples
from service.api.description.openapi import JOB, Resource, headers
from service.api.jobs.jobs import ended_job
from service.api.query_params import flag, number
from service.core.problems import ProblemError
from service.core.state import state
from workers.chunked.preview import MOST_ARTICLES, PreviewError, preview_article
from workers.formats import FORMATS
from workers.pipeline.ledger import leaves
from workers.pipeline.preview import FieldPreview, preview_fields

_LARGEST_NUMBER = 999_999_999
_LONGEST_TEXT = 131_072

blueprint = Resource("previews", __name__, group="Jobs", url_prefix="/v1/jobs")


class FieldPlaceSchema(Schema):
    """A place in a format, and the values that stand there."""

    place = fields.String(required=True, metadata={"description": "A path, a property or a column"})
    values = fields.List(fields.String(), required=True)


class PreviewFieldSchema(Schema):
    """A field that the article states."""

    field = fields.String(required=True, metadata={"description": "The field, or a part of it: `bylines.name`"})
    value = fields.List(
        fields.Raw(metadata={"type": ["string", "integer"]}),
        required=True,
        metadata={"description": "Each value, as the article states it"},
    )
    places = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FieldPlaceSchema)),
        required=True,
        metadata={"description": "For each format of the job, the places that hold the field"},
    )
    no_place_in = fields.List(
        fields.String(), required=True, metadata={"description": "The formats that have no place for the field"}
    )


class LeafSchema(Schema):
    """A leaf of the source article, and what became of it."""

    path = fields.String(required=True, metadata={"description": "Its place in the source article"})
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})
    value = fields.String(required=True)
    field = fields.String(metadata={"description": "The field of the Article that has it"})
    reason = fields.String(metadata={"description": "How it was changed, or why it was left out"})
    places = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "For each format of the job, the places of the field"},
    )


class PreviewFileSchema(Schema):
    """A file of an export of only this article."""

    format = fields.String(required=True)
    name = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "Its text, or the beginning of a long one"})


class PreviewSchema(Schema):
    """An article of a job, and the place of each of its fields in each format."""

    article = fields.Nested(ArticleSchema, required=True, metadata={"description": "The article as it was read"})
    number = fields.Integer(required=True, metadata={"description": "Its number in the export, from 1"})
    total = fields.Integer(required=True, metadata={"description": "The number of articles in the export"})
    document = fields.String(required=True, metadata={"description": "The name of its document"})
    place = fields.String(required=True, metadata={"description": "Its place in the document"})
    # `fields` names the module here, and an attribute of every schema.
    stated = fields.List(
        fields.Nested(PreviewFieldSchema),
        data_key="fields",
        required=True,
        metadata={"description": "The fields that it states, in the order of the Article"},
    )
    ledger = fields.List(
        fields.Nested(LeafSchema),
        required=True,
        metadata={"description": "The leaves of its source, in the order in which they were read"},
    )
    files = fields.List(
        fields.Nested(PreviewFileSchema),
        metadata={"description": "With `files=true`: the files of an export of only this article, except binary ones"},
    )


@blueprint.get("/<job_id>/preview", parameters=[JOB])
@blueprint.doc(
    operationId="previewArticle",
    parameters=[
        {
            "in": "query",
            "name": "article",
            "schema": {"type": "integer", "minimum": 1, "maximum": MOST_ARTICLES, "default": 1},
            "description": "The number of the article in the export",
        },
        {
            "in": "query",
            "name": "files",
            "schema": {"type": "boolean", "default": False},
            "description": "Whether the response has the files of this article, as a split export has them",
        },
    ],
)
@blueprint.problems(
    "not-found",
    "not-finished",
    "nothing-to-preview",
    "expired",
    "no-preview",
    "store-unreachable",
)
@blueprint.response(
    200,
    PreviewSchema,
    description="The article and its fields",
    examples=examples.PREVIEW,
    headers=headers("Cache-Control"),
)
def get_preview(job_id: str) -> Response:
    """Preview an article.

    The service reads one article of a finished job again, and looks up each of its fields in the files that it
    makes. Articles that failed and duplicates have no number.
    """
    here = state()
    job = ended_job(job_id, here)
    article_number = number("article", default=1, least=1, most=_LARGEST_NUMBER)
    with_files = flag("files")
    if not job.files:
        raise ProblemError("nothing-to-preview", f"The job is {job.status} and has no files.")
    if article_number > job.done:
        raise ProblemError("no-preview", f"The job has no article {article_number}: its files contain {job.done}.")
    if article_number > MOST_ARTICLES:
        detail = f"Only the first {MOST_ARTICLES} articles have a preview. Download the files to see the rest."
        raise ProblemError("no-preview", detail)
    try:
        found = preview_article(job, article_number, large=job.spec.is_large, store=here.store, settings=here.settings)
    except PreviewError as error:
        raise ProblemError("no-preview", f"{error} Download the files to see it.") from None
    article = found.made.article
    files = {"files": [*_texts(found.files)]} if with_files else {}
    response = jsonify(
        article=dump_article(article),
        number=article_number,
        total=job.done,
        document=found.made.document,
        place=found.made.place,
        fields=[_shown(field) for field in preview_fields(article, found.files, FORMATS)],
        ledger=[leaf.to_json() for leaf in leaves(found.made.entries, job.spec.formats)],
        **files,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _texts(files: Mapping[str, Mapping[str, bytes]]) -> Iterator[dict[str, str]]:
    """Yield the files that are texts."""
    for format_id, made in files.items():
        for name, content in made.items():
            try:
                text = codecs.getincrementaldecoder("utf-8")().decode(content[:_LONGEST_TEXT])
            except UnicodeDecodeError:
                continue
            yield {"format": format_id, "name": name, "text": text}


def _shown(field: FieldPreview) -> dict[str, Any]:
    places = {
        format_id: [{"place": place, "values": values} for place, values in found.items()]
        for format_id, found in field.places.items()
    }
    return {"field": field.field, "value": field.value, "places": places, "no_place_in": field.no_place_in}
