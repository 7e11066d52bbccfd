"""docker-compose.yml as containers, for the tests of it.

Needs a Docker engine and docker-compose or its plugin. COMPOSE_TEST_OVERRIDE names a further compose file, for a
machine that has other base images.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest

from service.client.client import Client, ServerRefusedError
from tests.running import until as poll
from workers.formats import FORMATS

ROOT: Final = Path(__file__).resolve().parents[2]
COMPOSE: Final = ROOT / "docker-compose.yml"

LOCAL_PYTHON: Final = "local/python:bookworm"
LOCAL_OVERRIDE: Final = f"""
x-build: &local
  context: .
  network: host
  args:
    PYTHON_IMAGE: {LOCAL_PYTHON}
services:
  api:
    build: *local
  worker:
    build: *local
  redis:
    image: local/redis:bookworm
"""


class Stack:
    """The composition with a separate name, image and port."""

    def __init__(self, compose: list[str], override: Path | None, *options: str, **environ: str) -> None:
        name = f"newsmill-test-{secrets.token_hex(4)}"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            published = f"127.0.0.1:{probe.getsockname()[1]}"
        self.address = f"http://{published}"
        self.image = f"{name}:latest"
        self._compose = [*compose, "--project-name", name, "--file", str(COMPOSE)]
        if override:
            self._compose += ["--file", str(override)]
        self._compose += options
        own = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSMILL_", "AWS_"))}
        self._environ = own | {"IMAGE": self.image, "PUBLISH": published} | environ

    def compose(self, *arguments: str) -> str:
        """Run a command of the compose tool, and return its output."""
        return run([*self._compose, *arguments], self._environ)

    def restore(self) -> None:
        """Restore the composition after a failed test."""
        if not self.ready():
            self.compose("up", "--detach")
            assert until(self.ready), self.compose("logs")

    def remove(self) -> None:
        """Remove the composition, but keep the parent images for the next build."""
        self.compose("down", "--volumes", "--timeout", "2")
        docker("image", "rm", "--no-prune", self.image)

    def containers(self, part: str) -> list[str]:
        """The ids of the containers of a service."""
        return self.compose("ps", "-q", part).split()

    def redis(self, *command: str) -> str:
        """Send a command to Redis."""
        return docker("exec", self.containers("redis")[0], "redis-cli", *command)

    def workers(self) -> int:
        """The number of workers with a heartbeat."""
        return int(self.redis("zcard", "newsmill:workers"))

    def ready(self) -> bool:
        """Whether the service is ready."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    def status(self, job_id: str) -> str | None:
        """The state of a job; None if there is no such job, or Redis does not respond."""
        try:
            with Client(self.address) as client:
                return client.job(job_id).status
        except ServerRefusedError:
            return None

    def submit_seeds(self) -> str:
        """Post a job of every seed in every format, and return its id."""
        with Client(self.address) as client:
            return client.submit_seeds("*", formats=FORMATS.writable.ids).id


def run(command: list[str], environ: dict[str, str] | None = None) -> str:
    ended = subprocess.run(command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=500)
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout[-4000:]}\n{ended.stderr[-4000:]}"
    return ended.stdout


def docker(*arguments: str) -> str:
    return run(["docker", *arguments])


def status_of(*command: str) -> int | None:
    """The exit status of a command; None if the program does not exist or does not end."""
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=180).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Poll a condition of containers."""
    return bool(poll(condition, seconds, every=0.2))


def needs_docker() -> None:
    if status_of("docker", "info") != 0:
        pytest.skip("there is no Docker engine here (`docker info` fails): install and start one")


def compose_command() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        if status_of(*command, "version") == 0:
            return command
    pytest.skip("there is no compose tool: install Docker's compose plugin, or docker-compose")


def override_for(folder: Path) -> Path | None:
    """What this machine needs besides docker-compose.yml, if anything."""
    if given := os.environ.get("COMPOSE_TEST_OVERRIDE"):
        return Path(given).resolve()
    if status_of("docker", "image", "inspect", LOCAL_PYTHON) == 0:
        override = folder / "override.yml"
        override.write_text(LOCAL_OVERRIDE)
        return override
    for file, pattern in ((ROOT / "Dockerfile", r"PYTHON_IMAGE=(\S+)"), (COMPOSE, r"REDIS_IMAGE:-([^}]+)")):
        match = re.search(pattern, file.read_text())
        assert match, f"{file.name} names no base image"
        if status_of("docker", "image", "inspect", match[1]) != 0 and status_of("docker", "pull", match[1]) != 0:
            pytest.skip(f"the image {match[1]} cannot be had; COMPOSE_TEST_OVERRIDE can name a file with another one")
    return None


@contextmanager
def stack_at(folder: Path) -> Iterator[Stack]:
    """The composition with no profile, ready."""
    needs_docker()
    stack = Stack(compose_command(), override_for(folder))
    try:
        stack.compose("up", "--build", "--detach")
        assert until(stack.ready), stack.compose("logs")
        yield stack
    finally:
        stack.remove()


def image_of(variable: str) -> tuple[str, bool]:
    """The image that the compose file names as the default of a variable, and whether it is here or can be had."""
    named = re.search(rf"{variable}:-([^}}]+)", COMPOSE.read_text())
    assert named
    ways = (("docker", "image", "inspect", named[1]), ("docker", "pull", named[1]))
    return named[1], any(status_of(*way) == 0 for way in ways)
