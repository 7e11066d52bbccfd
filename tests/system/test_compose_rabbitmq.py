"""docker-compose.yml with the profile rabbitmq and three workers."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

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
from workers.celery.queues import CHUNKS_QUEUE, JOBS_QUEUE
from workers.formats import FORMATS

ARTICLES: Final = 20_000
WORKERS: Final = 3


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    needs_docker()
    folder = tmp_path_factory.mktemp("compose")
    override = override_for(folder)
    environ = {
        "NEWSMILL_BROKER_URL": "amqp://newsmill:newsmill@rabbitmq",
        "RABBITMQ_IMAGE": image_of_rabbitmq(folder),
        "NEWSMILL_WORKERS": "1",
    }
    running = Stack(compose_command(), override, "--profile", "rabbitmq", **environ)
    try:
        running.compose("up", "--build", "--detach", "--scale", f"worker={WORKERS}")
        assert until(running.ready, 180), running.compose("logs")
        yield running
    finally:
        running.remove()


def image_of_rabbitmq(folder: Path) -> str:
    """The image that the compose file names, or one of Debian's RabbitMQ."""
    named, there = image_of("RABBITMQ_IMAGE")
    if there:
        return named
    if status_of("docker", "image", "inspect", LOCAL_PYTHON) != 0:
        pytest.skip(f"the image {named} cannot be had")
    build = folder / "rabbitmq"
    build.mkdir()
    install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends rabbitmq-server"
    (build / "Dockerfile").write_text(f'FROM {LOCAL_PYTHON}\nRUN {install}\nCMD ["rabbitmq-server"]\n')
    docker("build", "--quiet", "--network", "host", "--tag", "local/rabbitmq:test", str(build))
    return "local/rabbitmq:test"


def rabbitmqctl(stack: Stack, *command: str) -> str:
    """Run a command of RabbitMQ."""
    return docker("exec", stack.containers("rabbitmq")[0], "rabbitmqctl", "--quiet", *command)


def test_a_job_is_made_by_three_workers_through_quorum_queues(stack: Stack) -> None:
    assert len(stack.containers("worker")) == WORKERS
    # Each container has two workers: one of small jobs, one of chunks.
    assert until(lambda: stack.workers() == 2 * WORKERS)
    lines = b"".join(b'{"paragraphs": ["Paragraph %d"]}\n' % number for number in range(ARTICLES))
    with Client(stack.address) as client:
        small = client.wait(stack.submit_seeds())
        large = client.wait(
            client.submit([Upload(name="many.ndjson", open=lambda: BytesIO(lines))], formats=FORMATS.writable.ids).id
        )
    assert (small.status, large.status) == ("succeeded", "succeeded")
    assert {large.done, *(file.articles for file in large.files)} == {ARTICLES}
    queues = dict(line.split("\t") for line in rabbitmqctl(stack, "list_queues", "name", "type").splitlines()[1:])
    assert {queues[JOBS_QUEUE], queues[CHUNKS_QUEUE]} == {"quorum"}


def test_replaced_rabbitmq_keeps_its_messages(stack: Stack) -> None:
    stack.compose("stop", "worker")
    waiting = stack.submit_seeds()
    stack.compose("kill", "rabbitmq")
    stack.compose("rm", "--force", "rabbitmq")
    stack.compose("up", "--detach", "--scale", f"worker={WORKERS}")
    assert until(lambda: stack.ready() and stack.status(waiting) == "succeeded", 180), stack.compose("logs")
