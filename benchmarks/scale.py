"""Throughput and memory by number of articles: a thousand, and each power of ten above."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Final

import orjson

from benchmarks.large_jobs import corpus, fresh_job
from benchmarks.plot import Curve, draw
from benchmarks.report import Row
from benchmarks.sizes import Sizes

RESULTS: Final = Path(__file__).parent / "results"


def measure(sizes: Sizes) -> list[Row]:
    """Measure a job of each size. The plot includes larger jobs of earlier runs."""
    points = RESULTS / "scale.json"
    known = {point["articles"]: point for point in orjson.loads(points.read_bytes())} if points.exists() else {}
    rows = []
    articles = 1_000
    while articles <= sizes.largest:
        with corpus(articles) as path:
            job = fresh_job(path, articles, workers=2)
        load = os.getloadavg()[0]
        known[articles] = asdict(job) | {"load": round(load, 2)}
        measured = f"{job.rate:.0f} articles/s, {job.peak / 1e6:.1f} MB, load {load:.1f}"
        rows.append(Row(f"{articles:,} articles, two workers", measured))
        articles *= 10
    RESULTS.mkdir(exist_ok=True)
    in_order = [known[number] for number in sorted(known)]
    points.write_bytes(orjson.dumps(in_order, option=orjson.OPT_INDENT_2))
    rates = Curve("articles a second", [(one["articles"], one["articles"] / one["seconds"]) for one in in_order])
    peaks = Curve("peak memory of a worker, MB", [(one["articles"], one["peak"] / 1e6) for one in in_order])
    (RESULTS / "scale.svg").write_text(draw("articles in the job", [rates, peaks]))
    return rows
