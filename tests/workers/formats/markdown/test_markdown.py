"""Markdown: front matter in its three forms, the text, what is refused, and the round trip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from markdown_it import MarkdownIt

from schemas.article import Article, Byline, Heading, ItemList, Link, Media, Paragraph, Rendition, Span
from schemas.conversion import ReadArticle
from schemas.options import NoOptions
from tests.cases import export_case
from tests.exports import CONVERSION, FULL, joined, small
from tests.strategies import rich_articles
from tests.workers.formats.documents import document, read_all, read_one, refusal, unread
from tests.workers.formats.markup.blocks import normal_form
from workers.formats import FORMATS
from workers.formats.detection import check_file, detect
from workers.formats.markdown.reader import read_markdown

TEXT = "\nThe *ferry* left.\n\n- a\n- b\n"


def write(*articles: Article) -> str:
    [content] = joined(FORMATS.writer("markdown")(CONVERSION, NoOptions()), *articles).values()
    return content.decode()


def check(article: Article, piece: bytes) -> list[str]:
    return [fault.rule for fault in FORMATS.checker("markdown")(CONVERSION, NoOptions()).check(article, (piece,))]


@pytest.mark.parametrize(
    "front",
    [
        '---\ntitle: "Ferry: back"\ndate: 2024-05-06 08:00:00 +0200\nauthor: Ada Reed\ntags: [ferry, pier]\n---\n',
        "---\ntitle: 'Ferry: back'\ndate: 2024-05-06T08:00:00+02:00\nauthors:\n  - Ada Reed\n"
        "tags:\n- ferry\n- pier\n...\n",
        '+++\ntitle = "Ferry: back"\ndate = 2024-05-06T08:00:00+02:00\nauthor = "Ada Reed"\n'
        'tags = ["ferry", "pier"]\n+++\n',
        ';;;\n{"title": "Ferry: back", "date": "2024-05-06T08:00:00+02:00", "author": "Ada Reed",'
        ' "tags": ["ferry", "pier"]}\n;;;\n',
    ],
)
def test_front_matter_becomes_fields(front: str) -> None:
    assert detect((front + TEXT).encode(), None) == "markdown"
    article = read_one(read_markdown, front + TEXT)
    assert (article.headline, article.published) == ("Ferry: back", "2024-05-06T08:00:00+02:00")
    assert (article.bylines, article.keywords) == ((Byline(name="Ada Reed"),), ("ferry", "pier"))
    emphasis = Paragraph(("The ", Span("emphasis", ("ferry",)), " left."))
    assert article.blocks == (emphasis, ItemList((("a",), ("b",))))


def test_the_case_of_a_text_with_front_matter() -> None:
    case = export_case("text-and-foreign/front-matter.md")
    article = case.article
    assert (article.headline, article.published) == ("Ferry back", "2024-05-06")
    assert (article.bylines, article.paragraphs[0]) == ((Byline(name="Ada Reed"),), "It is back. See the plan.")
    assert {"adult 4", "child 2"} <= set("\n".join(article.paragraphs).split("\n"))
    assert any(isinstance(part, Link) for part in article.blocks[0].content)  # type: ignore[union-attr]


def test_what_is_not_held_is_named() -> None:
    [found] = read_markdown(document("---\ntitle: T\nlayout: post\nweight: 3\n---\nText."))
    assert isinstance(found, ReadArticle)
    assert {(one.path, one.value) for one in found.ledger.entries} == {("layout", "post"), ("weight", "3")}


@pytest.mark.parametrize("line", ["draft: true", "published: false"])
def test_a_draft_is_withheld(line: str) -> None:
    assert read_one(read_markdown, f"---\ntitle: T\n{line}\n---\nText.").status == "withheld"


@pytest.mark.parametrize("line", ["draft: false", "published: true"])
def test_what_is_no_draft_has_no_status(line: str) -> None:
    assert read_one(read_markdown, f"---\ntitle: T\n{line}\n---\nText.").status is None


def test_the_first_heading_is_the_headline_of_a_text_without_one() -> None:
    article = read_one(read_markdown, "# Ferry back\n\nIt left.\n\n## Fares\n\nFour.")
    assert (article.headline, article.paragraphs) == ("Ferry back", ("It left.", "Fares", "Four."))
    assert article.blocks[1] == Heading(("Fares",), 2)


def test_a_heading_that_is_not_the_title_stays() -> None:
    article = read_one(read_markdown, "---\ntitle: Other\n---\n# Ferry back\n\nIt left.")
    assert (article.headline, article.paragraphs) == ("Other", ("Ferry back", "It left."))


def test_tables_pictures_and_html_are_read() -> None:
    article = read_one(
        read_markdown, "![A boat](https://x.example/a.jpg)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nH<sub>2</sub>O"
    )
    assert article.paragraphs == ("a\tb\n1\t2", "H₂O")


@pytest.mark.parametrize("text", ["---\nA rule first.\n---\nText.", "--- \n\nText", "Text\n---\ntitle: x\n---\n"])
def test_a_rule_is_no_front_matter(text: str) -> None:
    assert detect(text.encode(), None) == "text"


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("a: &x [1]\nb: *x\n", "alias"),
        ("a: [1\n", "cannot be read"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", "levels deep"),
        ("a: !!python/object/apply:os.system [ls]\nb: *y\n", "cannot be read"),
    ],
)
def test_hostile_front_matter_is_refused_by_name(front: str, reason: str) -> None:
    assert reason in refusal(read_markdown, f"---\n{front}---\nText.").reason


@pytest.mark.parametrize(("text", "reason"), [("a" * 2**19 + "b", "bytes in one piece"), ("[" * 20_000, "brackets")])
def test_what_takes_long_is_refused_by_name(text: str, reason: str) -> None:
    assert reason in refusal(read_markdown, text).reason


@pytest.mark.parametrize("text", ["", "---\ntitle: T\n---\n", "![]()"])
def test_a_text_with_nothing_in_it_is_no_article(text: str) -> None:
    assert "paragraph" in unread(read_markdown, text).reason


def test_a_large_text_of_newsmill_is_read_in_pieces() -> None:
    article = small(paragraphs=tuple(f"{'word ' * 5000}{number}" for number in range(40)))
    assert read_one(read_markdown, write(article)) == article


def test_tags_of_yaml_make_nothing_but_strings() -> None:
    article = read_one(read_markdown, "---\ntitle: !!python/name:os.system x\ndate: !!timestamp 2024-05-06\n---\nText.")
    assert (article.headline, article.published) == ("x", "2024-05-06")


def test_a_mapped_name_states_a_field() -> None:
    [found] = read_markdown(document("---\nuntertitel: U\ntitle: T\n---\nText.", columns={"description": "untertitel"}))
    assert isinstance(found, ReadArticle)
    assert found.article.description == "U"


@given(article=rich_articles())
def test_any_article_comes_back(article: Article) -> None:
    same = replace(article, paragraphs=(), blocks=normal_form(article.blocks or article.paragraphs))
    assert read_all(read_markdown, write(article)) == [same]


def test_several_articles_are_one_file() -> None:
    assert read_all(read_markdown, write(FULL, small(), FULL)) == [FULL, small(), FULL]


def test_the_front_matter_is_yaml_and_the_text_is_commonmark() -> None:
    article = small(
        headline='A "quoted": title',
        keywords=("a", "b"),
        paragraphs=("1. No <list> *here*.", "# Nor & a heading"),
    )
    _, front, text = write(article).split("---\n")
    assert yaml.safe_load(front)["title"] == 'A "quoted": title'
    html = MarkdownIt().render(text)
    assert html == "<p>1. No &lt;list&gt; *here*.</p>\n<p># Nor &amp; a heading</p>\n"


def test_simple_blocks_are_written_as_markdown() -> None:
    blocks = (
        Heading(("Fares",), 2),
        Paragraph(("See ", Link("https://x.example/", ("the plan",)), ", it is ", Span("strong", ("new",)), ".")),
        ItemList((("a",), ("b",)), ordered=True),
    )
    text = write(small(paragraphs=(), blocks=blocks)).split("---\n")[2]
    assert text == "\n## Fares\n\nSee [the plan](https://x.example/), it is **new**.\n\n1. a\n2. b\n"


def test_the_check_compares_a_piece_with_its_article() -> None:
    article = small(headline="T", media=(Media(kind="picture", renditions=(Rendition(href="https://x.example/a"),)),))
    piece = write(article).encode()
    assert check(article, piece) == []
    assert check(replace(article, headline="U"), piece) == ["md-same"]
    assert check(replace(article, paragraphs=("Other.",)), piece) == ["md-same"]
    assert check(article, piece.replace(b'"T"', b"T")) == ["md-front"]


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("md-encoding", b"---\ntitle: T\xe9\n---\nText."),
        ("md-front", b"---\ntitle: [\n---\nText."),
        ("md-text", b"---\ntitle: T\n---\n"),
        ("md-text", b"---\ndate: 2024\n---\nText."),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, rule: str, content: bytes) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    assert [fault.rule for fault in check_file(path)] == [rule]


def test_a_written_file_keeps_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "articles.md"
    path.write_text(write(FULL))
    assert list(check_file(path)) == []
