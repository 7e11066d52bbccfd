"""What was answered with 202 ends, whatever dies in between: real processes, really killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import httpx

from tests.running import Service, needs_proc, service_at, until
from workers.job_record import Job
from workers.steps import Step, Steps

pytestmark = needs_proc

ARTICLES = 12_000


def upload(client: httpx.Client) -> str:
    lines = b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % number for number in range(ARTICLES))
    parts: Any = [("file", ("many.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    return str(client.post("/v1/jobs", files=parts).json()["id"])


def ended(service: Service, job_id: str, seconds: float) -> Job:
    jobs = service.jobs()
    assert until(lambda: jobs.get(job_id).ended, seconds)
    return jobs.get(job_id)


def counted(client: httpx.Client, job: Job) -> dict[str, int]:
    """The articles that are really in the files."""
    files = {file["name"]: client.get(f"/v1/jobs/{job.id}/files/{file['name']}").content for file in job.files}
    return {
        "articles.newsml.xml": files["articles.newsml.xml"].count(b"<newsItem "),
        "articles.csv": files["articles.csv"].count(b"\r\n") - 1,
        "paragraphs.csv": files["paragraphs.csv"].count(b"\r\n") - 1,
    }


def test_processes_that_are_killed_in_a_chunk_lose_and_repeat_nothing(tmp_path: Path) -> None:
    with service_at(tmp_path) as service, service.client() as client:
        job_id = upload(client)
        assert until(lambda: service.jobs().get(job_id).done > 0, 30)
        chunks = service.part("worker --only chunks")
        killed = [one for one in service.all() if one.parent == chunks.pid]
        assert killed
        for one in killed:
            os.kill(one.pid, signal.SIGKILL)
        job = ended(service, job_id, 90)
        assert (job.status, job.done, job.failed) == ("succeeded", ARTICLES, 0)
        assert set(counted(client, job).values()) == {ARTICLES}


def test_a_job_that_was_written_down_and_never_queued_is_queued_once(tmp_path: Path) -> None:
    with service_at(tmp_path) as service, service.client() as client:
        done = client.post(
            "/v1/jobs", json={"source": {"seeds": "*"}, "formats": ["csv"]}, headers={"Prefer": "wait=20"}
        ).json()
        # As if the API had been killed between the record and the message.
        spec = service.jobs().get(done["id"]).spec
        job = service.jobs().create("f" * 32, spec, total=1)
        redis: Any = service.jobs()._client
        Steps(redis).wait(Step(job.id, "convert"))
        redis.zadd("newsmill:waiting", {str(Step(job.id, "convert")): time.time() - 60})
        assert ended(service, job.id, 40).status == "succeeded"
        assert redis.zcard("newsmill:waiting") == redis.zcard("newsmill:leases") == redis.hlen("newsmill:tries") == 0
