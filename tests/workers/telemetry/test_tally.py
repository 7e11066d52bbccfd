"""Counts arrive in Redis exactly once, despite failures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import BrokerError
from tests.running import Valkey, until, valkey_at
from workers.jobs.store import JobStore
from workers.redis.scripts import Script
from workers.telemetry import metrics
from workers.telemetry.tally import Counts, cumulated, read_counts, samples_of


@pytest.fixture
def counts(valkey: Valkey, jobs: JobStore) -> Counts:
    counts = Counts()
    counts.send_to(valkey.client())
    return counts


def counted(valkey: Valkey, metric: metrics.Metric) -> dict[tuple[str, ...], dict[str, int]]:
    found = samples_of(metric, read_counts(valkey.client()))
    return {labels: sample for labels, sample in found.items() if sample}


def test_counts_of_processes_are_added(valkey: Valkey, counts: Counts) -> None:
    another = Counts()
    another.send_to(valkey.client())
    counts.count(metrics.JOBS, status="failed")
    counts.count(metrics.JOBS, status="failed")
    another.count(metrics.JOBS, by=40, status="failed")
    another.count(metrics.JOBS, status="partial")
    counts.flush()
    another.flush()
    assert counted(valkey, metrics.JOBS) == {("failed",): {"": 42}, ("partial",): {"": 1}}


def test_counts_are_sent_within_seconds(valkey: Valkey, counts: Counts) -> None:
    counts.count(metrics.JOBS_ACCEPTED)
    assert until(lambda: counted(valkey, metrics.JOBS_ACCEPTED)) == {(): {"": 1}}


def test_duration_falls_into_the_bucket_of_its_bound(valkey: Valkey, counts: Counts) -> None:
    for seconds in (0.005, 0.006, 4000.0, -1.0):
        counts.observe(metrics.JOB_RUN, seconds, size="small")
    counts.flush()
    [sample] = counted(valkey, metrics.JOB_RUN).values()
    buckets, total = cumulated(metrics.JOB_RUN, sample)
    assert buckets[:3] == [("0.005", 2.0), ("0.01", 3.0), ("0.025", 3.0)]
    assert buckets[-2:] == [("3600.0", 3.0), ("+Inf", 4.0)]
    assert total == pytest.approx(4000.011)


@given(st.lists(st.floats(0, 10_000)))
def test_histogram_buckets_are_cumulative(seconds: list[float]) -> None:
    counts = Counts()
    for one in seconds:
        counts.observe(metrics.STEP, one, step="cut")
    buckets, total = cumulated(metrics.STEP, samples_of(metrics.STEP, counts._counts)["cut",])
    for bound, value in buckets:
        assert value == sum(one <= float(bound) for one in seconds)
    assert total == pytest.approx(sum(seconds), abs=1e-5 * (1 + len(seconds)))


def test_counts_during_redis_outage_are_sent_once_later(tmp_path: Path) -> None:
    with valkey_at(tmp_path) as valkey:
        counts = Counts()
        counts.send_to(valkey.client())
        counts.count(metrics.JOBS_ACCEPTED)
        valkey.kill()
        counts.flush()
        counts.count(metrics.JOBS_ACCEPTED)
        valkey.start()
        counts.flush()
        counts.flush()
        assert counted(valkey, metrics.JOBS_ACCEPTED) == {(): {"": 2}}


def test_batch_with_lost_reply_counts_once(valkey: Valkey, counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Script.__call__
    lost: list[object] = []

    def lose_the_first_answer(script: Script[None], *arguments: Any) -> None:
        run(script, *arguments)
        if not lost:
            lost.append(arguments)
            raise BrokerError("the answer did not arrive")

    monkeypatch.setattr(Script, "__call__", lose_the_first_answer)
    counts.count(metrics.JOBS_ACCEPTED)
    counts.flush()
    counts.count(metrics.JOBS_ACCEPTED)
    counts.flush()
    assert counted(valkey, metrics.JOBS_ACCEPTED) == {(): {"": 2}}


def test_short_lived_process_sends_its_counts(valkey: Valkey, jobs: JobStore) -> None:
    program = (
        "import sys; from workers.redis.connect import connect; from workers.telemetry import metrics, tally;"
        "tally.COUNTS.send_to(connect(sys.argv[1])); tally.COUNTS.count(metrics.RECEIVED, by=5)"
    )
    subprocess.run([sys.executable, "-c", program, valkey.url], check=True, timeout=60)
    assert counted(valkey, metrics.RECEIVED) == {(): {"": 5}}


def test_labels_are_those_of_the_metric() -> None:
    with pytest.raises(TypeError, match="newsmill_jobs_total has the labels"):
        Counts().count(metrics.JOBS, colour="red")


def test_counts_with_other_labels_are_skipped() -> None:
    assert samples_of(metrics.JOBS_ACCEPTED, {"newsmill_jobs_accepted_total|upload": 3}) == {(): {}}
