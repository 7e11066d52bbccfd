"""The sizes of the benchmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes of the benchmarks.

    Args:
        articles: the number of articles of a large job.
        few: the number of articles of the job whose memory it is compared with.
        largest: the number of articles of the largest job in the plot.
        upload: the bytes of the upload that measures the memory of the API.
        joined: the bytes of the merged parts.
        small_jobs: the number of one-article jobs, and of empty tasks.
        clients: the number of clients that post them.
        spread: the number of articles of jobs on several machines.
        counted: the number of articles of the job whose cost is scaled to a million.
        pages: the number of pages of a crawl.
    """

    articles: int = 100_000
    few: int = 1_000
    largest: int = 100_000
    upload: int = 2**30
    joined: int = 2**30
    small_jobs: int = 1_500
    clients: int = 32
    spread: int = 50_000
    counted: int = 20_000
    pages: int = 4_000
