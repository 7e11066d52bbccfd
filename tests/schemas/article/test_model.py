"""The Article: invariants, paragraphs, word count and derived id."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.article import (
    Article,
    Byline,
    Party,
    Place,
    Source,
    Subject,
    count_words,
    split_paragraphs,
    with_id,
)
from schemas.article.model import article_of
from schemas.errors import ArticleError
from tests import strategies
from tests.exports import SEED

SHA256 = "0" * 64


def faults_of(**stated: Any) -> list[tuple[str, str]]:
    """Return the faults of an article of one paragraph with these fields."""
    with pytest.raises(ArticleError) as caught:
        Article(**{"paragraphs": ("Text.",), **stated})
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


def test_an_article_needs_nothing_but_a_paragraph() -> None:
    article = Article(paragraphs=("Text.",))
    given = {"paragraphs", "version", "kind", "body", "word_count"}
    others = {name: getattr(article, name) for name in Article.__slots__ if name not in given}
    assert {name: value for name, value in others.items() if value not in (None, ())} == {}
    assert (article.version, article.kind, article.body, article.word_count) == (1, "text", "Text.", 1)


def test_an_article_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Article(paragraphs=("Text.",)).headline = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("stated", "pointer", "wrong"),
    [
        ({"paragraphs": ()}, "/paragraphs", "at least one paragraph"),
        ({"paragraphs": ("a", "")}, "/paragraphs", "is blank"),
        ({"paragraphs": (" a",)}, "/paragraphs", "white space around it"),
        ({"paragraphs": ("a\u00a0",)}, "/paragraphs", "white space around it"),
        ({"paragraphs": ("a\n \nb",)}, "/paragraphs", "blank line in it"),
        ({"paragraphs": ("a", "b\0")}, "/paragraphs/1", "U+0000 at character 1"),
        ({"id": "17"}, "/id", "not an absolute URI"),
        ({"version": 0}, "/version", "from 1 to"),
        ({"version": 2**53}, "/version", "from 1 to"),
        ({"signal": "kill", "version": 2}, "/signal", "'kill' is not one of update, correction"),
        ({"signal": "update"}, "/signal", "version 1 cannot be an update"),
        ({"headline": "a\nb"}, "/headline", "line break"),
        ({"headline": ""}, "/headline", "blank"),
        ({"description": " "}, "/description", "blank"),
        ({"slugline": "a\tb"}, "/slugline", "tab"),
        ({"dateline": "VIENNA "}, "/dateline", "white space"),
        ({"section": ""}, "/section", "blank"),
        ({"genre": "a\rb"}, "/genre", "line break"),
        ({"keywords": ("a", "b\nc")}, "/keywords/1", "line break"),
        ({"published": "2024-02-30"}, "/published", "not a day of the calendar"),
        ({"modified": "yesterday"}, "/modified", "neither a day"),
        ({"embargoed": "2024-11-08"}, "/embargoed", "an embargo ends at a time"),
        ({"status": "cancelled"}, "/status", "usable, withheld, canceled"),
        ({"language": "en_GB"}, "/language", "not a language tag"),
        ({"language": "xx"}, "/language", "'xx' is not a language tag that is registered"),
        ({"copyright_notice": "\x1b"}, "/copyright_notice", "U+001B"),
        ({"usage_terms": ""}, "/usage_terms", "blank"),
        ({"url": "example.com"}, "/url", "not an absolute URI"),
        ({"urgency": 0}, "/urgency", "0 is not a whole number from 1 to 9"),
        ({"urgency": 10}, "/urgency", "from 1 to 9"),
        ({"ed_note": "\ud800"}, "/ed_note", "U+D800"),
        ({"provider": Party(name="")}, "/provider/name", "blank"),
        ({"provider": Party(name="A", uri="a")}, "/provider/uri", "not an absolute URI"),
        ({"copyright_holder": Party(name=" A")}, "/copyright_holder/name", "white space"),
        ({"bylines": (Byline(name="A"), Byline(name="B\nC"))}, "/bylines/1/name", "line break"),
        ({"bylines": (Byline(name="A", uri="a"),)}, "/bylines/0/uri", "not an absolute URI"),
        ({"bylines": (Byline(name="A", job_title=""),)}, "/bylines/0/job_title", "blank"),
        ({"located": Place()}, "/located", "needs one of name, qcode, uri"),
        ({"located": Place(qcode="AT")}, "/located/qcode", "not a QCode"),
        ({"subjects": (Subject(type="person"),)}, "/subjects/0", "needs one of name, qcode, uri"),
        ({"subjects": (Subject(name="A", type="thing"),)}, "/subjects/0/type", "is not one of abstract"),  # type: ignore[arg-type]
        ({"subjects": (Subject(name="A", uri=":"),)}, "/subjects/0/uri", "not an absolute URI"),
        ({"source": Source(sha256="abc")}, "/source/sha256", "not a SHA-256"),
        ({"source": Source(sha256=SHA256, name="a\n")}, "/source/name", "white space"),
        ({"source": Source(sha256=SHA256, media_type="text")}, "/source/media_type", "not a media type"),
        ({"source": Source(sha256=SHA256, size=-1)}, "/source/size", "from 0 to"),
    ],
)
def test_a_broken_invariant_names_its_field(stated: dict[str, Any], pointer: str, wrong: str) -> None:
    [(found, detail)] = faults_of(**stated)
    assert found == pointer
    assert wrong in detail


def test_every_broken_invariant_is_named_at_once() -> None:
    found = faults_of(headline="", urgency=0, bylines=(Byline(name=""),), keywords=("", "a", ""))
    assert [pointer for pointer, _ in found] == [
        "/headline",
        "/urgency",
        "/bylines/0/name",
        "/keywords/0",
        "/keywords/2",
    ]


@given(strategies.articles())
def test_article_strategy_makes_valid_articles(article: Article) -> None:
    assert split_paragraphs(article.body) == article.paragraphs
    assert article.word_count == count_words(article.body)
    assert replace(article) == article


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("a\n\nb", ("a", "b")),
        ("a\nb", ("a\nb",)),
        ("a\r\n\r\nb", ("a", "b")),
        ("a\r\nb", ("a\r\nb",)),
        ("a\n  \t \nb", ("a", "b")),
        ("a\n\u00a0\u2003\nb", ("a", "b")),
        ("\n\n a \n\n\n\n b \n", ("a", "b")),
        ("\u00a0a\u00a0", ("a",)),
        ("a\u00a0b", ("a\u00a0b",)),
        ("a\u2028\u2028b", ("a\u2028\u2028b",)),
        ("a\n\u200b\nb", ("a\n\u200b\nb",)),
        ("", ()),
        (" \n\n\u00a0\n\n", ()),
    ],
)
def test_paragraphs_are_what_stands_between_blank_lines(text: str, paragraphs: tuple[str, ...]) -> None:
    assert split_paragraphs(text) == paragraphs


@given(st.text(st.sampled_from("ab \n\r\t\u00a0\u2028\x85")) | strategies.texts())
@example("\n" * 10_000)
def test_joined_paragraphs_split_into_the_same_ones(text: str) -> None:
    paragraphs = split_paragraphs(text)
    assert split_paragraphs("\n\n".join(paragraphs)) == paragraphs
    assert re.sub(r"\s", "", "".join(paragraphs)) == re.sub(r"\s", "", text)


def test_the_seed_has_367_words() -> None:
    # The marker " date 2024-11-08 " is not part of the text.
    text = SEED.read_text(encoding="utf-8").removeprefix(" date 2024-11-08 ")
    assert count_words(text) == 367
    assert Article(paragraphs=split_paragraphs(text)).word_count == 367


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("took office .", 2),
        ("– — … “ ”", 0),
        ("well-known, isn’t it?", 3),
        ("a\u00a0b\nc\u2003d", 4),
        ("$5 3.5% #1", 3),
        ("日本 語", 2),
        ("שלום, עולם", 2),
        ("\U0001f600 ok", 1),
    ],
)
def test_word_is_a_run_with_a_letter_or_digit(text: str, words: int) -> None:
    assert count_words(text) == words


@given(strategies.texts())
def test_words_are_counted_as_they_are_defined(text: str) -> None:
    assert count_words(text) == sum(any(map(str.isalnum, run)) for run in text.split())


def test_an_id_can_be_put_in_and_changes_nothing_else() -> None:
    article = Article(paragraphs=("Text.",), headline="H")
    same = with_id(article, "urn:x:y")
    assert same == replace(article, id="urn:x:y")
    assert (same.body, same.word_count, article.id) == ("Text.", 1, None)


@given(article=strategies.rich_articles())
def test_an_article_of_its_fields_is_the_same_article(article: Article) -> None:
    stated = {one.name: getattr(article, one.name) for one in fields(Article) if one.init}
    assert article_of(stated) == article


def test_an_article_has_no_unknown_fields() -> None:
    with pytest.raises(TypeError, match="'title'"):
        article_of({"paragraphs": ("x",), "title": "T"})
