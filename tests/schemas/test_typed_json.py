from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.typed_json import salvage, to_json, without_defaults

TEXTS = st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.sampled_from(["name", "pages"]), inner),
    max_leaves=10,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    name: str
    number: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    name: str
    pages: tuple[Page, ...] = ()
    first: Page | None = None
    kind: Literal["novel", "atlas"] = "novel"
    tags: Mapping[str, str] = field(default_factory=dict)


PAGES = st.builds(Page, name=TEXTS, number=st.none() | st.integers(), weight=st.floats(allow_nan=False))
BOOKS = st.builds(
    Book,
    name=TEXTS,
    pages=st.lists(PAGES, max_size=3).map(tuple),
    first=st.none() | PAGES,
    kind=st.sampled_from(["novel", "atlas"]),
    tags=st.dictionaries(TEXTS, TEXTS, max_size=2),
)


@given(book=BOOKS)
def test_what_is_written_is_salvaged_whole(book: Book) -> None:
    assert salvage(Book, to_json(book)) == (book, ())
    assert salvage(Book, without_defaults(book)) == (book, ())


def test_defaults_are_not_written() -> None:
    assert without_defaults(Book(name="", pages=(Page(name="a"),))) == {"name": "", "pages": [{"name": "a"}]}
    assert to_json(Page(name="a")) == {"name": "a", "weight": 1.0}


@pytest.mark.parametrize(
    ("value", "found", "faults"),
    [
        ({"name": "b", "kind": "essay", "more": 1}, Book(name="b"), ("at/kind",)),
        (
            {"name": "b", "pages": [{"name": "a"}, 3, {}]},
            Book(name="b", pages=(Page(name="a"),)),
            ("at/pages/1", "at/pages/2/name"),
        ),
        ({"name": 1, "first": {}}, None, ("at/name", "at/first/name")),
        ({"name": "b", "first": {"name": None}}, Book(name="b"), ("at/first/name",)),
        ({"name": "b", "first": None, "tags": []}, Book(name="b"), ("at/tags",)),
        (
            {"name": "b", "pages": [{"name": "a", "number": True, "weight": 2}]},
            Book(name="b", pages=(Page(name="a", weight=2),)),
            ("at/pages/0/number",),
        ),
        ([], None, ("at",)),
    ],
)
def test_what_does_not_fit_is_left_out_and_named(value: Any, found: Book | None, faults: tuple[str, ...]) -> None:
    assert salvage(Book, value, "at") == (found, faults)


@given(value=JSON)
def test_any_value_is_salvaged(value: Any) -> None:
    found, faults = salvage(Book, value)
    assert found is not None or faults
