"""Checks of NewsML-G2 in the pipe: the writer keeps every rule, and a changed item is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from schemas.article import Article, Byline, Media, Place, Rights, Subject
from schemas.conversion import Conversion
from schemas.errors import FileFault
from tests.strategies import articles
from tests.workers.formats.newsml_g2.items import broken
from workers.formats.newsml_g2.checks import documents as newsml_g2
from workers.formats.newsml_g2.checks.documents import NewsmlG2Checker, check_piece
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.structure import structure_of
from workers.formats.newsml_g2.writer import NewsmlG2Writer

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
@given(article=articles())
def test_any_article_is_written_without_an_error(body: str, article: Article) -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    piece = written(article, body=body)
    assert broken(checker.check(article, (piece,))) == set()
    assert list(structure_of("2.35").validate(etree.fromstring(piece))) == []


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
    "stated",
    [
        {"subjects": (Subject(qcode="medtop:bank"),)},
        {"subjects": (Subject(qcode="freebase:m.1", name="A", type="place"),)},
        {"subjects": (Subject(qcode="own:1", why="why:ancestor"), Subject(name="B", why="why:because", creator="me"))},
        {"located": Place(qcode="isrol:origin")},
        {"contributors": (Byline(name="Ed", role="ctrol:editor"),)},
        {"first_created": "2024-11-09T00:00:00Z", "version_created": "2024-11-08T00:00:00Z"},
        {"paragraphs": (), "media": (Media(kind="picture", caption="A boat."),)},
        {
            "rights": (Rights(terms="No web.", scope="riscope:none"),),
            "data_mining": "no",
            "roles": ("a b", "stat:gone"),
        },
    ],
)
def test_a_fault_of_what_is_stated_costs_no_article(stated: Mapping[str, Any]) -> None:
    article = Article(**{"id": "urn:x:y", "paragraphs": ("One.",), **stated})
    faults = NewsmlG2Checker(CONVERSION, NewsmlG2Options()).check(article, (written(article),))
    assert {fault.rule for fault in faults if fault.severity == "error"} == set()


def test_uri_other_than_the_qcode_is_a_relation() -> None:
    same = Subject(qcode="medtop:20000350", uri="http://cv.iptc.org/newscodes/mediatopic/20000350")
    other = Subject(qcode="medtop:20000350", uri="https://www.wikidata.org/entity/Q66344", name="central bank")
    piece = written(Article(id="urn:x:y", paragraphs=("One.",), subjects=(same, other))).decode()
    assert '<subject qcode="medtop:20000350" uri="http://cv.iptc.org/newscodes/mediatopic/20000350"/>' in piece
    assert '<related rel="skos:exactMatch" uri="https://www.wikidata.org/entity/Q66344"/>' in piece
    assert broken(check_piece(piece.encode())) == set()


def alike(number: int) -> Article:
    """An article that states what `ARTICLE` does, of another story."""
    texts = (f"Story {number} & its “text”.", f"<{number}> 100 %\rmore.")
    return replace(ARTICLE, id=f"tag:example.com,2024:{number}", headline=f"Story {number}", paragraphs=texts)


@pytest.mark.parametrize("body", ["xhtml", "nitf"])
def test_first_two_of_similar_items_are_checked_in_full(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_full: list[bytes] = []

    def check(piece: bytes, *more: Any) -> tuple[FileFault, ...]:
        in_full.append(piece)
        return check_piece(piece, *more)

    monkeypatch.setattr(newsml_g2, "check_piece", check)
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    for number in range(5):
        assert broken(checker.check(alike(number), (written(alike(number), body=body),))) == set()
    assert len(in_full) == 2
    other = replace(alike(7), language="de")
    checker.check(other, (written(other, body=body),))
    assert len(in_full) == 3


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("g2-31-text", "“text”", "text"),
        ("g2-31-text", "its “text”.</p>", "its “text”.</p><p/>"),
        ("g2-30-count", 'wordcount="', 'wordcount="1'),
        ("g2-06-alias", "stat:", "state:"),
        ("g2-10-code", "stat:usable", "stat:gone"),
        ("g2-16-zone", "16:30:00Z", "16:30:00"),
        ("g2-01-identity", 'guid="tag:', 'guid="tag '),
        ("xml-well-formed", "&amp; its", "& its"),
        ("xml-well-formed", "</itemMeta>", ""),
    ],
)
def test_an_item_is_not_like_others_with_one_thing_changed(rule: str, old: str, new: str) -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    usable = [replace(alike(number), status="usable") for number in range(4)]
    for article in usable[:3]:
        assert broken(checker.check(article, (written(article),))) == set()
    piece = written(usable[3]).decode()
    assert old in piece
    assert broken(checker.check(usable[3], (piece.replace(old, new, 1).encode(),))) == {rule}
    assert broken(checker.check(usable[3], (written(usable[3]),))) == set()


def test_an_item_that_is_another_article_s_is_not_like_it() -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    for number in range(3):
        checker.check(alike(number), (written(alike(number)),))
    assert broken(checker.check(alike(4), (written(alike(5)),))) == {"g2-31-text"}


@given(first=articles(), second=articles())
def test_any_two_articles_are_checked_by_one_checker(first: Article, second: Article) -> None:
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    for article in (first, second, first, second, first):
        assert broken(checker.check(article, (written(article),))) == set()
