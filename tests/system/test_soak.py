"""The soak in its short form; `make soak MINUTES=10` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.running import needs_proc
from tests.soak.run import soak

pytestmark = needs_proc


def test_half_a_minute_of_jobs_and_kills_adds_up(tmp_path: Path) -> None:
    report = soak(tmp_path, seconds=20, seed=11)
    assert report.wrong == [], report.table()
    assert report.posted == report.ends.total() > 10
    assert report.killed
