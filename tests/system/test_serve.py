"""`newsmill serve` as one runs it: from its start to the end of all it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from kombu.transport.redis import Channel as RedisChannel

from service.broker import embedded_broker
from service.serve import HELD_BY_WORKERS
from tests.running import (
    ROOT,
    Service,
    Valkey,
    clean_environ,
    left_of,
    needs_proc,
    service_at,
    start_service,
    until,
    valkey_at,
)
from workers.roles import NICENESS
from workers.steps import Step, Steps

pytestmark = needs_proc

REQUEST = {"source": {"seeds": "*"}, "formats": ["newsml-g2", "news-article", "csv"]}


def post(service: Service, wait: int = 20, **changed: Any) -> dict[str, Any]:
    with service.client() as client:
        answer = client.post("/v1/jobs", json=REQUEST | changed, headers={"Prefer": f"wait={wait}"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def files(service: Service, job: dict[str, Any]) -> dict[str, bytes]:
    with service.client() as client:
        return {file["name"]: client.get(file["href"]).raise_for_status().content for file in job["files"]}


def run_serve(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "serve", *arguments],
        cwd=ROOT,
        env=clean_environ() | environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def cpu_seconds(pids: list[int]) -> float:
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_ready_soon_says_so_in_one_line_and_stops_with_nothing_left(tmp_path: Path, number: int) -> None:
    with service_at(tmp_path) as service:
        # What it takes of the processors: other tests may hold them. 1.7 to 2.2 seconds where nothing else runs.
        assert cpu_seconds([service.process.pid, *(one.pid for one in service.all())]) < 8
        assert httpx.get(f"{service.base}/readyz").status_code == 200
        running = service.all()
        assert {"worker", "api"} <= {one.command.split()[3] for one in running if "service.cli" in one.command}
        began = time.monotonic()
        assert service.stop(number) == 0
        assert time.monotonic() - began < 20  # 1.9 where nothing else runs
        assert left_of(running) == []
        assert service.lines == [f"newsmill is ready at {service.base}\n"]


def test_what_is_not_needed_at_once_stands_back_for_what_is(service: Service) -> None:
    niceness = {}
    for one in service.all():
        if "service.cli" in one.command:
            niceness[" ".join(one.command.split()[3:])] = os.getpriority(os.PRIO_PROCESS, one.pid)
            # Niceness counts within a session alone, where Linux shares out among them.
            assert os.getsid(one.pid) == os.getsid(service.process.pid)
    own = os.getpriority(os.PRIO_PROCESS, service.process.pid)
    assert niceness == {
        "api": own,
        "worker --only jobs": own,
        "worker --only chunks": own + NICENESS,
        "worker --only callbacks": own + NICENESS,
    }


def test_the_first_process_imports_no_celery_and_no_client_of_redis() -> None:
    code = "import sys, service.serve; print([name for name in ('celery', 'redis', 'valkey') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_it_knows_what_workers_that_were_killed_had(valkey: Valkey) -> None:
    valkey.client().flushdb()
    broker = embedded_broker(valkey.data)
    assert broker.ask("EXISTS", *HELD_BY_WORKERS) == b":0"
    with Steps(valkey.client()).work_on(Step("0" * 32, "convert")):
        assert broker.ask("EXISTS", *HELD_BY_WORKERS) == b":1"
    assert RedisChannel.unacked_key in HELD_BY_WORKERS
    assert broker.ask("EXISTS", *HELD_BY_WORKERS) == b":0"


@pytest.mark.parametrize("part", ["worker", "api", "broker"])
def test_a_part_that_is_killed_ends_all_of_it(tmp_path: Path, part: str) -> None:
    with service_at(tmp_path) as service:
        running = service.all()
        os.kill(service.part(part).pid, signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert left_of(running) == []


def test_the_process_that_answers_requests_does_not_die_alone(tmp_path: Path) -> None:
    with service_at(tmp_path) as service:
        running = service.all()
        api = service.part("api")
        for one in running:
            if one.parent == api.pid:
                os.kill(one.pid, signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert left_of(running) == []


def test_a_killed_process_of_the_pool_is_replaced(service: Service) -> None:
    worker = service.part("worker")
    pool = [one for one in service.all() if one.parent == worker.pid]
    assert pool
    for one in pool:
        os.kill(one.pid, signal.SIGKILL)
    assert post(service)["status"] == "succeeded"


def test_nothing_is_left_when_the_first_process_is_killed(tmp_path: Path) -> None:
    with service_at(tmp_path) as service:
        job = post(service)
        running = service.all()
        service.process.kill()
        service.process.wait()
        # It is started again at once, on the same folder, and waits for what was left behind.
        with service_at(tmp_path) as again:
            assert files(again, job)
        assert until(lambda: not left_of(running), 10)


def test_a_second_service_on_the_same_folder_is_refused(service: Service) -> None:
    second = run_serve("--port", "0", "--data", service.data)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == f"newsmill: NEWSMILL_DATA={service.data}: another `newsmill serve` runs on this folder\n"
    assert post(service)["status"] == "succeeded"


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = run_serve("--port", port, "--data", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    where = f"NEWSMILL_HOST=127.0.0.1, NEWSMILL_PORT={port}"
    assert refused.stderr == f"newsmill: {where}: cannot listen there: Address already in use\n"
    assert list(tmp_path.iterdir()) == []


def test_the_port_of_another_service_is_refused(service: Service, tmp_path: Path) -> None:
    refused = run_serve("--port", service.base.rpartition(":")[2], "--data", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")


def test_jobs_outlive_a_restart_and_with_a_fixed_clock_the_same_job_makes_the_same_bytes(tmp_path: Path) -> None:
    clock = {"NEWSMILL_CLOCK": "2024-11-08T16:30:00Z"}
    with service_at(tmp_path, **clock) as service:
        done = post(service)
        before = files(service, done)
    assert b"2024-11-08T16:30:00Z" in before["articles.newsml.xml"]
    with service_at(tmp_path, **clock) as service:
        with service.client() as client:
            assert client.get(f"/v1/jobs/{done['id']}").json() == done
        assert files(service, done) == before
        assert files(service, post(service)) == before


def test_what_was_queued_or_in_work_when_it_was_killed_is_run_after_a_restart(tmp_path: Path) -> None:
    articles = [{"paragraphs": [f"{number} " + "word " * 300]} for number in range(4_000)]
    with service_at(tmp_path) as service:
        in_work = post(service, wait=0, source={"articles": articles})
        queued = post(service, wait=0)
        assert until(lambda: service.jobs().get(in_work["id"]).status == "running")
        service.process.kill()
    with service_at(tmp_path) as service:
        jobs = service.jobs()
        assert until(lambda: jobs.get(in_work["id"]).ended and jobs.get(queued["id"]).ended, 40)
        assert (jobs.get(in_work["id"]).status, jobs.get(in_work["id"]).done) == ("succeeded", 4_000)
        assert jobs.get(queued["id"]).status == "succeeded"


def test_it_stops_soon_in_the_middle_of_a_long_job_and_goes_on_with_it_later(tmp_path: Path) -> None:
    lines = b"".join(b'{"paragraphs": ["%d"]}\n' % number for number in range(100_000))
    upload: Any = [("file", ("a.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    with service_at(tmp_path) as service:
        with service.client() as client:
            job = client.post("/v1/jobs", files=upload).json()
        assert until(lambda: service.jobs().get(job["id"]).done > 0)
        running = service.all()
        began = time.monotonic()
        assert service.stop() == 0
        assert time.monotonic() - began < 15
        assert left_of(running) == []
    with service_at(tmp_path) as service:
        before = service.jobs().get(job["id"])
        assert before.status == "running"
        assert until(lambda: service.jobs().get(job["id"]).done > before.done)
        running = service.all()
        service.process.kill()
        assert until(lambda: not left_of(running), 15)


def test_without_redis_it_says_so_and_comes_back(tmp_path: Path) -> None:
    with valkey_at(tmp_path / "valkey") as valkey:
        with service_at(tmp_path / "data", NEWSMILL_REDIS_URL=valkey.url) as service:
            assert post(service)["status"] == "succeeded"
            client = service.client()

            valkey.kill()
            began = time.monotonic()
            gone = client.post("/v1/jobs", json=REQUEST)
            ready = client.get("/readyz")
            assert time.monotonic() - began < 4
            assert gone.headers["Content-Type"] == "application/problem+json"
            assert (gone.status_code, gone.headers["Retry-After"]) == (503, "5")
            assert ready.status_code == 503
            assert ready.json()["checks"]["redis"] != "ok"
            assert client.get("/healthz").status_code == 200
            assert service.process.poll() is None

            valkey.start()
            assert until(lambda: client.get("/readyz").status_code == 200, 20)
            assert post(service)["status"] == "succeeded"


def test_it_can_be_stopped_while_it_waits_for_a_redis_that_is_not_there(tmp_path: Path) -> None:
    nowhere = f"redis+socket://{tmp_path}/none.sock"
    with start_service(tmp_path, environ={"NEWSMILL_REDIS_URL": nowhere}, patience=2) as service:
        assert service.base == ""
        running = service.all()
        assert service.stop() == 0
        assert left_of(running) == []
        assert service.lines == []
