"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes of what is measured.

    Args:
        articles: how many articles a large job has.
        few: how many the job has that its memory is measured beside.
        largest: how many the largest job of the plot has.
        upload: how many bytes are uploaded to measure the memory of the API.
        joined: how many bytes of parts are joined.
        small_jobs: how many jobs of one article are measured, and how many empty tasks.
        clients: how many clients post them.
        spread: how many articles the jobs have that several machines make.
        counted: how many articles the job has whose cost is carried on to a million.
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
