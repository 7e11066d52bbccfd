"""The page of what was measured, and the results that pages link to: as the benchmarks have left them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "results"

_LINKED: Final = "../benchmarks/results/"

_INTRODUCTION = """\
# Speed

Every figure is of `make bench`, or of one of its benchmarks by name, as it says above each table; most are ratios of
two things that were measured in the same run, as they say more of newsmill than of the machine. A bar is what newsmill
wants to reach, and a ratio that misses its bar is shown like any other. The articles are made by the benchmark from a
seed, with lengths as real ones have them.
"""

_SECTIONS: Final = {
    "Large jobs": ("throughput", "memory", "upload"),
    "Small jobs": ("small-jobs", "latency", "latency-under-load"),
    "Readers and writers": ("reading", "writing"),
    "Stores and brokers": ("bucket", "join", "brokers"),
    "Machines": ("machines", "failures"),
}


def speed_page() -> str:
    """Every table of the benchmarks, and how throughput and memory go with the number of articles."""
    made = [_INTRODUCTION]
    for title, names in _SECTIONS.items():
        made.append(f"## {title}\n")
        made += [_table(RESULTS / f"{name}.md") for name in names]
    made.append("## From a thousand articles to a million\n")
    made.append(f"![articles a second, and memory, against the number of articles]({_LINKED}scale.svg)\n")
    made += [_table(RESULTS / "scale.md"), f"The job of a million has [a page of its own]({_LINKED}million.md).\n"]
    return with_results("\n".join(made))


def results() -> Iterator[Path]:
    """The files that pages link to."""
    return (path for path in RESULTS.iterdir() if path.suffix in {".md", ".svg"})


def with_results(page: str) -> str:
    """A page whose links go to the results beside it, as the site has them."""
    return page.replace(f"({_LINKED}", "(results/").replace("(../benchmarks/results)", "(speed.md)")


def _table(result: Path) -> str:
    """A result without its title, which is the benchmark's name."""
    return result.read_text().partition("\n\n")[2]
