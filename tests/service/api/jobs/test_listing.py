"""GET /v1/jobs, over HTTP, against the whole service."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import httpx
import pytest

from schemas.jobs.job import STATUSES, JobStatus
from schemas.jobs.record import JobEnd, JobRecord
from tests.running import Service, service_at, start_job
from tests.service.asking import REQUEST, SEED, post, problem, waiting_job
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


def test_a_listed_job_has_its_files_and_warnings_only_if_they_are_asked_for(client: httpx.Client) -> None:
    older, newer = post(client), post(client, REQUEST | {"formats": ["csv"]})
    assert newer["files"]
    for included in ([], ["files"], ["warnings"], ["files", "warnings"]):
        left_out = {"files", "warnings"} - set(included)
        listed = client.get("/v1/jobs", params={"include": ",".join(included)} if included else {}).json()["jobs"]
        assert listed == [{name: job[name] for name in job if name not in left_out} for job in (newer, older)]
        assert [job["file_count"] for job in listed] == [len(newer["files"]), len(older["files"])]
    assert listed[0]["file_bytes"] == sum(file["size"] for file in newer["files"])


def test_the_next_page_has_what_the_first_one_was_asked_for(quiet: Service, client: httpx.Client) -> None:
    waiting(quiet, 2)
    following = client.get("/v1/jobs?limit=1&include=files&status=queued").links["next"]["url"]
    [job] = client.get(following).json()["jobs"]
    assert (job["files"], "warnings" in job) == ([], False)


def test_a_job_carries_the_name_and_tags_of_its_caller(client: httpx.Client) -> None:
    told = REQUEST | {"name": "Evening edition", "tags": ["nightly", "csv", "nightly"]}
    job = post(client, told)
    assert (job["name"], job["tags"]) == ("Evening edition", ["nightly", "csv"])
    unnamed = post(client, REQUEST | {"tags": ["nightly"]})
    assert unnamed["name"] == SEED
    assert "name" not in post(client, {"source": {"text": "A text."}, "formats": ["csv"]})
    uploaded = client.post(
        "/v1/jobs",
        files=[("file", (name, b"A text.")) for name in ("a.txt", "b.txt", "c.txt")],
        data={"request": '{"formats": ["csv"]}'},
    )
    assert uploaded.json()["name"] == "a.txt and 2 more"
    assert ids(client.get("/v1/jobs?tag=nightly")) == [unnamed["id"], job["id"]]
    assert ids(client.get("/v1/jobs?tag=nightly&tag=csv")) == [job["id"]]
    assert every_of(walk(client, "/v1/jobs?tag=nightly&limit=1")) == [unnamed["id"], job["id"]]
    assert ids(client.get("/v1/jobs?tag=none")) == []


@pytest.mark.parametrize(
    ("stated", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"tags": ["x" * 101]}, "/tags/0"),
        ({"tags": ["ok", "\u202e"]}, "/tags/1"),
        ({"tags": [str(number) for number in range(21)]}, "/tags"),
        ({"tags": "nightly"}, "/tags"),
    ],
)
def test_a_wrong_name_or_tag_is_refused(client: httpx.Client, stated: dict[str, object], pointer: str) -> None:
    assert list(problem(client.post("/v1/jobs", json=REQUEST | stated), 422, "invalid-request")) == [pointer]


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
        ("include=file", "include", "did you mean 'files'?"),
        ("owner=alice", "owner", "only an operator's key"),
        ("&".join(["tag=x"] * 21), "tag", "give 20 at most"),
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
