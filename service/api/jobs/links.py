"""The resource /v1/jobs/{id}/links: signed links to a job's files, for people without a key."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

from flask import Response, jsonify, request
from marshmallow import Schema, ValidationError, fields, validate

from schemas.article.values import shorten
from schemas.errors import Fault, RequestError
from schemas.jobs.record import JobRecord, moment
from schemas.nearest import listed
from schemas.validation import faults_of
from service.api.description import examples
from service.api.description.openapi import JOB, Resource, headers
from service.api.jobs.jobs import ended_job
from service.auth.links import LinkSecret, sign_link
from service.core.bodies import parse_json, read_body
from service.core.state import installed, state

ZIP: Final = "files.zip"
"""The name for all files of a job as one zip."""

_LARGEST_BODY: Final = 2**20

MOST_NAMES: Final = 10_000
"""The files that a request may name."""

blueprint = Resource("links", __name__, group="Jobs", url_prefix="/v1/jobs")


class LinksRequestSchema(Schema):
    """The files to link to, and the lifetime of the links."""

    files = fields.List(
        fields.String(),
        validate=validate.Length(min=1, max=MOST_NAMES),
        metadata={
            "description": f"Names of files; `{ZIP}` is all files in one zip. By default, every file and the zip"
        },
    )
    seconds = fields.Integer(
        load_default=3600,
        strict=True,
        validate=validate.Range(1, 10**9),
        metadata={"description": "How long the links are valid. They expire with the job's files at the latest"},
    )


class LinkSchema(Schema):
    """A link to a file."""

    name = fields.String(required=True)
    href = fields.String(required=True, metadata={"format": "uri-reference"})


class LinksSchema(Schema):
    """Links, and when they expire."""

    expires = fields.String(required=True, metadata={"format": "date-time"})
    links = fields.List(fields.Nested(LinkSchema), required=True)


_REQUEST: Final = LinksRequestSchema()


@blueprint.post("/<job_id>/links", parameters=[JOB])
@blueprint.doc(
    operationId="makeLinksToFiles",
    requestBody={"content": {"application/json": {"schema": LinksRequestSchema, "examples": examples.LINKS_REQUEST}}},
)
@blueprint.problems("malformed-json", "not-found", "not-finished", "expired", "body-too-large", "invalid-request")
@blueprint.response(
    201,
    LinksSchema,
    description="Links that need no key. A link lets anyone download its file",
    examples=examples.LINKS,
    headers=headers("Cache-Control"),
)
def make_links(job_id: str) -> Response:
    """Make links to files.

    A link downloads a file without a key, until the link or the job expires.
    """
    here = state()
    job = ended_job(job_id, here)
    body = read_body(request, _LARGEST_BODY)
    try:
        wanted = _REQUEST.load(parse_json(body) if body else {})
    except ValidationError as error:
        raise RequestError(faults_of(error, _REQUEST)) from None
    names = _names(wanted.get("files"), job)
    expires = int(time.time()) + wanted["seconds"]
    if job.expires:
        expires = min(expires, int(datetime.fromisoformat(job.expires).timestamp()))
    secret = installed(LinkSecret).get()
    links = [
        {"name": name, "href": request.script_root + sign_link(_path(job_id, name), expires, secret)} for name in names
    ]
    response = jsonify(expires=moment(expires), links=links)
    response.status_code = 201
    return response


def _names(wanted: list[str] | None, job: JobRecord) -> list[str]:
    known = dict.fromkeys([*(file.name for file in job.files), ZIP])
    unknown = [(index, name) for index, name in enumerate(wanted or ()) if name not in known]
    if unknown:
        there = listed(known)
        raise RequestError(
            Fault(f"/files/{index}", f"the job has no file {shorten(name)!r}; its files are {there}")
            for index, name in unknown
        )
    return list(dict.fromkeys(wanted or known))


def _path(job_id: str, name: str) -> str:
    return f"/v1/jobs/{job_id}/{ZIP}" if name == ZIP else f"/v1/jobs/{job_id}/files/{name}"
