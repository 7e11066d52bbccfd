"""A large job through the running service, compared with the pipeline alone in one process.

Three formats from one NDJSON file of `benchmarks.corpus`. The pipeline is measured before and after each job, so that
other load on the machine affects both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import memory
from benchmarks.corpus import MEASURED, write_corpus
from benchmarks.stack import Stack, running
from schemas.conversion import Conversion, Defaults
from schemas.jobs.job import Job
from service.client.client import Client, Upload
from workers.celery.queues import NICENESS
from workers.formats import FORMATS
from workers.pipeline.pipe import convert
from workers.storage.local_store import LocalStore


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJob:
    """What a job took.

    Args:
        articles: the number of its articles, all in its files.
        upload: seconds from the first byte of the upload to the answer that it is accepted.
        seconds: seconds from that answer to the state `succeeded`.
        peak: the most bytes that one process of the worker had resident.
    """

    articles: int
    upload: float
    seconds: float
    peak: int

    @property
    def rate(self) -> float:
        """Articles a second, from when it was accepted."""
        return self.articles / self.seconds


@contextmanager
def corpus(articles: int) -> Iterator[Path]:
    """Yield a file of generated articles."""
    with tempfile.TemporaryDirectory(prefix="newsmill-corpus-") as folder:
        path = Path(folder) / "archive.ndjson"
        write_corpus(path, articles)
        yield path


def run_job(stack: Stack, path: Path, articles: int) -> tuple[LargeJob, Job]:
    """Upload a file of articles and wait for its job.

    Raises:
        RuntimeError: not every article is in every file.
    """
    with Client(stack.address) as client:
        began = time.perf_counter()
        job = client.submit([Upload.of_path(path)], formats=MEASURED)
        accepted = time.perf_counter()
        job = client.wait(job.id)
        ended = time.perf_counter()
    if job.status != "succeeded" or {job.done, *(file.articles for file in job.files)} != {articles}:
        raise RuntimeError(f"of {articles} articles, {job.done} were converted: {job}")
    peak = memory.peak(stack.processes["chunks"])
    return LargeJob(articles=articles, upload=accepted - began, seconds=ended - accepted, peak=peak), job


def fresh_job(path: Path, articles: int, *, workers: int, settings: Mapping[str, str] | None = None) -> LargeJob:
    """The same, in a service that has done nothing before."""
    with running(workers=workers, settings=settings) as stack:
        return run_job(stack, path, articles)[0]


def bare_rate(path: Path) -> float:
    """Articles a second that the pipe converts in a loop, in a process as nice as the workers of large jobs are."""
    command = ["nice", "-n", str(NICENESS), sys.executable, "-m", "benchmarks.large_jobs", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _bare_rate(path: Path) -> float:
    """From the file to the files."""
    with tempfile.TemporaryDirectory(prefix="newsmill-bare-") as folder:
        began = time.perf_counter()
        outcome = convert(
            [("articles-json", Defaults().document(path.name, lambda: path.open("rb")))],
            options=FORMATS.load_options({}, MEASURED),
            conversion=Conversion(at="2024-11-08T16:30:00Z"),
            sink=LocalStore(Path(folder)),
        )
        return outcome.done / (time.perf_counter() - began)


def beside(pipe: Callable[[], float], job: Callable[[], LargeJob]) -> tuple[float, LargeJob]:
    """Measure the pipeline before and after a job, and the job."""
    before = pipe()
    taken = job()
    return (before + pipe()) / 2, taken


if __name__ == "__main__":
    print(_bare_rate(Path(sys.argv[1])))
