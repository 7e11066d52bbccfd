"""A large job on three worker machines: one loses the network during the job, another is killed.

Two APIs, Redis and SeaweedFS are on machines of their own, seven in all, which share nothing but the network.
The same job is run undisturbed before: the files have to be the same bytes, in less than twice the time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.cluster import Cluster, cluster, wait_for, why_not
from benchmarks.corpus import MEASURED
from benchmarks.large_jobs import corpus
from benchmarks.report import Row
from benchmarks.sizes import Sizes
from service.client.client import Client, Upload

CLOCK: Final = "2024-11-08T16:30:00Z"
THREE: Final = (None, None, None)
"""The processors of the three worker machines: any."""

CUT_OFF_FOR: Final = 10.0
"""Seconds without network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A finished job: seconds from accepted to succeeded, and the digest of each file."""

    seconds: float
    digests: dict[str, str]


def measure(sizes: Sizes) -> list[Row]:
    """Measure the job without failures, and with failures of two of three machines."""
    if reason := why_not():
        return [Row(f"failing machines: not measured, {reason}", "")]
    with corpus(sizes.spread) as path:
        calm, disturbed = compare(path, sizes.spread)
    what = f"{sizes.spread:,} articles, three workers, two APIs, Redis and S3 on seven machines"
    return [
        Row(f"{what}, undisturbed", f"{calm.seconds:.1f} s"),
        Row(
            f"the same with one worker cut off for {CUT_OFF_FOR:.0f} s and another killed: the same bytes",
            f"{disturbed.seconds:.1f} s",
            disturbed.seconds / calm.seconds,
            "< 2",
        ),
    ]


def compare(path: Path, articles: int) -> tuple[Taken, Taken]:
    """Run a job without failures and one with failures, each in its own cluster.

    Raises:
        RuntimeError: a file differs from the file of a run without failures, or an article is missing.
    """
    taken = []
    for disturb in (_leave_alone, fail_two_of_three):
        with tempfile.TemporaryDirectory(prefix="newsmill-cluster-") as folder:
            with cluster(Path(folder), apis=2, workers=THREE, bucket=True, NEWSMILL_CLOCK=CLOCK) as machines:
                taken.append(run(machines, path, articles, disturb))
    if taken[0].digests != taken[1].digests:
        raise RuntimeError(f"the files differ: {taken}")
    return taken[0], taken[1]


def run(machines: Cluster, path: Path, articles: int, disturb: Callable[[Cluster], None]) -> Taken:
    """Post a job to one API, follow it through the other, and disturb it when a fifth of it is done.

    Raises:
        RuntimeError: it does not succeed, or an article is missing from a file.
    """
    with Client(machines.address(0)) as posts, Client(machines.address(1)) as follows:
        job = posts.submit([Upload.of_path(path)], formats=MEASURED)
        began = time.perf_counter()
        wait_for(lambda: follows.job(job.id).done >= articles // 5)
        disturb(machines)
        job = follows.wait(job.id)
        seconds = time.perf_counter() - began
    if job.status != "succeeded" or {job.done, *(file.articles for file in job.files)} != {articles}:
        raise RuntimeError(f"of {articles} articles, {job.done} were converted: {job}")
    return Taken(seconds=seconds, digests={file.name: file.sha256 for file in job.files})


def _leave_alone(_: Cluster) -> None:
    """Nothing fails."""


def fail_two_of_three(machines: Cluster) -> None:
    """One loses the network for some seconds, another its power for good."""
    machines.workers[0].cut_off()
    machines.workers[1].stop()
    time.sleep(CUT_OFF_FOR)
    machines.workers[0].connect()
