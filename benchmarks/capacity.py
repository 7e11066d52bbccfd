"""Articles per second for a number of workers, by a model of the costs that `benchmarks.cost` measured.

One process splits a job, free workers convert its chunks, and one process merges them. Redis answers one command at a
time, and all workers share the store's bandwidth. The model simulates jobs chunk by chunk. It is compared with jobs run
by one, two and four workers, to which no parameter is fitted, and then applied to more workers than one machine has.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.cost import MILLION, Cost, known, rows
from benchmarks.large_jobs import corpus, fresh_job
from benchmarks.plot import Curve, draw
from benchmarks.report import Row
from benchmarks.scale import RESULTS
from benchmarks.sizes import Sizes

PAGE: Final = Path(__file__).parents[1] / "docs" / "capacity.md"

MEASURED: Final = (1, 2, 4)
WORKERS: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000)
STORES: Final = {"10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9}
"""The store's bandwidth in bytes per second, shared by all workers: that of a network of this speed."""

_PARTS_READ: Final = 2
"""The merged bytes pass the network twice: they are read and written."""

_CUT, _MAKE, _JOIN = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The cost of each step, in seconds and bytes, for chunks of the measured size.

    Args:
        articles: the number of articles of a chunk.
        cut: seconds of the one process that cuts a job, for a chunk.
        make: seconds of a worker, for a chunk.
        join: seconds of the one process that joins a job, for a chunk.
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

    def on(self, processors: int, workers: int, crowded: float) -> Model:
        """Return the model for workers and Redis on a limited number of processors.

        Args:
            processors: the number of processors.
            workers: the number of processes that convert chunks.
            crowded: the relative speed of a process while all processors are busy.
        """
        busy = workers * (1 + self.redis / self.make)
        # Interpolate between one process alone on the machine and one on each processor.
        others = min(1.0, (busy - 1) / (processors - 1)) if processors > 1 else 0.0
        speed = 1 - others * (1 - crowded)
        return replace(self, make=self.make * max(1.0, busy / processors) / speed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Simulated jobs: their seconds in total, and the limiting part."""

    seconds: float
    limit: str


def model_of(cost: Cost) -> Model:
    """Return the model of a measured job."""
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


def play(model: Model, chunks: int, workers: int, *, jobs: int = 1, store: float | None = None) -> Played:
    """Simulate jobs that are posted at once. Each worker takes the oldest waiting step.

    Args:
        model: the cost of each step.
        chunks: the number of chunks of each job.
        workers: the number of worker processes.
        jobs: the number of jobs.
        store: bytes a second of the store; without limit when None.
    """
    free = [0.0] * workers
    steps = [(0.0, number, _CUT, number) for number in range(jobs)]
    order = jobs
    left, made = [chunks] * jobs, [0.0] * jobs
    redis_free = store_free = ended = 0.0

    def through(begun: float, size: float) -> float:
        """Return the time at which a transfer of this size ends."""
        nonlocal store_free
        if store is None:
            return begun
        store_free = max(store_free, begun) + size / store
        return store_free

    while steps:
        ready, _, kind, job = heapq.heappop(steps)
        begun = max(ready, heapq.heappop(free))
        if kind == _CUT:
            done = begun + model.cut * chunks
            for number in range(chunks):
                heapq.heappush(steps, (begun + model.cut * (number + 1), order, _MAKE, job))
                order += 1
        elif kind == _MAKE:
            begun = redis_free = max(begun, redis_free) + model.redis
            done = max(begun + model.make, through(begun, model.store))
            left[job] -= 1
            made[job] = max(made[job], done)
            if not left[job]:
                heapq.heappush(steps, (made[job], order, _JOIN, job))
                order += 1
        else:
            done = max(begun + model.join * chunks, through(begun, model.joined * chunks))
        ended = max(ended, done)
        heapq.heappush(free, done)
    of_all = chunks * jobs
    shares = {
        "workers": (model.cut + model.make + model.join) * of_all / workers,
        "cutting": model.cut * chunks,
        "joining": model.join * chunks,
        "Redis": model.redis * of_all,
        "the store": (model.store + model.joined) * of_all / store if store else 0.0,
    }
    return Played(seconds=ended, limit=max(shares, key=lambda name: shares[name]))


def measure(sizes: Sizes) -> list[Row]:
    """Compare the model with measurements, and apply it to more workers. Write both to docs/capacity.md."""
    cost = known()
    model = model_of(cost)
    chunks = max(1, round(sizes.spread / model.articles))
    checked = []
    with corpus(sizes.spread) as path:
        for workers in MEASURED:
            rate = fresh_job(path, sizes.spread, workers=workers).rate
            here = model.on(cost.processors, workers, cost.crowded)
            said = sizes.spread / play(here, chunks, workers).seconds
            what = f"{sizes.spread:,} articles, {workers} workers on {cost.processors} processors"
            checked.append(Row(f"{what}: measured", f"{rate:.0f} articles/s"))
            checked.append(Row(f"{what}: modelled", f"{said:.0f} articles/s", said / rate, "0.8 to 1.25"))
    carried, curves = _carried_on(model)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "capacity.svg").write_text(draw("workers, one processor each", curves))
    tables = {
        "cost": _table(rows(cost)),
        "checked": _table(checked),
        "carried": f"{carried}\n\n![articles a second against workers](../benchmarks/results/capacity.svg)",
    }
    PAGE.write_text(_filled(PAGE.read_text(), tables))
    return checked


def _carried_on(model: Model) -> tuple[str, list[Curve]]:
    """Return the table for one job and for a thousand jobs of a million articles, by store and number of workers."""
    lines = ["| jobs | articles in each | workers | store | articles/s | time | limit |", "|---" * 7 + "|"]
    curves = []
    chunks = round(MILLION / model.articles)
    for jobs, workers_shown in ((1, WORKERS), (1_000, (32, 256, 1_000))):
        for name, store in STORES.items():
            points = []
            for workers in workers_shown:
                played = play(model, chunks, workers, jobs=jobs, store=store)
                rate = jobs * MILLION / played.seconds
                points.append((float(workers), rate))
                if jobs > 1 or workers in (1, 4, 32, 256, 1_000):
                    lines.append(
                        f"| {jobs:,} | {MILLION:,} | {workers:,} | {name} | {rate:,.0f} "
                        f"| {_duration(played.seconds)} | {played.limit} |"
                    )
            if jobs == 1:
                curves.append(Curve(f"articles per second, one job of a million, store of {name}", points))
    return "\n".join(lines), curves


def _duration(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"


def _table(measured: list[Row]) -> str:
    return "\n".join(["| what | measured | ratio | bar |", "|---|---|---|---|", *map(str, measured)])


def _filled(page: str, tables: dict[str, str]) -> str:
    """Return the page with its tables at their marks."""
    for name, table in tables.items():
        mark = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        page = re.sub(mark, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", page, flags=re.DOTALL)  # type: ignore[misc]
    return page
