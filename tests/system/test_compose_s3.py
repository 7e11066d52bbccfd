"""docker-compose.yml with the profile s3: the artifacts are in SeaweedFS."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from service.client.client import Client, Upload
from tests.system.composition import (
    LOCAL_PYTHON,
    Stack,
    compose_command,
    docker,
    image_of,
    needs_docker,
    override_for,
    status_of,
    until,
)
from workers.formats import FORMATS


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    needs_docker()
    folder = tmp_path_factory.mktemp("compose")
    override = override_for(folder)
    environ = {"NEWSMILL_STORE": "s3://newsmill/of-the-composition", "S3_IMAGE": image_of_s3(folder)}
    running = Stack(compose_command(), override, "--profile", "s3", **environ)
    try:
        running.compose("up", "--build", "--detach")
        assert until(running.ready, 120), running.compose("logs")
        yield running
    finally:
        running.remove()


def image_of_s3(folder: Path) -> str:
    """The image that the compose file names, or one of the weed that is installed here."""
    named, there = image_of("S3_IMAGE")
    if there:
        return named
    weed = shutil.which("weed", path=str(Path(sys.executable).parent))
    if weed is None or status_of("docker", "image", "inspect", LOCAL_PYTHON) != 0:
        pytest.skip(f"the image {named} cannot be had")
    build = folder / "weed"
    build.mkdir()
    shutil.copy(weed, build / "weed")
    (build / "Dockerfile").write_text(f"FROM {LOCAL_PYTHON}\nCOPY weed /usr/bin/weed\n")
    docker("build", "--quiet", "--tag", "local/seaweedfs:test", str(build))
    return "local/seaweedfs:test"


def test_the_artifacts_are_in_the_bucket_and_not_in_the_volume(stack: Stack, tmp_path: Path) -> None:
    lines = b"".join(b'{"paragraphs": ["Paragraph %d"]}\n' % number for number in range(20_000))
    with Client(stack.address) as client:
        small = client.wait(stack.submit_seeds())
        large = client.wait(
            client.submit([Upload(name="many.ndjson", open=lambda: BytesIO(lines))], formats=FORMATS.writable.ids).id
        )
        for job in (small, large):
            assert job.status == "succeeded"
            paths = client.download(job, tmp_path / job.id)
            assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths] == [
                file.sha256 for file in job.files
            ]
    assert docker("exec", stack.containers("api")[0], "find", "/data", "-type", "f") == ""


def test_the_bucket_has_no_privileges_and_is_not_published(stack: Stack) -> None:
    (container,) = stack.containers("s3")
    probe = "id -u; grep -E 'CapEff|NoNewPrivs' /proc/self/status; touch /opt/x /usr/bin/x /x 2>&1"
    said = docker("exec", container, "sh", "-c", f"{probe}; true")
    assert said.splitlines()[0] == "10001"
    assert re.findall(r"CapEff:\s*(\w+)", said) == ["0" * 16]
    assert re.findall(r"NoNewPrivs:\s*(\d)", said) == ["1"]
    assert said.count("Read-only file system") == 3
    inspected = json.loads(docker("inspect", container))[0]
    assert not any(inspected["NetworkSettings"]["Ports"].values())
    assert until(lambda: json.loads(docker("inspect", container))[0]["State"]["Health"]["Status"] == "healthy")


def test_bucket_refuses_requests_without_credentials(stack: Stack) -> None:
    asked = (
        "import urllib.request, urllib.error\n"
        "try: print(urllib.request.urlopen('http://s3:8333/newsmill').status)\n"
        "except urllib.error.HTTPError as error: print(error.code)"
    )
    assert docker("exec", stack.containers("api")[0], "python", "-c", asked).strip() == "403"


def test_a_store_that_is_replaced_has_what_it_had(stack: Stack, tmp_path: Path) -> None:
    with Client(stack.address) as client:
        job = client.wait(stack.submit_seeds())
        docker("kill", stack.containers("s3")[0])
        stack.compose("rm", "--force", "s3")
        stack.compose("up", "--detach")
        assert until(stack.ready, 120)
        assert len(client.download(job, tmp_path)) == len(job.files)
