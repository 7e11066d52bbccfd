"""The resources /v1/jobs/{id}/files and files.zip: the exported files, singly or in one zip."""

from __future__ import annotations

import base64
import hashlib
import re
import resource
import threading
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, BinaryIO, Final
from urllib.parse import quote

import orjson
from flask import Response, request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from schemas.article.values import shorten
from schemas.file_names import title_stem
from schemas.jobs.record import JobRecord, StoredFile
from schemas.nearest import listed
from service.api.description.examples import DIGEST
from service.api.description.openapi import JOB, Resource, headers, parameter
from service.api.jobs.jobs import ended_job
from service.core.problems import ProblemError
from service.core.state import state
from workers.archives.zip_writer import MEDIA_TYPE, Member, zip_length, zip_stream
from workers.storage.base import JobFolder, Method, Store

blueprint = Resource("files", __name__, group="Files", url_prefix="/v1/jobs")

# Part of the ETag of a zip. Raise it when the same files make other bytes.
_ZIP_FORMAT: Final = 1

# A store in a folder keeps a deleted file until it is closed. So many files of a zip are opened at its beginning.
_HELD_OPEN: Final = 1_000


_SUFFIX: Final = re.compile(r"bytes\s*=\s*-([0-9]{1,100})\s*", re.ASCII | re.IGNORECASE)


class _HeldFiles:
    """The files of zips that are open before it is their turn: an eighth of those that the process may open."""

    def __init__(self) -> None:
        self._held = 0
        self._lock = threading.Lock()

    def hold(self) -> bool:
        """Count a file; return False if there are enough. Call `release` when it is closed."""
        with self._lock:
            if self._held >= resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 8:
                return False
            self._held += 1
            return True

    def release(self) -> None:
        """Count the end of a file."""
        with self._lock:
            self._held -= 1


_held_files: Final = _HeldFiles()

_OF_EVERY_FILE: Final = ("Accept-Ranges", "Cache-Control", "Content-Disposition", "ETag")
_PARAMETERS: Final = [
    parameter("header", "Range", "One range of bytes (RFC 9110, section 14.2)", example="bytes=1000-"),
    parameter(
        "header",
        "If-Range",
        "The ETag that the range is of. For another ETag the response is the file",
        example=f'"{DIGEST}"',
    ),
    parameter("header", "If-Match", "The ETag that the file must have; * for any", example=f'"{DIGEST}"'),
    parameter("header", "If-None-Match", "The ETag of the client's copy", example=f'"{DIGEST}"'),
    parameter(
        "query",
        "expires",
        "In a signed link: when it expires, in seconds of the Unix epoch",
        schema={"type": "integer"},
    ),
    parameter("query", "signature", "In a signed link: its signature"),
]
_PROBLEMS: Final = (
    *("link-refused", "link-expired", "not-found", "not-finished", "expired", "range-not-satisfiable"),
    *("precondition-failed", "store-unreachable"),
)


def _responses(what: str, media_type: str, *also: str) -> dict[str, Any]:
    """Describe the responses with a file, a range of it, or nothing because the client has it.

    Bytes have no schema (OpenAPI 3.1, section 4.8.14.3), and flask-smorest describes no response without one.
    """
    content: dict[str, Any] = {media_type: {}}
    always = headers(*_OF_EVERY_FILE, *also)
    a_range = {"description": "The range that the header Range names", "content": content}
    return {
        "200": {"description": what, "headers": always, "content": content},
        "206": a_range | {"headers": always | headers("Content-Range")},
        "304": {"description": "The client has the file: If-None-Match names its ETag", "headers": always},
    }


_FILE_RESPONSES: Final = _responses("The file, in the media type that the job states", "*/*", "Repr-Digest")
_FILE_RESPONSES["200"]["headers"] = _FILE_RESPONSES["200"]["headers"] | headers("Content-Digest")
_FILE_RESPONSES["307"] = {
    "description": "The store itself serves the file (setting NEWSMILL_STORE_REDIRECTS)",
    "headers": headers("Location", "Cache-Control"),
}


@blueprint.get("/<job_id>/files/<name>", parameters=[JOB, parameter("path", "name", "The file's name")])
@blueprint.doc(operationId="downloadFile", parameters=_PARAMETERS, responses=_FILE_RESPONSES)
@blueprint.problems(*_PROBLEMS)
def download_file(job_id: str, name: str) -> Response:
    """Download a file.

    The job must have ended. The response has the file, or a range of it, with its digest.
    """
    here = state()
    job = ended_job(job_id, here)
    file = _find(job, name)
    folder = JobFolder(here.store, job_id)
    if here.settings.store_redirects and (answer := _redirect(folder, file)):
        return answer
    response = file_response(job, file, name=name, store=here.store)
    _make_conditional(response, size=file.size, etag=file.sha256)
    if response.status_code != 200:
        del response.headers["Content-Digest"]
    return response


@blueprint.get("/<job_id>/files.zip", parameters=[JOB])
@blueprint.doc(
    operationId="downloadAllFiles", parameters=_PARAMETERS, responses=_responses("The files in a zip", MEDIA_TYPE)
)
@blueprint.problems(*_PROBLEMS)
def download_all_files(job_id: str) -> Response:
    """Download all files.

    The job must have ended. The response is one zip, or a range of it; its bytes are the same each time.
    """
    here = state()
    job = ended_job(job_id, here)
    if not job.files:
        raise ProblemError("not-found", f"The job is {job.status} and has no files.")
    response = zip_response(job, name=f"{title_stem(job.spec.name) or job_id}.zip", store=here.store)
    return _make_conditional(response, size=response.content_length or 0, etag=str(response.get_etag()[0]))


def file_response(job: JobRecord, file: StoredFile, *, name: str, store: Store) -> Response:
    """Return a response with a file of a job, with its digest; `name` is the name to save it under.

    Raises:
        StoreError: the file cannot be read.
    """
    response = send_file(
        JobFolder(store, job.id).open_finished(file),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
    )
    response.headers["Content-Type"] = file.media_type
    # RFC 9530: Content-Digest is of the bytes in this response, Repr-Digest of the whole file.
    digest = f"sha-256=:{base64.b64encode(bytes.fromhex(file.sha256)).decode()}:"
    response.headers["Repr-Digest"] = response.headers["Content-Digest"] = digest
    return _of_size(response, file.size, file.sha256)


def zip_response(job: JobRecord, *, name: str, store: Store) -> Response:
    """Return a response with all files of a job in a zip; `name` is the name to save it under.

    Raises:
        StoreError: a file cannot be read.
    """
    folder = JobFolder(store, job.id)
    opened = ExitStack()
    openers: list[Callable[[], BinaryIO]] = [partial(folder.open_finished, file) for file in job.files]
    if request.method != "HEAD":
        # Open now, so that the download goes on to its end when the job expires or is deleted.
        for number, open_ in enumerate(openers[:_HELD_OPEN]):
            if not _held_files.hold():
                break
            opened.callback(_held_files.release)
            openers[number] = partial(_itself, opened.enter_context(open_()))
    members = [
        Member(name=file.name, size=file.size, open=open_) for file, open_ in zip(job.files, openers, strict=True)
    ]
    response = Response(zip_stream(members), mimetype=MEDIA_TYPE)
    response.call_on_close(opened.close)
    response.headers.set("Content-Disposition", "attachment", **_names(name))
    content = orjson.dumps([_ZIP_FORMAT, *([file.name, file.sha256] for file in job.files)])
    return _of_size(response, zip_length(members), hashlib.sha256(content).hexdigest())


def _names(name: str) -> dict[str, str]:
    """Return the parameters of a Content-Disposition: a header is ASCII, and RFC 6266 adds the name as it is."""
    if name.isascii():
        return {"filename": name}
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return {"filename": plain, "filename*": f"UTF-8''{quote(name)}"}


def _of_size(response: Response, size: int, etag: str) -> Response:
    response.content_length = size
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-transform"
    return response


def _itself(stream: BinaryIO) -> BinaryIO:
    return stream


def _redirect(folder: JobFolder, file: StoredFile) -> Response | None:
    """Redirect to the store; None if the API must serve the file.

    The store does not know the API's ETag, so a conditional request is not redirected.
    """
    if request.if_none_match or request.if_range.etag or request.if_range.date:
        return None
    method: Method = "HEAD" if request.method == "HEAD" else "GET"
    location = folder.link(file, method=method)
    if location is None:
        return None
    # The URL gives access to the file for a while. No cache keeps it: Cache-Control is no-store by default.
    return Response(status=307, headers={"Location": location})


def _make_conditional(response: Response, *, size: int, etag: str) -> Response:
    """Make a response with a file of this size, in bytes, honour the request's Range and preconditions.

    Raises:
        ProblemError: the file has no byte of the requested range, or has not the ETag of If-Match.
    """
    response.headers["Accept-Ranges"] = "bytes"
    # RFC 9110, section 13.2.2: If-Match comes first. It needs a strong match, as If-Range does.
    if "If-Match" in request.headers and etag not in request.if_match:
        response.close()
        raise ProblemError("precondition-failed", f'The ETag of the file is "{etag}".')
    # If-None-Match comes before Range; werkzeug looks at the range first.
    known = request.if_none_match.contains_weak(etag)
    # werkzeug would take If-Match: * for the name of another file.
    environ = {name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"}
    suffix = _SUFFIX.fullmatch(request.headers.get("Range", ""))
    if suffix:
        # A file that is shorter is used from its beginning, and no file has the last 0 bytes (section 14.1.2).
        environ["HTTP_RANGE"] = f"bytes={max(0, size - int(suffix[1]))}-"
    takes_range = not known and _takes_ranges() and (suffix is not None or _is_one_range())
    try:
        response.make_conditional(environ, accept_ranges=takes_range, complete_length=size)
    except RequestedRangeNotSatisfiable:
        response.close()
        detail = f"The file has {size:,} bytes; the range {request.headers['Range']!r} has none of them."
        raise ProblemError("range-not-satisfiable", detail, content_range=f"bytes */{size}") from None
    return response


def _takes_ranges() -> bool:
    """Return whether a range of the file may be the response.

    RFC 9110, section 14.2: a server must ignore the header Range if the method is not GET. A weak ETag or a date in
    If-Range matches no file: the comparison is strong, and files state no date (section 13.1.5).
    """
    return request.method == "GET" and request.headers.get("If-Range", '"').startswith('"')


def _is_one_range() -> bool:
    """Return whether the request names one range of bytes. Any other Range is ignored: the response is the file."""
    ranges = request.range
    return ranges is not None and ranges.units == "bytes" and len(ranges.ranges) == 1


def _find(job: JobRecord, name: str) -> StoredFile:
    for file in job.files:
        if file.name == name:
            return file
    known = listed([file.name for file in job.files]) or "none, as no article could be converted"
    raise ProblemError("not-found", f"The job has no file named {shorten(name)!r}. Its files: {known}.")
