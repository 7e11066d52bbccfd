"""The preview of a job on the page: its articles, the places of their fields, and its files as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import httpx
import pytest

from schemas.article.json_form import dump_article
from tests.exports import FULL, NEWS_FORMATS
from tests.service.asking import post
from tests.web.axe import faults, needs_axe
from tests.web.browsing import Visit
from tests.web.doing import convert, drop, ended, focused, job, lines, only, paste

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = "<img src=x onerror='window.ran=1'><script>window.ran=2</script>"
FORMATS = NEWS_FORMATS
FIRST = 128 * 1024
"""Bytes of a file that the page loads."""


def open_job(page: Page, client: httpx.Client, *articles: Mapping[str, object], **request: object) -> dict[str, object]:
    """The page of a job of these articles."""
    job = post(client, {"source": {"articles": list(articles)}, "formats": FORMATS, **request})
    page.goto(f"/#job={job['id']}")
    ended(page)
    return job


def preview(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Preview {name}").click()
    page.locator("#preview-file", has=page.locator(f"[aria-label$='{name}']")).wait_for()


def test_article_is_shown_with_its_text(page: Page, client: httpx.Client) -> None:
    open_job(page, client, dump_article(FULL))
    story = page.locator(".story")
    assert story.get_by_role("heading").text_content() == "Bank <cuts> rates & more"
    assert story.locator(".byline").text_content() == "By Jane Doe, Editor, John Roe · Example News"
    assert (
        story.locator(".when").text_content() == "VIENNA (EN) · 8 November 2024 · changed 8 November 2024, 16:30 +01:00"
    )
    assert story.locator(".kicker").text_content() == "Business · Analysis"
    assert story.locator(".story-text p").all_text_contents() == list(FULL.paragraphs)
    assert story.get_attribute("lang") == "en-GB"


RICH: list[object] = [
    "Text.",
    {"type": "heading", "content": "Timetable"},
    {"type": "list", "items": ["North", ["South", {"type": "list", "ordered": True, "items": ["pier"]}]]},
    {"type": "table", "caption": "Boats", "rows": [[{"content": "Pier", "header": True}, "Mon"], ["North", "3"]]},
    {"type": "quotation", "blocks": ["We are glad."], "attribution": "Nora"},
    {"type": "paragraph", "content": ["10", {"type": "sup", "content": "3"}, {"type": "break"}, HOSTILE]},
    {
        "type": "paragraph",
        "content": [
            {"type": "link", "href": "https://harbour.example/plan", "content": {"type": "strong", "content": "plan"}},
            {"type": "link", "href": "javascript:window.ran=3", "content": "trap"},
        ],
    },
    {"type": "figure", "media": {"kind": "picture", "caption": "A pier.", "renditions": ["https://x.example/p.jpg"]}},
]


def test_body_of_blocks_is_shown_as_an_article(page: Page, client: httpx.Client) -> None:
    boat = {"kind": "video", "caption": "A boat.", "credit": "T. Lens", "renditions": ["javascript:window.ran=4"]}
    open_job(page, client, {"paragraphs": RICH, "media": [boat], "byline": "By Nora Field"})
    text = page.locator(".story-text")
    assert page.locator(".story .byline").text_content() == "By Nora Field"
    assert text.locator("h4").all_text_contents() == ["Timetable"]
    assert text.locator("ul > li > ol > li").all_text_contents() == ["pier"]
    assert text.locator("caption, th, td").all_text_contents() == ["Boats", "Pier", "Mon", "North", "3"]
    assert text.locator("blockquote").text_content() == "We are glad.Nora"
    assert text.locator("sup").all_text_contents() == ["3"]
    assert text.locator("figcaption").all_text_contents() == ["A pier.", "A boat. · T. Lens"]
    assert [link.get_attribute("href") for link in text.locator("a").all()] == [
        "https://harbour.example/plan",
        "https://x.example/p.jpg",
    ]
    text.get_by_text("trap").click()
    text.get_by_text("Video").click()
    assert page.evaluate("window.ran") is None
    assert HOSTILE in (text.text_content() or "")


@pytest.mark.parametrize("format_id", FORMATS)
def test_article_of_any_format_is_shown(page: Page, client: httpx.Client, format_id: str) -> None:
    open_job(page, client, dump_article(FULL), formats=[format_id])
    story = page.locator(".story")
    assert story.get_by_role("heading").text_content() == "Bank <cuts> rates & more"
    assert story.locator(".story-text p").all_text_contents() == list(FULL.paragraphs)
    assert "Jane Doe" in (story.locator(".byline").text_content() or "")


@pytest.mark.parametrize("options", [{}, {"newsml-g2": {"body": "nitf"}, "news-article": {"lines": True}}])
def test_each_field_is_shown_with_its_places(page: Page, client: httpx.Client, options: dict[str, object]) -> None:
    open_job(page, client, dump_article(FULL), options=options)
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    rows = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in page.locator(".where tbody tr").all()
    }
    assert rows["Section"] == [
        "Business",
        "contentMeta/contentMetaExtProperty[https://schema.org/articleSection]/@value",
        "articleSection",
        "section",
    ]
    assert rows["Slugline"] == ["BANK-RATES", "contentMeta/slugline", "no place for it", "slugline"]
    assert rows["Version"] == ["2", "@version", "version", "version"]
    assert rows["Provider: URI"][:3] == [
        "https://example.com/",
        "contentMeta/infoSource/@uriitemMeta/provider/@uri",
        "publisher.@id",
    ]
    body = "nitf/body/body.content/block/p" if options else "html/body/p"
    assert body in rows["Paragraphs"][1]
    assert len(rows) >= 30
    assert rows["Place: QCode"][0] == "iso3166-1a2:AT"


def test_articles_are_shown_one_by_one(page: Page, client: httpx.Client) -> None:
    open_job(page, client, *({"paragraphs": [f"Number {number}."]} for number in range(1, 4)))
    page.get_by_text("Article 1 of 3 · articles-json, line 1").wait_for()
    assert page.get_by_role("button", name="Previous article").is_disabled()
    for number in (2, 3):
        page.get_by_role("button", name="Next article").click()
        page.locator(".story-text", has_text=f"Number {number}.").wait_for()
    assert page.get_by_role("button", name="Next article").is_disabled()
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where", has_text="Number 3.").wait_for()


def test_articles_that_failed_are_not_counted(page: Page) -> None:
    one, two = {"paragraphs": ["One."]}, {"paragraphs": ["Two."]}
    drop(page, some__ndjson=lines({"headline": "No text"}, one, one, two))
    convert(page)
    ended(page, "Done in part")
    page.get_by_text("Article 1 of 2 · some.ndjson, line 2").wait_for()
    page.get_by_role("button", name="Next article").click()
    page.get_by_text("Article 2 of 2 · some.ndjson, line 4").wait_for()
    assert page.locator(".story-text").text_content() == "Two."


def test_article_without_a_preview_says_why(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ["One."]}, {"paragraphs": ["Two."]})
    page.get_by_text("Article 1 of 2").wait_for()
    problem = {"title": "The article cannot be shown", "detail": "Download the files to see the rest."}
    page.route("**/preview?article=2", lambda route: route.fulfill(status=422, json=problem))
    page.get_by_role("button", name="Next article").click()
    shown = page.locator("#preview-article [role=alert]")
    assert shown.text_content() == "The article cannot be shown. Download the files to see the rest."
    page.get_by_role("button", name="Previous article").click()
    page.locator(".story-text", has_text="One.").wait_for()


def test_file_is_shown_as_text(page: Page, client: httpx.Client) -> None:
    job = open_job(page, client, dump_article(FULL), {"paragraphs": ['He said "so",\nand left.'], "headline": "=1+1"})
    for name in ("articles.newsml.xml", "articles.jsonld", "articles.csv", "csv-metadata.json"):
        preview(page, name)
        made = client.get(f"/v1/jobs/{job['id']}/files/{name}").content.decode()
        assert page.locator(".code").text_content() == made.removeprefix("\ufeff")


@needs_axe
def test_large_files_are_loaded_in_parts(page: Page) -> None:
    asked: dict[str, str | None] = {}
    page.on(
        "response",
        lambda answer: (
            asked.update({answer.url.rpartition("/")[2]: answer.headers.get("content-length")})
            if "/files/" in answer.url
            else None
        ),
    )
    many = ({"headline": f"No. {number}", "paragraphs": [f"Überall Schnee, {number}. " * 25]} for number in range(1000))
    drop(page, many__ndjson=lines(*many))
    convert(page)
    ended(page)
    page.locator(".story").wait_for()
    assert page.locator(".story h3").text_content() == "No. 0"
    # The small table alone is looked at, to say that it has no rows.
    assert asked.keys() <= {"media.csv"}
    for name in ("articles.newsml.xml", "articles.jsonld", "articles.csv", "paragraphs.csv"):
        preview(page, name)
        assert asked[name] == str(FIRST + 3)
        page.get_by_text(re.compile("^Part 1 of ")).wait_for()
        first = page.locator(".code").text_content() or ""
        assert FIRST - 20_000 < len(first) <= FIRST
    page.get_by_role("button", name="Next part").press("Enter")
    page.get_by_text(re.compile("^Part 2 of ")).wait_for()
    second = page.locator(".code").text_content() or ""
    href = f"/v1/jobs/{job(page)['id']}/files/paragraphs.csv"
    assert page.request.get(href).text().removeprefix("\ufeff").startswith(first.removeprefix("\ufeff") + second)
    # There is no part after it.
    assert page.evaluate("document.activeElement.ariaLabel") == "Previous part"
    assert faults(page, "#preview-file") == []


@needs_axe
def test_zips_show_the_file_of_each_article(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ["One."]}, {"paragraphs": ["Two."]}, split=1)
    page.locator(".story-text", has_text="One.").wait_for()
    page.get_by_role("button", name=re.compile(r"^Preview .*newsml")).click()
    page.locator(".code", has_text="One.").wait_for()
    page.locator("#preview-file").get_by_role("button", name="Next article").click()
    page.locator(".code", has_text="Two.").wait_for()
    assert faults(page, "#preview-file") == []


def test_html_in_a_field_never_runs(here: Visit) -> None:
    page = here.page
    named = {"name": HOSTILE}
    article: dict[str, object] = {
        **dict.fromkeys(("headline", "slugline", "dateline", "section", "genre"), HOSTILE),
        **dict.fromkeys(("description", "copyright_notice", "usage_terms", "ed_note"), HOSTILE),
        **dict.fromkeys(("located", "provider", "copyright_holder"), named),
        "bylines": [{**named, "job_title": HOSTILE}],
        "subjects": [named],
        "keywords": [HOSTILE],
        "paragraphs": [HOSTILE, "</textarea></script><svg onload='window.ran=3'>", "]]>"],
    }
    bad: dict[str, object] = {"headline": HOSTILE}
    transfer = page.evaluate_handle(
        "([name, text]) => { const all = new DataTransfer(); all.items.add(new File([text], name)); return all; }",
        [f"{HOSTILE.replace('/', '∕')}.ndjson", lines(article, bad)],
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": transfer})
    assert HOSTILE.replace("/", "∕") in (page.locator("#chosen").text_content() or "")
    convert(page)
    ended(page, "Done in part")
    assert "onerror" in (page.get_by_role("heading", level=1).text_content() or "")
    page.locator(".failures td", has_text="onerror").first.wait_for()
    assert page.locator(".story h3").text_content() == HOSTILE
    assert HOSTILE in page.locator(".story-text p").all_text_contents()
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where td", has_text="onerror").first.wait_for()
    for name in (
        "articles.newsml.xml",
        "articles.jsonld",
        "articles.csv",
        "paragraphs.csv",
        "media.csv",
        "csv-metadata.json",
    ):
        preview(page, name)
        if name not in ("media.csv", "csv-metadata.json"):
            assert "onerror" in (page.locator("#preview-file").text_content() or "")
    page.get_by_role("link", name="New export", exact=True).click()
    paste(page, "x")
    page.get_by_role("combobox", name="Language").fill(HOSTILE)
    convert(page)
    page.locator("#compose-faults", has_text="onerror").wait_for()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, embed, main script, [onerror], [onload]").count() == 0


def test_file_is_opened_by_button_and_by_list(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ["One."]})
    preview(page, "articles.csv")
    assert focused(page) == "preview-tab-file"
    page.get_by_label("File to show").focus()
    page.get_by_label("File to show").select_option("articles.jsonld")
    page.locator(".code[aria-label='articles.jsonld']").wait_for()
    assert focused(page) == "preview-choice"


def test_one_format_has_fields_in_one_column(page: Page) -> None:
    paste(page, "One.")
    only(page, "CSV")
    convert(page)
    ended(page)
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    assert page.locator(".where thead th").all_text_contents() == ["Field", "Value", "CSV"]


def test_ledger_of_the_source_is_shown(page: Page, client: httpx.Client) -> None:
    job = post(client, {"source": {"text": "date 2024-11-08 Text."}, "formats": FORMATS})
    page.goto(f"/#job={job['id']}")
    ended(page)
    page.get_by_role("tab", name="What became of the source").click()
    rows = page.locator("#preview-source tbody tr")
    rows.first.wait_for()
    assert [row.locator("td.value").text_content() for row in rows.all()] == ["2024-11-08", "Text."]
    assert rows.first.locator("th").text_content() == "date"
    assert "Kept" in str(rows.first.locator("td").last.text_content())
