"""Servers for tests: a Valkey, the whole service, and a view of their processes."""

from __future__ import annotations

import os
import queue
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import httpx
import pytest
import redis

from schemas.errors import BrokerError
from schemas.jobs.record import JobRecord
from schemas.settings import load_settings
from service.runtime.embedded_valkey import embedded_broker
from tests.described import Description
from workers.jobs.step import Step
from workers.jobs.store import JobStore
from workers.redis.connect import connect
from workers.steps.leases import Steps

ROOT = Path(__file__).resolve().parents[1]
READY = "newsmill is ready at "
NEWSMILL = Path(sys.executable).with_name("newsmill")
"""The installed command."""
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of services on this machine: by default, each client loads the certificates of all authorities first."""
FAST_TIMINGS = {"NEWSMILL_TIMINGS": "lease=3 renew_every=0.4 sweep_every=1.2"}
"""Short intervals, for tests that wait for the end of a lease or for a sweep."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc: Linux only")


def until(holds: Callable[[], Any], seconds: float = 90.0, every: float = 0.02) -> Any:
    """Poll a condition, up to five times as slowly with time: polls of a service take its processor time.

    A poll that a busy machine does not answer in time, or a server that is restarting, does not hold yet.
    Return its first true value, or its last value when the time is over. Raise its error if the last poll had one.
    """
    deadline = time.monotonic() + seconds
    pause = every
    while True:
        late = time.monotonic() >= deadline
        try:
            if (found := holds()) or late:
                return found
        except (BrokerError, httpx.TransportError):
            if late:
                raise
        time.sleep(pause)
        pause = min(pause * 1.1, 5 * every)


@dataclass(slots=True)
class Valkey:
    """A separate Valkey on a Unix socket. Tests can kill and restart it on the same data."""

    data: Path
    url: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        broker = embedded_broker(self.data)
        self.url = broker.url
        self.process = subprocess.Popen(broker.command, stdout=subprocess.DEVNULL)
        assert until(self._answers), "Valkey does not answer"

    def kill(self, number: int = signal.SIGKILL) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.process.wait(90)

    def client(self) -> redis.Redis:
        return connect(self.url)

    def jobs(self, **settings: str) -> JobStore:
        given = {f"NEWSMILL_{name.upper()}": value for name, value in settings.items()}
        return JobStore(self.client(), load_settings(given))

    def _answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.client().ping())
        return False


@contextmanager
def valkey_at(data: Path) -> Iterator[Valkey]:
    """A Valkey that keeps its data in a folder."""
    valkey = Valkey(data)
    valkey.start()
    try:
        yield valkey
    finally:
        if valkey.process is not None and valkey.process.poll() is None:
            valkey.process.send_signal(signal.SIGCONT)
            valkey.kill()


def start_job(jobs: JobStore, job_id: str) -> JobRecord | None:
    """Start a job as its worker does. Its step is then done, and the job keeps running. None if it has ended."""
    steps, queue = Steps(jobs._client), f"tests.{job_id}"
    steps.due.add(queue, job_id, str(Step(job_id, "convert")))
    with steps.take(queue) as work:
        return work.job if work else None


class Seen(NamedTuple):
    """A process from /proc. Its start time distinguishes it from a later one with the same id."""

    pid: int
    parent: int
    group: int
    start: int
    command: str


def processes() -> list[Seen]:
    """Every running process, without zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if stat[0] not in "ZX":
                found.append(Seen(int(folder.name), int(stat[1]), int(stat[2]), int(stat[19]), command))
    return found


def descendants(pid: int) -> list[Seen]:
    """The children of a process, and theirs."""
    every, found = processes(), []
    parents = {pid}
    while parents:
        children = [one for one in every if one.parent in parents]
        found += children
        parents = {one.pid for one in children}
    return found


def left_of(seen: list[Seen]) -> list[Seen]:
    """The processes of these that still run, and those in their groups."""
    known = {(one.pid, one.start) for one in seen}
    groups = {one.group for one in seen} - {os.getpgrp()}
    return [one for one in processes() if (one.pid, one.start) in known or one.group in groups]


@dataclass(slots=True)
class Service:
    """A running `newsmill serve`: its process, its address and its output."""

    process: subprocess.Popen[str]
    data: Path
    base: str = ""
    lines: list[str] = field(default_factory=list)
    seconds: float = 0.0
    description: Description | None = None

    def client(self, timeout: float = 90) -> httpx.Client:
        """A client that checks every response against the OpenAPI document."""
        return httpx.Client(base_url=self.base, timeout=timeout, verify=NO_TLS, event_hooks={"response": [self.check]})

    def check(self, answer: httpx.Response) -> None:
        """Check a response against the OpenAPI document of the service."""
        if self.description is None:
            self.description = Description(
                httpx.get(f"{self.base}/openapi.json", verify=NO_TLS).raise_for_status().json()
            )
        self.description.check(answer)

    def redis_url(self) -> str:
        return embedded_broker(self.data).url

    def jobs(self) -> JobStore:
        return JobStore(connect(self.redis_url()), load_settings({}))

    def all(self) -> list[Seen]:
        """All processes of the service but the first."""
        return descendants(self.process.pid)

    def part(self, name: str) -> Seen:
        """The first process of a part."""
        words = {"broker": "valkey"}.get(name, rf"service\.cli {name}")
        return next(one for one in self.all() if one.parent == self.process.pid and re.search(words, one.command))

    def stop(self, number: int = signal.SIGTERM, seconds: float = 60) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def service_at(data: Path, *arguments: str, **environ: str) -> Iterator[Service]:
    """The service on a folder, ready; stopped at the end."""
    with start_service(data, *arguments, environ=environ) as service:
        assert service.base, f"it did not become ready; status {service.process.poll()}"
        yield service


@contextmanager
def fast_service_at(data: Path, **environ: str) -> Iterator[Service]:
    """The service with short leases and frequent sweeps, ready; stopped at the end."""
    with start_service(data, environ=FAST_TIMINGS | environ) as service:
        assert service.base, f"it did not become ready; status {service.process.poll()}"
        yield service


@contextmanager
def start_service(
    data: Path,
    *arguments: str,
    environ: dict[str, str],
    patience: float = 120,
    log: IO[str] | None = None,
    cwd: Path = ROOT,
    newsmill: Path = NEWSMILL,
) -> Iterator[Service]:
    """Start the service on a folder, and wait `patience` seconds for it to be ready or end. `log` takes its log."""
    began = time.monotonic()
    process = subprocess.Popen(
        [newsmill, "serve", "--port", "0", "--workers", "1", "--data", data, *arguments],
        cwd=cwd,
        env=clean_environ() | environ,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    service = Service(process, data)
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            service.lines.append(line)
            lines.put(line)
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        with suppress(queue.Empty):
            service.base = (lines.get(timeout=patience) or "").removeprefix(READY).strip()
        service.seconds = time.monotonic() - began
        yield service
    finally:
        try:
            service.stop()
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)
        if process.stdout:
            process.stdout.close()


def clean_environ() -> dict[str, str]:
    """The environment without settings of newsmill."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSMILL_")}
