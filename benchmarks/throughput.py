"""Large jobs: articles per second compared with the pipeline alone, and memory of worker and API."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks import memory
from benchmarks.corpus import MEASURED
from benchmarks.large_jobs import LargeJob, bare_rate, beside, corpus, fresh_job
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.stack import running
from service.client.client import Client, Upload

_SAMPLE = 10
"""The pipeline alone runs so many times fewer articles: its rate does not depend on their number."""


def measure_rates(sizes: Sizes) -> list[Row]:
    """Measure a large job of two workers and of one, each compared with the pipeline alone."""
    rows = []
    with corpus(sizes.articles) as path, TemporaryDirectory(prefix="newsmill-sample-") as folder:
        sample = _sample(path, Path(folder) / path.name, sizes.articles // _SAMPLE)
        rates = {}
        for workers, bar in ((2, 1.6), (1, 0.85)):
            rate, job = beside(partial(bare_rate, sample), partial(fresh_job, path, sizes.articles, workers=workers))
            rows += _rows(job, rate, workers, bar)
            rates[workers] = job.rate
    what = f"{sizes.articles:,} articles, two workers beside one"
    rows.append(Row(what, f"{rates[2]:.0f} articles/s", rates[2] / rates[1], "≥ 1.85"))
    return rows


def measure_export(sizes: Sizes) -> list[Row]:
    """Measure `newsmill export` with one process and with two, from its start to its end."""
    with corpus(sizes.articles) as path:
        seconds = {processes: _export(path, processes) for processes in (1, 2)}
    rows = []
    for processes, taken in seconds.items():
        what = f"{sizes.articles:,} articles, newsmill export --jobs {processes}"
        ratio, bar = (seconds[1] / taken, "≥ 1.8") if processes > 1 else (None, "")
        rows.append(Row(what, f"{sizes.articles / taken:.0f} articles/s", ratio, bar))
    return rows


def _export(path: Path, processes: int) -> float:
    """Export a file of articles. Return the seconds that it took."""
    formats = [argument for format_id in MEASURED for argument in ("--to", format_id)]
    with TemporaryDirectory(prefix="newsmill-export-") as out:
        command = [sys.executable, "-m", "service.cli", "export", str(path), *formats, "--jobs", str(processes)]
        began = time.perf_counter()
        subprocess.run([*command, "--out", out], check=True, capture_output=True)
        return time.perf_counter() - began


def _rows(job: LargeJob, bare: float, workers: int, bar: float) -> list[Row]:
    what = f"{job.articles:,} articles, {workers} {'worker' if workers == 1 else 'workers'}"
    whole = job.articles / (job.upload + job.seconds)
    return [
        Row("pipeline alone, three formats, one process", f"{bare:.0f} articles/s"),
        Row(f"{what}, from accepted to succeeded", f"{job.rate:.0f} articles/s", job.rate / bare, f"≥ {bar}"),
        Row(f"{what}, with the upload", f"{whole:.0f} articles/s", whole / bare),
    ]


def _sample(path: Path, sample: Path, articles: int) -> Path:
    with path.open("rb") as stream, sample.open("wb") as copy:
        for _ in range(articles):
            copy.write(stream.readline())
    return sample


def measure_memory(sizes: Sizes) -> list[Row]:
    """Measure the peak memory of a worker process, in a large job and in a small one."""
    peaks = []
    for articles in (sizes.few, sizes.articles):
        with corpus(articles) as path:
            peaks.append(fresh_job(path, articles, workers=2).peak)
    few, many = peaks
    return [
        Row(f"worker's peak memory, {sizes.few:,} articles", f"{few / 1e6:.1f} MB"),
        Row(f"worker's peak memory, {sizes.articles:,} articles", f"{many / 1e6:.1f} MB", many / few, "≤ 1.1"),
    ]


def measure_upload(sizes: Sizes, *, where: str = "a folder", settings: Mapping[str, str] | None = None) -> list[Row]:
    """Measure the peak memory of the API during a large upload, above its idle memory."""
    with running(settings=settings) as stack, TemporaryDirectory(prefix="newsmill-upload-") as folder:
        path = Path(folder) / "archive.ndjson"
        line = b'{"id":"tag:example.com,2024:1","paragraphs":["' + b"word " * 13_000 + b'"]}\n'
        with path.open("wb") as stream:
            stream.writelines(line for _ in range(sizes.upload // len(line) + 1))
        with Client(stack.address) as client:
            client.job(client.submit_seeds("*", formats=MEASURED).id, wait=5)
            memory.forget_peaks(stack.processes["api"])
            idle = memory.peak_of_all(stack.processes["api"])
            began = time.perf_counter()
            job = client.submit([Upload.of_path(path)], formats=["csv"])
            seconds = time.perf_counter() - began
            over = memory.peak_of_all(stack.processes["api"]) - idle
        httpx.post(f"{stack.address}/v1/jobs/{job.id}/cancel").raise_for_status()
    what = (
        f"API's peak memory during an upload of {sizes.upload / 2**30:.2f} GiB to {where} ({seconds:.1f} s), above idle"
    )
    return [Row(what, f"{over / 2**20:.1f} MiB", bar="≤ 64 MiB")]
