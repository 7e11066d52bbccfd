"""The model of benchmarks.capacity: what has to hold of it, whatever was measured."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.capacity import Model, play

MODEL = Model(articles=1_000, cut=0.001, make=0.5, join=0.02, redis=0.001, store=30e6, joined=30e6)


def test_one_worker_cuts_makes_and_joins_one_after_the_other() -> None:
    assert play(MODEL, 100, 1).seconds == pytest.approx(100 * (0.001 + 0.5 + 0.001 + 0.02))


def test_twice_the_workers_are_nearly_twice_as_fast_until_something_else_is_full() -> None:
    rates = [1 / play(MODEL, 4_096, workers).seconds for workers in (1, 2, 4, 8)]
    assert all(1.6 < after / before < 2 for before, after in pairwise(rates))
    assert play(MODEL, 4_096, 512).seconds >= 4_096 * 0.02


def test_workers_that_share_processors_are_no_faster_than_those() -> None:
    assert play(MODEL, 64, 4, processors=2).seconds == pytest.approx(play(MODEL, 64, 2, processors=2).seconds, rel=0.1)


@pytest.mark.parametrize(
    ("changed", "limit"),
    [({}, "workers"), ({"cut": 1.0}, "cutting"), ({"join": 1.0}, "joining"), ({"redis": 1.0}, "Redis")],
)
def test_it_says_what_limits_a_job(changed: dict[str, float], limit: str) -> None:
    assert play(replace(MODEL, **changed), 100, 4).limit == limit


def test_a_store_moves_no_more_than_it_can() -> None:
    slow = play(MODEL, 100, 1_000, store=1e9)
    assert slow.limit == "the store"
    assert slow.seconds >= 100 * 60e6 / 1e9
