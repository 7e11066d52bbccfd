"""docs/formats.md says what the writers write and what the readers read of it."""

from __future__ import annotations

import pytest

from schemas.formats import article_leaves
from tests.field_table import (
    EVERYTHING,
    OTHERS,
    PAGE,
    default_places,
    is_read_back,
    places_of,
    value_of,
    with_other,
    with_tables,
)
from workers.formats import FORMATS


def test_tables_of_the_page_match_the_code() -> None:
    page = PAGE.read_text()
    assert page == with_tables(page), "docs/formats.md is out of date: python -m tests.field_table writes it anew"


def test_the_article_behind_the_table_states_every_field() -> None:
    assert set(article_leaves()) == set(OTHERS)
    for leaf in article_leaves():
        assert value_of(EVERYTHING, leaf) not in (None, (), (None,)), leaf
        assert value_of(with_other(leaf, "articles-json"), leaf) != value_of(EVERYTHING, leaf), leaf


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_places_of_a_format_are_those_of_its_writer(format_id: str) -> None:
    of = FORMATS.get(format_id).places.of
    assert list(of) == list(article_leaves())
    for leaf, places in of.items():
        assert sorted(places) == sorted(places_of(leaf, format_id)), leaf


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_unsupported_fields_are_those_left_unwritten(format_id: str) -> None:
    unwritten = {leaf for leaf in article_leaves() if not default_places(leaf, format_id)}
    assert unwritten == {leaf for leaf, places in FORMATS.get(format_id).places.of.items() if not places}


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_written_fields_are_read_back(format_id: str) -> None:
    for leaf in article_leaves():
        assert is_read_back(leaf, format_id) == bool(default_places(leaf, format_id)), leaf
