"""Jobs whose record is damaged, or was written by another version: listed, read and deleted, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import Service
from tests.service.asking import waiting_job
from workers.redis.connect import connect
from workers.redis.keys import job_key

DAMAGES: dict[str, dict[str, Any]] = {
    "a status of a newer version": {"status": "paused"},
    "an end of a newer version": {"status": "archived", "expires": "9731083400.000"},
    "a request that is no JSON": {"spec": "{"},
    "a request of other types": {"spec": '{"formats": 3, "documents": {}, "owner": []}'},
    "counts that are no numbers": {"done": "many", "total": "[]", "input_bytes": "x", "counted": "y"},
    "times that are no times": {"started": "yesterday", "finished": "nan", "status": "succeeded"},
    "files that are no list": {"status": "succeeded", "expires": "9731083400.000", "files": "7", "error": "[]"},
    "no creation time": {"created": None},
    "no request": {"spec": None},
    "no status": {"status": None},
    "another type": {},
}


def damage(service: Service, name: str) -> str:
    """A job that no worker runs, damaged."""
    job, redis = waiting_job(service.jobs()), connect(service.redis_url())
    key = job_key(job.id)
    if name == "another type":
        redis.delete(key)
        redis.set(key, "x")
    for field, value in DAMAGES[name].items():
        if value is None:
            redis.hdel(key, field)
        else:
            redis.hset(key, field, value)
    return job.id


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_job_is_listed_read_and_deleted(service: Service, name: str) -> None:
    job = damage(service, name)
    with service.client() as client:
        listed = client.get("/v1/jobs?limit=100")
        assert listed.status_code == 200
        assert job in [one["id"] for one in listed.json()["jobs"]]
        assert client.get(f"/v1/jobs/{job}").json()["id"] == job
        for path in ("files/articles.csv", "files.zip", "errors", "ledger", "preview"):
            assert client.get(f"/v1/jobs/{job}/{path}").status_code < 500, path
        for action in ("retry", "links", *(["cancel"] if name == "another type" else [])):
            assert client.post(f"/v1/jobs/{job}/{action}").status_code < 500, action
        assert client.delete(f"/v1/jobs/{job}").status_code == 204
        assert client.get(f"/v1/jobs/{job}").status_code == 404
        assert job not in [one["id"] for one in client.get("/v1/jobs?limit=100").json()["jobs"]]


def test_a_job_that_this_version_cannot_name_is_canceled(service: Service) -> None:
    with service.client() as client:
        job = damage(service, "a status of a newer version")
        assert client.post(f"/v1/jobs/{job}/cancel").json()["status"] == "canceled"
