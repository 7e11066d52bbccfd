"""`make bench`: every benchmark, or those that are named: python -m benchmarks latency."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks import latency
from benchmarks.report import HEADING, Row

BENCHMARKS: Final[Mapping[str, Callable[[], list[Row]]]] = {
    "latency": latency.measure,
}


def main(names: list[str]) -> int:
    """Run benchmarks and print their table."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark named {', '.join(unknown)}; there is: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    print(HEADING, flush=True)
    for name in names or BENCHMARKS:
        for row in BENCHMARKS[name]():
            print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
