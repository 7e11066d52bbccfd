"""The resource /v1/jobs/{id}/links: addresses of a job's files for those who have no key."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Final

from flask import Response, jsonify, request
from flask.views import MethodView
from marshmallow import Schema, ValidationError, fields, validate

from schemas.errors import Fault, RequestError
from schemas.job_record import Job, moment
from schemas.validation import faults_of
from service.api.jobs import ended_job
from service.api.openapi.describing import Resource, problem_answers
from service.api.openapi.headers import headers
from service.auth.links import link_secret, sign_link
from service.core.bodies import parse_json, read_body
from service.core.state import state

ZIP: Final = "files.zip"
"""The name that stands for all files of a job as one."""

_LARGEST_BODY: Final = 2**20

blueprint = Resource("links", __name__, url_prefix="/v1/jobs", description="Export jobs")


class LinksRequestSchema(Schema):
    """Which files are to have a link, and for how long."""

    files = fields.List(
        fields.String(),
        validate=validate.Length(min=1),
        metadata={"description": f"Names of files, `{ZIP}` for all as one; absent: each of them, and that"},
    )
    seconds = fields.Integer(
        load_default=3600,
        strict=True,
        validate=validate.Range(1, 10**9),
        metadata={"description": "How long the links are good; they end with the job's files at the latest"},
    )


class LinkSchema(Schema):
    """A link to a file."""

    name = fields.String(required=True)
    href = fields.String(required=True, metadata={"format": "uri-reference"})


class LinksSchema(Schema):
    """Links, and when they end."""

    expires = fields.String(required=True, metadata={"format": "date-time"})
    links = fields.List(fields.Nested(LinkSchema), required=True)


_REQUEST: Final = LinksRequestSchema()


@blueprint.route("/<job_id>/links")
class Links(MethodView):
    """The links of one job."""

    @blueprint.doc(
        summary="Make links to files",
        requestBody={"content": {"application/json": {"schema": LinksRequestSchema}}},
        responses=problem_answers(
            "malformed-json",
            "not-found",
            "not-finished",
            "expired",
            "body-too-large",
            "invalid-request",
            "broker-unreachable",
        ),
    )
    @blueprint.response(
        201,
        LinksSchema,
        description="Links that need no key; whoever has one can download its file",
        headers=headers("Cache-Control"),
    )
    def post(self, job_id: str) -> Response:
        """Make addresses of files that are good without a key, until they expire or the job does."""
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
        secret = link_secret().get()
        links = [{"name": name, "href": sign_link(_path(job_id, name), expires, secret)} for name in names]
        response = jsonify(expires=moment(expires), links=links)
        response.status_code = 201
        return response


def _names(wanted: list[str] | None, job: Job) -> list[str]:
    known = [*(file["name"] for file in job.files), ZIP]
    faults = [
        Fault(f"/files/{index}", f"the job has no file {name!r}; it has {', '.join(known)}")
        for index, name in enumerate(wanted or ())
        if name not in known
    ]
    if faults:
        raise RequestError(tuple(faults))
    return list(dict.fromkeys(wanted)) if wanted else known


def _path(job_id: str, name: str) -> str:
    return f"/v1/jobs/{job_id}/{ZIP}" if name == ZIP else f"/v1/jobs/{job_id}/files/{name}"
