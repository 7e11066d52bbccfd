"""The request log: ids and log lines of requests, and the id in every line of the request's job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import Service, start_service, until
from tests.service.asking import REQUEST, post, problem

MANY = 2_500


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "log"


@pytest.fixture(scope="module")
def logging_service(tmp_path_factory: pytest.TempPathFactory, log: Path) -> Iterator[Service]:
    """A service whose log we read."""
    with log.open("w") as into, start_service(tmp_path_factory.mktemp("logged"), environ={}, log=into) as running:
        assert running.base
        yield running


@pytest.fixture
def asking(logging_service: Service) -> Iterator[httpx.Client]:
    with logging_service.client() as client:
        yield client


def lines(log: Path, request_id: str) -> list[dict[str, Any]]:
    """What is logged with the id of a request."""
    every = [json.loads(line) for line in log.read_text().splitlines() if not line.startswith("newsmill: ")]
    return [line for line in every if line.get("request_id") == request_id]


@pytest.mark.parametrize("given", ["f" * 128, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "Root=1-67891233-abcdef/x@y:z.1"])
def test_a_request_keeps_its_id(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "f" * 129, "two words", "a\tb", '"quoted"', "é", "-begins", "a;b", "a,b"])
def test_an_id_that_is_not_well_formed_is_replaced(client: httpx.Client, given: str) -> None:
    made = client.get("/healthz", headers={b"X-Request-Id": given.encode()}).headers["X-Request-Id"]
    assert made != given
    assert len(made) == 32


def test_every_response_and_problem_has_the_request_id(client: httpx.Client) -> None:
    missing = client.get("/v1/jobs/none", headers={"X-Request-Id": "asked-1"})
    problem(missing, 404, "not-found")
    assert missing.headers["X-Request-Id"] == missing.json()["request_id"] == "asked-1"
    refused = client.post("/v1/jobs", content=b"{", headers={"Content-Type": "application/json"})
    assert refused.json()["request_id"] == refused.headers["X-Request-Id"]


def test_the_request_id_is_in_all_lines_of_a_small_job(asking: httpx.Client, log: Path) -> None:
    job = asking.post("/v1/jobs", json=REQUEST, headers={"X-Request-Id": "small-1", "Prefer": "wait=60"}).json()
    until(lambda: len(lines(log, "small-1")) == 3)
    found = {line["event"]: line for line in lines(log, "small-1")}
    assert set(found) == {"job accepted", "job ended", "request"}
    assert {line["job_id"] for line in found.values() if "job_id" in line} == {job["id"]}
    ended = found["job ended"]
    assert (ended["status"], ended["done"], ended["step"], ended["try"]) == ("succeeded", 1, "convert", 1)
    assert ended["bytes"] == sum(file["size"] for file in job["files"])
    assert ended["worker"].rpartition(":")[2].isdigit()
    assert 0 <= ended["ran"] < 20
    assert (found["request"]["method"], found["request"]["status"]) == ("POST", 202)


def test_the_request_id_is_in_the_lines_of_every_chunk(asking: httpx.Client, log: Path) -> None:
    articles = b"".join(b'{"paragraphs": ["%s %d"]}\n' % (b"A paragraph." * 10, number) for number in range(MANY))
    answer = asking.post(
        "/v1/jobs",
        files={"file": ("many.ndjson", articles)},
        data={"request": json.dumps({"formats": ["csv"]})},
        headers={"X-Request-Id": "large-1", "Prefer": "wait=60"},
    )
    assert answer.json()["status"] == "succeeded"
    assert until(lambda: any(line["event"] == "chunks merged" for line in lines(log, "large-1")))
    found = lines(log, "large-1")
    chunks = [line for line in found if line["event"] == "chunk converted"]
    assert sorted(line["chunk"] for line in chunks) == [0, 1, 2]
    assert sum(line["done"] for line in chunks) == MANY
    assert {"job accepted", "job split", "chunks merged", "job ended"} < {line["event"] for line in found}
    assert {line["job_id"] for line in found if "job_id" in line} == {answer.json()["id"]}


def test_a_request_line_has_its_route_and_no_secret(asking: httpx.Client, log: Path) -> None:
    job = post(asking)
    url = f"/v1/jobs/{job['id']}/files/articles.csv"
    asking.get(f"{url}?expires=1&signature=a-secret", headers={"X-Request-Id": "secret-1"})
    size = next(file["size"] for file in job["files"] if file["name"] == "articles.csv")
    with asking.stream("GET", url, headers={"X-Request-Id": "signed-1"}) as answer:
        answer.read()
    until(lambda: lines(log, "signed-1") and lines(log, "secret-1"))
    [line] = lines(log, "signed-1")
    seconds = line.pop("seconds")
    assert 0 <= seconds < 20
    del line["timestamp"], line["logger"], line["level"]
    assert line == {
        "event": "request",
        "request_id": "signed-1",
        "method": "GET",
        "route": "/v1/jobs/<job_id>/files/<name>",
        "status": 200,
        "job_id": job["id"],
        "bytes": size,
    }
    assert "a-secret" not in log.read_text()


def test_a_refusal_is_logged_with_its_problem_route_and_address(asking: httpx.Client, log: Path) -> None:
    # No proxy is trusted here, so the client's own word for its address does not count.
    headers = {"X-Request-Id": "refused-1", "X-Forwarded-For": "203.0.113.7"}
    problem(asking.post("/v1/jobs", json={"formats": ["cvs"]}, headers=headers), 422, "invalid-request")
    [line] = until(lambda: lines(log, "refused-1"))
    named = {name: line.get(name) for name in ("problem", "route", "status", "address")}
    assert named == {"problem": "invalid-request", "route": "/v1/jobs", "status": 422, "address": "127.0.0.1"}


def test_a_method_that_is_not_allowed_is_logged_with_the_route_of_the_path(asking: httpx.Client, log: Path) -> None:
    headers = {"X-Request-Id": "refused-2"}
    problem(asking.put("/v1/jobs/none/cancel", headers=headers), 405, "method-not-allowed")
    [line] = until(lambda: lines(log, "refused-2"))
    assert (line["problem"], line["route"]) == ("method-not-allowed", "/v1/jobs/<job_id>/cancel")


def test_probes_are_not_logged(asking: httpx.Client, log: Path) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/nowhere"):
        asking.get(path, headers={"X-Request-Id": f"asked{path}"})
    assert until(lambda: lines(log, "asked/nowhere"))
    assert [lines(log, f"asked{path}") for path in ("/healthz", "/readyz", "/metrics")] == [[], [], []]
    assert (lines(log, "asked/nowhere")[0]["route"], lines(log, "asked/nowhere")[0]["status"]) == ("none", 404)


def test_every_line_is_json_and_celery_logs_no_task(log: Path, asking: httpx.Client) -> None:
    assert until(log.read_text)
    found = [json.loads(line) for line in log.read_text().splitlines() if not line.startswith("newsmill: ")]
    assert [line for line in found if not line["logger"].startswith(("workers.", "service."))] == []
