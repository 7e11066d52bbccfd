"""Articles that kill or block their process are found and left out; what they leave alone is converted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import ChildDiedError
from tests.workers.isolation.tasks import PLACES, convert, die_once, nothing
from workers.isolation.children import Children
from workers.isolation.quarantine import KILLED, GivenUpError, Isolated, overdue
from workers.pipeline.pipe import END


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    children = Children(nothing, 0.5)
    yield children
    children.close()


@settings(max_examples=10, deadline=None)
@given(st.sets(st.sampled_from(PLACES), max_size=4))
def test_all_and_only_deadly_articles_are_left_out(children: Children, deadly: set[str]) -> None:
    assert Isolated(children).convert(partial(convert, deadly)) == dict.fromkeys(deadly, KILLED)


def test_an_article_that_takes_too_long_is_left_out_with_the_limit(children: Children) -> None:
    found = Isolated(children).convert(partial(convert, (), stuck="3 written"))
    assert found == {"3 written": overdue(0.5)}
    assert "0.5 seconds (NEWSMILL_ARTICLE_TIME)" in overdue(0.5)


def test_deaths_at_several_places_leave_nothing_out(children: Children, tmp_path: Path) -> None:
    assert Isolated(children).convert(partial(die_once, tmp_path / "deaths")) == {}


def test_what_was_left_out_before_is_left_out_at_once(children: Children) -> None:
    assert Isolated(children).convert(partial(convert, {"1 read"}), left_out={"1 read": KILLED}) == {"1 read": KILLED}


@pytest.mark.parametrize("deadly", [(END,), PLACES])
def test_a_task_that_goes_on_dying_is_given_up(children: Children, deadly: tuple[str, ...]) -> None:
    with pytest.raises(GivenUpError, match=r"died [0-9]+ times"):
        Isolated(children).convert(partial(convert, deadly))


def test_children_that_are_closed_are_not_started_again() -> None:
    children = Children(nothing, 1)
    children.close()
    with pytest.raises(ChildDiedError):
        Isolated(children).convert(partial(convert, ()))
