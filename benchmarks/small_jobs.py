"""One-article jobs: rate compared with empty tasks, and latency while a large job runs."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import httpx
import orjson

from benchmarks.corpus import MEASURED
from benchmarks.large_jobs import corpus
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.stack import Stack, running
from benchmarks.worker import EMPTY, make_app
from service.client.client import Client, Upload

_BODY = orjson.dumps({"source": {"seeds": "*"}, "formats": list(MEASURED)})
_HEADERS = {"Content-Type": "application/json", "Prefer": "wait=30"}


def measure_rate(sizes: Sizes) -> list[Row]:
    """Measure jobs per second of many clients, from POST to success, and empty tasks per second."""
    with running() as stack:
        post_all(stack, sizes.clients, sizes.clients * 2)
        tasks = [_empty_tasks(sizes.small_jobs)]
        jobs = post_all(stack, sizes.clients, sizes.small_jobs)
        tasks.append(_empty_tasks(sizes.small_jobs))
    rate = statistics.mean(tasks)
    return [
        Row("empty Celery tasks, from first sent to last ended", f"{rate:.0f}/s"),
        Row(f"one-article jobs, {sizes.clients} clients", f"{jobs:.0f}/s", jobs / rate, "≥ 0.5"),
    ]


def measure_latency(sizes: Sizes) -> list[Row]:
    """Measure the median latency of a one-article job, in an idle service and during a large job."""
    with running(workers=2) as stack, corpus(sizes.articles) as path:
        idle = _median(stack, 100, lambda: True)
        with Client(stack.address) as client:
            large = client.submit([Upload.of_path(path)], formats=MEASURED)
            while client.job(large.id).done == 0:
                time.sleep(0.1)
            with _watched(stack, large.id) as running_still:
                busy = _median(stack, 200, running_still)
            client.job(large.id)
    return [
        Row("one-article job, idle service, median", f"{idle * 1000:.1f} ms"),
        Row(
            f"one-article job during one of {sizes.articles:,} articles, median",
            f"{busy * 1000:.1f} ms",
            busy / idle,
            "≤ 4",
        ),
    ]


def _empty_tasks(number: int) -> float:
    """Return empty tasks per second. They run in order, so the last result means that all have ended."""
    app = make_app()
    began = time.perf_counter()
    for _ in range(number - 1):
        app.send_task(EMPTY, ignore_result=True)
    app.send_task(EMPTY, ignore_result=False).get(timeout=120)
    return number / (time.perf_counter() - began)


def post_all(stack: Stack, clients: int, number: int) -> float:
    """Return jobs per second; each client posts its next job when the last one has succeeded."""
    url = httpx.URL(stack.address)
    left = iter(range(number))
    lock = threading.Lock()
    wrong: list[str] = []

    def post() -> None:
        # http.client, because httpx takes more processor time for a request than the service.
        connection = http.client.HTTPConnection(url.host, url.port or 80, timeout=60)
        while True:
            with lock:
                if next(left, None) is None:
                    break
            connection.request("POST", "/v1/jobs", _BODY, _HEADERS)
            answer = connection.getresponse().read()
            if b'"status":"succeeded"' not in answer.replace(b": ", b":"):
                wrong.append(answer.decode())
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    return number / (time.perf_counter() - began)


def _median(stack: Stack, rounds: int, going_on: Callable[[], bool]) -> float:
    taken = []
    with httpx.Client(base_url=stack.address, timeout=60) as client:
        for number in range(rounds + 10):
            began = time.perf_counter()
            answer = client.post("/v1/jobs", content=_BODY, headers=_HEADERS).json()
            if answer["status"] != "succeeded":
                raise RuntimeError(f"the job is {answer['status']}")
            if not going_on():
                raise RuntimeError(f"the large job ended after {number} rounds; give it more articles")
            if number >= 10:
                taken.append(time.perf_counter() - began)
            time.sleep(0.02)
    return statistics.median(taken)


@contextmanager
def _watched(stack: Stack, job_id: str) -> Iterator[Callable[[], bool]]:
    """Return whether a job is still running; ask only now and then."""
    numbers = count(1)
    with Client(stack.address) as client:

        def goes_on() -> bool:
            return next(numbers) % 20 > 0 or not client.job(job_id).ended

        yield goes_on
