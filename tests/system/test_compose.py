"""docker-compose.yml: its text, and the properties of its containers."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Final

import pytest

from schemas.settings import SETTINGS
from service.client.client import Client
from tests.system.composition import COMPOSE, ROOT, Stack, docker, status_of, until
from workers.formats import FORMATS

PARTS: Final = ("api", "worker", "redis")

# Variables that the image sets for all containers, and those of `newsmill serve` alone.
SAID_ELSEWHERE: Final = {"NEWSMILL_DATA", "NEWSMILL_SEEDS", "NEWSMILL_HOST", "NEWSMILL_PORT"}
# Timings are for tests.
NOT_HERE: Final = {"NEWSMILL_TIMINGS"}


def test_the_compose_file_passes_every_setting_on() -> None:
    named = set(re.findall(r"^ +(NEWSMILL_\w+):", COMPOSE.read_text(), re.MULTILINE))

    assert named == {setting.variable for setting in SETTINGS} - SAID_ELSEWHERE - NOT_HERE


def test_published_address_is_passed_to_the_service() -> None:
    text = COMPOSE.read_text()
    [published] = re.findall(r"^ +- (\$\{PUBLISH[^}]*\}):8080$", text, re.MULTILINE)
    assert re.findall(r"NEWSMILL_PUBLISHED: (.*)", text) == [published]
    assert "127.0.0.1" in published


def test_service_without_keys_is_on_loopback(stack: Stack) -> None:
    said = status_of("docker", "run", "--rm", "--env", "NEWSMILL_PUBLISHED=0.0.0.0:8080", stack.image, "api")
    assert said == 2
    assert status_of("docker", "run", "--rm", stack.image) == 2


def test_every_seed_is_exported_to_every_format(stack: Stack, tmp_path: Path) -> None:
    with Client(stack.address) as client:
        job = client.wait(stack.submit_seeds())
        paths = client.download(job, tmp_path)

    assert job.status == "succeeded"
    assert job.done == len(list((ROOT / "seeds").glob("*.txt")))
    assert {file.format for file in job.files} == set(FORMATS.writable.ids)
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
def test_missing_part_is_unhealthy(stack: Stack, part: str, asked: str) -> None:
    assert status_of("docker", "exec", stack.containers(part)[0], "newsmill", "healthcheck", asked) == 1
