"""The resource /v1/convert: a document in the body of the request, the converted file in the response.

It is a job like any other: with its checks, limits, warnings and ledger. A job that takes longer than one response may
wait is answered as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import orjson
from flask import Response, request, url_for

from schemas.errors import MOST_FAULTS, Fault
from schemas.jobs.answers import JobSchema
from schemas.jobs.job import JobWarning
from schemas.jobs.record import JobRecord, StoredFile
from service.api.description import examples
from service.api.description.openapi import Resource, headers
from service.api.jobs.files import file_response, zip_response
from service.api.jobs.jobs import LONGEST_WAIT, POSTING, POSTING_PROBLEMS, job_response, wait_if_possible
from service.api.request_query import DOCUMENT, PARAMETERS, faults_by_parameter, stated_in_query
from service.core.bodies import check_coding, idempotency_key, preferred_wait
from service.core.problems import Problem, respond
from service.core.state import State, state
from service.jobs.submission import submit_uploads
from workers.archives.zip_writer import MEDIA_TYPE as ZIP
from workers.formats import FORMATS
from workers.storage.base import ERRORS, JobFolder

_WAIT: Final = 30
_MOST_WARNINGS: Final = 10
_FAILURES: Final = ("no-article", "article-failed", "conversion-failed", "worker-lost", "store-failed", "ended")

blueprint = Resource("conversions", __name__, group="Convert", url_prefix="/v1/convert")


@blueprint.post("")
@blueprint.doc(
    operationId="convertDocument",
    requestBody={
        "required": True,
        "content": {
            **DOCUMENT,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {
                        "file": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}},
                        "request": {
                            "$ref": "#/components/schemas/UploadRequest",
                            "description": "What the URL does not state: formats, metadata, options",
                        },
                    },
                },
                "encoding": {"request": {"contentType": "application/json"}},
                "examples": examples.UPLOAD,
            },
        },
    },
    parameters=[*PARAMETERS, *POSTING],
    responses={
        "200": {
            "description": "The converted file; or a zip, if there are several",
            "headers": headers(
                *("Cache-Control", "Content-Digest", "Content-Disposition", "Content-Location", "ETag"),
                *("Link", "Newsmill-Warnings", "Preference-Applied", "Repr-Digest"),
            ),
            "content": {"*/*": {}},
        },
        "202": {
            "description": "The conversion takes longer: its job",
            "headers": headers("Cache-Control", "Location", "Preference-Applied", "Retry-After"),
            "content": {"application/json": {"schema": JobSchema, "examples": examples.JOB}},
        },
    },
)
@blueprint.problems(*POSTING_PROBLEMS, *_FAILURES)
def convert_document() -> Response:
    """Convert a document.

    The body is the document, in its own media type or any other; its format is detected. `to` names the format of the
    response; without it, the header `Accept` does. Several files come as one zip, unless `Accept` chooses one of them.
    The header `Link` leads to the job, which has the warnings and the ledger. A conversion that takes longer than 30 s,
    or than `Prefer: wait=N` says, is answered 202 with its job.
    """
    here = state()
    key = idempotency_key(request)
    check_coding(request, text=False)
    stated = stated_in_query(request)
    if "formats" not in stated and (accepted := _accepted_format()):
        stated["formats"] = [accepted]
    stated.setdefault("names", "source")
    with faults_by_parameter():
        job = submit_uploads(request, here, key, stated=stated)
    wait = preferred_wait(request, LONGEST_WAIT)
    if "respond-async" not in request.headers.get("Prefer", ""):
        job = wait_if_possible(job, _WAIT if wait is None else wait, here)
    response = _answer(here.contents.whole(job), here) if job.ended else job_response(job, 202)
    if not job.ended:
        response.headers["Location"] = url_for("jobs.get_job", job_id=job.id)
    if wait is not None:
        response.headers["Preference-Applied"] = f"wait={wait}"
    return response


def _accepted_format() -> str | None:
    """Return the format whose files the header Accept names; None if it names no format."""
    if "Accept" not in request.headers:
        return None
    for media_type, _ in request.accept_mimetypes:
        for one in FORMATS.writable:
            # A zip may have the files of any format.
            if media_type != ZIP and _base(media_type) in map(_base, one.media_types):
                return one.id
    return None


def _answer(job: JobRecord, here: State) -> Response:
    """Return the response for a job that has ended."""
    related = f'<{url_for("jobs.get_job", job_id=job.id)}>; rel="describedby"'
    if not job.files:
        response = respond(_problem(job, here))
        if job.error:
            response.headers["Link"] = related
        return response
    file = _chosen(job.files)
    if file:
        response = file_response(job, file, name=file.name, store=here.store)
        response.headers["Content-Location"] = url_for("files.download_file", job_id=job.id, name=file.name)
    else:
        response = zip_response(job, name=f"{job.spec.stem or 'articles'}.zip", store=here.store)
        response.headers["Content-Location"] = url_for("files.download_all_files", job_id=job.id)
    response.headers["Link"] = related
    if job.warnings or job.failed:
        response.headers["Newsmill-Warnings"] = _in_a_header(job.warnings, job.failed)
    return response


def _chosen(files: Sequence[StoredFile]) -> StoredFile | None:
    """Return the one file, or the first that the header Accept names; None for a zip of all."""
    accepted = [_base(media_type) for media_type, _ in request.accept_mimetypes]
    if ZIP in accepted:
        return None
    if len(files) == 1:
        return files[0]
    return next((file for media_type in accepted for file in files if _base(file.media_type) == media_type), None)


def _base(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _problem(job: JobRecord, here: State) -> Problem:
    """Return the problem of a job without files. Its faults are the first articles that failed."""
    slug = job.error.type.rpartition("/")[2] if job.error else "ended"
    detail = job.error.detail if job.error else f"The job is {job.status}."
    faults: tuple[Fault, ...] = ()
    if job.failed and job.status == "failed":
        with JobFolder(here.store, job.id).open(ERRORS) as lines:
            faults = tuple(islice(map(_fault, lines), MOST_FAULTS))
    if slug not in _FAILURES:
        slug = "conversion-failed"
    return Problem(slug=slug, detail=detail, faults=faults)


def _fault(line: bytes) -> Fault:
    failed = orjson.loads(line)
    where = ", ".join(filter(None, (failed["document"], failed["place"])))
    return Fault("", f"{where}: {failed['reason']}")


def _in_a_header(warnings: Iterable[JobWarning], failed: int) -> str:
    """Return the types of warnings as a list of RFC 9651: `no-language;articles=1, not-held;articles=2;path="a/b"`."""
    items = [f"failed;articles={failed}"] if failed else []
    for warning in warnings:
        places = {"format": warning.format, "field": warning.field, "path": warning.path}
        known = {name: value for name, value in places.items() if value and value.isascii() and value.isprintable()}
        quoted = "".join(f";{name}={_quoted(value)}" for name, value in known.items())
        items.append(f"{warning.type};articles={warning.articles}{quoted}")
    shown = items[:_MOST_WARNINGS]
    if len(items) > len(shown):
        shown.append(f"more;kinds={len(items) - len(shown)}")
    return ", ".join(shown)


def _quoted(value: str) -> str:
    escaped = value[:80].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
