"""The resource /v1/jobs/{id}/files: the finished files."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, request, send_file
from flask.views import MethodView
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from schemas.job_record import Job
from service.api.jobs import ended_job
from service.api.openapi.describing import LINK_PARAMETERS, LINK_PROBLEMS, Resource, problem_answers
from service.api.openapi.headers import OF_A_FILE, headers
from service.core.problems import ProblemError
from service.core.state import state
from workers.storage.base import JobFolder, Method

_DIGEST: Final = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"

CONDITIONS: Final = [
    {"in": "header", "name": name, "schema": {"type": "string"}, "description": description, "example": example}
    for name, description, example in (
        ("Range", "One range of bytes (RFC 9110, section 14.2)", "bytes=1000-"),
        ("If-Range", "The ETag that the range is of; the whole file comes where it has another", f'"{_DIGEST}"'),
        ("If-None-Match", "The ETag of what is there already", f'"{_DIGEST}"'),
    )
]
"""The headers that ask for a part of a file, or for it only if it is another."""


def file_answers(
    what: str, media_type: str, names: Sequence[str] = OF_A_FILE, *, whole: Sequence[str] = ()
) -> dict[str, Any]:
    """The answers that have a file, or a part of it, or none where the client has it already.

    Bytes have no schema: OpenAPI 3.1, section 4.8.14.3. A part of JSON is no JSON.

    Args:
        what: what the whole is.
        media_type: of which media type it is.
        names: the headers that each of these answers has.
        whole: those that the whole has besides.
    """
    content: dict[str, Any] = {"content": {media_type: {}}}
    return {
        "200": {"description": what, "headers": headers(*names, *whole), **content},
        "206": {
            "description": "The part of it that the header Range asked for",
            "headers": headers(*names, "Content-Range"),
            **content,
        },
        "304": {"description": "The client has it: If-None-Match names its ETag", "headers": headers(*names)},
    }


blueprint = Resource("files", __name__, url_prefix="/v1/jobs", description="Exported files")


@blueprint.route("/<job_id>/files/<name>")
class OneFile(MethodView):
    """One file."""

    @blueprint.doc(
        summary="Download a file",
        parameters=[*CONDITIONS, *LINK_PARAMETERS],
        responses={
            **file_answers(
                "The file, of the media type that the job says",
                "*/*",
                (*OF_A_FILE, "Repr-Digest"),
                whole=("Content-Digest",),
            ),
            "307": {
                "description": "The file is had from the store itself: with NEWSMILL_STORE_REDIRECTS",
                "headers": headers("Location", "Cache-Control"),
            },
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
    def get(self, job_id: str, name: str) -> Response:
        """A file of a job that has ended, whole or in part, with its digest."""
        here = state()
        job = ended_job(job_id, here)
        file = _find(job, name)
        folder = JobFolder(here.store, job_id)
        if here.settings.store_redirects and (answer := _redirect(folder, file)):
            return answer
        stream = folder.open_finished(file)
        response = send_file(
            stream,
            mimetype=file["media_type"],
            as_attachment=True,
            download_name=name,
            conditional=False,
            etag=False,
        )
        response.headers["Content-Type"] = file["media_type"]
        # RFC 9530: Content-Digest is of the bytes in this answer, Repr-Digest of the whole file.
        digest = f"sha-256=:{base64.b64encode(bytes.fromhex(file['sha256'])).decode()}:"
        response.headers["Repr-Digest"] = digest
        as_asked(response, size=file["size"], etag=file["sha256"])
        if response.status_code == 200:
            response.headers["Content-Digest"] = digest
        return response


def _redirect(folder: JobFolder, file: Mapping[str, Any]) -> Response | None:
    """Where to get a file from the store itself; None where it is to be answered here.

    The store knows nothing of our ETag: who names it is answered here.
    """
    if request.if_none_match or request.if_range.etag or request.if_range.date:
        return None
    method: Method = "HEAD" if request.method == "HEAD" else "GET"
    location = folder.link(file, method=method)
    if location is None:
        return None
    # Whoever has the address has the file, for a while: it is nobody else's.
    return Response(status=307, headers={"Location": location, "Cache-Control": "no-store"})


def as_asked(response: Response, *, size: int, etag: str) -> Response:
    """The answer that has a file of so many bytes: all of it, a part, or none where the client has it already.

    Raises:
        ProblemError: it has no byte of the range that is asked for.
    """
    response.content_length = size
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-transform"
    response.headers["Accept-Ranges"] = "bytes"
    try:
        response.make_conditional(request, accept_ranges=_one_range(size), complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        detail = f"The file has {size:,} bytes; the range {request.headers['Range']!r} has none of them."
        raise ProblemError("range-not-satisfiable", detail, content_range=f"bytes */{size}") from None
    return response


def _one_range(size: int) -> bool:
    """Whether the request is for one range of bytes. Whatever else it asks for is answered with the whole file.

    RFC 9110, section 14.2: a server may ignore the header Range, and has to where it does not understand it. The
    last so many bytes of a file that has fewer are the whole file, too (section 14.1.2).
    """
    asked = request.range
    return asked is not None and asked.units == "bytes" and len(asked.ranges) == 1 and asked.ranges[0][0] >= -size


def _find(job: Job, name: str) -> Mapping[str, Any]:
    for file in job.files:
        if file["name"] == name:
            return file
    known = ", ".join(file["name"] for file in job.files) or "none: no article could be converted"
    raise ProblemError("not-found", f"The job has no file named {name!r}; its files: {known}.")
