"""The program: python -m tests.soak --minutes N --seed N [--hostile]. The exit status is 0 if all counts agree."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.hostile import Comparison, compare
from tests.soak.run import Report, soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--hostile", action="store_true", help="compare the waits of callers beside a hostile one")
    given = parser.parse_args()
    print(f"seed {given.seed}", file=sys.stderr, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # the exit stops the processes that it has started
    with tempfile.TemporaryDirectory(prefix="newsmill-soak-", ignore_cleanup_errors=True) as folder:
        if given.hostile:
            return _finish(compare(Path(folder), seconds=given.minutes * 60, seed=given.seed, say=_say))
        report = soak(Path(folder), seconds=given.minutes * 60, seed=given.seed, environ={}, say=_say)
    return _finish(report)


def _finish(report: Report | Comparison) -> int:
    print(report.table())
    for wrong in report.wrong:
        print(f"wrong: {wrong}", file=sys.stderr)
    return 1 if report.wrong else 0


def _say(what: str) -> None:
    print(time.strftime("%H:%M:%S"), what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
