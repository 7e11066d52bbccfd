"""A Valkey that is killed, silent or slow while jobs are posted and run."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from service.runtime.embedded_valkey import embedded_broker
from tests.parts import parts_at
from tests.running import left_of, needs_proc, start_service, until, valkey_at
from tests.service.asking import waiting_job
from tests.system.test_faults import in_work, upload, whole
from workers.jobs.step import Step
from workers.redis.keys import CHUNKS_QUEUE
from workers.steps.leases import Steps

pytestmark = needs_proc

TEXT = {"source": {"text": "One."}, "formats": ["csv"]}

# A slow fsync, as on a busy disk.
SLOW_FSYNC = """
#include <unistd.h>
int fdatasync(int descriptor) { usleep(1500000); return fsync(descriptor); }
"""


def test_repeated_kills_of_valkey_lose_no_job(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        parts.start("worker", "worker")
        assert parts.ready()
        accepted: list[str] = []
        refused: list[tuple[int, str | None]] = []
        over = threading.Event()

        def post() -> None:
            with parts.client() as client:
                while not over.wait(0.02):
                    answer = client.post("/v1/jobs", json=TEXT)
                    if answer.status_code == 202:
                        accepted.append(answer.json()["id"])
                    else:
                        refused.append((answer.status_code, answer.headers.get("Retry-After")))

        clients = [threading.Thread(target=post) for _ in range(3)]
        with parts.client() as client:
            large = upload(client)
            for thread in clients:
                thread.start()
            for _ in range(2):
                known, failures = len(accepted), len(refused)
                assert until(lambda known=known: len(accepted) > known + 5)  # type: ignore[misc]
                parts.valkey.kill()
                missing = client.get("/readyz")
                assert missing.status_code == 503
                assert missing.json()["checks"]["redis"].startswith("Redis does not respond")
                assert until(lambda failures=failures: len(refused) > failures + 10)  # type: ignore[misc]
                parts.valkey.start()
            known = len(accepted)
            assert until(lambda: len(accepted) > known + 5)
            over.set()
            for thread in clients:
                thread.join()
            assert set(refused) == {(503, "5")}
            jobs = parts.jobs()
            assert until(lambda: {jobs.status(job_id) for job_id in accepted} == {"succeeded"}, 150, every=0.5)
            whole(parts, client, large)
            assert client.get("/readyz").status_code == 200


def test_silent_valkey_is_reported_within_seconds(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api")
        parts.start("worker", "worker")
        assert parts.ready()
        with parts.client() as client:
            job = client.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).json()
            assert job["status"] == "succeeded"
            parts.valkey.kill(signal.SIGSTOP)
            refused = client.post("/v1/jobs", json=TEXT)
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            assert "redis" in client.get("/readyz").json()["checks"]
            parts.valkey.kill(signal.SIGCONT)
            assert parts.ready()
            assert client.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).json()["status"] == "succeeded"


def test_a_job_is_on_the_disk_before_it_is_accepted(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    if not compiler:
        pytest.skip("needs a C compiler, for an fsync that is slow: apt-get install gcc libc6-dev")
    source, library = tmp_path / "slow.c", tmp_path / "slow.so"
    source.write_text(SLOW_FSYNC)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    data = tmp_path / "data"
    data.mkdir()
    with parts_at(data) as parts:
        parts.valkey.kill(signal.SIGTERM)
        slow = {"LD_PRELOAD": str(library)}
        parts.start("slow", "/usr/bin/env", *embedded_broker(data).command, **slow)
        assert until(parts.valkey._answers)
        parts.start("api", "api")
        assert parts.is_alive()
        # Constant writes keep an fsync under way at any time.
        over = threading.Event()

        def write() -> None:
            with suppress(Exception):
                while not over.is_set():
                    parts.redis().incr("others")

        writing = threading.Thread(target=write, daemon=True)
        writing.start()
        with parts.client(timeout=60) as client:
            for _ in range(2):
                answer = client.post("/v1/jobs", json=TEXT)
                assert answer.status_code == 202
                parts.kill("slow")
                job_id = answer.json()["id"]
                parts.start("slow", "/usr/bin/env", *embedded_broker(data).command, **slow)
                assert until(parts.valkey._answers)
                assert parts.jobs().status(job_id) == "queued"
                assert f"{job_id} convert 0".encode() in in_work(parts.redis())
        over.set()


def test_the_embedded_valkey_fsyncs_before_it_answers(tmp_path: Path) -> None:
    with valkey_at(tmp_path) as valkey:
        assert valkey.client().config_get("append*")["appendfsync"] == "always"


def test_serve_reports_a_missing_redis_and_stops(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nowhere = f"redis+socket://{tmp_path}/none.sock"
    with start_service(tmp_path, environ={"NEWSMILL_REDIS_URL": nowhere}, patience=1) as service:
        told: list[str] = []
        assert until(lambda: told.append(capfd.readouterr().err) or "not ready yet" in "".join(told))  # type: ignore[func-returns-value]
        assert service.base == ""
        running = service.all()
        assert service.stop() == 0
        assert left_of(running) == []
        assert service.lines == []
    [line] = [line for line in "".join(told).splitlines() if "not ready yet" in line]
    assert line.startswith("newsmill: not ready yet: redis: ")
    assert line.endswith("Redis does not respond; workers: unknown, as Redis is not ready")
    assert "none.sock. No such file or directory." in "".join(told), "the log does not say where it was looked for"


def test_leases_and_waiting_steps_outlive_a_kill_of_valkey(tmp_path: Path) -> None:
    with valkey_at(tmp_path) as valkey:
        steps, redis = Steps(valkey.client()), valkey.client()
        job_id = waiting_job(valkey.jobs()).id
        for kind in ("convert", "join"):
            steps.add(Step(job_id, kind))
        with suppress(RuntimeError), steps.take(CHUNKS_QUEUE):
            raise RuntimeError("as a process that dies")
        before: Any = in_work(redis)
        assert sorted(before.values()) == [b"", b"1"]
        valkey.kill()
        valkey.start()
        assert in_work(valkey.client()) == before
