"""Every format that is read converts into every format that is written; what does not arrive is named."""

from __future__ import annotations

import pytest

from tests.pairs import arrivals, named, pairs, sample_of
from workers.formats import FORMATS


def test_the_formats_that_are_written_have_a_sample() -> None:
    assert {one for one in FORMATS.writable.ids if sample_of(one) is None} == set()


@pytest.mark.parametrize(("source", "target"), list(pairs()))
def test_what_does_not_arrive_is_named(source: str, target: str) -> None:
    arrived, not_arrived = arrivals(source, target)
    assert arrived
    assert set(not_arrived) - named(source, target) == set()
