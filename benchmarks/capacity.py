"""How many articles a second so many workers make, by a model of what `benchmarks.cost` measured.

A job is cut by one process, its chunks are made by whichever worker is free, and one process joins them. Redis
answers one command at a time, and the store moves so many bytes a second for all. The model plays a job through,
chunk by chunk. It is held against jobs that were run by one, two and four workers, and carried on to what no one
machine can show.
"""

from __future__ import annotations

import heapq
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.cost import Cost, known, rows
from benchmarks.large_jobs import corpus, fresh_job
from benchmarks.plot import Curve, draw
from benchmarks.report import Row
from benchmarks.scale import RESULTS
from benchmarks.sizes import Sizes

PAGE: Final = Path(__file__).parents[1] / "docs" / "capacity.md"

MEASURED: Final = (1, 2, 4)
WORKERS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000)
STORES: Final = {"10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9}
"""Bytes a second that the store moves for all workers: what a network of that speed lets through."""

_PARTS_READ: Final = 2
"""How often the joined bytes pass between the store and the process that joins: read, and written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What each step takes, in seconds and bytes; a chunk is as large as those that were measured.

    Args:
        articles: how many are in a chunk.
        cut: seconds of the one process that cuts, for a chunk.
        make: seconds of a worker, for a chunk.
        join: seconds of the one process that joins, for a chunk.
        redis: seconds of Redis, for a chunk.
        store: bytes between the workers and the store, for making a chunk.
        joined: bytes between the joining process and the store, for a chunk.
    """

    articles: float
    cut: float
    make: float
    join: float
    redis: float
    store: float
    joined: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A job in the model: seconds in all, and what kept it from ending sooner."""

    seconds: float
    limit: str


def model_of(cost: Cost) -> Model:
    """The model that a measured job makes."""
    joined = _PARTS_READ * cost.stored / cost.chunks
    return Model(
        articles=cost.articles / cost.chunks,
        cut=cost.cutting / cost.chunks,
        make=(cost.making - cost.cutting) / cost.chunks,
        join=cost.joining / cost.chunks,
        redis=cost.processor["broker"] / cost.chunks,
        store=max(cost.moved / cost.chunks - joined, 0.0),
        joined=joined,
    )


def play(
    model: Model, chunks: int, workers: int, *, processors: int | None = None, store: float | None = None
) -> Played:
    """Play a job through.

    Args:
        model: what each step takes.
        chunks: how many chunks it has.
        workers: how many processes make them.
        processors: how many processors these share; one each when None.
        store: bytes a second of the store; without limit when None.
    """
    slower = max(1.0, workers / processors) if processors else 1.0
    make, through = model.make * slower, model.store / store if store else 0.0
    # The process that cuts makes chunks too when it has cut them all.
    free = [0.0] * (min(workers, chunks) - 1) + [model.cut * chunks]
    redis_free = store_free = made = 0.0
    for number in range(chunks):
        ready = max(heapq.heappop(free), (number + 1) * model.cut, redis_free)
        redis_free = ready + model.redis
        ended = ready + model.redis + make
        if through:
            store_free = max(store_free, ended - through) + through
            ended = max(ended, store_free)
        made = max(made, ended)
        heapq.heappush(free, ended)
    join = max(model.join * chunks, model.joined * chunks / store if store else 0.0)
    shares = {
        "workers": make * chunks / workers,
        "cutting": model.cut * chunks,
        "Redis": model.redis * chunks,
        "the store": through * chunks,
        "joining": join,
    }
    return Played(seconds=made + join, limit=max(shares, key=lambda name: shares[name]))


def measure(sizes: Sizes) -> list[Row]:
    """The model beside what is measured, and what it says of more; written into docs/capacity.md too."""
    cost = known()
    model = model_of(cost)
    processors = os.cpu_count() or 1
    checked = []
    with corpus(sizes.spread) as path:
        for workers in MEASURED:
            rate = fresh_job(path, sizes.spread, workers=workers).rate
            chunks = max(1, round(sizes.spread / model.articles))
            said = sizes.spread / play(model, chunks, workers, processors=processors).seconds
            what = f"{sizes.spread:,} articles, {workers} workers on {processors} processors"
            checked.append(Row(f"{what}: measured", f"{rate:.0f} articles/s"))
            checked.append(Row(f"{what}: the model says", f"{said:.0f} articles/s", said / rate, "0.8 to 1.25"))
    carried, curves = _carried_on(model)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "capacity.svg").write_text(draw("workers, a processor each", curves))
    tables = {
        "cost": _table(rows(cost)),
        "checked": _table(checked),
        "carried": f"{carried}\n\n![articles a second against workers](../benchmarks/results/capacity.svg)",
    }
    PAGE.write_text(_filled(PAGE.read_text(), tables))
    return checked


def _carried_on(model: Model) -> tuple[str, list[Curve]]:
    """Articles a second of a million and of a thousand million articles, for each store and number of workers."""
    lines = ["| articles | workers | store | articles/s | takes | what limits it |", "|---|---|---|---|---|---|"]
    curves = []
    for articles in (10**6, 10**9):
        chunks = round(articles / model.articles)
        for name, store in STORES.items():
            points = []
            for workers in WORKERS:
                if articles == 10**9 and workers not in (1, 32, 1_000):
                    continue
                played = play(model, chunks, workers, store=store)
                points.append((float(workers), articles / played.seconds))
                if workers in (1, 4, 32, 256, 1_000):
                    lines.append(
                        f"| {articles:,} | {workers:,} | {name} | {articles / played.seconds:,.0f} "
                        f"| {_duration(played.seconds)} | {played.limit} |"
                    )
            if articles == 10**6:
                curves.append(Curve(f"articles a second, a job of a million, store of {name}", points))
    return "\n".join(lines), curves


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"


def _table(measured: list[Row]) -> str:
    return "\n".join(["| what | measured | ratio | bar |", "|---|---|---|---|", *map(str, measured)])


def _filled(page: str, tables: dict[str, str]) -> str:
    """The page with its tables in the places that are marked for them."""
    for name, table in tables.items():
        mark = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        page = re.sub(mark, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", page, flags=re.DOTALL)  # type: ignore[misc]
    return page
