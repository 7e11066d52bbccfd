"""Real brokers to test against, each on free ports: RabbitMQ, and Redis with a password, TLS and Sentinels."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.running import clean_environ, until

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
USER, PASSWORD = "newsmill", "n0t-for-logs"

needs_rabbitmq = pytest.mark.skipif(
    not RABBITMQ.exists() or shutil.which("epmd") is None,
    reason="RabbitMQ is not installed: apt-get install rabbitmq-server",
)


def free_ports(number: int) -> list[int]:
    """So many ports that nobody listens on."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [probe.getsockname()[1] for probe in probes]


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass(slots=True)
class Rabbit:
    """A RabbitMQ that can be killed, and started again on the same data."""

    data: Path
    port: int
    distribution: int
    epmd: int
    password: str = PASSWORD
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        settings = {
            "listeners.tcp.1": f"127.0.0.1:{self.port}",
            "log.file": "false",
            "log.console": "true",
            "log.console.level": "error",
            "default_user": USER,
            "default_pass": self.password,
            "total_memory_available_override_value": "1GB",
        }
        self.data.mkdir(exist_ok=True)
        (self.data / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
        (self.data / "enabled_plugins").write_text("[].\n")
        environ = clean_environ() | {
            "HOME": str(self.data),
            "RABBITMQ_MNESIA_BASE": str(self.data / "nodes"),
            "RABBITMQ_LOG_BASE": str(self.data / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.data / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.data / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(self.data / "pid"),
            "RABBITMQ_NODENAME": f"newsmill-{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "ERL_EPMD_PORT": str(self.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        if not listens(self.epmd):
            # Erlang's own would stay when the test has ended.
            self._start(["epmd", "-address", "127.0.0.1", "-port", str(self.epmd)], environ)
            assert until(lambda: listens(self.epmd))
        self._start([str(RABBITMQ)], environ)
        if wait:
            assert until(lambda: listens(self.port), 60), "RabbitMQ does not answer"

    def kill(self) -> None:
        """Kill the broker, as its machine would be: nothing is closed, nothing is written."""
        process = self.processes.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert until(lambda: not listens(self.port))

    def stop(self) -> None:
        while self.processes:
            process = self.processes.pop()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, command: Sequence[str], environ: dict[str, str]) -> None:
        log = (self.data / "console.log").open("ab")
        with log:
            process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)


@contextmanager
def rabbit_at(data: Path) -> Iterator[Rabbit]:
    """A RabbitMQ that keeps its data in a folder."""
    port, distribution, epmd = free_ports(3)
    rabbit = Rabbit(data, port, distribution, epmd)
    try:
        rabbit.start()
        yield rabbit
    finally:
        rabbit.stop()
