"""Articles as pages: valid HTML5, safe, and the same articles when they are read back."""

from __future__ import annotations

import io
import tracemalloc
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import Article, Figure, Heading, Link, Media, Paragraph, Preformatted, Rendition
from schemas.article.values import make_line
from schemas.conversion import UnreadArticle
from schemas.errors import ArticleError
from schemas.options import NoOptions
from tests.exports import CONVERSION, FULL, joined, small
from tests.field_table import EVERYTHING
from tests.sinks import Shelf
from tests.strategies import rich_articles
from tests.workers.formats.documents import document, found_by, read_one
from tests.workers.formats.markup.blocks import normal_form
from tests.workers.formats.news_article.held import as_held
from workers.formats.detection import check_file, detect
from workers.formats.html.pages import INDEX, PagesInZip, Pieces, piece_of
from workers.formats.html.piece_checks import HtmlChecker
from workers.formats.html.reader import read_html_page
from workers.formats.html.writer import NAME, PAGE, PageWriter
from workers.formats.markup.writing.html5 import clean_html
from workers.formats.schema_org.works import figures_of
from workers.pipeline.output import FileSet, Output

WRITER = PageWriter(CONVERSION, NoOptions())
CHECKER = HtmlChecker(CONVERSION, NoOptions())
HOSTILE = "</script><script>alert(1)</script> <img src=x onerror=alert(1)> \" ' & \u0085\ufdd0"
PICTURE = Media(
    kind="picture",
    caption="A <b>.",
    credit="J. Lens",
    renditions=(
        Rendition(href="https://cdn.example/a.jpg", width=640, media_type="image/jpeg"),
        Rendition(href="https://cdn.example/b.jpg", size=9, role="rnd:web"),
    ),
)


def page_of(article: Article) -> str:
    return WRITER.frame(PAGE, 1, 1).file_of(*WRITER.pieces(article)).decode()


def unzipped(*articles: Article) -> dict[str, str]:
    with ZipFile(io.BytesIO(joined(WRITER, *articles)[NAME])) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def held(article: Article) -> Article:
    """The article without what a page has no place for."""
    stated = as_held(article)
    blocks = normal_form(map(cleaned, article.blocks))
    figures = [one if one.kind in ("picture", "graphic") else replace(one, main=None) for one in figures_of(blocks)]
    kept = [*as_held(small(kind=article.kind, media=article.media)).media]
    if any(not isinstance(block, str) for block in blocks):
        stated = replace(stated, paragraphs=(), blocks=blocks)
    media = tuple(one for one in stated.media if one in kept or one not in figures)
    return replace(
        stated, media=media, byline=article.byline and make_line(clean_html(article.byline)), inferred=article.inferred
    )


def cleaned(value: Any) -> Any:
    """A block without what HTML forbids in it."""
    if isinstance(value, str):
        return clean_html(value)
    if isinstance(value, tuple):
        return tuple(map(cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: cleaned(getattr(value, one.name)) for one in fields(value) if one.init})
    return value


@pytest.mark.parametrize("article", [FULL, replace(EVERYTHING, kind="text"), EVERYTHING, small(media=(PICTURE,))])
def test_an_article_comes_back(article: Article) -> None:
    assert read_one(read_html_page, page_of(article)) == held(article)


@given(rich_articles())
def test_any_article_comes_back(article: Article) -> None:
    page = page_of(article)
    assert CHECKER.check(article, WRITER.pieces(article)) == ()
    assert read_one(read_html_page, page) == held(article)


@given(rich_articles())
def test_any_page_is_valid(article: Article) -> None:
    html5lib.HTMLParser(strict=True).parse(page_of(article))


def test_a_page_states_what_search_engines_and_browsers_ask_for() -> None:
    page = page_of(replace(FULL, status="usable", media=(PICTURE,), data_mining="plus:DMI-PROHIBITED"))
    assert '<html lang="en-GB" dir="ltr">' in page
    for stated in (
        '<link rel="canonical" href="https://example.com/17?a=b&amp;c=d">',
        '<meta name="description" content="A summary.">',
        '<meta name="tdm-reservation" content="1">',
        '<meta property="og:image" content="https://cdn.example/a.jpg">',
        "<h1>Bank &lt;cuts&gt; rates &amp; more</h1>",
        '<time datetime="2024-11-08" class="published">2024-11-08</time>',
        '<time datetime="2024-11-08T16:30:00+01:00">2024-11-08 16:30 +01:00</time>',
        '<figcaption><span class="caption">A &lt;b&gt;.</span> <span class="credit">J. Lens</span></figcaption>',
    ):
        assert stated in page
    assert "tdm-reservation" not in page_of(FULL)
    assert '<html lang="ar" dir="rtl">' in page_of(small(language="ar"))
    assert '<html lang="uz-Arab" dir="rtl">' in page_of(small(language="uz-Arab"))
    assert '<meta name="robots" content="noindex">' in page_of(FULL)


def test_a_page_has_no_faults(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    author = replace(FULL.bylines[0], type="person")
    article = replace(FULL, status="usable", published=FULL.modified, bylines=(author,), media=(PICTURE,))
    path.write_text(page_of(article))
    assert list(check_file(path)) == []
    assert detect(path.read_bytes(), None) == "html"


def test_hostile_text_stays_text() -> None:
    script = Paragraph((Link("javascript:alert(1)", (HOSTILE,)), Link("https://example.org/", ("mine",))))
    bad = Media(kind="picture", alt=HOSTILE, renditions=(Rendition(href="data:text/html,x"),))
    article = small(
        headline=HOSTILE, description=HOSTILE, byline=HOSTILE, keywords=(HOSTILE,), paragraphs=(),
        blocks=(script, Figure(bad), Preformatted("\n" + HOSTILE)),
    )  # fmt: skip
    page = page_of(article)
    root = html5lib.parse(page, namespaceHTMLElements=False)
    assert CHECKER.check(article, WRITER.pieces(article)) == ()
    assert [one.get("type") for one in root.iter("script")] == ["application/ld+json"]
    assert [one.get("href") for one in root.iter("a")] == [None, "https://example.org/"]
    assert not list(root.iter("img"))
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    assert "\x85" not in page
    back = read_one(read_html_page, page)
    assert (back.headline, back.byline) == (HOSTILE, make_line(clean_html(HOSTILE)))
    assert back.blocks[-1] == Preformatted("\n" + clean_html(HOSTILE))


def test_an_address_of_another_host_is_one_that_the_article_states() -> None:
    root = html5lib.parse(page_of(small(headline="A")), namespaceHTMLElements=False)
    values = [value for one in root.iter() for value in one.attrib.values()]
    assert not [value for value in values if "//" in value]


def test_a_job_is_a_zip_of_pages_with_a_list_of_links() -> None:
    articles = [
        small(id=f"urn:x:{number}", headline=title) for number, title in enumerate(("Été à Évian!", "雨", "a/../b"))
    ]
    files = unzipped(*articles)
    assert list(files) == ["00001-ete-a-evian.html", "00002-article.html", "00003-a-b.html", INDEX]
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(files[INDEX])
    assert [(one.get("href"), one.text) for one in root.iter("a")] == [
        (name, article.headline) for name, article in zip(files, articles, strict=False)
    ]
    assert [read_one(read_html_page, page) for name, page in files.items() if name != INDEX] == [
        held(article) for article in articles
    ]


def test_the_memory_of_a_zip_does_not_grow_with_its_pages() -> None:
    [piece] = WRITER.pieces(small(headline="A"))
    encoding, peaks = PagesInZip(), []
    tracemalloc.start()
    try:
        for _ in range(2):
            tracemalloc.reset_peak()
            for _ in range(5_000):
                encoding.add(piece)
            peaks.append(tracemalloc.get_traced_memory()[1])
        encoding.end()
        peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    # The links and the directory take 200 bytes a page, of which 1 MiB each stays in memory.
    assert max(peaks) < 4 * 2**20


def test_a_split_export_has_each_page_by_itself() -> None:
    shelf = Shelf()
    with FileSet([Output(format="html", name=NAME, writer=WRITER)], shelf, split=1) as files:
        for number in (1, 2):
            files.add(WRITER.pieces(small(id=f"urn:x:{number}")))
        files.end()
    with ZipFile(io.BytesIO(shelf.files["html.zip"])) as archive:
        assert archive.namelist() == ["articles-00001.html", "articles-00002.html"]
        assert archive.read("articles-00001.html").startswith(b"<!DOCTYPE html>")


def test_the_list_of_links_is_passed_over() -> None:
    [found] = found_by(read_html_page, document(unzipped(small())[INDEX]))
    assert isinstance(found, UnreadArticle)
    assert found.passed_over


@given(st.lists(st.integers(1, 6000), max_size=8))
@settings(max_examples=20)
def test_the_bytes_do_not_depend_on_how_the_pieces_arrive(sizes: list[int]) -> None:
    articles = [small(id=f"urn:x:{number}", paragraphs=("Text.",) * number) for number in range(1, 5)]
    pieces = [WRITER.pieces(article)[0] for article in articles]
    rest, encoding, made = b"".join(pieces), PagesInZip(), b""
    for size in (*sizes, None):
        made += encoding.add(rest[:size])
        rest = rest[size:] if size else b""
    assert made + encoding.end() == WRITER.frame(NAME, 4).file_of(*pieces)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Text.</p>", "<p>Other.</p>"),
        ('<div class="body">', "<div>"),
        ('"urn:x:1"', '"urn:x:2"'),
        ("<h1>A", "<h1>B"),
    ],
)
def test_a_page_of_another_article_is_a_fault(before: str, after: str) -> None:
    article = small(headline="A")
    [piece] = WRITER.pieces(article)
    assert CHECKER.check(article, (piece,)) == ()
    [(listing, page)] = Pieces().take(piece)
    page = page.replace(before.encode(), after.encode())
    wrong = piece_of(listing._replace(size=len(page)), page)
    assert {fault.rule for fault in CHECKER.check(article, (wrong,))} <= {"html-same", "ld-id"}
    assert CHECKER.check(article, (wrong,))


def test_an_article_with_too_many_elements_for_a_page_is_named() -> None:
    article = small(paragraphs=(), blocks=(Heading(("A",)), *("B",) * 50_000))
    with pytest.raises(ArticleError, match="50,000 elements"):
        CHECKER.check(article, WRITER.pieces(article))
