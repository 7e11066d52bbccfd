"""The images and docker-compose.yml, as containers.

Needs a Docker engine and docker-compose or its plugin. COMPOSE_TEST_OVERRIDE names a further compose file, for a
machine that has other base images.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import httpx
import pytest

from schemas.formats import FORMAT_IDS
from schemas.settings import SETTINGS
from service.client import Client, ServerRefusedError, Upload

ROOT: Final = Path(__file__).resolve().parents[2]
COMPOSE: Final = ROOT / "docker-compose.yml"
PARTS: Final = ("api", "worker", "redis")

# What the image says for all containers, and what only `newsmill serve` needs.
SAID_ELSEWHERE: Final = {"NEWSMILL_DATA", "NEWSMILL_SEEDS", "NEWSMILL_HOST", "NEWSMILL_PORT"}
# A schema is for the command line.
NOT_HERE: Final = {"NEWSMILL_NEWSML_XSD"}

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
    """The composition under a name, an image and a port of its own."""

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
        """Run a command of the compose tool: its output."""
        return run([*self._compose, *arguments], self._environ)

    def containers(self, part: str) -> list[str]:
        """The ids of the containers of a service."""
        return self.compose("ps", "-q", part).split()

    def redis(self, *command: str) -> str:
        """Ask Redis something."""
        return docker("exec", self.containers("redis")[0], "redis-cli", *command)

    def workers(self) -> int:
        """How many workers have said that they are there."""
        return int(self.redis("zcard", "newsmill:workers"))

    def ready(self) -> bool:
        """Whether the service says that it is ready."""
        try:
            return httpx.get(f"{self.address}/readyz", timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    def status(self, job_id: str) -> str | None:
        """The state of a job; None where there is no such job, or Redis does not answer."""
        try:
            with Client(self.address) as client:
                return client.job(job_id).status
        except ServerRefusedError:
            return None

    def submit_seeds(self) -> str:
        """Have every seed exported to every format: the job's id."""
        with Client(self.address) as client:
            return client.submit_seeds("*", formats=FORMAT_IDS).id


def run(command: list[str], environ: dict[str, str] | None = None) -> str:
    ended = subprocess.run(command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=500)
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout[-4000:]}\n{ended.stderr[-4000:]}"
    return ended.stdout


def docker(*arguments: str) -> str:
    return run(["docker", *arguments])


def status_of(*command: str) -> int | None:
    """The exit status of a command; None where there is no such program, or it does not end."""
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=180).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


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


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if status_of("docker", "info") != 0:
        pytest.skip("there is no Docker engine here (`docker info` fails): install and start one")
    stack = Stack(compose_command(), override_for(tmp_path_factory.mktemp("compose")))
    try:
        stack.compose("up", "--build", "--detach")
        assert until(stack.ready), stack.compose("logs")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "2")
        # Without its parents, which are what makes the next build quick.
        docker("image", "rm", "--no-prune", stack.image)


@pytest.fixture
def stack(started: Stack) -> Stack:
    """The composition, as a test that failed has not left it."""
    if not started.ready():
        started.compose("up", "--detach")
        assert until(started.ready), started.compose("logs")
    return started


def test_the_compose_file_passes_every_setting_on() -> None:
    named = set(re.findall(r"^ +(NEWSMILL_\w+):", COMPOSE.read_text(), re.MULTILINE))

    assert named == {setting.variable for setting in SETTINGS} - SAID_ELSEWHERE - NOT_HERE


def test_where_it_is_published_is_what_the_service_is_told() -> None:
    text = COMPOSE.read_text()
    [published] = re.findall(r"^ +- (\$\{PUBLISH[^}]*\}):8080$", text, re.MULTILINE)
    assert re.findall(r"NEWSMILL_PUBLISHED: (.*)", text) == [published]
    assert "127.0.0.1" in published


def test_without_keys_it_is_published_to_nobody_else(stack: Stack) -> None:
    said = status_of("docker", "run", "--rm", "--env", "NEWSMILL_PUBLISHED=0.0.0.0:8080", stack.image, "api")
    assert said == 2
    assert status_of("docker", "run", "--rm", stack.image) == 2


def test_every_seed_is_exported_to_every_format(stack: Stack, tmp_path: Path) -> None:
    with Client(stack.address) as client:
        job = client.wait(stack.submit_seeds())
        paths = client.download(job, tmp_path)

    assert job.status == "succeeded"
    assert job.done == len(list((ROOT / "seeds").glob("*.txt")))
    assert {file.format for file in job.files} == set(FORMAT_IDS)
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths] == [file.sha256 for file in job.files]


@pytest.mark.parametrize("part", PARTS)
def test_a_container_has_no_privileges_and_cannot_change_itself(stack: Stack, part: str) -> None:
    probe = (
        "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status; touch /opt/x /usr/bin/x /x 2>&1; touch /tmp/x && echo"
    )
    (container,) = stack.containers(part)
    said = docker("exec", container, "sh", "-c", probe)

    assert said.splitlines()[0] == "10001"
    assert re.findall(r"CapEff:\s*(\w+)", said) == ["0" * 16]
    assert re.findall(r"NoNewPrivs:\s*(\d)", said) == ["1"]
    assert said.count("Read-only file system") == 3
    assert {line.split()[0] for line in docker("top", container, "-o", "uid,pid,args").splitlines()[1:]} == {"10001"}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_runs_is_healthy(stack: Stack, part: str) -> None:
    def healthy() -> bool:
        state = json.loads(docker("inspect", stack.containers(part)[0]))[0]["State"]
        return bool(state["Health"]["Status"] == "healthy")

    assert until(healthy)


@pytest.mark.parametrize(("part", "asked"), [("api", "worker"), ("worker", "api")])
def test_a_part_that_is_not_there_is_not_healthy(stack: Stack, part: str, asked: str) -> None:
    assert status_of("docker", "exec", stack.containers(part)[0], "newsmill", "healthcheck", asked) == 1


def test_a_job_outlives_a_redis_that_is_killed_and_replaced(stack: Stack) -> None:
    stack.compose("stop", "worker")
    job_id = stack.submit_seeds()
    time.sleep(1.5)  # the append-only file is written to the disk every second
    docker("kill", stack.containers("redis")[0])
    stack.compose("rm", "--force", "redis")
    stack.compose("up", "--detach", "redis")
    assert until(lambda: stack.status(job_id) == "queued")

    stack.compose("up", "--detach")

    assert until(lambda: stack.status(job_id) == "succeeded")


def test_a_worker_outlives_a_redis_that_is_restarted(stack: Stack) -> None:
    stack.compose("restart", "redis")

    assert until(stack.ready)
    job_id = stack.submit_seeds()
    assert until(lambda: stack.status(job_id) == "succeeded")


def test_a_second_worker_goes_on_where_the_first_is_stopped(stack: Stack) -> None:
    one = stack.workers()
    stack.compose("up", "--detach", "--scale", "worker=2")
    assert until(lambda: stack.workers() == 2 * one)

    docker("stop", stack.containers("worker")[0])

    assert stack.workers() == one
    job_id = stack.submit_seeds()
    assert until(lambda: stack.status(job_id) == "succeeded")
    stack.compose("up", "--detach", "--scale", "worker=1")


def test_a_large_job_whose_worker_is_stopped_is_ended_by_the_next(stack: Stack) -> None:
    lines = b"".join(b'{"paragraphs": ["Paragraph %d"]}\n' % number for number in range(100_000))
    with Client(stack.address) as client:
        job_id = client.submit([Upload(name="many.ndjson", open=lambda: BytesIO(lines))], formats=FORMAT_IDS).id
    assert until(lambda: stack.status(job_id) == "running")

    stack.compose("stop", "worker")

    (state,) = json.loads(docker("inspect", "--format", "[{{json .State}}]", *stack.containers("worker")))
    assert state["ExitCode"] == 0, "it was killed"
    assert stack.status(job_id) == "running"
    stack.compose("up", "--detach")
    assert until(lambda: stack.status(job_id) == "succeeded", 120)
