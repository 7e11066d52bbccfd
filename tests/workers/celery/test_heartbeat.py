from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import cast

import pytest
from celery.signals import worker_ready, worker_shutting_down

from schemas.errors import NewsmillError
from tests.running import until
from workers.celery.heartbeat import check_worker, repeat
from workers.jobs.store import JobStore


@dataclass
class Workers:
    """What a job store says of the workers."""

    names: tuple[str, ...]

    def worker_names(self) -> tuple[str, ...]:
        return self.names


@pytest.mark.parametrize("names", [(f"{socket.gethostname()}:1",), ("another:1", f"{socket.gethostname()}:4711")])
def test_a_worker_of_this_host_is_well(names: tuple[str, ...]) -> None:
    check_worker(cast("JobStore", Workers(names)))


@pytest.mark.parametrize("names", [(), ("another:1",), (f"{socket.gethostname()}-2:1",)])
def test_workers_of_other_hosts_do_not_count(names: tuple[str, ...]) -> None:
    with pytest.raises(NewsmillError, match="no worker of this host"):
        check_worker(cast("JobStore", Workers(names)))


def test_sweeps_go_on_after_an_unknown_error(monkeypatch: pytest.MonkeyPatch) -> None:
    swept: list[bool] = []

    def sweep() -> None:
        swept.append(True)
        raise ValueError("a damaged name")

    for signal in (worker_ready, worker_shutting_down):
        monkeypatch.setattr(signal, "receivers", [])
    repeat("sweep", 0.01, sweep)
    worker_ready.send(sender=None)
    try:
        assert until(lambda: len(swept) > 2)
    finally:
        worker_shutting_down.send(sender=None)
