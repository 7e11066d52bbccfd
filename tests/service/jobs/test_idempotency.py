"""The header Idempotency-Key on POST /v1/jobs, over HTTP, against the whole service: one request, one job."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.running import Service
from tests.service.asking import REQUEST, problem
from workers.jobs.idempotency import RequestKey
from workers.redis.connect import connect
from workers.redis.keys import IDEMPOTENCY

UPLOAD = b'{"formats": ["csv"], "metadata": {"language": "en"}}'


@pytest.fixture
def key() -> dict[str, str]:
    """An unused key."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def parts(content: bytes = b"A text.", name: str = "a.txt", request: bytes = UPLOAD) -> list[Any]:
    return [("file", (name, content)), ("request", (None, request))]


def jobs_of(service: Service) -> int:
    return len(list(connect(service.redis_url()).scan_iter(f"newsmill:job:{'[0-9a-f]' * 32}", count=10_000)))


def folders(service: Service) -> set[Path]:
    return set((service.data / "store" / "jobs").glob("*"))


def key_in_redis(service: Service, key: dict[str, str]) -> str:
    return IDEMPOTENCY + RequestKey(owner="", value=key["Idempotency-Key"], digest="").name


@pytest.mark.parametrize("kind", ["json", "upload"])
def test_the_same_request_gives_the_same_job(service: Service, client: httpx.Client, key: Any, kind: str) -> None:
    body: dict[str, Any] = {"json": REQUEST} if kind == "json" else {"files": parts()}
    first = client.post("/v1/jobs", **body, headers=key | {"Prefer": "wait=60"})
    before, stored = jobs_of(service), folders(service)
    for _ in range(3):
        again = client.post("/v1/jobs", **body, headers=key)
        assert (again.status_code, again.headers["Location"]) == (202, first.headers["Location"])
        assert again.json() == first.json()  # the job has ended
        assert "Retry-After" not in again.headers
    assert jobs_of(service) == before
    assert folders(service) == stored


def test_the_same_json_in_another_form_is_the_same(client: httpx.Client, key: Any) -> None:
    turned = {name: REQUEST[name] for name in reversed(REQUEST)}
    answers = [
        client.post("/v1/jobs", content=content, headers=key | {"Content-Type": "application/json; charset=utf-8"})
        for content in (orjson.dumps(REQUEST), orjson.dumps(turned, option=orjson.OPT_INDENT_2))
    ]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [
        client.post("/v1/jobs", files=some, headers=key)
        for some in (parts(), parts()[::-1], parts(request=UPLOAD.replace(b" ", b"\n")))
    ]
    assert len({answer.headers["Location"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"files": parts(b"Another.")},
        {"files": parts(name="b.txt")},
        {"files": parts(request=b'{"formats": ["newsml-g2"], "metadata": {"language": "en"}}')},
        {"files": [parts()[0], *parts()]},
        {"json": REQUEST},
    ],
)
def test_another_body_is_refused_and_leaves_nothing(
    service: Service, client: httpx.Client, key: Any, other: dict[str, Any]
) -> None:
    first = client.post("/v1/jobs", files=parts(), headers=key | {"Prefer": "wait=60"})
    before, stored = jobs_of(service), folders(service)
    problem(client.post("/v1/jobs", **other, headers=key), 422, "key-reused")
    assert (jobs_of(service), folders(service)) == (before, stored)
    assert client.post("/v1/jobs", files=parts(), headers=key).headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize("kind", ["json", "upload"])
def test_concurrent_requests_make_one_job(service: Service, key: Any, kind: str) -> None:
    body: dict[str, Any] = {"json": REQUEST} if kind == "json" else {"files": parts(b"A text. " * 20_000)}
    before = jobs_of(service)
    answers: list[httpx.Response] = []
    begin = threading.Barrier(8)

    def post() -> None:
        with service.client() as client:
            begin.wait()
            answers.append(client.post("/v1/jobs", **body, headers=key))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [202] * 8
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert jobs_of(service) == before + 1


@pytest.mark.parametrize(
    "refused", [{"json": {"formats": ["cvs"]}}, {"files": parts(b"<opml/>", "a.xml")}, {"content": b"{"}]
)
def test_a_refused_request_leaves_its_key_unused(client: httpx.Client, key: Any, refused: dict[str, Any]) -> None:
    headers = key if "content" not in refused else key | {"Content-Type": "application/json"}
    assert client.post("/v1/jobs", **refused, headers=headers).status_code in (400, 422)
    assert client.post("/v1/jobs", json=REQUEST, headers=key).status_code == 202


def test_a_key_lasts_a_day_or_until_its_job_is_deleted(service: Service, client: httpx.Client, key: Any) -> None:
    answer = client.post("/v1/jobs", json=REQUEST, headers=key | {"Prefer": "wait=60"})
    redis = connect(service.redis_url())
    assert 86_340 < redis.ttl(key_in_redis(service, key)) <= 86_400
    client.delete(answer.headers["Location"])
    assert not redis.exists(key_in_redis(service, key))
    other = client.post("/v1/jobs", json=REQUEST, headers=key)
    assert (other.status_code, other.headers["Location"] != answer.headers["Location"]) == (202, True)


@pytest.mark.parametrize("value", [b"", b"a b", b"x" * 256, b"a\tb", "é".encode()])
def test_an_invalid_key_is_refused(client: httpx.Client, value: bytes) -> None:
    answer = client.post("/v1/jobs", json=REQUEST, headers={b"Idempotency-Key": value})
    assert problem(answer, 400, "malformed-request") == {}
    assert "from 1 to 255 visible characters" in answer.json()["detail"]


@pytest.mark.parametrize("value", ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', "x" * 255, "!~"])
def test_any_visible_characters_are_a_key(client: httpx.Client, value: str) -> None:
    headers = {"Idempotency-Key": value}
    first = client.post("/v1/jobs", json=REQUEST, headers=headers)
    assert first.status_code == 202
    assert client.post("/v1/jobs", json=REQUEST, headers=headers).headers["Location"] == first.headers["Location"]
    client.delete(first.headers["Location"])
