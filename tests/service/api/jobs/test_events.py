"""GET /v1/jobs/{id}/events, over HTTP, against the whole service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import schemathesis

from schemas.jobs.record import JobEnd
from tests.running import Service, start_job
from tests.service.asking import post, waiting_job

Event = tuple[str, str, dict[str, Any]]


def events(client: httpx.Client, job_id: str, last: str | None = None) -> Iterator[Event]:
    """Return the id, name and data of each event of a job, to the end of the stream."""
    headers = {"Last-Event-ID": last} if last else {}
    with client.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        event: dict[str, str] = {}
        for line in answer.iter_lines():
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value
            elif event:
                yield event["id"], event["event"], orjson.loads(event["data"])
                event = {}


def run(service: Service, job_id: str) -> Iterator[None]:
    """Finish a job, and yield after each change."""
    jobs = service.jobs()
    start_job(jobs, job_id)
    yield
    for done in (1, 2):
        assert jobs.progress(job_id, done=done, failed=1)
        yield
    assert jobs.finish(job_id, JobEnd(status="partial", done=3, failed=1))
    yield


def test_progress_events_come_until_the_job_is_done(client: httpx.Client, service: Service) -> None:
    job_id = waiting_job(service.jobs()).id
    followed = events(client, job_id)
    first = next(followed)
    assert (first[1], first[2]["status"]) == ("progress", "queued")
    said = [next(followed) for _ in run(service, job_id)]
    assert list(followed) == []
    assert [(name, job["status"], job["progress"]["done"]) for _, name, job in said] == [
        ("progress", "running", 0),
        ("progress", "running", 1),
        ("progress", "running", 2),
        ("done", "partial", 3),
    ]


def test_an_ended_job_has_one_event(client: httpx.Client) -> None:
    job = post(client)
    [(_, name, told)] = events(client, job["id"])
    assert (name, told) == ("done", job)


def test_a_reconnecting_client_gets_later_events(client: httpx.Client, service: Service) -> None:
    job_id = waiting_job(service.jobs()).id
    first, _, _ = next(events(client, job_id))
    list(run(service, job_id))
    [(_, name, job)] = events(client, job_id, first)
    assert (name, job["status"]) == ("done", "partial")


def test_an_unknown_job_has_no_events(client: httpx.Client) -> None:
    assert client.get(f"/v1/jobs/{'0' * 32}/events").status_code == 404


def test_a_client_with_the_last_event_gets_204(client: httpx.Client) -> None:
    job = post(client)
    [(event, _, _)] = events(client, job["id"])
    answer = client.get(f"/v1/jobs/{job['id']}/events", headers={"Last-Event-ID": event})
    assert (answer.status_code, answer.content) == (204, b"")


def test_schemathesis_finds_the_events_as_they_are_described(service: Service, client: httpx.Client) -> None:
    operation = schemathesis.openapi.from_url(f"{service.base}/openapi.json")["/v1/jobs/{job_id}/events"]["GET"]
    for job_id in (post(client)["id"], waiting_job(service.jobs()).id):
        case = operation.Case(path_parameters={"job_id": job_id})
        answer = case.call(timeout=2)
        assert b"\ndata: {" in answer.content
        case.validate_response(answer)
