"""Articles that kill or block their process are found and left out; what they leave alone is converted."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import ChildDiedError
from workers.isolation.child import Child
from workers.isolation.quarantine import KILLED, GivenUpError, Isolated, overdue
from workers.isolation.watch import Watch
from workers.pipeline.pipe import END

_PLACES = tuple(f"{number} {work}" for number in range(6) for work in ("read", "written"))


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(0.2)
    yield child
    child.end()


def convert(deadly: Collection[str], watch: Watch, stuck: str = "") -> dict[str, str]:
    """What an attempt leaves out, if it does not die."""
    left_out = {}
    for place in (*_PLACES, END):
        if reason := watch(place):
            left_out[place] = reason
        elif place in deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        while place == stuck and not reason:
            pass
    return left_out


def die_once(path: Path, watch: Watch) -> dict[str, str]:
    """Die at the first attempt and at the second, and at different places."""
    with path.open("a") as stream:
        stream.write("x")
    deaths = path.stat().st_size
    return convert({_PLACES[deaths]} if deaths < 3 else (), watch)


@settings(max_examples=10, deadline=None)
@given(st.sets(st.sampled_from(_PLACES), max_size=4))
def test_all_and_only_deadly_articles_are_left_out(deadly: set[str]) -> None:
    child = Child(30)
    try:
        assert Isolated(child).convert(partial(convert, deadly)) == dict.fromkeys(deadly, KILLED)
    finally:
        child.end()


def test_an_article_that_takes_too_long_is_left_out_with_the_limit(child: Child) -> None:
    found = Isolated(child).convert(partial(convert, (), stuck="3 written"))
    assert found == {"3 written": overdue(0.2)}
    assert "0.2 seconds (NEWSMILL_ARTICLE_TIME)" in overdue(0.2)


def test_deaths_at_several_places_leave_nothing_out(child: Child, tmp_path: Path) -> None:
    assert Isolated(child).convert(partial(die_once, tmp_path / "deaths")) == {}


def test_what_was_left_out_before_is_left_out_at_once(child: Child) -> None:
    assert Isolated(child).convert(partial(convert, {"1 read"}), left_out={"1 read": KILLED}) == {"1 read": KILLED}


@pytest.mark.parametrize("deadly", [(END,), _PLACES])
def test_a_task_that_goes_on_dying_is_given_up(child: Child, deadly: tuple[str, ...]) -> None:
    with pytest.raises(GivenUpError, match=r"died [0-9]+ times"):
        Isolated(child).convert(partial(convert, deadly))


def test_a_child_that_is_killed_for_good_is_not_started_again(child: Child) -> None:
    child.kill()
    with pytest.raises(ChildDiedError):
        Isolated(child).convert(partial(convert, ()))
