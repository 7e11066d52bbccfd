"""The soak in its short form; `make soak MINUTES=10` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.running import FAST_TIMINGS, needs_proc
from tests.soak.run import soak

pytestmark = needs_proc


def test_every_job_of_a_short_soak_is_whole(tmp_path: Path) -> None:
    # Beside other tests, a worker may need long to start again.
    report = soak(tmp_path, seconds=7, seed=11, environ=FAST_TIMINGS, most_idle=60)
    assert report.wrong == [], report.table()
    assert report.posted == report.ends.total() > 10
    assert report.killed
