"""NewsArticle: each rule by one change to a good document; pieces against their article; documents as streams."""

from __future__ import annotations

import io
import json
from typing import Any

import orjson
import pytest
from hypothesis import given

from schemas.article import Article, Byline, Media, Party, Rendition, Source, Subject
from schemas.conversion import Conversion
from schemas.errors import FileFault
from tests.reference import REFERENCE, needs_reference
from tests.strategies import articles, rich_articles
from tests.workers.formats.newsml_g2.items import broken
from workers.formats.news_article.checks import NewsArticleChecker, check_news_articles
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import NewsArticleWriter

CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
WRITER = NewsArticleWriter(CONVERSION, NewsArticleOptions())
ARTICLE = Article(
    id="tag:example.com,2024:story",
    paragraphs=("The first “one”.", "Another one."),
    headline="Two paragraphs",
    published="2024-11-08T16:30:00Z",
    media=(Media(kind="picture", renditions=(Rendition(href="https://www.example.com/a.jpg"),)),),
    language="en",
    bylines=(Byline(name="Jane Doe", uri="https://example.com/jane"),),
    keywords=("bank", "rates"),
    subjects=(Subject(qcode="medtop:20000350", name="central bank"),),
    provider=Party(name="Example", uri="https://www.example.com/"),
    url="https://www.example.com/story",
    source=Source(sha256="0" * 64, name="story.txt", media_type="text/plain", size=40),
)
GOOD: dict[str, Any] = {"@context": "https://schema.org"} | orjson.loads(b"{" + WRITER.pieces(ARTICLE)[0])


def faults(document: object) -> list[FileFault]:
    text = document if isinstance(document, bytes) else json.dumps(document, indent=2).encode()
    return list(check_news_articles(io.BytesIO(text), "story.jsonld"))


def test_the_document_keeps_every_rule() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ld-context", {"@context": "https://example.org"}),
        ("ld-context", {"@context": None}),
        ("ld-id", {"@id": "story-17"}),
        ("ld-id", {"publisher": {"@type": "Organization", "@id": "#us", "name": "Example"}}),
        ("ld-article", {"@type": "Recipe"}),
        ("ld-type", {"author": {"@type": "Place", "name": "Vienna"}}),
        ("ld-type", {"about": [{"name": "central bank"}]}),
        ("ld-range", {"author": 17}),
        ("ld-role", {"author": {"@type": "Role", "roleName": "Editor"}}),
        ("ld-name", {"author": {"@type": "Role", "author": {"@type": "Person"}}}),
        ("ld-range", {"isAccessibleForFree": "no"}),
        ("ld-range", {"image": {"@type": "ImageObject", "duration": "2 min"}}),
        ("ld-type", {"correction": {"text": "The rate was 4."}}),
        ("ld-type", {"liveBlogUpdate": {"@type": "Person", "name": "x"}}),
        ("ld-range", {"liveBlogUpdate": {"@type": "BlogPosting", "headline": ""}}),
        ("ld-name", {"author": [{"@type": "Person"}]}),
        ("ld-name", {"publisher": {"@type": "Organization", "name": ""}, "@type": "NewsArticle"}),
        ("ld-range", {"headline": ["", "Two"]}),
        ("ld-range", {"headline": None}),
        ("ld-range", {"keywords": [1]}),
        ("ld-range", {"url": "/story"}),
        ("ld-range", {"encoding": "story.txt"}),
        ("ld-range", {"encoding": {"@type": "MediaObject", "encodingFormat": "text"}}),
        ("ld-range", {"encoding": {"@type": "MediaObject", "contentSize": "much"}}),
        ("ld-sha256", {"encoding": {"@type": "MediaObject", "sha256": "abc"}}),
        ("ld-date", {"datePublished": "8 November 2024"}),
        ("ld-date", {"datePublished": "2024-11-31"}),
        ("ld-date", {"dateModified": "2024-11-08T16:30"}),
        ("ld-language", {"inLanguage": "English"}),
        ("ld-language", {"inLanguage": "xx-YY"}),
        ("ld-count", {"wordCount": 17}),
        ("ld-count", {"wordCount": "5"}),
        ("ld-count", {"wordCount": -1}),
        ("ld-reference", {"publisher": {"@id": "_:b1"}}),
        ("ld-keyword", {"@language": "en", "@lang": "en"}),
    ],
)
def test_one_change_breaks_one_rule(rule: str, change: dict[str, Any]) -> None:
    found = broken(faults(GOOD | change))
    assert rule in found
    assert found <= {rule, "ld-range"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("ld-unknown", {"headlines": "Two"}),
        ("ld-order", {"dateModified": "2024-11-01T16:30:00Z"}),
        ("ld-google-date", {"dateModified": "2024-11-08T16:30:00"}),
        ("ld-google-date", {"datePublished": "2024-11-08"}),
        ("ld-google-date", {"datePublished": []}),
        ("ld-google-image", {"image": []}),
        ("ld-google-headline", {"headline": []}),
        ("ld-google-author", {"author": []}),
        ("ld-google-author", {"author": "Jane Doe"}),
        ("ld-google-author", {"author": {"name": "Jane Doe", "url": "https://example.com/jane"}}),
        ("ld-google-author", {"author": {"@type": "Person", "name": "Jane Doe"}}),
        ("ld-google-paywall", {"isAccessibleForFree": False}),
        ("ld-live-update", {"@type": "LiveBlogPosting"}),
        (
            "ld-live-update",
            {"@type": "LiveBlogPosting", "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "First boat"}]},
        ),
        ("ld-language", {"inLanguage": "iw"}),
        ("ld-type", {"publisher": {"@type": "Dentist", "name": "Example"}}),
    ],
)
def test_doubtful_value_is_advice(rule: str, change: dict[str, Any]) -> None:
    found = faults(GOOD | change)
    assert (broken(found), broken(found, "advice")) == (set(), {rule})


def test_recommendations_name_the_page_that_they_come_from() -> None:
    found = faults({"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "B"})
    assert len(found) == 4
    assert all(
        "https://developers.google.com/search/docs/appearance/structured-data/article" in one.detail for one in found
    )


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ld-json", b'{"@context": "https://schema.org", "@type": NewsArticle}'),
        ("ld-json", b"[1, 2]"),
        ("ld-json", b'{"a": 1} and more'),
        ("ld-json", b'{"a": "1"'),
        ("ld-json", b'{"a": "\xff"}'),
        ("ld-json", b'{"@graph": [{"a": 1} {"a": 2}]}'),
        ("ld-json", b'{"@graph": [{"a": 1}, 7]}'),
        ("ld-json", b'{"a":' * 200 + b"1" + b"}" * 200),
        ("ld-surrogate", b'{"@context": "https://schema.org", "headline": "\\ud800"}'),
        ("ld-duplicate-key", b'{"@context": "https://schema.org", "@type": "NewsArticle", "name": "a", "name": "b"}'),
        ("ld-article", b""),
    ],
)
def test_document_without_json_is_an_error(rule: str, text: bytes) -> None:
    assert rule in broken(faults(text))


def test_other_vocabularies_are_left_alone() -> None:
    derived = {"prov:wasGeneratedBy": {"@type": "prov:Activity", "anything": 1}}
    assert faults(GOOD | derived) == []


@pytest.mark.parametrize("indent", [None, 2])
def test_duplicate_article_is_a_fault(indent: int | None) -> None:
    members = [GOOD | {"@id": "urn:x:1"}, GOOD | {"@id": "urn:x:2"}, GOOD | {"@id": "urn:x:1"}]
    text = json.dumps({"@context": "https://schema.org", "@graph": members}, indent=indent).encode()
    (fault,) = faults(text)
    assert (fault.rule, fault.severity) == ("ld-unique", "error")


def test_a_fault_is_on_the_line_of_its_property() -> None:
    text = json.dumps(GOOD | {"datePublished": "yesterday"}, indent=1).encode()
    (fault,) = faults(text)
    assert text.splitlines()[fault.line - 1].strip().startswith(b'"datePublished"')
    assert "'yesterday'" in fault.detail


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("number", [1, 2, 300])
def test_written_lines_have_no_fault(number: int, lines: bool) -> None:
    writer = NewsArticleWriter(CONVERSION, NewsArticleOptions(lines=lines))
    frame = writer.frame(writer.files[0], number)
    (piece,) = WRITER.pieces(ARTICLE)
    pieces = [piece.replace(b"2024:story", b"2024:story-%d" % n) for n in range(number)]
    assert faults(frame.head + frame.between.join(pieces) + frame.tail) == []
    pieces[-1] = pieces[-1].replace(b'"2024-11-08T16:30:00Z","inLanguage"', b'"2024","inLanguage"')
    (fault,) = faults(frame.head + frame.between.join(pieces) + frame.tail)
    assert (fault.rule, fault.line) == ("ld-date", number if lines or number == 1 else number + 1)


@needs_reference
@pytest.mark.parametrize(
    "name", ["article.jsonld", "article-with-derived.jsonld", "bulk-graph.jsonld", "bulk.ndjsonld"]
)
def test_the_targets_have_no_fault(name: str) -> None:
    assert broken(faults((REFERENCE / "news-article" / name).read_bytes())) == set()


@given(article=articles() | rich_articles())
def test_any_article_is_written_without_an_error(article: Article) -> None:
    checker = NewsArticleChecker(CONVERSION, NewsArticleOptions())
    (piece,) = WRITER.pieces(article)
    assert broken(checker.check(article, (piece,))) == set()
    assert broken(faults(b'{"@context":"https://schema.org",' + piece)) == set()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("ld-text", b"Another one.", b"Another two."),
        ("ld-text", b"Two paragraphs", b"Three paragraphs"),
        ("ld-text", b'"headline":"Two paragraphs",', b""),
        ("ld-text", b'"version":1', b'"version":2'),
        ("ld-id", b"2024:story", b"2024:tale"),
        ("ld-count", b'"wordCount":5', b'"wordCount":6'),
        ("ld-type", b'"NewsArticle"', b'"Article"'),
        ("ld-json", b'"Two paragraphs"', b'"Two "paragraphs"'),
        ("ld-duplicate-key", b'"headline"', b'"version":1,"headline"'),
        ("ld-range", b'"rates"', b'""'),
        ("ld-name", b',"name":"Example"', b""),
        ("ld-sha256", b"0" * 64, b"0" * 63),
    ],
)
def test_a_piece_that_is_not_its_article_is_a_fault(rule: str, old: bytes, new: bytes) -> None:
    checker = NewsArticleChecker(CONVERSION, NewsArticleOptions())
    (piece,) = WRITER.pieces(ARTICLE)
    assert checker.check(ARTICLE, (piece,)) == ()
    assert old in piece
    assert broken(checker.check(ARTICLE, (piece.replace(old, new, 1),))) == {rule}
    # What was wrong in one piece makes no other piece wrong, and none right.
    assert checker.check(ARTICLE, (piece,)) == ()
    assert broken(checker.check(ARTICLE, (piece.replace(old, new, 1),))) == {rule}
