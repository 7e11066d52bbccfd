"""GET /v1/jobs, over HTTP, against the whole service."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import httpx
import pytest

from schemas.job import STATUSES, JobStatus
from schemas.job_record import JobEnd, JobRecord
from tests.running import Service, service_at, start_job
from tests.service.asking import REQUEST, post, problem, waiting_job
from workers.redis.connect import connect


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has only the jobs of this module."""
    with service_at(tmp_path_factory.mktemp("listing")) as running:
        yield running


@pytest.fixture
def client(quiet: Service) -> Iterator[httpx.Client]:
    """A client of it, without a job."""
    connect(quiet.redis_url()).flushdb()
    with quiet.client() as client:
        yield client


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [job["id"] for job in answer.json()["jobs"]]


def walk(client: httpx.Client, address: str) -> list[list[str]]:
    """The ids on every page from this one on."""
    pages = []
    following: str | None = address
    while following:
        answer = client.get(following)
        pages.append(ids(answer))
        following = answer.links.get("next", {}).get("url")
    return pages


def every_of(pages: list[list[str]]) -> list[str]:
    return list(chain.from_iterable(pages))


def waiting(service: Service, count: int) -> list[str]:
    """Jobs that no worker runs, newest first."""
    store = service.jobs()
    jobs = [waiting_job(store) for _ in range(count)]
    return [job.id for job in sorted(jobs, key=_age, reverse=True)]


def _age(job: JobRecord) -> tuple[str, str]:
    return job.created, job.id


def test_the_list_is_empty_at_first(client: httpx.Client) -> None:
    answer = client.get("/v1/jobs")
    assert (answer.json(), answer.headers["Cache-Control"]) == ({"jobs": []}, "no-store")
    assert "Link" not in answer.headers


def test_a_listed_job_is_the_same_as_a_single_job(client: httpx.Client) -> None:
    older, newer = post(client), post(client, REQUEST | {"formats": ["csv"]})
    assert client.get("/v1/jobs").json() == {"jobs": [newer, older]}


def test_pages_have_every_job_once_newest_first(quiet: Service, client: httpx.Client) -> None:
    every = waiting(quiet, 12)
    pages = walk(client, "/v1/jobs?limit=5")
    assert [len(page) for page in pages] == [5, 5, 2]
    assert every_of(pages) == every
    assert every_of(walk(client, "/v1/jobs?limit=4")) == every
    assert walk(client, "/v1/jobs?limit=12") == [every]


def test_a_cursor_survives_new_and_deleted_jobs(quiet: Service, client: httpx.Client) -> None:
    every = waiting(quiet, 8)
    first = client.get("/v1/jobs?limit=4")
    client.delete(f"/v1/jobs/{every[3]}")  # the job in the cursor
    client.delete(f"/v1/jobs/{every[5]}")
    waiting_job(quiet.jobs())
    rest = walk(client, first.links["next"]["url"])
    assert every_of(rest) == [every[4], every[6], every[7]]


def test_the_list_is_filtered_by_states(quiet: Service, client: httpx.Client) -> None:
    store = quiet.jobs()
    ended: dict[str, str] = {}
    ends: tuple[JobStatus, ...] = ("succeeded", "partial", "failed", "canceled")
    for status in ends:
        job = waiting_job(store)
        start_job(store, job.id)
        store.finish(job.id, JobEnd(status=status))
        ended[status] = job.id
    running, queued = waiting_job(store).id, waiting_job(store).id
    start_job(store, running)
    for name, job_id in {**ended, "running": running, "queued": queued, "expired": None}.items():
        assert ids(client.get("/v1/jobs", params={"status": name})) == ([job_id] if job_id else [])
    both = sorted([queued, ended["failed"]])
    assert sorted(ids(client.get("/v1/jobs?status=queued,failed"))) == both
    assert sorted(ids(client.get("/v1/jobs?status=failed&status=queued&status=failed"))) == both
    assert every_of(walk(client, "/v1/jobs?status=queued,failed&limit=1")) == [queued, ended["failed"]]


def test_an_expired_job_is_listed_as_expired_at_once(tmp_path: Path) -> None:
    with service_at(tmp_path, NEWSMILL_RETENTION="1s") as service, service.client() as client:
        job = post(client)
        while ids(client.get("/v1/jobs?status=succeeded")):
            assert ids(client.get("/v1/jobs?status=expired")) in ([], [job["id"]])
        [shown] = client.get("/v1/jobs?status=expired").json()["jobs"]
        assert (shown["id"], shown["status"]) == (job["id"], "expired")


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("limit=0", "limit", "'0' is not a number from 1 to 100"),
        ("limit=101", "limit", "from 1 to 100"),
        ("limit=ten", "limit", "from 1 to 100"),
        ("limit=", "limit", "from 1 to 100"),
        ("status=succeded", "status", "did you mean 'succeeded'?"),
        ("status=queued,", "status", f"use {', '.join(STATUSES)}"),
        ("cursor=abc", "cursor", "leave it out to begin at the newest job"),
        ("cursor=", "cursor", "leave it out"),
        ("cursor=" + "A" * 5000, "cursor", "leave it out"),
        (f"cursor={base64.urlsafe_b64encode(b'2024-11-08T16:30:00.000Z ../../x').decode()}", "cursor", "leave it out"),
        ("stauts=queued", "stauts", "did you mean 'status'?"),
        ("offset=7", "offset", "the parameters here are status, limit, cursor"),
        ("limit=5&%00=1", "\0", "unknown parameter"),
    ],
)
def test_a_wrong_parameter_is_refused_with_advice(client: httpx.Client, query: str, parameter: str, said: str) -> None:
    faults = problem(client.get(f"/v1/jobs?{query}"), 400, "malformed-request")
    assert list(faults) == [parameter]
    assert said in faults[parameter]


@pytest.mark.parametrize(
    "path", ["/v1/jobs/{id}?wiat=1", "/v1/formats?x=1", "/v1/seeds?limit=1", "/v1/jobs/{id}/errors?limit=1"]
)
def test_every_resource_refuses_unknown_parameters(quiet: Service, client: httpx.Client, path: str) -> None:
    answer = client.get(path.format(id=waiting_job(quiet.jobs()).id))
    assert problem(answer, 400, "malformed-request")
