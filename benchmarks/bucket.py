"""Artifacts in S3 compared with a folder: articles per second, and the API's memory during an upload.

The store is a SeaweedFS on the same machine, so it shares the processors with the workers. The processor time of
both is measured too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cost import processor_of
from benchmarks.large_jobs import LargeJob, corpus, run_job
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.stack import running
from benchmarks.throughput import measure_upload
from tests.s3_server import S3Server, s3_at


@contextmanager
def bucket_of_its_own() -> Iterator[tuple[Mapping[str, str], S3Server]]:
    """Start a server with an empty bucket; yield the settings for it, and the server."""
    with tempfile.TemporaryDirectory(prefix="newsmill-s3-") as folder, s3_at(Path(folder)) as server:
        yield {"NEWSMILL_STORE": "s3://news/bench", **server.environ}, server


def measure(sizes: Sizes) -> list[Row]:
    """Measure a large job of two workers in a folder and in a bucket, and an upload to a bucket."""
    with bucket_of_its_own() as (settings, server):
        with corpus(sizes.articles) as path:
            folder, folder_workers = _taken(path, sizes.articles, {})
            before = _seconds_of(server)
            bucket, bucket_workers = _taken(path, sizes.articles, settings)
            store = _seconds_of(server) - before
        upload = measure_upload(sizes, where="S3", settings=settings)
    what = f"{sizes.articles:,} articles, two workers, artifacts in"
    processor = f"processor, for {sizes.articles:,} articles:"
    memory = "worker's peak memory, artifacts in"
    return [
        Row(f"{what} a folder", f"{folder.rate:.0f} articles/s"),
        Row(f"{what} S3", f"{bucket.rate:.0f} articles/s", bucket.rate / folder.rate),
        Row(f"{processor} the workers, artifacts in a folder", f"{folder_workers:.0f} s"),
        Row(f"{processor} the workers, artifacts in S3", f"{bucket_workers:.0f} s", bucket_workers / folder_workers),
        Row(f"{processor} SeaweedFS on the same processors", f"{store:.0f} s", store / folder_workers),
        Row(f"{memory} a folder", f"{folder.peak / 1e6:.1f} MB"),
        Row(f"{memory} S3", f"{bucket.peak / 1e6:.1f} MB", bucket.peak / folder.peak),
        *upload,
    ]


def _taken(path: Path, articles: int, settings: Mapping[str, str]) -> tuple[LargeJob, float]:
    """Measure a job, and the processor seconds of the workers."""
    with running(workers=2, settings=settings) as stack:
        before = processor_of(stack.processes["chunks"])
        job, _ = run_job(stack, path, articles)
        return job, processor_of(stack.processes["chunks"]) - before


def _seconds_of(server: S3Server) -> float:
    return processor_of(server.process.pid) if server.process else 0.0
