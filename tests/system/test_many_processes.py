"""Two APIs and two workers share one Redis and one store; each can be replaced."""

from __future__ import annotations

import hashlib
import itertools
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.brokers import free_ports
from tests.running import NO_TLS, ROOT, Valkey, clean_environ, needs_proc, until, valkey_at
from tests.system.test_faults import ARTICLES, counted, upload
from workers.jobs.store import JobStore

pytestmark = needs_proc

WORKERS = 2
SMALL: dict[str, Any] = {"source": {"seeds": "*"}, "formats": ["newsml-g2", "csv"]}


@dataclass(slots=True)
class Processes:
    """APIs and workers as separate process trees that log to files."""

    folder: Path
    valkey: Valkey
    ports: list[int]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    logs: list[Path] = field(default_factory=list)

    def start(self, name: str, part: str, **environ: str) -> None:
        """Start a part under a name."""
        log = self.folder / f"{len(self.logs)}.log"
        self.logs.append(log)
        settings = {
            "NEWSMILL_REDIS_URL": self.valkey.url,
            "NEWSMILL_DATA": str(self.folder),
            "NEWSMILL_WORKERS": "1",
            "NEWSMILL_LOG_LEVEL": "info",
        }
        with log.open("wb") as stream:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "service.cli", part],
                cwd=ROOT,
                env=clean_environ() | settings | environ,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )

    def start_api(self, number: int) -> None:
        self.start(f"api {number}", "api", NEWSMILL_PORT=str(self.ports[number]))

    def client(self, number: int) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.ports[number]}", timeout=60, verify=NO_TLS)

    def stop(self, name: str) -> int:
        """Stop a part, and return its exit status."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(90)

    def ready(self, number: int) -> bool:
        with suppress(httpx.TransportError), self.client(number) as client:
            return client.get("/readyz").status_code == 200
        return False

    def jobs(self) -> JobStore:
        return self.valkey.jobs()


@contextmanager
def processes_in(folder: Path) -> Iterator[Processes]:
    with ExitStack() as held:
        valkey = held.enter_context(valkey_at(folder / "valkey"))
        processes = Processes(folder, valkey, free_ports(2))

        def stop_all() -> None:
            for process in processes.running.values():
                process.terminate()
            for process in processes.running.values():
                process.wait(90)

        held.callback(stop_all)
        for number in range(2):
            processes.start_api(number)
        for number in range(WORKERS):
            processes.start(f"worker {number}", "worker")
        assert until(
            lambda: processes.ready(0) and processes.ready(1) and len(processes.jobs().worker_names()) == 2 * WORKERS,
            60,
        )
        yield processes


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with processes_in(tmp_path_factory.mktemp("processes")) as running:
        yield running


def test_job_of_one_api_is_served_by_another(processes: Processes) -> None:
    with processes.client(0) as one, processes.client(1) as other:
        job_id = upload(one, 3_000)
        waited = other.get(f"/v1/jobs/{job_id}", params={"wait": 30}).json()
        assert waited["status"] in ("running", "succeeded")
        with other.stream("GET", f"/v1/jobs/{job_id}/events") as events:
            lines = list(events.iter_lines())
        assert "event: done" in lines
        last = json.loads(next(line for line in reversed(lines) if line.startswith("data: "))[6:])
        assert (last["id"], last["status"]) == (job_id, "succeeded")
        for file in last["files"]:
            assert hashlib.sha256(other.get(file["href"]).content).hexdigest() == file["sha256"]
        assert other.delete(f"/v1/jobs/{job_id}").status_code == 204
        assert one.get(f"/v1/jobs/{job_id}").status_code == 404


def test_cancel_at_one_api_wakes_a_waiter_at_another(processes: Processes) -> None:
    with processes.client(0) as one, processes.client(1) as other:
        job_id = upload(one)
        assert until(lambda: other.get(f"/v1/jobs/{job_id}").json()["status"] == "running")
        canceling = threading.Timer(0.2, lambda: one.post(f"/v1/jobs/{job_id}/cancel").raise_for_status())
        canceling.start()
        # The notification wakes the waiter.
        assert other.get(f"/v1/jobs/{job_id}", params={"wait": 30}).json()["status"] == "canceled"
        canceling.join()
        assert one.get(f"/v1/jobs/{job_id}").json()["status"] == "canceled"


def test_rolling_restart_under_load_ends_each_job_once(processes: Processes) -> None:
    with processes.client(0) as client:
        large = upload(client)
        posting = threading.Event()
        accepted: list[str] = []

        def post() -> None:
            # As behind a load balancer: the other API takes the request if one does not.
            for number in itertools.cycle((0, 1)):
                if posting.wait(0.15):
                    return
                with suppress(httpx.TransportError), processes.client(number) as posts:
                    answer = posts.post("/v1/jobs", json=SMALL)
                    assert answer.status_code == 202, answer.text
                    accepted.append(answer.json()["id"])

        poster = threading.Thread(target=post)
        poster.start()
        try:
            assert until(lambda: processes.jobs().get(large).status == "running")
            for number in range(WORKERS):
                assert processes.stop(f"worker {number}") == 0
                processes.start(f"worker {number}", "worker")
                assert until(lambda: len(processes.jobs().worker_names()) == 2 * WORKERS)
            for number in range(2):
                processes.stop(f"api {number}")
                processes.start_api(number)
                assert until(lambda number=number: processes.ready(number))  # type: ignore[misc]
        finally:
            posting.set()
            poster.join()

        jobs = processes.jobs()
        every = [large, *accepted]
        assert len(accepted) > 30
        assert until(lambda: all(jobs.get(job_id).ended for job_id in every), 120)
        assert {jobs.get(job_id).status for job_id in every} == {"succeeded"}
        with processes.client(1) as client:
            assert set(counted(client, jobs.get(large)).values()) == {ARTICLES}

        lines = [line for log in processes.logs for line in log.read_text().splitlines() if "job ended" in line]
        assert sorted(job_id for line in lines for job_id in every if job_id in line) == sorted(every)
