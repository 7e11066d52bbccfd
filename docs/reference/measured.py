"""Make the page of measurements from the results of the benchmarks, and copy the results that pages link to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "results"

_LINKED: Final = "../benchmarks/results/"

_INTRODUCTION = """\
# Speed

After this page you know how fast newsmill converts articles, how much memory it takes, and how it compares with
alternatives on the same machine.

`make bench` measures every figure; the line above a table names its benchmark. Most figures are ratios of two
measurements of one run, which depend less on the machine. A bar is the goal for a ratio; a missed bar is shown too. The
benchmark generates its articles from a seed, with the lengths of real ones.
"""

_SECTIONS: Final = {
    "Large jobs": ("throughput", "memory", "upload"),
    "Small jobs": ("small-jobs", "latency", "latency-under-load"),
    "Readers and writers": ("reading", "writing"),
    "Web pages and crawls": ("pages", "crawl"),
    "Stores": ("bucket", "join"),
    "Machines": ("machines", "failures"),
}


def speed_page() -> str:
    """Return the page: every table of the benchmarks, and throughput and memory by number of articles."""
    made = [_INTRODUCTION]
    for title, names in _SECTIONS.items():
        made.append(f"## {title}\n")
        made += [_table(RESULTS / f"{name}.md") for name in names]
    made.append("## From a thousand articles to a million\n")
    made.append(f"![Articles a second, and memory, by number of articles]({_LINKED}scale.svg)\n")
    made += [_table(RESULTS / "scale.md"), f"A job of a million articles has [its own results]({_LINKED}million.md).\n"]
    return with_results("\n".join(made))


def results() -> Iterator[Path]:
    """Yield the files that pages link to."""
    return (path for path in RESULTS.iterdir() if path.suffix in {".md", ".svg"})


def with_results(page: str) -> str:
    """Return a page with its links to results changed to those of the site."""
    return page.replace(f"({_LINKED}", "(results/").replace("(../benchmarks/results)", "(speed.md)")


def _table(result: Path) -> str:
    """Return a result without its title, the benchmark's name."""
    return result.read_text().partition("\n\n")[2]
