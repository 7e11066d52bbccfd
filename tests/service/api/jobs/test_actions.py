"""Canceling, deleting and expiry of jobs, over HTTP, against the whole service."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.jobs.record import JobEnd
from tests.running import Service, fast_service_at, start_job, until
from tests.service.asking import post, problem, waiting_job
from tests.service.jobs.test_uploads import REQUEST as UPLOAD
from workers.redis.keys import HELD

UNKNOWN = "0" * 32


def of_job(service: Service, job_id: str) -> set[str]:
    """Return every file of a job in the store, and every key in Redis."""
    folder = service.data / "store" / "jobs" / job_id
    keys = service.jobs()._client.keys(f"newsmill:job:{job_id}*")
    return {path.name for path in folder.rglob("*")} | {key.decode() for key in keys}  # type: ignore[union-attr]


def at_work(service: Service, job_id: str) -> bool:
    """Return whether a worker still holds a step of a job, and could write files."""
    fields: Any = service.jobs()._client.hkeys(HELD)
    return any(job_id.encode() in field for field in fields)


def large(number: int) -> bytes:
    return b"".join(b'{"id": "urn:x:%d", "paragraphs": "Article %d."}\n' % (n, n) for n in range(number))


class TestCancel:
    def test_a_queued_job(self, client: httpx.Client, service: Service) -> None:
        job_id = waiting_job(service.jobs()).id
        answer = client.post(f"/v1/jobs/{job_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (202, "canceled")
        assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "canceled"

    def test_a_running_job_leaves_only_its_record(self, client: httpx.Client, service: Service) -> None:
        answer = client.post("/v1/jobs", files={"file": ("a.jsonl", large(18_000))}, data={"request": UPLOAD})
        job_id = answer.json()["id"]
        assert until(lambda: client.get(f"/v1/jobs/{job_id}").json()["progress"]["done"])
        assert client.post(f"/v1/jobs/{job_id}/cancel").status_code == 202
        assert until(lambda: of_job(service, job_id) == {f"newsmill:job:{job_id}"}), of_job(service, job_id)
        assert until(lambda: not at_work(service, job_id))
        assert of_job(service, job_id) == {f"newsmill:job:{job_id}"}
        assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "canceled"

    @pytest.mark.parametrize("status", ["succeeded", "failed", "canceled"])
    def test_an_ended_job_is_a_conflict(self, client: httpx.Client, service: Service, status: str) -> None:
        jobs = service.jobs()
        job_id = waiting_job(jobs).id
        jobs.finish(job_id, JobEnd(status=status))  # type: ignore[arg-type]
        problem(client.post(f"/v1/jobs/{job_id}/cancel"), 409, "ended")
        assert client.get(f"/v1/jobs/{job_id}").json()["status"] == status

    def test_failed_articles_of_it_are_not_kept(self, client: httpx.Client, service: Service) -> None:
        jobs = service.jobs()
        job = waiting_job(jobs)
        start_job(jobs, job.id)
        jobs.progress(job.id, done=0, failed=1)
        assert client.post(f"/v1/jobs/{job.id}/cancel").status_code == 202
        assert client.get(f"/v1/jobs/{job.id}/errors").status_code == 404

    def test_an_unknown_job(self, client: httpx.Client) -> None:
        assert client.post(f"/v1/jobs/{UNKNOWN}/cancel").status_code == 404


class TestDelete:
    def test_an_ended_job(self, client: httpx.Client, service: Service) -> None:
        job = post(client)
        assert of_job(service, job["id"])
        assert client.delete(f"/v1/jobs/{job['id']}").status_code == 204
        assert of_job(service, job["id"]) == set()
        assert client.get(f"/v1/jobs/{job['id']}").status_code == 404
        assert client.get(job["files"][0]["href"]).status_code == 404
        assert client.delete(f"/v1/jobs/{job['id']}").status_code == 404

    def test_a_running_job(self, client: httpx.Client, service: Service) -> None:
        answer = client.post("/v1/jobs", files={"file": ("a.jsonl", large(18_000))}, data={"request": UPLOAD})
        job_id = answer.json()["id"]
        assert until(lambda: client.get(f"/v1/jobs/{job_id}").json()["progress"]["done"])
        assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
        assert until(lambda: not at_work(service, job_id))
        assert until(lambda: not of_job(service, job_id)), of_job(service, job_id)

    def test_an_unknown_job(self, client: httpx.Client) -> None:
        assert client.delete(f"/v1/jobs/{UNKNOWN}").status_code == 404


def test_a_small_job_does_not_wait_for_a_large_one(client: httpx.Client) -> None:
    lines = gzip.compress(large(20_000))
    answer = client.post("/v1/jobs", files={"file": ("a.jsonl.gz", lines)}, data={"request": UPLOAD})
    job_id = answer.json()["id"]
    assert until(lambda: client.get(f"/v1/jobs/{job_id}").json()["progress"]["done"])
    assert post(client)["status"] == "succeeded"
    assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "running"
    client.delete(f"/v1/jobs/{job_id}")


def test_a_started_download_outlives_the_job(tmp_path: Path) -> None:
    with fast_service_at(tmp_path, NEWSMILL_RETENTION="2s") as service, service.client() as client:
        text = ("A paragraph of the large text. " * 32 + "\n\n") * 3_100
        job = post(client, {"source": {"text": text}, "formats": ["csv"]})
        file = next(file for file in job["files"] if file["name"] == "articles.csv")
        with client.stream("GET", file["href"]) as download:
            pieces = download.iter_bytes(4096)
            first = next(pieces)
            assert until(lambda: not (service.data / "store" / "jobs" / job["id"]).exists())
            assert len(first) + sum(map(len, pieces)) == file["size"]
        expired = client.get(f"/v1/jobs/{job['id']}").json()
        assert (expired["status"], expired["files"]) == ("expired", [])
        assert client.get(file["href"]).status_code == 410
