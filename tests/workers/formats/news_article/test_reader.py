from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from itertools import chain, repeat
from typing import Any, BinaryIO, cast

import orjson
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from schemas import bounds
from schemas.article import Article, Byline, LineBreak, Paragraph, Party, Place, RoleText, Source, Subject
from schemas.article.newscodes import resolve
from schemas.conversion import Conversion, Document, UnreadArticle
from schemas.errors import ArticleError, InputError
from tests.strategies import articles, rich_articles
from tests.workers.formats.documents import document, found_by, read_all, read_one, refusal, unread
from tests.workers.formats.news_article.held import as_held
from workers.formats.json import lines
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.reader import read_news_article
from workers.formats.news_article.writer import NewsArticleWriter


def written(many: list[Article], *, lines: bool = False) -> bytes:
    writer = NewsArticleWriter(Conversion(at="2024-11-08T16:30:00Z"), NewsArticleOptions(lines=lines))
    frame = writer.frame(writer.files[0], len(many))
    return frame.head + frame.between.join(writer.pieces(article)[0] for article in many) + frame.tail


@given(st.lists(articles() | rich_articles(), min_size=1, max_size=3), st.booleans())
def test_own_export_is_read_back_whole(many: list[Article], lines: bool) -> None:
    try:
        held = [as_held(article) for article in many]
    except ArticleError:
        reject()  # without its blocks, such as a line between two parts, nothing is left of the article
    if any(not (one.paragraphs or one.media or one.groups or one.status == "canceled") for one in held):
        reject()  # the same, of a composite
    assert read_all(read_news_article, written(many, lines=lines)) == held


def story(**properties: Any) -> bytes:
    """A NewsArticle with these properties."""
    return orjson.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "B"} | properties)


@pytest.mark.parametrize(
    ("properties", "stated"),
    [
        ({"@id": "tag:x"}, {"id": "tag:x"}),
        ({"@id": "#article"}, {}),
        ({"@id": "_:b0"}, {}),
        ({"version": 3}, {"version": 3}),
        ({"version": "3"}, {"version": 3}),
        ({"version": "draft"}, {}),
        ({"headline": ["A", "B"]}, {"headline": "A", "headlines": (RoleText(text="B"),)}),
        ({"headline": {"@value": "A", "@language": "en"}}, {"headline": "A"}),
        ({"headline": "", "name": "A\nB"}, {"headline": "A B"}),
        ({"headline": None}, {}),
        ({"headline": "A &amp; <b>B</b>"}, {"headline": "A & B"}),
        ({"abstract": "A"}, {"description": "A"}),
        ({"author": "Jane"}, {"bylines": (Byline(name="Jane"),)}),
        ({"author": ["Jane", {"name": "John"}]}, {"bylines": (Byline(name="Jane"), Byline(name="John"))}),
        (
            {"author": {"name": "J", "url": "https://j.example"}},
            {"bylines": (Byline(name="J", uri="https://j.example"),)},
        ),
        ({"author": {"name": "J", "url": "/jane"}}, {"bylines": (Byline(name="J"),)}),
        ({"author": {"name": "J", "sameAs": ["tag:j", "tag:k"]}}, {"bylines": (Byline(name="J", uri="tag:j"),)}),
        ({"author": {"givenName": "J", "familyName": "D"}}, {"bylines": (Byline(name="J D"),)}),
        ({"author": {"name": "J", "jobTitle": {"name": "Ed"}}}, {"bylines": (Byline(name="J", job_title="Ed"),)}),
        ({"author": {"@type": "Person"}}, {}),
        ({"creator": {"name": "J"}}, {"bylines": (Byline(name="J"),)}),
        (
            {"publisher": {"name": "P", "url": "https://p.example"}},
            {"provider": Party(name="P", uri="https://p.example")},
        ),
        ({"publisher": [{"@id": "tag:x"}, {"name": "P"}]}, {"provider": Party(name="P")}),
        ({"locationCreated": "Wien"}, {"located": Place(name="Wien")}),
        (
            {"locationCreated": {"@id": "http://cv.iptc.org/newscodes/iso3166-1a2/AT", "identifier": "iso3166-1a2:AT"}},
            {"located": Place(qcode="iso3166-1a2:AT", uri="http://cv.iptc.org/newscodes/iso3166-1a2/AT")},
        ),
        ({"datePublished": "2024-11-08"}, {"published": "2024-11-08"}),
        ({"datePublished": "2024-11-08T16:30+02:00"}, {"published": "2024-11-08T16:30:00+02:00"}),
        (
            {"datePublished": {"@type": "DateTime", "@value": "2024-11-08T16:30:00.5z"}},
            {"published": "2024-11-08T16:30:00.5Z"},
        ),
        ({"dateModified": "2024-11-08 16:30:00Z"}, {"modified": "2024-11-08T16:30:00Z"}),
        ({"creativeWorkStatus": "Withheld"}, {"status": "withheld"}),
        ({"creativeWorkStatus": "Published"}, {}),
        ({"inLanguage": "en_US"}, {"language": "en-US"}),
        ({"inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"}}, {"language": "en"}),
        ({"inLanguage": {"@type": "Language", "name": "English"}}, {}),
        ({"articleSection": ["World", "Politics"]}, {"section": "World"}),
        ({"genre": "https://x.example/g"}, {"genre": "https://x.example/g"}),
        ({"keywords": "a, b ,, c"}, {"keywords": ("a", "b", "c")}),
        ({"keywords": ["a, b", {"@type": "DefinedTerm", "name": "c"}]}, {"keywords": ("a, b", "c")}),
        ({"about": "x"}, {"subjects": (Subject(name="x"),)}),
        ({"about": {"@type": "Thing", "name": "x"}}, {"subjects": (Subject(name="x"),)}),
        ({"about": [{"@type": "City", "name": "Wien"}]}, {"subjects": (Subject(name="Wien", type="place"),)}),
        ({"about": {"@type": ["Thing", "NGO"], "name": "x"}}, {"subjects": (Subject(name="x", type="organisation"),)}),
        (
            {"about": {"@type": "DefinedTerm", "@id": resolve("medtop:04000000"), "termCode": "medtop:04000000"}},
            {"subjects": (Subject(qcode="medtop:04000000"),)},
        ),
        (
            {"about": {"@type": "DefinedTerm", "@id": "tag:x", "termCode": "04000000"}},
            {"subjects": (Subject(uri="tag:x"),)},
        ),
        (
            {"about": {"@type": "Person", "name": "x", "identifier": "urn:isni:1"}},
            {"subjects": (Subject(name="x", type="person"),)},
        ),
        ({"usageInfo": {"@type": "CreativeWork", "text": "No."}}, {"usage_terms": "No."}),
        (
            {"usageInfo": {"@type": "CreativeWork", "url": "https://x.example/t"}},
            {"usage_terms": "https://x.example/t"},
        ),
        ({"license": "https://x.example/cc"}, {"usage_terms": "https://x.example/cc"}),
        (
            {"copyrightHolder": "H", "copyrightNotice": "©"},
            {"copyright_holder": Party(name="H"), "copyright_notice": "©"},
        ),
        ({"url": "/a"}, {}),
        ({"mainEntityOfPage": {"@type": "WebPage", "@id": "https://x.example/a"}}, {"url": "https://x.example/a"}),
        ({"mainEntityOfPage": {"@type": "WebPage", "url": "https://x.example/a"}}, {"url": "https://x.example/a"}),
        ({"mainEntityOfPage": True}, {}),
        ({"url": {"@id": "#a", "url": {"@id": "#a"}}}, {}),
        ({"wordCount": 9999, "speakable": ["https://x.example/i"]}, {}),
        (
            {
                "encoding": [
                    {"contentUrl": "x"},
                    {"sha256": "0" * 64, "contentSize": "12 B", "encodingFormat": "text/plain"},
                ]
            },
            {"source": Source(sha256="0" * 64, size=12, media_type="text/plain")},
        ),
    ],
)
def test_properties_are_read_however_they_are_written(properties: dict[str, Any], stated: dict[str, Any]) -> None:
    assert read_one(read_news_article, story(**properties)) == Article(paragraphs=("B",), **stated)


@pytest.mark.parametrize(
    "type_",
    [
        "NewsArticle",
        "Article",
        "ReportageNewsArticle",
        "BlogPosting",
        ["Article", "NewsArticle"],
        "schema:NewsArticle",
        "http://schema.org/NewsArticle",
    ],
)
def test_types_that_are_articles(type_: str | list[str]) -> None:
    assert read_one(read_news_article, story(**{"@type": type_})) == Article(paragraphs=("B",))


@pytest.mark.parametrize(
    "context",
    [
        "http://schema.org/",
        "https://schema.org/docs/jsonldcontext.jsonld",
        {"@vocab": "http://schema.org/"},
        ["https://schema.org", {"@language": "en"}],
        {"schema": "https://schema.org/"},
        None,
    ],
)
def test_contexts_that_are_schema_orgs(context: Any) -> None:
    value = orjson.loads(story())
    value = value | {"@context": context} if context else {k: v for k, v in value.items() if k != "@context"}
    assert read_one(read_news_article, orjson.dumps(value)) == Article(paragraphs=("B",))


def test_context_of_another_vocabulary_is_named() -> None:
    activity = b'{"@context": "https://www.w3.org/ns/activitystreams",\n "type": "Article", "content": "x"}'
    assert "its @context is not https://schema.org" in refusal(read_news_article, activity).reason


EXPANDED = b"""[{
 "@type": ["https://schema.org/NewsArticle"],
 "https://schema.org/articleBody": [{"@value": "B"}],
 "https://schema.org/url": [{"@id": "https://x.example/a"}]
}]"""
PREFIXED = b"""{"@context": {"schema": "http://schema.org/"},
 "@type": "schema:NewsArticle", "schema:articleBody": "B", "schema:url": {"@id": "https://x.example/a"}}"""


@pytest.mark.parametrize("content", [EXPANDED, PREFIXED])
def test_names_may_be_prefixed_or_whole(content: bytes) -> None:
    assert read_one(read_news_article, content) == Article(paragraphs=("B",), url="https://x.example/a")


GRAPH = b"""{"@context": "https://schema.org", "@graph": [
 {"@type": "NewsArticle", "@id": "tag:a", "articleBody": "A",
  "author": {"@id": "#jane"}, "publisher": {"@id": "#org"}},
 {"@type": "Person", "@id": "#jane", "name": "Jane",
  "worksFor": {"@type": "Organization", "@id": "#org", "name": "Org"}},
 {"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "articleBody": "C"}},
 {"@type": "WebPage", "mainEntity": {"@id": "tag:a"}},
 {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "articleBody": "D"}]}
]}"""


def test_references_inside_of_a_graph_are_resolved() -> None:
    assert read_all(read_news_article, GRAPH) == [
        Article(
            paragraphs=("A",), id="tag:a", bylines=(Byline(name="Jane", type="person"),), provider=Party(name="Org")
        ),
        Article(paragraphs=("C",)),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_of_the_encoding_are_passed_over(encoding: str) -> None:
    content = '{"@type": "NewsArticle",\n "articleBody": "é"}'.encode(encoding)
    assert read_one(read_news_article, content).paragraphs == ("é",)


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"", "", "it is empty"),
        (b" \n\n", "", "it is empty"),
        (b'\n\n{"@type":\n "NewsArticle",\n "a": 1, "a": 2}', "line 5, column 10", "the object has 'a' twice"),
        (b'{"@type":\n', "line 2, column 1", "it is not JSON"),
        (b'{"@type":\n "Person"}', "", "it has no NewsArticle (nor Article or BlogPosting), only: Person"),
        (b"{\n}", "", "only: objects without an @type"),
        (b"\xff\xfe{\xd8\x00\x00", "byte 2", "it is not UTF-16"),
        (b"<p>Hello <a href='/'>home</a></p>", "", "the page has no text of an article, in JSON-LD or in its markup"),
        (b'<script type="application/ld+json">{"@type": "Recipe"}</script>', "", "only: Recipe"),
    ],
)
def test_a_document_with_no_article_is_refused(content: bytes, place: str, reason: str) -> None:
    error = refusal(read_news_article, content)
    assert reason in error.reason
    assert error.place == place


@pytest.mark.parametrize(
    ("content", "id_", "reason"),
    [
        (story(**{"@id": "tag:x", "articleBody": " "}), "tag:x", "the NewsArticle has no articleBody"),
        (b'{"@type": "NewsArticle"}\n', None, "the NewsArticle has no articleBody"),
    ],
)
def test_invalid_article_is_skipped(content: bytes, id_: str | None, reason: str) -> None:
    found = unread(read_news_article, content)
    assert reason in found.reason
    assert found.id == id_
    assert found.place == "line 1"


def test_lines_are_read_one_by_one() -> None:
    content = b"\n".join((story(), b"", b"{", story(articleBody="C"), b'{"@type": "Person"}', b"[" + story() + b"]"))
    found = list(found_by(read_news_article, document(content)))
    assert [one.paragraphs if isinstance(one, Article) else one.place for one in found] == [
        ("B",),
        "line 3",
        ("C",),
        "line 5",
        ("B",),
    ]


PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title><script type="application/ld+json">{"@type": "NewsArticle"}</script></title>
<!-- <script type="application/ld+json">{"@type": "NewsArticle"}</script> -->
<script>if (a < b) document.write('<script type="application/ld+json">')</script>
%s
</head><body><p>x</body></html>"""


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"B"}</script>',
        '<SCRIPT TYPE=\'Application/LD+JSON; charset=utf-8\' defer>{"@type":"NewsArticle","articleBody":"B"}</SCRIPT >',
        '<script data-x=">" type=application/ld+json>{"@type":"NewsArticle","articleBody":"B"};</script>',
        '<script type="application/ld+json"><!-- {"@type":"NewsArticle","articleBody":"B"} --></script>',
        '<script type="application/ld+json">//<![CDATA[\n{"@type":"NewsArticle","articleBody":"B"}\n//]]></script>',
        '<script type="application/ld+json">/*<![CDATA[*/{"@type":"NewsArticle","articleBody":"B"}/*]]>*/</script>',
        '<script type="application/ld+json">{&quot;@type&quot;:&quot;NewsArticle&quot;,'
        "&#34;articleBody&#34;:&#34;B&#34;}</script>",
        '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"\n<p>B</p>\n"}</script>',
        '<script type="application/ld+json">{"@type":"Organization"}</script>'
        '<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","articleBody":"B"}]}</script>',
        '<script type="application/ld+json">[{"@type":"NewsArticle","articleBody":"B"}]</script>'
        '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"B"}</script>',
    ],
)
def test_scripts_of_a_page(script: str) -> None:
    assert read_all(read_news_article, PAGE % script) == [Article(paragraphs=("B",))]


def test_texts_of_a_page_lose_their_markup() -> None:
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Q&amp;A &#8211; <em>now</em>",'
        '"articleBody":"<p>One <a href=\\"x\\">link</a>.</p><p>Two<br/>lines, 1 < 2 &lt;p&gt;.</p>"}</script>'
    )
    assert read_one(read_news_article, PAGE % script) == Article(
        headline="Q&A – now", blocks=("One link.", Paragraph(("Two", LineBreak(), "lines, 1 < 2 <p>.")))
    )


def test_references_reach_across_the_scripts_of_a_page() -> None:
    page = (
        '<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"B","author":{"@id":"#j"}}</script>'
        '<script type="application/ld+json">{"@type":"Person","@id":"#j","name":"Jane"}</script>'
    )
    assert read_one(read_news_article, page).bylines == (Byline(name="Jane", type="person"),)


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1", "utf-16", "shift_jis", "windows-1251"])
def test_a_page_is_in_the_encoding_that_it_says(encoding: str) -> None:
    text = {"shift_jis": "日本", "windows-1251": "Вена"}.get(encoding, "é")
    page = f'<meta http-equiv=x content="text/html; charset={encoding}"><script type="application/ld+json">'
    page += f'{{"@type":"NewsArticle","articleBody":"{text}"}}</script>'
    assert read_one(read_news_article, page.encode(encoding)).paragraphs == (text,)


def test_a_script_that_is_not_json_is_said_by_its_line() -> None:
    found = unread(read_news_article, PAGE % '<script type="application/ld+json">{"@type":</script>')
    assert found.place == "the script in line 5"
    assert found.reason == "it is not JSON: unexpected end of data, line 1, column 10 of the script"


def bound_pieces(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(bounds, "LARGEST_DOCUMENT", most)
    monkeypatch.setattr(lines, "LARGEST_DOCUMENT", most)
    monkeypatch.setattr(lines, "LARGEST_RECORD", most)


def test_a_piece_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    bound_pieces(monkeypatch, 100)
    assert "the line has more than 100 bytes" in refusal(read_news_article, story(articleBody="x" * 100)).reason
    assert "write NDJSON" in refusal(read_news_article, b'{"@type":\n"NewsArticle"' + b" " * 100).reason
    found = list(found_by(read_news_article, document(b'{"@type":"NewsArticle","articleBody":"A"}\n' * 9)))
    assert len(found) == 9


def test_graph_of_one_object_a_line_may_have_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Article(paragraphs=("B",), id=f"tag:{number}") for number in range(20)]
    bound_pieces(monkeypatch, 500)
    assert len(written(many)) > 2000
    assert read_all(read_news_article, written(many)) == many


class _Endless(RawIOBase):
    """A stream that is made as it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def readinto(self, buffer: Any) -> int:
        part = next(self._parts, b"")
        buffer[: len(part)] = part
        return len(part)


def test_memory_is_flat_however_many_lines() -> None:
    def lines(count: int) -> int:
        def open_it() -> BinaryIO:
            return cast("BinaryIO", BufferedReader(_Endless(repeat(story() + b"\n", count))))

        tracemalloc.start()
        found = found_by(read_news_article, Document(name=None, open=open_it))
        assert sum(isinstance(one, Article) for one in found) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    lines(80)  # what is made once, at the first use, is no growth
    few = lines(80)
    assert lines(800) < few + 100_000


@pytest.mark.parametrize("content", [b"[" * 10_000_000, b'{"@graph":' * 50_000, b"[" * 90 + b"]" * 90])
def test_json_that_is_deep_is_refused(content: bytes) -> None:
    found = list(chain(_tried(content)))
    assert len(found) == 1


def _tried(content: bytes) -> Iterator[str]:
    try:
        for one in found_by(read_news_article, document(content)):
            assert isinstance(one, UnreadArticle)
            yield one.reason
    except InputError as error:
        yield error.reason
