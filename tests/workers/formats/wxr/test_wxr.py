"""WXR: posts of both editors, authors, attachments, what is no article."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.article import (
    AlternativeId,
    Byline,
    Embed,
    Figure,
    Heading,
    LineBreak,
    Media,
    Paragraph,
    Party,
    Rendition,
    Span,
)
from schemas.conversion import ReadArticle
from tests.workers.formats.documents import document, read_all, read_one, refusal
from workers.formats.detection import detect
from workers.formats.wxr.content import html_of
from workers.formats.wxr.reader import read_wxr

EXPORT = (Path(__file__).parent / "export.xml").read_text()
HEAD = EXPORT.partition("<channel>")[0]
BOAT = Media(
    kind="picture",
    caption="A boat.",
    alt="White boat",
    renditions=(Rendition(href="https://harbour.example/30.jpg"),),
    main=True,
)


def export(items: str) -> str:
    return f"{HEAD}<channel><title>Harbour</title>{items}</channel></rss>"


def post(content: str, more: str = "") -> str:
    text = f"<content:encoded><![CDATA[{content}]]></content:encoded>"
    return export(f"<item><title>T</title>{text}<wp:post_type>post</wp:post_type>{more}</item>")


def test_an_export_is_recognised_before_rss() -> None:
    assert detect(EXPORT.encode(), "export.xml") == "wxr"


def test_posts_and_pages_are_articles_and_all_else_is_none() -> None:
    found = list(read_wxr(document(EXPORT)))
    assert [one.article.headline for one in found if isinstance(one, ReadArticle)] == [
        "Ferry back",
        "Old post",
        "About",
    ]
    named = {
        (entry.value, entry.reason) for one in found if isinstance(one, ReadArticle) for entry in one.ledger.entries
    }
    assert ("Menu", "an item of the type nav_menu_item is no article") in named
    assert ("lonely", "an item of the type attachment is no article") in named
    assert not [value for value, _ in named if value == "boat"]


def test_the_elements_of_a_post_become_fields() -> None:
    article = read_all(read_wxr, EXPORT)[0]
    assert (article.id, article.url) == ("https://harbour.example/?p=12", "https://harbour.example/ferry/")
    assert article.alternative_ids == (AlternativeId(id="12", type="post_id"),)
    assert (article.published, article.modified) == ("2024-05-06T06:00:00Z", "2024-05-06T07:00:00Z")
    assert (article.bylines, article.description) == ((Byline(name="Nora Field"),), "Back.")
    assert (article.section, article.keywords, article.status) == ("Travel", ("Ferry",), "usable")
    assert (article.language, article.provider) == ("en-GB", Party(name="Harbour News", uri="https://harbour.example"))


def test_blocks_of_the_block_editor_are_read() -> None:
    paragraph, heading, embed, figure = read_all(read_wxr, EXPORT)[0].blocks
    assert paragraph == Paragraph(("It is ", Span("strong", ("back",)), "."))
    assert (heading, embed) == (Heading(("Crowds",), 2), Embed("https://www.youtube.com/watch?v=x"))
    assert isinstance(figure, Figure)
    assert (figure.media.caption, figure.media.alt) == ("The pier.", "Pier")


def test_the_featured_image_is_the_main_one_with_the_facts_of_its_attachment() -> None:
    assert read_all(read_wxr, EXPORT)[0].media == (BOAT,)


def test_a_post_of_the_older_editor_has_its_paragraphs_captions_and_embeds() -> None:
    first, figure, embed, heading, last = read_all(read_wxr, EXPORT)[1].blocks
    assert first == Paragraph(("First paragraph", LineBreak(), "with a break."))
    assert isinstance(figure, Figure)
    assert figure.media.caption == "A boat"
    assert (embed, heading) == (Embed("https://twitter.com/x/status/1"), Heading(("Head",), 3))
    assert last == Paragraph(("Then ", Span("emphasis", ("text",)), "."))


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("<wp:status>draft</wp:status>", "withheld"),
        ("<wp:status>trash</wp:status>", "canceled"),
        ("<wp:status>special</wp:status>", "withheld"),
        ("<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>", "withheld"),
        ("<wp:post_password>x</wp:post_password><wp:status>publish</wp:status>", "withheld"),
    ],
)
def test_a_post_that_is_not_for_all_is_withheld(more: str, status: str) -> None:
    assert read_one(read_wxr, post("One.", more)).status == status


def test_the_pictures_of_a_gallery_are_media() -> None:
    gallery = EXPORT.replace('<img src="https://harbour.example/30.jpg" alt=""/> A boat', "<b>x</b>")
    assert [one.renditions[0].href for one in read_all(read_wxr, gallery)[1].media] == [
        "https://harbour.example/30.jpg"
    ]


def test_a_gallery_without_its_attachments_is_named() -> None:
    [found] = read_wxr(document(post("One. [gallery]")))
    assert isinstance(found, ReadArticle)
    assert ("content:encoded", "[gallery]") in {(one.path, one.value) for one in found.ledger.entries}


def test_several_categories_are_keywords() -> None:
    one = '<category domain="category" nicename="a">A</category><category domain="category" nicename="b">B</category>'
    assert read_one(read_wxr, post("One.", one)).keywords == ("A", "B")


def test_an_export_of_attachments_alone_has_no_articles() -> None:
    item = "<item><title>x</title><wp:post_type>attachment</wp:post_type></item>"
    assert "no item" in refusal(read_wxr, export(item)).reason


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("<div>One.</div>\n\nTwo.", "<div>One.</div>\n<p>Two.</p>"),
        ("[unknown x]One.[/unknown]", "<p>[unknown x]One.[/unknown]</p>"),
        ("<!-- wp:paragraph -->\n<p>One.</p>", "<!-- wp:paragraph -->\n<p>One.</p>"),
    ],
)
def test_content_as_it_is_shown(content: str, html: str) -> None:
    assert html_of(content) == html


@pytest.mark.parametrize(
    "mark", ["[caption]", "[embed", "[gallery ", "[caption id=", '<div class="wp-block-embed__wrapper"> ']
)
def test_marks_that_do_not_end_take_no_time(mark: str) -> None:
    assert mark.strip() in html_of(mark * 50_000)


def test_the_marks_of_plugins_are_no_text_and_are_named() -> None:
    [found] = read_wxr(document(post('[dropcap]O[/dropcap]ne [sic] [1].\n\n[contact_form]\n\n[ad id="3"]Two.')))
    assert isinstance(found, ReadArticle)
    assert found.article.paragraphs == ("One [sic] [1].", "Two.")
    named = [one.value for one in found.ledger.entries if one.path == "content:encoded" and one.outcome == "not-held"]
    assert named == ["[dropcap]", "[/dropcap]", "[contact_form]", '[ad id="3"]']
