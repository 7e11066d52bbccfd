"""`newsmill serve` after the death of a process: it is replaced, and only a part that keeps dying ends the service."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx

from schemas.errors import BrokerError
from tests.running import (
    FAST_TIMINGS,
    NO_TLS,
    Service,
    descendants,
    fast_service_at,
    left_of,
    needs_proc,
    start_service,
    until,
)
from tests.system.serving import is_replaced, make_a_job, post
from tests.system.test_faults import upload, whole

pytestmark = needs_proc

LARGE = 20_000


PARTS = ("worker --only jobs", "worker --only chunks", "worker --only callbacks", "api", "broker")


def test_killed_parts_start_again(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as log, start_service(tmp_path, environ=FAST_TIMINGS, log=log) as service:
        os.close(reading)  # the reader of the log has died too
        for name in PARTS:
            killed = service.part(name)
            os.kill(killed.pid, signal.SIGKILL)
            assert until(partial(is_replaced, service, name, killed)), name
            assert until(lambda: is_ready(service)), name
            make_a_job(service)
        running = service.all()
        assert service.stop() == 0
        assert left_of(running) == []


def test_large_job_goes_on_while_its_parts_are_killed(tmp_path: Path) -> None:
    for_temporary_files = tmp_path / "temporary"
    for_temporary_files.mkdir()
    environ = {"TMPDIR": str(for_temporary_files)}
    with fast_service_at(tmp_path / "data", **environ) as service, service.client() as client:
        job_id = upload(client, LARGE)
        for name in ("worker --only chunks", "broker", "worker --only chunks"):
            assert until(partial(has_moved, service, job_id, done_of(service, job_id)), every=0.1), name
            killed = service.part(name)
            os.kill(killed.pid, signal.SIGKILL)
            assert until(partial(is_replaced, service, name, killed)), name
        assert until(lambda: is_ready(service))
        whole(service, client, job_id, articles=LARGE)
        assert service.stop() == 0
    assert list(for_temporary_files.iterdir()) == []


def test_part_that_keeps_dying_stops_the_service_with_its_last_lines(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+") as log, start_service(tmp_path, environ=FAST_TIMINGS, log=log) as service:
        running = service.all()
        (log_file,) = tmp_path.glob("valkey/appendonlydir/*.incr.aof")
        log_file.write_bytes(b"no command\n")
        os.kill(service.part("broker").pid, signal.SIGKILL)
        assert service.process.wait(120) == 1
        assert left_of(running) == []
        told = (tmp_path / "log").read_text()
    assert "newsmill: the broker was killed by SIGKILL; it starts again in 0.1 s" in told
    assert "newsmill: the broker keeps dying: 5 times in a row, and the last time it ended with status 1" in told
    assert "Bad file format reading the append only file" in told.partition("The last lines of the broker:")[2]


def is_ready(service: Service) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{service.base}/readyz", verify=NO_TLS).status_code == 200
    return False


def has_moved(service: Service, job_id: str, before: int) -> bool:
    return done_of(service, job_id) > before


def done_of(service: Service, job_id: str) -> int:
    with suppress(BrokerError):
        return service.jobs().get(job_id).done
    return -1


def test_killed_children_of_a_worker_and_their_nursery_are_replaced(service: Service) -> None:
    assert post(service)["status"] == "succeeded"
    worker = service.part("worker --only jobs")
    nursery, *children = descendants(worker.pid)
    assert children
    for killed in ([nursery], children, [nursery, *children]):
        for one in killed:
            with suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        assert post(service)["status"] == "succeeded"
        nursery, *children = descendants(worker.pid)
    assert service.part("worker --only jobs") == worker
