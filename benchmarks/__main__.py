"""Run all benchmarks (`make bench`), or the named ones: python -m benchmarks latency --articles 20000."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Final

from benchmarks import (
    bucket,
    capacity,
    cost,
    crawl,
    failures,
    formats,
    join,
    latency,
    machines,
    pages,
    scale,
    small_jobs,
    throughput,
)
from benchmarks.report import HEADING, Row
from benchmarks.scale import RESULTS
from benchmarks.sizes import Sizes

BENCHMARKS: Final[Mapping[str, Callable[[Sizes], list[Row]]]] = {
    "writing": formats.measure_writing,
    "reading": formats.measure_reading,
    "pages": pages.measure,
    "crawl": crawl.measure,
    "latency": latency.measure,
    "small-jobs": small_jobs.measure_rate,
    "latency-under-load": small_jobs.measure_latency,
    "upload": throughput.measure_upload,
    "memory": throughput.measure_memory,
    "throughput": throughput.measure_rates,
    "export": throughput.measure_export,
    "bucket": bucket.measure,
    "join": join.measure,
    "scale": scale.measure,
    "machines": machines.measure,
    "failures": failures.measure,
    "cost": cost.measure,
    "capacity": capacity.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Run benchmarks, print each row as it is measured, and write the tables to benchmarks/results."""
    given = _parser().parse_args(arguments)
    sizes = Sizes(**{size.name: getattr(given, size.name) for size in fields(Sizes)})
    # The processes of a service share their bytecode. Without it, each compiles all modules when it starts.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(HEADING, flush=True)
    for name in given.names or BENCHMARKS:
        load = os.getloadavg()[0]
        rows = BENCHMARKS[name](sizes)
        for row in rows:
            print(row, flush=True)
        _keep(name, rows, f"python -m benchmarks {name} {_said(sizes)}".rstrip(), load)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure times and memory, as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHMARKS)}; default: all")
    for size in fields(Sizes):
        parser.add_argument(f"--{size.name.replace('_', '-')}", type=int, default=size.default)
    return parser


def _said(sizes: Sizes) -> str:
    """Return the options that give these sizes."""
    changed = [size for size in fields(Sizes) if getattr(sizes, size.name) != size.default]
    return " ".join(f"--{size.name.replace('_', '-')} {getattr(sizes, size.name)}" for size in changed)


def _keep(name: str, rows: Sequence[Row], command: str, load: float) -> None:
    """Write a table with its command, date, machine and load."""
    now, loaded = datetime.now(tz=UTC), f"load average {load:.2f} before, {os.getloadavg()[0]:.2f} after"
    machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors"
    lines = [f"# {name}", "", f"`{command}`, {now:%Y-%m-%d}; {machine}; {loaded}.", "", HEADING, *map(str, rows), ""]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join(lines))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
