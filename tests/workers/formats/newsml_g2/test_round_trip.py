"""Articles survive writing and reading as NewsML-G2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Byline, Party, Place, Source, Subject
from schemas.article.values import make_line
from schemas.conversion import Conversion, ReadArticle
from tests.strategies import articles, rich_articles
from tests.workers.formats.markup.blocks import normal_form
from tests.workers.formats.reading import document, read, read_one
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.places import is_package
from workers.formats.newsml_g2.reader import read_newsml_g2
from workers.formats.newsml_g2.writer import NAME, NewsmlG2Writer

CONVERSION = Conversion(at="2024-11-08T16:30:00Z", operator=Party(name="Operator & Sons", uri="https://op.example/"))
Body = Literal["xhtml", "nitf"]


def write(made: Sequence[Article], body: Body = "xhtml", schemes: dict[str, str] | None = None) -> bytes:
    writer = NewsmlG2Writer(CONVERSION, NewsmlG2Options(body=body, schemes=schemes or {}))
    frame = writer.frame(NAME, len(made))
    return frame.head + frame.between.join(writer.pieces(article)[0] for article in made) + frame.tail


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
@given(article=articles())
def test_a_news_item_comes_back_as_it_was(body: Body, article: Article) -> None:
    assert read_one(write([article], body)) == article


@given(article=rich_articles())
def test_an_article_with_all_fields_comes_back(article: Article) -> None:
    assert read_one(write([article])) == held(article)


@given(article=rich_articles())
def test_newsmill_loses_nothing_of_its_own_item(article: Article) -> None:
    (found,) = read_newsml_g2(document(write([article])))
    assert isinstance(found, ReadArticle)
    assert [entry for entry in found.ledger.entries if entry.outcome != "kept"] == []


def held(article: Article) -> Article:
    """What an item holds of an article: blocks in their normal form, names of one line, and no groups beside a text."""
    return replace(
        article,
        paragraphs=(),
        blocks=normal_form(article.blocks or article.paragraphs),
        groups=article.groups if is_package(article) else (),
        located=article.located and with_lines(article.located),
        subjects=tuple(map(with_lines, article.subjects)),
    )


Named = TypeVar("Named", Place, Subject)


def with_lines(concept: Named) -> Named:
    return replace(concept, names=tuple(replace(name, text=make_line(name.text)) for name in concept.names))


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
@given(made=st.lists(articles(), min_size=2, max_size=4))
def test_a_message_comes_back_as_it_was(body: Body, made: list[Article]) -> None:
    assert read(write(made, body)) == made


def test_every_field_comes_back() -> None:
    article = Article(
        paragraphs=("First\n  line,  second\tline.\r\nThird.", "x"),
        id="urn:x:1",
        version=3,
        signal="correction",
        headline="A  headline",
        description="One\ntwo",
        slugline="A-B",
        bylines=(Byline(name="Jane Doe", uri="https://x.example/jane", job_title="Editor, Foreign"), Byline(name="J")),
        dateline="VIENNA (ENA)",
        located=Place(name="Vienna", qcode="iso3166-1a2:AT", uri="https://x.example/vienna"),
        published="2024-11-08",
        modified="2024-11-09T10:00:00.25+01:00",
        embargoed="2024-11-10T00:00:00Z",
        status="withheld",
        language="de-AT",
        genre="Interview",
        keywords=("a", "b", "a"),
        subjects=(
            Subject(name="economy", qcode="medtop:04000000", type="abstract"),
            Subject(name="Elena Marsh", type="person"),
            Subject(uri="https://x.example/bank", type="organisation"),
            Subject(name="nothing else"),
        ),
        provider=Party(name="Example", uri="https://x.example/"),
        copyright_holder=Party(name="Holder"),
        copyright_notice="(c)\n2024",
        usage_terms="https://x.example/terms",
        url="https://x.example/story",
        urgency=4,
        ed_note="Note\nof two lines",
        source=Source(sha256="ab" * 32, name="in.txt", media_type="text/plain; charset=utf-8", size=0),
    )
    assert read_one(write([article])) == article


def test_a_provider_that_was_not_stated_stays_so() -> None:
    article = Article(paragraphs=("x",), id="urn:x:1")
    assert b"Operator &amp; Sons" in write([article])
    assert read_one(write([article])) == article


def test_the_operator_as_the_stated_provider_stays_stated() -> None:
    article = Article(paragraphs=("x",), id="urn:x:1", provider=CONVERSION.operator)
    assert read_one(write([article])) == article


def test_a_qcode_of_a_scheme_of_ones_own_comes_back_as_its_uri() -> None:
    article = Article(paragraphs=("x",), id="urn:x:1", subjects=(Subject(name="Rates", qcode="own:a/b"),))
    (subject,) = read_one(write([article], schemes={"own": "https://cv.example.com/"})).subjects
    assert subject == Subject(name="Rates", uri="https://cv.example.com/a/b")
