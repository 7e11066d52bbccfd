"""A job as clients see it: the responses of the API, and the body of a callback."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from schemas.jobs.job import CallbackState, ExportedFile, Job, JobCallback, JobWarning, Progress
from schemas.jobs.record import JobRecord
from schemas.jobs.record_fields import unreadable_problem
from schemas.typed_json import to_json, view_of


def job_json(record: JobRecord, base_path: str = "", *, operator: bool = False) -> dict[str, Any]:
    """Return the job of a record as JSON, without unknown values and the fields that only the service uses.

    `base_path` is the path under which the service is published. An operator sees the owner.
    """
    callback = None
    if record.spec.callback:
        # The delivery of an earlier end says nothing about the next one.
        state = (record.ended and record.callback) or CallbackState(status="pending", attempts=0)
        callback = view_of(JobCallback, state, url=record.spec.callback)
    # The type is the address of the page that explains it.
    error = record.error and replace(record.error, type=f"{base_path}{record.error.type}")
    job = view_of(
        Job,
        record,
        progress=_progress(record),
        warnings=(*record.warnings, *_warnings(record)),
        formats=record.spec.formats,
        name=record.spec.name,
        tags=record.spec.tags,
        owner=record.spec.owner if operator else None,
        file_count=record.file_totals.count,
        file_bytes=record.file_totals.bytes,
        files=tuple(
            view_of(ExportedFile, file, href=f"{base_path}/v1/jobs/{record.id}/files/{quote(file.name)}")
            for file in record.files
        ),
        callback=callback,
        error=error,
    )
    made: dict[str, Any] = to_json(job)
    return made


def _warnings(record: JobRecord) -> tuple[JobWarning, ...]:
    """Return the warning that a record cannot be read in full, unless the job's error says so."""
    problem = unreadable_problem(record.unreadable)
    if not record.unreadable or record.error == problem:
        return ()
    return (JobWarning(type="unreadable-record", detail=f"{problem.title}. {problem.detail}", articles=0),)


def _progress(record: JobRecord) -> Progress:
    passed = record.done + record.failed + record.duplicates
    rate = seconds_left = None
    if record.status == "running" and record.started and passed:
        seconds = max(time.time() - datetime.fromisoformat(record.started).timestamp(), 0.001)
        rate = round(passed / seconds, 1)
        if record.total is not None:
            seconds_left = round((record.total - passed) * seconds / passed, 1)
    return view_of(Progress, record, rate=rate, seconds_left=seconds_left)
