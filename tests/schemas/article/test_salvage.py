"""One bad value never costs an article."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import AlternativeId, Article, Byline, Party, Subject
from schemas.article.salvage import make_article
from schemas.errors import ArticleError
from tests.strategies import rich_articles

TEXT: dict[str, Any] = {"paragraphs": ("Text.",), "headline": "A headline"}


def test_sound_article_loses_nothing() -> None:
    article, left_out = make_article(TEXT | {"urgency": 3})
    assert (article, left_out) == (Article(**TEXT, urgency=3), ())


@pytest.mark.parametrize(
    ("stated", "kept", "left_out"),
    [
        ({"urgency": 17}, {}, [("urgency", "17")]),
        ({"language": "english"}, {}, [("language", "english")]),
        ({"signal": "update"}, {}, [("signal", "update")]),
        ({"keywords": ("a", " b", "c")}, {"keywords": ("a", "c")}, [("keywords[2]", " b")]),
        ({"keywords": (" b",)}, {}, [("keywords[1]", " b")]),
        ({"provider": Party(name="P", uri="no iri")}, {"provider": Party(name="P")}, [("provider.uri", "no iri")]),
        (
            {"bylines": (Byline(name=""), Byline(name="Ada Reed"), Byline(name=" "))},
            {"bylines": (Byline(name="Ada Reed"),)},
            [("bylines[1].name", ""), ("bylines[3].name", " ")],
        ),
        (
            {"subjects": (Subject(name="Transport", qcode="x"), Subject(name="Sea"))},
            {"subjects": (Subject(name="Transport"), Subject(name="Sea"))},
            [("subjects[1].qcode", "x")],
        ),
    ],
)
def test_broken_value_is_left_out_and_named(
    stated: dict[str, Any], kept: dict[str, Any], left_out: list[tuple[str, str]]
) -> None:
    article, found = make_article(TEXT | stated)
    assert article == Article(**TEXT, **kept)
    assert [(one.place, one.value) for one in found] == left_out
    assert all(one.reason for one in found)


@pytest.mark.parametrize("others", [(), (AlternativeId(id="n1"),), (AlternativeId(id="4711"),)])
def test_id_that_is_no_iri_becomes_an_alternative_id(others: tuple[AlternativeId, ...]) -> None:
    article, [found] = make_article(TEXT | {"id": "4711", "alternative_ids": others})
    assert article.id is None
    assert {one.id for one in article.alternative_ids} == {"4711", *(one.id for one in others)}
    assert (found.place, found.value, found.field) == ("id", "4711", "alternative_ids.id")
    assert "kept as an alternative id" in found.reason


def test_field_that_is_left_out_is_not_inferred() -> None:
    article, [found] = make_article(TEXT | {"headline": "H", "published": "\0", "inferred": ("headline", "published")})
    assert (article.inferred, found.place) == (("headline",), "published")


def test_id_that_is_no_line_is_left_out() -> None:
    article, [found] = make_article(TEXT | {"id": "a\nb"})
    assert (article, found.field) == (Article(**TEXT), None)


def test_part_that_needs_the_broken_value_is_left_out_too() -> None:
    article, found = make_article(TEXT | {"subjects": (Subject(qcode="x"),)})
    assert article == Article(**TEXT)
    assert found[-1].place == "subjects[1]" or found[0].place == "subjects[1]"


@pytest.mark.parametrize("stated", [{}, {"paragraphs": ("",)}, {"paragraphs": ("\0",)}])
def test_article_without_a_text_is_none(stated: dict[str, Any]) -> None:
    with pytest.raises(ArticleError):
        make_article(stated)


@given(rich_articles(), st.sampled_from(["urgency", "language", "url", "published", "embargoed", "copyright_notice"]))
def test_one_broken_value_costs_no_other(article: Article, name: str) -> None:
    broken: Any = 17 if name == "urgency" else "\0"
    stated = {one: getattr(article, one) for one in Article.__slots__ if one != "body"}
    if article.blocks:
        del stated["paragraphs"]
    made, [left_out] = make_article(stated | {name: broken})
    assert (left_out.place, left_out.value) == (name, str(broken))
    inferred = tuple(one for one in article.inferred if one != name)
    sound, _ = make_article(stated | {name: None, "inferred": inferred})
    assert made == sound
