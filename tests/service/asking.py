"""What the tests of the API share: requests, and checks of responses."""

from __future__ import annotations

from typing import Any

import httpx

from schemas.jobs.record import JobRecord, JobSpec
from schemas.problems import PROBLEM_TYPES
from service.core.problems import MEDIA_TYPE
from tests.exports import NEWS_FORMATS
from workers.jobs.store import JobStore, new_job_id

SEED = "000_b852588d87c0f767.txt"
REQUEST: dict[str, Any] = {"source": {"seeds": [SEED]}, "formats": [*NEWS_FORMATS]}


def post(client: httpx.Client, body: dict[str, Any] = REQUEST, wait: int = 60) -> dict[str, Any]:
    """A job that is posted and has ended."""
    answer = client.post("/v1/jobs", json=body, headers={"Prefer": f"wait={wait}"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def waiting_job(jobs: JobStore, **given: Any) -> JobRecord:
    """A job that no worker will ever run: its record without its message."""
    spec = JobSpec(documents=(), formats=("csv",), options={}, metadata={}, at="2024-11-08T16:30:00Z", **given)
    return jobs.create(new_job_id(), spec, total=1)


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, str]:
    """The faults of a problem, by their pointers or parameters, once it is seen to be one as RFC 9457 has it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    body = answer.json()
    assert body["type"] == f"/problems/{kind}"
    assert (body["status"], body["title"]) == (status, PROBLEM_TYPES[kind].title)
    assert body["detail"]
    return {fault.get("pointer", fault.get("parameter")): fault["detail"] for fault in body.get("errors", [])}
