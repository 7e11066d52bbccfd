"""`newsmill serve`: its start, its refusals and its end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from service.runtime.embedded_valkey import embedded_broker
from tests.running import ROOT, Service, Valkey, left_of, needs_proc, service_at
from tests.service.asking import waiting_job
from tests.system.serving import make_a_job, post, run_serve
from workers.celery.queues import NICENESS
from workers.jobs.step import Step
from workers.redis.keys import HELD, JOBS_QUEUE
from workers.steps.leases import Steps

pytestmark = needs_proc


def cpu_seconds(pids: list[int]) -> float:
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("number", "host", "name"),
    [
        (signal.SIGTERM, "127.0.0.1", 'a#b?c%20d% two words "quoted" \\ünï'),
        (signal.SIGINT, "localhost", "long/" * 30),
    ],
    ids=["odd folder", "long folder"],
)
def test_service_starts_with_one_line_and_stops_clean(
    tmp_path: Path, short_folder: Path, number: int, host: str, name: str
) -> None:
    temporary, data = short_folder, tmp_path / name
    with service_at(data, "--host", host, TMPDIR=str(temporary)) as service:
        assert service.base.startswith(f"http://{host}:")
        # Processor time, since other tests run too: 1.7 to 2.2 s on an idle machine.
        assert cpu_seconds([service.process.pid, *(one.pid for one in service.all())]) < 8
        assert httpx.get(f"{service.base}/readyz").status_code == 200
        make_a_job(service)
        assert (data / "valkey" / "appendonlydir").is_dir()
        running = service.all()
        assert {"worker", "api"} <= {one.command.split()[3] for one in running if "service.cli" in one.command}
        assert service.stop(number) == 0
        assert left_of(running) == []
        assert service.lines == [f"newsmill is ready at {service.base}\n"]
    assert list(temporary.iterdir()) == []


def test_chunks_and_callbacks_have_a_lower_priority(service: Service) -> None:
    niceness = {}
    for one in service.all():
        if "service.cli" in one.command:
            niceness[" ".join(one.command.split()[3:])] = os.getpriority(os.PRIO_PROCESS, one.pid)
            # Linux applies niceness within a session only.
            assert os.getsid(one.pid) == os.getsid(service.process.pid)
    own = os.getpriority(os.PRIO_PROCESS, service.process.pid)
    assert niceness == {
        "api": own,
        "worker --only jobs": own,
        "worker --only chunks": own + NICENESS,
        "worker --only callbacks": own + NICENESS,
    }


# What each process of an idle service would only hold: OpenSSL takes 4 MB, marshmallow 1 MB, the formats 13 MB.
_SUPERVISOR = "service.cli.main, service.runtime.serve, workers.storage.local_store"
_WORKER = "service.cli.main, workers.celery.app, workers.celery.tasks, workers.celery.upkeep"
_API = "service.cli.main, service.runtime.http_server"


@pytest.mark.parametrize(
    ("modules", "unneeded"),
    [
        (_SUPERVISOR, ("celery", "redis", "valkey", "marshmallow", "ssl", "_hashlib", "schemas.jobs.job")),
        (_WORKER, ("flask", "marshmallow", "lxml", "workers.formats", "schemas.article.parts", "httpcore")),
        (_API, ("celery", "kombu", "prometheus_client", "dateparser", "trafilatura", "pyarrow", "obstore", "httpx")),
    ],
)
def test_an_idle_process_imports_only_what_it_needs(modules: str, unneeded: tuple[str, ...]) -> None:
    code = f"import sys, {modules}; print([name for name in {unneeded} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_steps_of_killed_workers_are_known(valkey: Valkey) -> None:
    valkey.client().flushdb()
    broker = embedded_broker(valkey.data)
    assert broker.call("EXISTS", HELD) == b":0"
    job_id, steps = waiting_job(valkey.jobs()).id, Steps(valkey.client())
    steps.add(Step(job_id, "convert"))
    with steps.take(JOBS_QUEUE):
        assert broker.call("EXISTS", HELD) == b":1"
    assert broker.call("EXISTS", HELD) == b":0"


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
