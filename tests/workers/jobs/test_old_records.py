"""Records as version 0.1 wrote them, in a real Valkey."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import redis

from tests.running import Valkey
from workers.jobs.listing import JobLists
from workers.jobs.store import JobStore

CREATED = "2024-11-08T16:30:00.000Z"


def old_job(client: redis.Redis, job_id: str, *, size: int = 3, status: str, **more: Any) -> str:
    """A job as 0.1.0 wrote it."""
    document = {"key": f"jobs/{job_id}/input-0", "name": "a.txt", "reader": "text", "size": size}
    spec = {
        "documents": [document],
        "formats": ["csv"],
        "options": {},
        "metadata": {},
        "at": "2024-11-08T16:30:00Z",
        "split": None,
        "on_error": "skip",
        "owner": "alice",
        "callback": "https://example.com/done",
        "request_id": "f" * 32,
        "trace": {},
    }
    record: dict[str, Any] = {
        "status": status,
        "spec": orjson.dumps(spec),
        "created": CREATED,
        "input_bytes": size,
        "total": 1,
    }
    record |= {"callback": '{"status":"pending","attempts":0}', "owner": "alice", "listed": status}
    key = f"newsmill:job:{job_id}"
    client.hset(key, mapping=record | more)
    client.zadd(f"newsmill:list:{status}:alice", {f"{CREATED} {job_id}": 0})
    client.hset("newsmill:account:alice", job_id, str(size))
    client.hincrby("newsmill:account:alice", "sum", size)
    return job_id


@pytest.mark.parametrize("status", ["succeeded", "partial"])
def test_ended_jobs_of_version_0_1_are_kept(valkey: Valkey, jobs: JobStore, status: str) -> None:
    client = valkey.client()
    file = {"name": "articles.csv", "format": "csv", "media_type": "text/csv", "size": 3, "sha256": "00", "articles": 1}
    ends: dict[str, Any] = {
        "finished": "1731083400.000",
        "expires": "9731083400.000",
        "files": orjson.dumps([file]),
        "file_bytes": 3,
    }
    job_id = old_job(client, "4" * 32, status=status, **ends)
    job = jobs.get(job_id)
    assert (job.status, [one.name for one in job.files], job.file_totals.bytes) == (status, ["articles.csv"], 3)
    assert job.finished == "2024-11-08T16:30:00.000Z"
    jobs.swept(job_id)
    assert client.hgetall("newsmill:account:alice") == {}
    jobs.forget(job_id)
    assert JobLists(jobs._client).page("alice", limit=10).jobs == ()
