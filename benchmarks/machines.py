"""One worker machine compared with two; each has one worker and its own processor."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cluster import cluster, why_not
from benchmarks.failures import run
from benchmarks.large_jobs import corpus
from benchmarks.report import Row
from benchmarks.sizes import Sizes


def measure(sizes: Sizes) -> list[Row]:
    """Measure articles per second on one machine and on two, and their ratio."""
    if reason := why_not():
        return [Row(f"machines: not measured, {reason}", "")]
    if (os.cpu_count() or 1) < 2:
        return [Row("machines: not measured, this machine has one processor", "")]
    with corpus(sizes.spread) as path:
        one, two = (_rate(path, sizes.spread, processors) for processors in ((0,), (0, 1)))
    what = f"{sizes.spread:,} articles"
    return [
        Row(f"{what}, one worker on one machine", f"{one:.0f} articles/s"),
        Row(f"{what}, two workers on two machines", f"{two:.0f} articles/s", two / one, "≥ 1.7"),
    ]


def _rate(path: Path, articles: int, processors: Sequence[int]) -> float:
    with tempfile.TemporaryDirectory(prefix="newsmill-machines-") as folder:
        with cluster(Path(folder), apis=2, workers=tuple(processors)) as machines:
            return articles / run(machines, path, articles, lambda _: None).seconds
