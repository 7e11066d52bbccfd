"""NewsML-G2 in the pipe: what the writer makes of any article keeps every rule, and what is not the article is seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from schemas.article import Article, Place, Subject
from schemas.conversion import Conversion
from schemas.errors import ArticleError
from schemas.formats import NewsmlG2Options
from tests.reference import REFERENCE
from tests.strategies import articles
from tests.workers.checks.newsml_items import broken
from workers.checks.newsml_g2 import NewsmlG2Checker, check_piece
from workers.writers.newsml_g2 import NewsmlG2Writer

XSD = REFERENCE / "newsml-g2" / "NewsML-G2_2.35-spec-All-Power.xsd"
CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
ARTICLE = Article(
    id="tag:example.com,2024:story",
    paragraphs=("The first “one”.", "Another & one."),
    language="en",
    headline="Two paragraphs",
    subjects=(Subject(qcode="medtop:20000350", name="central bank"),),
)


def written(article: Article, **options: Any) -> bytes:
    (piece,) = NewsmlG2Writer(CONVERSION, NewsmlG2Options(**options)).pieces(article)
    return piece


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
@settings(max_examples=100, deadline=None)
@given(article=articles())
def test_any_article_is_written_without_an_error(body: str, article: Article) -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options(), XSD if XSD.is_file() else None)
    assert broken(checker.check(article, (written(article, body=body),))) == set()


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("g2-31-text", "Another &amp; one.", "Another &amp;amp; one."),
        ("g2-31-text", "Another &amp; one.</p>", "Another &amp; one.</p> More."),
        ("g2-31-text", "Another &amp; one.</p>", "Another &amp; one.</p><p>More.</p>"),
        ("g2-31-text", "<p>The first “one”.</p>", ""),
        ("g2-30-count", 'wordcount="5"', 'wordcount="6"'),
        ("g2-30-count", ' wordcount="5"', ""),
        ("g2-29-body", "<p>The", "<paragraph/><p>The"),
        ("xml-well-formed", "Another &amp; one.", "Another & one."),
        ("xml-doctype", "<newsItem", "<!DOCTYPE newsItem []><newsItem"),
        ("g2-00-root", "newsItem", "newsItems"),
        ("g2-06-alias", "medtop:20000350", "nobody:20000350"),
        ("g2-16-zone", "16:30:00Z", "16:30:00"),
    ],
)
def test_a_piece_that_is_not_its_article_is_a_fault(rule: str, old: str, new: str, body: str) -> None:
    piece = written(ARTICLE, body=body).decode()
    assert old in piece
    assert broken(check_piece(piece.replace(old, new).encode(), ARTICLE)) == {rule}


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (Article(id="urn:x:y", paragraphs=("One.",), language="xx"), "xx"),
        (Article(id="urn:x:y", paragraphs=("One.",), subjects=(Subject(qcode="medtop:bank"),)), "eight digits"),
        (Article(id="urn:x:y", paragraphs=("One.",), located=Place(qcode="isrol:origin")), "retired"),
        (Article(id="urn:x:y", paragraphs=("One.",), subjects=(Subject(qcode="freebase:m.1"),)), "separator"),
    ],
)
def test_what_an_article_states_against_a_rule_is_the_article_s_fault(article: Article, reason: str) -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    with pytest.raises(ArticleError, match=reason):
        checker.check(article, (written(article),))


def test_a_uri_that_is_not_the_qcode_s_is_that_of_the_same_concept() -> None:
    same = Subject(qcode="medtop:20000350", uri="http://cv.iptc.org/newscodes/mediatopic/20000350")
    other = Subject(qcode="medtop:20000350", uri="https://www.wikidata.org/entity/Q66344", name="central bank")
    piece = written(Article(id="urn:x:y", paragraphs=("One.",), subjects=(same, other))).decode()
    assert '<subject qcode="medtop:20000350" uri="http://cv.iptc.org/newscodes/mediatopic/20000350"/>' in piece
    assert '<sameAs uri="https://www.wikidata.org/entity/Q66344"/>' in piece
    assert broken(check_piece(piece.encode())) == set()
