"""The resource /v1/jobs as a list: the caller's jobs, newest first."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import orjson
from flask import Response, request, url_for
from flask.views import MethodView
from marshmallow import Schema, fields

from schemas.job import STATUSES, JobSchema
from service.api.openapi.describing import Resource, problem_answers
from service.api.openapi.headers import headers
from service.api.query_params import choices, number, wrong_parameter
from service.core.caller import caller
from service.core.state import state
from workers.jobs.listing import Place
from workers.jobs.view import shown

MOST: Final = 100
"""How many jobs a page has at most."""

_USUAL: Final = 20
_PLACE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{32})", re.ASCII)

blueprint = Resource("listing", __name__, url_prefix="/v1/jobs", description="Export jobs")


class JobListSchema(Schema):
    """Some of the caller's jobs, newest first."""

    jobs = fields.List(fields.Nested(JobSchema), required=True)


@blueprint.route("")
class JobList(MethodView):
    """The caller's jobs."""

    @blueprint.doc(
        summary="List your jobs",
        parameters=[
            {
                "in": "query",
                "name": "status",
                "style": "form",
                "explode": True,
                "schema": {"type": "array", "items": {"type": "string", "enum": list(STATUSES)}},
                "description": "Jobs in these states alone; repeated, or with commas between them",
            },
            {
                "in": "query",
                "name": "limit",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": _USUAL},
                "description": "How many at most",
            },
            {
                "in": "query",
                "name": "cursor",
                "schema": {"type": "string"},
                "description": "Where to go on: taken from the `Link` of the page before, never made by hand",
            },
        ],
        responses=problem_answers("malformed-request", "broker-unreachable"),
    )
    @blueprint.response(
        200,
        JobListSchema,
        description="Jobs",
        headers=headers("Link", "Cache-Control"),
    )
    def get(self) -> Response:
        """The caller's jobs, newest first, in pages. A page goes on after the last job of the one before, whatever
        has been posted or deleted since.
        """
        statuses = choices("status", STATUSES)
        limit = number("limit", default=_USUAL, least=1, most=MOST)
        page = state().jobs.page(caller().id, statuses=statuses, limit=limit, after=_wanted_place())
        body: dict[str, Any] = {"jobs": [shown(job) for job in page.jobs]}
        response = Response(orjson.dumps(body), mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        if page.last:
            # A parameter that is None is left out.
            asked = ",".join(statuses) or None
            address = url_for("listing.JobList", status=asked, limit=limit, cursor=_cursor(page.last))
            response.headers["Link"] = f'<{address}>; rel="next"'
        return response


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def _wanted_place() -> Place | None:
    given = request.args.get("cursor")
    if given is None:
        return None
    try:
        text = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if found := _PLACE.fullmatch(text):
        return Place(*found.groups())
    raise wrong_parameter("cursor", "this is none that a page's Link has; leave it out to begin with the newest job")
