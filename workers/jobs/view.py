"""A job as clients see it: what the API answers with, and what a callback brings."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schemas.job_record import Job


def shown(job: Job) -> dict[str, Any]:
    """A job as clients see it; what is not known yet is absent."""
    made: dict[str, Any] = {
        name: value
        for name in ("id", "status", "created", "started", "finished", "expires", "error")
        if (value := getattr(job, name)) is not None
    }
    made["progress"] = _progress(job)
    made["formats"] = job.spec.formats
    made["files"] = [_file(file, job.id) for file in job.files]
    made["warnings"] = job.warnings
    if job.spec.callback:
        # What was told of an earlier end says nothing of the one that is to come.
        state = (job.ended and job.callback) or {"status": "pending", "attempts": 0}
        made["callback"] = {"url": job.spec.callback, **state}
    return made


def _file(file: Mapping[str, Any], job_id: str) -> dict[str, Any]:
    # Where it lies in the store is nobody's business.
    said = {name: value for name, value in file.items() if name != "start"}
    return said | {"href": f"/v1/jobs/{job_id}/files/{file['name']}"}


def _progress(job: Job) -> dict[str, Any]:
    made: dict[str, Any] = {"done": job.done, "failed": job.failed}
    if job.total is not None:
        made["total"] = job.total
    passed = job.done + job.failed
    if job.status == "running" and job.started and passed:
        seconds = max(time.time() - datetime.fromisoformat(job.started).timestamp(), 0.001)
        made["rate"] = round(passed / seconds, 1)
        if job.total is not None:
            made["seconds_left"] = round((job.total - passed) * seconds / passed, 1)
    return made
