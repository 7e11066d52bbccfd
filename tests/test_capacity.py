"""The model of benchmarks.capacity: properties that hold for any measurement."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.capacity import Model, play

MODEL = Model(articles=1_000, cut=0.001, make=0.5, join=0.02, redis=0.001, store=30e6, joined=30e6)


def test_single_worker_splits_makes_and_merges_in_turn() -> None:
    assert play(MODEL, 100, 1).seconds == pytest.approx(100 * (0.001 + 0.5 + 0.001 + 0.02))


def test_throughput_doubles_with_workers_up_to_a_limit() -> None:
    rates = [1 / play(MODEL, 4_096, workers).seconds for workers in (1, 2, 4, 8)]
    assert all(1.6 < after / before < 2 for before, after in pairwise(rates))
    assert play(MODEL, 4_096, 512).seconds >= 4_096 * 0.02


def test_workers_that_share_processors_are_no_faster_than_those() -> None:
    two, four = (play(MODEL.on(2, workers, 1.0), 64, workers).seconds for workers in (2, 4))
    assert four == pytest.approx(two, rel=0.1)


def test_shared_processors_slow_only_concurrent_processes() -> None:
    assert MODEL.on(2, 1, 0.8).make == pytest.approx(MODEL.make, rel=0.01)
    assert MODEL.on(2, 2, 0.8).make == pytest.approx(MODEL.make / 0.8, rel=0.01)
    assert MODEL.on(1, 2, 1.0).make == pytest.approx(MODEL.make * 2, rel=0.01)


def test_many_jobs_are_joined_by_many_workers_at_once() -> None:
    slow = replace(MODEL, join=0.5)
    one, many = play(slow, 1_000, 100), play(slow, 10, 100, jobs=100)
    assert (one.limit, many.limit) == ("joining", "workers")
    assert many.seconds < one.seconds / 10


@pytest.mark.parametrize(
    ("changed", "limit"),
    [({}, "workers"), ({"cut": 1.0}, "cutting"), ({"join": 1.0}, "joining"), ({"redis": 1.0}, "Redis")],
)
def test_model_names_the_limit_of_a_job(changed: dict[str, float], limit: str) -> None:
    assert play(replace(MODEL, **changed), 100, 4).limit == limit


def test_a_store_moves_no_more_than_it_can() -> None:
    slow = play(MODEL, 100, 1_000, store=1e9)
    assert slow.limit == "the store"
    assert slow.seconds >= 100 * 60e6 / 1e9
