"""POST /v1/jobs/{id}/retry, over HTTP, against the whole service."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from schemas.jobs.job import Problem
from schemas.jobs.record import JobEnd
from schemas.settings import load_settings
from service.app import create_app
from tests.running import Service, Valkey, start_job, until
from tests.service.asking import problem, waiting_job
from workers.jobs.step import Step
from workers.jobs.store import JobStore
from workers.steps.leases import Steps

BAD_AND_GOOD = b'{"paragraphs": "Good."}\n{"paragraphs": 1}\n'


def upload(
    client: httpx.Client, content: bytes = BAD_AND_GOOD, request: str = '{"formats": ["csv"]}'
) -> dict[str, Any]:
    body: Any = {"file": ("a.ndjson", content), "request": (None, request)}
    answer = client.post("/v1/jobs", files=body, headers={"Prefer": "wait=60"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def retried(client: httpx.Client, job_id: str) -> dict[str, Any]:
    """Retry a job and return it when it has ended."""
    answers: list[httpx.Response] = []

    def answered() -> bool:
        answers.append(client.post(f"/v1/jobs/{job_id}/retry"))
        return answers[-1].status_code != 409

    # The worker that ended the job holds its last step for a moment longer.
    assert until(answered)
    answer = answers[-1]
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1"), answer.text
    assert answer.json()["status"] in ("queued", "running", "partial", "succeeded", "failed")
    assert until(lambda: "finished" in client.get(f"/v1/jobs/{job_id}").json())
    return dict(client.get(f"/v1/jobs/{job_id}").json())


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two jobs are equal except for their times."""
    times = ("started", "finished", "expires")
    return all(one.get(name) == other.get(name) for name in {*one, *other} - set(times))


def test_a_job_with_a_missing_input_succeeds_on_retry(client: httpx.Client, service: Service) -> None:
    again = upload(client)
    source = service.data / "store" / "jobs" / again["id"] / "input-0"
    source.rename(source.with_name("elsewhere"))
    without = retried(client, again["id"])
    assert (without["status"], without["error"]["type"]) == ("failed", "/problems/store-failed")
    assert without["files"] == []
    source.with_name("elsewhere").rename(source)
    whole = retried(client, again["id"])
    assert "error" not in whole
    assert same(whole, again)
    assert client.get(whole["files"][0]["href"]).status_code == 200


def test_a_partial_job_is_made_anew_as_a_whole(client: httpx.Client, service: Service) -> None:
    job = upload(client)
    assert job["status"] == "partial"
    (service.data / "store" / "jobs" / job["id"] / "input-0").write_bytes(
        b'{"paragraphs": "Good."}\n{"paragraphs": "2"}\n'
    )
    again = retried(client, job["id"])
    assert (again["status"], again["progress"]["done"], again["progress"]["failed"]) == ("succeeded", 2, 0)
    assert client.get(again["files"][0]["href"]).content.count(b"\r\n") == 3
    assert client.get(f"/v1/jobs/{job['id']}/errors").content == b""


def test_a_large_job_is_split_and_merged_again(client: httpx.Client, service: Service) -> None:
    lines = b"".join(b'{"id": "urn:x:%d", "paragraphs": "Article %d."}\n' % (n, n) for n in range(5_500))
    job = upload(client, lines + b"{\n")
    assert until(lambda: "finished" in client.get(f"/v1/jobs/{job['id']}").json())
    before = client.get(f"/v1/jobs/{job['id']}").json()
    assert (before["status"], before["progress"]) == (
        "partial",
        {"done": 5_500, "failed": 1, "duplicates": 0, "total": 5_501},
    )
    assert same(retried(client, job["id"]), before)
    kept = [f"newsmill:job:{job['id']}".encode()]
    assert until(lambda: service.jobs()._client.keys(f"newsmill:job:{job['id']}*") == kept)


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
def test_a_succeeded_job_is_refused(client: httpx.Client, service: Service, status: Any) -> None:
    job_id = waiting_job(service.jobs()).id
    service.jobs().finish(job_id, JobEnd(status=status))
    problem(client.post(f"/v1/jobs/{job_id}/retry"), 409, "nothing-failed")


def test_an_unfinished_job_is_refused(client: httpx.Client, service: Service) -> None:
    job_id = waiting_job(service.jobs()).id
    for _ in range(2):
        refused = client.post(f"/v1/jobs/{job_id}/retry")
        problem(refused, 409, "not-finished")
        assert refused.headers["Retry-After"] == "1"
        start_job(service.jobs(), job_id)
    service.jobs().finish(job_id, JobEnd(status="canceled"))


def test_a_job_with_a_busy_worker_is_refused(client: httpx.Client, service: Service) -> None:
    job_id = waiting_job(service.jobs()).id
    steps = Steps(service.jobs()._client)
    steps.due.add("tests", job_id, str(Step(job_id, "chunk", 3)))
    with steps.take("tests"):
        service.jobs().finish(job_id, JobEnd(status="failed"))
        problem(client.post(f"/v1/jobs/{job_id}/retry"), 409, "not-finished")


def test_an_unknown_job_is_not_found(client: httpx.Client) -> None:
    assert client.post(f"/v1/jobs/{'0' * 32}/retry").status_code == 404


def test_an_expired_job_or_a_full_queue_is_refused(valkey: Valkey, jobs: JobStore, tmp_path: Any) -> None:
    environ = {"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path), "NEWSMILL_MAX_QUEUED": "1"}
    client = create_app(load_settings(environ)).test_client()
    short = valkey.jobs(retention="1s")
    gone = waiting_job(jobs).id
    short.finish(gone, JobEnd(status="failed"))
    job_id = waiting_job(jobs).id
    jobs.finish(job_id, JobEnd(status="failed"))
    waiting_job(jobs)
    full = client.post(f"/v1/jobs/{job_id}/retry")
    assert (full.status_code, full.headers["Retry-After"]) == (429, "10")
    assert jobs.get(job_id).status == "failed"
    assert until(lambda: jobs.get(gone).status == "expired")
    expired = client.post(f"/v1/jobs/{gone}/retry")
    assert (expired.status_code, expired.json and expired.json["type"]) == (410, "/problems/expired")


def test_a_retried_job_is_kept_until_it_ends_again(valkey: Valkey, jobs: JobStore) -> None:
    job_id = waiting_job(jobs).id
    key = f"newsmill:job:{job_id}"
    jobs.finish(job_id, JobEnd(status="failed", failed=1, error=Problem(type="x", title="x", detail="x")))
    assert valkey.client().ttl(key) > 0
    assert jobs.retry(jobs.get(job_id)) == "queued"
    assert jobs.retry(jobs.get(job_id)) == "not failed"
    job = jobs.get(job_id)
    assert (job.status, job.done, job.failed, job.error, job.finished, job.expires) == (
        "queued",
        0,
        0,
        None,
        None,
        None,
    )
    assert valkey.client().ttl(key) == -1
    assert valkey.client().zscore("newsmill:expiring", job_id) is None
    assert start_job(jobs, job_id)
    assert jobs.finish(job_id, JobEnd(status="succeeded", done=1))
