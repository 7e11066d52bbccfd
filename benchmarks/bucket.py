"""Artifacts in S3 beside artifacts in a folder: articles a second, and the API's memory in an upload.

The store is a SeaweedFS on the same machine, which takes its share of the processors: what another machine would do.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.large_jobs import corpus, fresh_job
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from benchmarks.throughput import measure_upload
from tests.s3_server import s3_at


@contextmanager
def bucket_of_its_own() -> Iterator[Mapping[str, str]]:
    """The settings that reach an empty bucket."""
    with tempfile.TemporaryDirectory(prefix="newsmill-s3-") as folder, s3_at(Path(folder)) as server:
        yield {"NEWSMILL_STORE": "s3://news/bench", **server.environ}


def measure(sizes: Sizes) -> list[Row]:
    """A large job by two workers, in a folder and in a bucket; and an upload to a bucket."""
    with bucket_of_its_own() as settings:
        with corpus(sizes.articles) as path:
            folder = fresh_job(path, sizes.articles, workers=2)
            bucket = fresh_job(path, sizes.articles, workers=2, settings=settings)
        upload = measure_upload(sizes, where="S3", settings=settings)
    what = f"{sizes.articles:,} articles, two workers, artifacts in"
    memory = "worker's peak memory, artifacts in"
    return [
        Row(f"{what} a folder", f"{folder.rate:.0f} articles/s"),
        Row(f"{what} S3", f"{bucket.rate:.0f} articles/s", bucket.rate / folder.rate),
        Row(f"{memory} a folder", f"{folder.peak / 1e6:.1f} MB"),
        Row(f"{memory} S3", f"{bucket.peak / 1e6:.1f} MB", bucket.peak / folder.peak),
        *upload,
    ]
