"""Containers of the composition that are stopped, killed or replaced lose no job."""

from __future__ import annotations

import json
from io import BytesIO

from service.client.client import Client, Upload
from tests.system.composition import Stack, docker, until
from workers.formats import FORMATS


def test_a_job_outlives_a_redis_that_is_killed_and_replaced(stack: Stack) -> None:
    stack.compose("stop", "worker")
    job_id = stack.submit_seeds()
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


def test_large_job_of_stopped_worker_is_finished_by_the_next(stack: Stack) -> None:
    lines = b"".join(b'{"paragraphs": ["Paragraph %d"]}\n' % number for number in range(40_000))
    with Client(stack.address) as client:
        job_id = client.submit(
            [Upload(name="many.ndjson", open=lambda: BytesIO(lines))], formats=FORMATS.writable.ids
        ).id
    assert until(lambda: stack.status(job_id) == "running")

    stack.compose("stop", "worker")

    (state,) = json.loads(docker("inspect", "--format", "[{{json .State}}]", *stack.containers("worker")))
    assert state["ExitCode"] == 0, "it was killed"
    assert stack.status(job_id) == "running"
    stack.compose("up", "--detach")
    assert until(lambda: stack.status(job_id) == "succeeded", 120)
