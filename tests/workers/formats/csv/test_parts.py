"""Parts of an article in a cell: each is read back, and what is none is a name."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from schemas.article import Article, Byline, Media, Party, Place, Position, Subject
from tests import strategies
from workers.formats.csv.parts import SLOTS, describe, read_parts, write_parts


@given(strategies.rich_articles())
def test_parts_of_any_article_are_read_back(article: Article) -> None:
    for name in ("bylines", "contributors", "subjects", "headlines", "rights", "links", "groups", "media"):
        parts = getattr(article, name)
        if parts:
            assert read_parts(type(parts[0]), write_parts(parts)) == parts
    for one in (article.located, article.provider):
        if one:
            assert read_parts(type(one), write_parts((one,))) == (one,)


def test_a_part_within_a_part_is_in_the_same_notation() -> None:
    place = Place(name="A", position=Position(latitude=51.5, longitude=-1.25), same_as=("urn:a", "urn:b"))
    assert write_parts((place,)) == "A {same_as=urn:a, same_as=urn:b, position=51.5 -1.25}"


@pytest.mark.parametrize(
    ("make", "cell", "parts"),
    [
        (Byline, "A (B) {type=person}", (Byline(name="A", job_title="B", type="person"),)),
        (Byline, "A {type=ship}", (Byline(name="A {type=ship}"),)),
        (Byline, "A {type=person, type=person}", (Byline(name="A {type=person, type=person}"),)),
        (Byline, "A {age=7}", (Byline(name="A {age=7}"),)),
        (Byline, "A [x:1]", (Byline(name="A [x:1]"),)),
        (Byline, "<urn:a>", (Byline(name="<urn:a>"),)),
        (Party, "A <no uri>", (Party(name="A <no uri>"),)),
        (Subject, "A (ship);B (person)", (Subject(name="A (ship)"), Subject(name="B", type="person"))),
        (Subject, "A {relevance=101}", (Subject(name="A {relevance=101}"),)),
        (Subject, "A {position=51}", (Subject(name="A {position=51}"),)),
        (Media, "A (picture) {main=true}", (Media(kind="picture", caption="A", main=True),)),
    ],
)
def test_an_item_that_is_no_part_is_a_name(make: Any, cell: str, parts: tuple[Any, ...]) -> None:
    assert read_parts(make, cell) == parts


def test_a_cell_without_a_name_for_its_part_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'A' is not written as caption \(kind\)"):
        read_parts(Media, "A")


def test_each_kind_of_part_has_its_notation() -> None:
    assert describe(Byline) == "name <uri> (job_title) {type=…, role=…}"
    assert describe(Party) == "name <uri>"
    assert all(map(describe, SLOTS))
