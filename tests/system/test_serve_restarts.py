"""Restarts of `newsmill serve` and of its Redis: accepted jobs are made."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from tests.running import Seen, Service, fast_service_at, left_of, needs_proc, service_at, until, valkey_at
from tests.system.serving import REQUEST, files, post

pytestmark = needs_proc


def test_stopped_service_resumes_a_long_job_and_has_the_finished_ones(tmp_path: Path) -> None:
    clock = {"NEWSMILL_CLOCK": "2024-11-08T16:30:00Z"}
    lines = b"".join(b'{"paragraphs": ["%d"]}\n' % number for number in range(20_000))
    upload: Any = [("file", ("a.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    with service_at(tmp_path, **clock) as service:
        done = post(service)
        before = files(service, done)
        assert b"2024-11-08T16:30:00Z" in before["articles.newsml.xml"]
        with service.client() as client:
            long = client.post("/v1/jobs", files=upload).json()["id"]
        assert until(lambda: service.jobs().get(long).done > 0)
        running = service.all()
        assert service.stop() == 0
        assert left_of(running) == []
    with service_at(tmp_path, **clock) as service:
        stopped = service.jobs().get(long)
        assert stopped.status == "running"
        assert until(lambda: service.jobs().get(long).done > stopped.done)
        with service.client() as client:
            assert client.post(f"/v1/jobs/{long}/cancel").status_code == 202
            assert client.get(f"/v1/jobs/{done['id']}").json() == done
        # With a fixed clock, a job repeats its bytes.
        assert files(service, done) == before
        assert files(service, post(service)) == before


def test_unfinished_jobs_run_after_a_kill_which_leaves_no_process(tmp_path: Path) -> None:
    articles = [{"paragraphs": [f"{number} " + "word " * 300]} for number in range(2_000)]
    with fast_service_at(tmp_path) as service:
        done = post(service)
        in_work = post(service, wait=0, source={"articles": articles})
        queued = post(service, wait=0)
        assert until(lambda: service.jobs().get(in_work["id"]).status == "running")
        watchdog = watchdog_of(service)
        assert watchdog is not None
        os.kill(watchdog.pid, signal.SIGKILL)
        assert until(lambda: watchdog_of(service) not in (None, watchdog))
        running = service.all()
        service.process.kill()
        service.process.wait()
    # The restarted service waits for the processes that were left behind.
    with fast_service_at(tmp_path) as service:
        assert files(service, done)
        assert until(lambda: not left_of(running))
        jobs = service.jobs()
        assert until(lambda: jobs.get(in_work["id"]).ended and jobs.get(queued["id"]).ended)
        assert (jobs.get(in_work["id"]).status, jobs.get(in_work["id"]).done) == ("succeeded", 2_000)
        assert jobs.get(queued["id"]).status == "succeeded"


def watchdog_of(service: Service) -> Seen | None:
    """Return the process that stops the parts of a killed service."""
    return next((one for one in service.all() if "watchdog.sh" in one.command), None)


def test_service_recovers_from_a_lost_redis(tmp_path: Path) -> None:
    with valkey_at(tmp_path / "valkey") as valkey:
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=valkey.url) as service:
            assert post(service)["status"] == "succeeded"
            client = service.client()

            valkey.kill()
            gone = client.post("/v1/jobs", json=REQUEST)
            ready = client.get("/readyz")
            assert gone.headers["Content-Type"] == "application/problem+json"
            assert (gone.status_code, gone.headers["Retry-After"]) == (503, "5")
            assert ready.status_code == 503
            assert ready.json()["checks"]["redis"] != "ok"
            assert client.get("/healthz").status_code == 200
            assert service.process.poll() is None

            valkey.start()
            assert until(lambda: client.get("/readyz").status_code == 200)
            assert post(service)["status"] == "succeeded"
