"""Multipart uploads that nobody has finished: bytes in a bucket that no listing of it shows, and that cost.

obstore aborts the uploads of writers that fail; those of writers that were killed it has no way to find.
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
from workers.storage.s3_access import S3Access
from workers.storage.s3_refusals import UNREACHED, of_answer

_TIMEOUT: Final = 10.0
_SIGNED_FOR: Final = 60
_LARGEST: Final = 16 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Upload:
    """An upload that was begun."""

    name: str
    upload_id: str
    begun: datetime


def abort_under(access: S3Access, key: str) -> None:
    """Abort the uploads of an artifact, and of any artifact under it.

    Raises:
        StoreError: the store cannot be asked.
    """
    beginning = access.name_of(key)
    for upload in _unfinished(access, beginning):
        # What begins alike may be another folder: jobs/a is no part of jobs/ab.
        if f"{upload.name}/".startswith(f"{beginning}/"):
            _abort(access, upload)


def abort_older(access: S3Access, before: datetime) -> None:
    """Abort the uploads of which no part has come since a point in time.

    Raises:
        StoreError: the store cannot be asked.
    """
    for upload in _unfinished(access, access.name_of("")):
        if upload.begun < before:
            with suppress(_GoneError):
                if _last_written(access, upload) < before:
                    _abort(access, upload)


class _GoneError(StoreError):
    """The upload was finished or aborted meanwhile."""


def _unfinished(access: S3Access, beginning: str) -> Iterator[_Upload]:
    marker: dict[str, str] = {}
    while True:
        answer = _ask(access, "GET", uploads="", prefix=beginning, **marker)
        for upload in answer.iterfind("{*}Upload"):
            yield _Upload(
                name=upload.findtext("{*}Key", ""),
                upload_id=upload.findtext("{*}UploadId", ""),
                begun=datetime.fromisoformat(upload.findtext("{*}Initiated", "")),
            )
        if answer.findtext("{*}IsTruncated") != "true":
            return
        marker = {
            "key_marker": answer.findtext("{*}NextKeyMarker", ""),
            "upload_id_marker": answer.findtext("{*}NextUploadIdMarker", ""),
        }


def _last_written(access: S3Access, upload: _Upload) -> datetime:
    """When the last part of an upload came, or the upload was begun."""
    latest = upload.begun
    marker: dict[str, str] = {}
    while True:
        answer = _ask(access, "GET", upload.name, uploadId=upload.upload_id, **marker)
        for part in answer.iterfind("{*}Part"):
            latest = max(latest, datetime.fromisoformat(part.findtext("{*}LastModified", "")))
        if answer.findtext("{*}IsTruncated") != "true":
            return latest
        marker = {"part_number_marker": answer.findtext("{*}NextPartNumberMarker", "")}


def _abort(access: S3Access, upload: _Upload) -> None:
    with suppress(_GoneError):
        _ask(access, "DELETE", upload.name, uploadId=upload.upload_id)


def _ask(access: S3Access, method: str, name: str = "", **query: str) -> etree._Element:
    url = access.sign(method, name, seconds=_SIGNED_FOR, **query)
    what = name or access.location
    try:
        request = urllib.request.Request(url, method=method)  # noqa: S310 - the endpoint is one of HTTP: S3Access
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            body = response.read(_LARGEST)
    except HTTPError as error:
        said = error.read(_LARGEST).decode(errors="replace")
        if "<Code>NoSuchUpload</Code>" in said:
            raise _GoneError(f"{what}: the upload is gone") from None
        raise of_answer(what, said or f"status {error.code}", access) from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise StoreError(f"{what}: the store at {access.endpoint} cannot be reached: {reason}", UNREACHED) from None
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(body, parser) if body else etree.Element("None")
    except etree.XMLSyntaxError:
        raise StoreError(f"{what}: what the store at {access.endpoint} answers is no XML") from None
