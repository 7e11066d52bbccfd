"""Articles survive writing and reading as RSS and Atom, in all that a feed holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import Article, Byline, Party, Subject
from schemas.conversion import Conversion, ReadArticle
from tests.exports import FULL, joined, small
from tests.field_table import EVERYTHING
from tests.strategies import articles, rich_articles
from tests.workers.formats.documents import document, read_all
from tests.workers.formats.xml.feeds.held import held
from workers.formats import FORMATS
from workers.formats.xml.feeds.options import FeedOptions

FEEDS = ("rss", "atom")
CONVERSION = Conversion(at="2024-11-08T16:30:00Z", operator=Party(name="Operator & Sons", uri="https://op.example/"))


def write(format_id: str, made: Sequence[Article]) -> bytes:
    [content] = joined(FORMATS.writer(format_id)(CONVERSION, FeedOptions()), *made).values()
    return content


def back(format_id: str, made: Sequence[Article]) -> list[Article]:
    return read_all(FORMATS.reader(format_id), write(format_id, made))


@pytest.mark.parametrize("format_id", FEEDS)
@pytest.mark.parametrize(
    "article", [FULL, EVERYTHING, small(), small(headline="A & <b>B</b>", description="1 < 2\r\n3")]
)
def test_an_article_comes_back(format_id: str, article: Article) -> None:
    assert back(format_id, [article]) == [held(article, in_rss=format_id == "rss")]


@pytest.mark.parametrize("format_id", FEEDS)
@given(article=rich_articles())
def test_any_article_comes_back(format_id: str, article: Article) -> None:
    if article.status == "canceled":
        return
    assert back(format_id, [article]) == [held(article, in_rss=format_id == "rss")]


@pytest.mark.parametrize("format_id", FEEDS)
@settings(max_examples=20)
@given(made=st.lists(articles(), min_size=2, max_size=4))
def test_several_articles_come_back_in_their_order(format_id: str, made: list[Article]) -> None:
    made = [one for one in made if one.status != "canceled"] or [small()]
    assert back(format_id, made) == [held(one, in_rss=format_id == "rss") for one in made]


@pytest.mark.parametrize("format_id", FEEDS)
@settings(max_examples=20)
@given(article=rich_articles())
def test_newsmill_loses_nothing_of_its_own_feed(format_id: str, article: Article) -> None:
    for found in FORMATS.reader(format_id)(document(write(format_id, [article]))):
        assert isinstance(found, ReadArticle)
        assert [entry for entry in found.ledger.entries if entry.outcome != "kept"] == []


@pytest.mark.parametrize("format_id", FEEDS)
@given(article=rich_articles())
def test_what_is_written_keeps_the_rules(format_id: str, article: Article) -> None:
    options = FeedOptions()
    pieces = FORMATS.writer(format_id)(CONVERSION, options).pieces(article)
    faults = FORMATS.checker(format_id)(CONVERSION, options).check(article, pieces)
    assert [fault for fault in faults if fault.severity == "error"] == []


@pytest.mark.parametrize("format_id", FEEDS)
def test_a_canceled_article_is_a_deleted_entry(format_id: str) -> None:
    killed = small(status="canceled", ed_note="Kill: wrong date.", modified="2024-11-08T17:00:00Z", headline="Ferry")
    [article] = back(format_id, [killed])
    assert (article.id, article.status, article.paragraphs) == ("urn:x:1", "canceled", ())
    assert (article.ed_note, article.modified) == ("Kill: wrong date.", "2024-11-08T17:00:00Z")


def test_people_in_atom_keep_their_addresses() -> None:
    author = Byline(name="Nora Field and Sons", uri="https://harbour.example/nora")
    assert back("atom", [small(bylines=(author,))])[0].bylines == (author,)
    assert back("rss", [small(bylines=(author,))])[0].bylines == (Byline(name=author.name),)


def test_a_subject_of_schema_org_keeps_its_address_without_a_name() -> None:
    article = small(subjects=(Subject(uri="https://schema.org/SportsEvent"),))
    [found] = back("atom", [article])
    assert found.subjects == article.subjects
