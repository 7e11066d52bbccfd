"""The resource /v1/jobs/{id}/files.zip: all files of a job, zipped as they are sent."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import orjson
from flask import Response
from flask.views import MethodView

from service.api.files import CONDITIONS, as_asked, file_answers
from service.api.jobs import ended_job
from service.api.openapi.describing import LINK_PARAMETERS, LINK_PROBLEMS, Resource, problem_answers
from service.core.problems import ProblemError
from service.core.state import state
from workers.archives.zip_writer import MEDIA_TYPE, Member, zip_length, zip_stream
from workers.storage.base import JobFolder

blueprint = Resource("zipped", __name__, url_prefix="/v1/jobs", description="Exported files")

# What the bytes of a zip are made from besides the files; with another form, the same files are another zip.
_FORM = 1


@blueprint.route("/<job_id>/files.zip")
class AllFiles(MethodView):
    """All files."""

    @blueprint.doc(
        summary="Download all files",
        parameters=[*CONDITIONS, *LINK_PARAMETERS],
        responses={
            **file_answers("The files, zipped", MEDIA_TYPE),
            **problem_answers(
                *LINK_PROBLEMS,
                "not-found",
                "not-finished",
                "expired",
                "range-not-satisfiable",
                "broker-unreachable",
                "store-unreachable",
            ),
        },
    )
    def get(self, job_id: str) -> Response:
        """All files of a job that has ended, as one zip, whole or in part; the same bytes each time."""
        here = state()
        job = ended_job(job_id, here)
        if not job.files:
            raise ProblemError("not-found", f"The job is {job.status}, and has no files.")
        folder = JobFolder(here.store, job_id)
        members = [
            Member(name=file["name"], size=file["size"], open=partial(folder.open_finished, file)) for file in job.files
        ]
        response = Response(zip_stream(members), mimetype=MEDIA_TYPE)
        response.headers.set("Content-Disposition", "attachment", filename=f"{job_id}.zip")
        return as_asked(response, size=zip_length(members), etag=_etag([_FORM, *map(_told_by, job.files)]))


def _told_by(file: Any) -> list[str]:
    return [file["name"], file["sha256"]]


def _etag(made_from: list[Any]) -> str:
    return hashlib.sha256(orjson.dumps(made_from)).hexdigest()
