"""Latency of a one-article job, from POST to its success, compared with an empty task."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import httpx

from benchmarks.corpus import MEASURED
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.stack import running
from benchmarks.worker import EMPTY, make_app

_ROUNDS = 300


def measure(_: Sizes) -> list[Row]:
    """Measure both medians in turns on the same worker, and their ratio."""
    with running() as stack, httpx.Client(base_url=stack.address) as client:
        app = make_app()
        body = {"source": {"seeds": "*"}, "formats": list(MEASURED)}

        def job() -> None:
            answer = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=30"}).json()
            if answer["status"] != "succeeded":
                raise RuntimeError(f"the job is {answer['status']}")

        def download() -> None:
            answer = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=30"}).json()
            for file in answer["files"]:
                client.get(file["href"]).raise_for_status()

        def task() -> None:
            app.send_task(EMPTY, ignore_result=False).get(timeout=30)

        jobs, downloads, tasks = _in_turn(job, download, task)
    return [
        Row("empty Celery task, send to get()", f"{tasks * 1000:.2f} ms"),
        Row("seed's job, POST to succeeded", f"{jobs * 1000:.2f} ms", jobs / tasks, "≤ 2"),
        Row("seed's job, POST to the last byte of the last file", f"{downloads * 1000:.2f} ms", bar="< 100 ms"),
    ]


def _in_turn(*measured: Callable[[], None]) -> list[float]:
    """The median seconds of each, measured in turn, so that a slow moment of the machine falls on all."""
    taken: list[list[float]] = [[] for _ in measured]
    for number in range(_ROUNDS + 10):
        for of_one, run in zip(taken, measured, strict=True):
            began = time.perf_counter()
            run()
            if number >= 10:
                of_one.append(time.perf_counter() - began)
    return [statistics.median(of_one) for of_one in taken]
