"""Abort unfinished multipart uploads. They cost money, and no listing of the bucket shows them.

obstore aborts the upload of a writer that fails. It cannot find the uploads of writers that were killed.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.error import HTTPError

from lxml import etree

from schemas.errors import StoreError
from workers.storage.s3_access import UNREACHED, S3Access, make_store_error

_TIMEOUT: Final = 10.0
_SIGNED_FOR: Final = 60
_LARGEST: Final = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upload:
    """An unfinished upload."""

    name: str
    upload_id: str
    started: datetime


def abort_under(access: S3Access, key: str) -> None:
    """Abort the uploads of an artifact, and of all artifacts under it.

    Raises:
        StoreError: the store is out of reach or refuses the request.
    """
    beginning = access.name_of(key)
    for upload in _unfinished(access, beginning):
        # A common prefix is not enough: jobs/ab is not under jobs/a.
        if f"{upload.name}/".startswith(f"{beginning}/"):
            _abort(access, upload)


def abort_older(access: S3Access, before: datetime) -> None:
    """Abort the uploads without a new part since a point in time.

    Raises:
        StoreError: the store is out of reach or refuses the request.
    """
    for upload in _unfinished(access, access.name_of("")):
        if upload.started < before:
            with suppress(_GoneError):
                if _last_written(access, upload) < before:
                    _abort(access, upload)


class _GoneError(StoreError):
    """The upload was completed or aborted meanwhile."""


def _unfinished(access: S3Access, beginning: str) -> Iterator[_Upload]:
    marker: dict[str, str] = {}
    while True:
        answer = _request(access, "GET", uploads="", prefix=beginning, **marker)
        for upload in answer.iterfind("{*}Upload"):
            yield _Upload(
                name=upload.findtext("{*}Key", ""),
                upload_id=upload.findtext("{*}UploadId", ""),
                started=datetime.fromisoformat(upload.findtext("{*}Initiated", "")),
            )
        if answer.findtext("{*}IsTruncated") != "true":
            return
        marker = {
            "key_marker": answer.findtext("{*}NextKeyMarker", ""),
            "upload_id_marker": answer.findtext("{*}NextUploadIdMarker", ""),
        }


def _last_written(access: S3Access, upload: _Upload) -> datetime:
    """Return the time of an upload's last part, or of its start."""
    latest = upload.started
    marker: dict[str, str] = {}
    while True:
        answer = _request(access, "GET", upload.name, uploadId=upload.upload_id, **marker)
        for part in answer.iterfind("{*}Part"):
            latest = max(latest, datetime.fromisoformat(part.findtext("{*}LastModified", "")))
        if answer.findtext("{*}IsTruncated") != "true":
            return latest
        marker = {"part_number_marker": answer.findtext("{*}NextPartNumberMarker", "")}


def _abort(access: S3Access, upload: _Upload) -> None:
    with suppress(_GoneError):
        _request(access, "DELETE", upload.name, uploadId=upload.upload_id)


def _request(access: S3Access, method: str, name: str = "", **query: str) -> etree._Element:
    url = access.sign(method, name, seconds=_SIGNED_FOR, **query)
    subject = name or access.location
    try:
        request = urllib.request.Request(url, method=method)  # noqa: S310 - S3Access allows http and https only
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            body = response.read(_LARGEST)
    except HTTPError as error:
        answer = error.read(_LARGEST).decode(errors="replace")
        if "<Code>NoSuchUpload</Code>" in answer:
            raise _GoneError(f"{subject}: the upload is gone") from None
        raise make_store_error(subject, answer or f"status {error.code}", access) from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise StoreError(f"{subject}: the store at {access.endpoint} cannot be reached: {reason}", UNREACHED) from None
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(body, parser) if body else etree.Element("None")
    except etree.XMLSyntaxError:
        raise StoreError(f"{subject}: the answer of the store at {access.endpoint} is not XML") from None
