"""Many clients at once: posts, waiting requests, and a full queue."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.jobs.record import JobEnd
from schemas.settings import load_settings
from service.app import create_app
from service.jobs.notifications import MOST_WAITING
from tests.running import Service, needs_proc, service_at, until
from tests.service.asking import post, problem, waiting_job
from tests.system.test_faults import told

pytestmark = needs_proc

JOBS, CLIENTS = 1_000, 50
WAITING = 200
TEXT = {"formats": ["csv"]}


def all_at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


def test_thousand_jobs_of_fifty_clients_end_once(service: Service) -> None:
    host = service.base.removeprefix("http://")
    accepted: list[str] = []

    def client(first: int) -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        for number in range(first, JOBS, CLIENTS):
            body = orjson.dumps({"source": {"text": f"Text {number} of a crowd."}, **TEXT})
            connection.request("POST", "/v1/jobs", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            job = orjson.loads(answer.read())
            assert answer.status == 202, job
            accepted.append(job["id"])
        connection.close()

    with told(service.jobs()._client) as changes:
        all_at_once([partial(client, first) for first in range(CLIENTS)])
        assert len(set(accepted)) == JOBS
        jobs = service.jobs()
        assert until(lambda: all(jobs.status(job_id) == "succeeded" for job_id in accepted), 120, every=0.5)
        assert until(lambda: changes[f"{accepted[-1]} succeeded"])
    assert {changes[f"{job_id} {state}"] for job_id in accepted for state in ("running", "succeeded")} == {1}
    assert {jobs.get(job_id).done for job_id in accepted} == {1}


@pytest.mark.parametrize("path", ["?wait=60", "/events"])
def test_waiting_requests_block_no_post(service: Service, path: str) -> None:
    job_id = waiting_job(service.jobs()).id
    host = service.base.removeprefix("http://")
    answered = threading.Semaphore(0)
    statuses: list[int] = []

    def wait() -> None:
        connection = http.client.HTTPConnection(host, timeout=100)
        connection.request("GET", f"/v1/jobs/{job_id}{path}")
        answer = connection.getresponse()
        statuses.append(answer.status)
        answer.read()
        answered.release()
        connection.close()

    waiters = [threading.Thread(target=wait, daemon=True) for _ in range(WAITING)]
    for waiter in waiters:
        waiter.start()
    # Requests over the limit are answered at once with the current job.
    for _ in range(WAITING - MOST_WAITING):
        assert answered.acquire(timeout=90)
    with service.client() as client:
        for _ in range(5):
            # This request does not wait either: it gets the current job.
            accepted = client.post(
                "/v1/jobs", json={"source": {"text": "One more."}, **TEXT}, headers={"Prefer": "wait=60"}
            )
            assert accepted.status_code == 202
            own = f"/v1/jobs/{accepted.json()['id']}"
            assert until(lambda own=own: client.get(own).json()["status"] == "succeeded")  # type: ignore[misc]
    assert sum(waiter.is_alive() for waiter in waiters) == MOST_WAITING
    service.jobs().finish(job_id, JobEnd(status="canceled"))
    for waiter in waiters:
        waiter.join(90)
    assert statuses == [200] * WAITING
    with service.client() as client:
        assert post(client)["status"] == "succeeded"


def test_excess_event_stream_gets_a_retry_time(service: Service) -> None:
    jobs = service.jobs()
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": service.redis_url()}))
    job = waiting_job(jobs)
    app.extensions["newsmill.JobNotifications"]._most = 0
    told = app.test_client().get(f"/v1/jobs/{job.id}/events")
    events = told.text.split("\n\n")
    assert events[0].startswith("id: queued-0-0-0\nevent: progress\ndata: ")
    assert events[1:] == ["retry: 2000", ""]
    again = app.test_client().get(f"/v1/jobs/{job.id}/events", headers={"Last-Event-ID": "queued-0-0-0"})
    assert again.text == "retry: 2000\n\n"
    jobs.finish(job.id, JobEnd(status="canceled"))
    assert "event: done" in app.test_client().get(f"/v1/jobs/{job.id}/events").text


def test_idle_connections_block_no_request(service: Service) -> None:
    host = service.base.removeprefix("http://")
    idle = []
    for _ in range(400):
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        idle.append(connection)
    with service.client() as client:
        assert post(client)["status"] == "succeeded"
    for connection in idle:
        connection.close()


def test_full_queue_refuses_jobs_and_queued_ones_end(tmp_path: Path) -> None:
    with service_at(tmp_path, NEWSMILL_MAX_QUEUED="5") as service, service.client() as client:
        workers = [one.pid for one in service.all() if "worker" in one.command]
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        accepted = [client.post("/v1/jobs", json={"source": {"text": f"{n}."}, **TEXT}).json()["id"] for n in range(5)]
        upload: Any = {
            "file": ("a.ndjson", b'{"paragraphs": "x"}\n' * 40_000),
            "request": (None, '{"formats": ["csv"]}'),
        }
        for refused in (
            client.post("/v1/jobs", json={"source": {"text": "6."}, **TEXT}),
            client.post("/v1/jobs", files=upload),
        ):
            problem(refused, 429, "queue-full")
            assert refused.headers["Retry-After"] == "10"
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        jobs = service.jobs()
        assert until(lambda: all(jobs.status(job_id) == "succeeded" for job_id in accepted))
        assert post(client, {"source": {"text": "7."}, **TEXT})["status"] == "succeeded"
