"""`newsmill serve` after the death of a process: it is replaced, or the service ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.running import Service, left_of, needs_proc, service_at, until
from tests.system.serving import files, post

pytestmark = needs_proc


@pytest.mark.parametrize("part", ["worker", "api", "broker"])
def test_kill_of_a_part_ends_the_service(tmp_path: Path, part: str) -> None:
    with service_at(tmp_path) as service:
        running = service.all()
        os.kill(service.part(part).pid, signal.SIGKILL)
        assert service.process.wait(30) == 1
        assert left_of(running) == []


def test_kill_of_the_http_process_ends_the_service(tmp_path: Path) -> None:
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


def test_kill_of_the_supervisor_leaves_no_process(tmp_path: Path) -> None:
    with service_at(tmp_path) as service:
        job = post(service)
        running = service.all()
        service.process.kill()
        service.process.wait()
        # The restarted service waits for the processes that were left behind.
        with service_at(tmp_path) as again:
            assert files(again, job)
        assert until(lambda: not left_of(running), 10)
