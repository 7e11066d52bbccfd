"""What is in the files, as the page shows it: never run, and never more of it than is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import httpx
import pytest

from schemas.article.json_form import dump_article
from tests.exports import FULL
from tests.service.asking import post
from tests.web.browsing import Visit
from tests.web.doing import convert, drop, ended, focused, lines, only, paste

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = "<img src=x onerror='window.ran=1'><script>window.ran=2</script>"
FORMATS = ["newsml-g2", "news-article", "csv"]


def open_job(page: Page, client: httpx.Client, *articles: Mapping[str, object], **request: object) -> dict[str, object]:
    """The page of a job of these articles."""
    job = post(client, {"source": {"articles": list(articles)}, "formats": FORMATS, **request})
    page.goto(f"/#job={job['id']}")
    ended(page)
    return job


def preview(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Preview {name}").click()
    page.locator("#preview-file", has=page.locator(f"[aria-label$='{name}']")).wait_for()


def test_the_article_is_shown_as_a_reader_sees_it(page: Page, client: httpx.Client) -> None:
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


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_article_is_found_in_each_format_alone(page: Page, client: httpx.Client, format_id: str) -> None:
    open_job(page, client, dump_article(FULL), formats=[format_id])
    story = page.locator(".story")
    assert story.get_by_role("heading").text_content() == "Bank <cuts> rates & more"
    assert story.locator(".story-text p").all_text_contents() == list(FULL.paragraphs)
    assert "Jane Doe" in (story.locator(".byline").text_content() or "")


@pytest.mark.parametrize("options", [{}, {"newsml-g2": {"body": "nitf"}, "news-article": {"lines": True}}])
def test_each_field_is_shown_with_its_place_in_each_format(
    page: Page, client: httpx.Client, options: dict[str, object]
) -> None:
    open_job(page, client, dump_article(FULL), options=options)
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    rows = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in page.locator(".where tbody tr").all()
    }
    assert rows["Section"] == ["Business", "no place for it", "articleSection", "section"]
    assert rows["Slugline"] == ["BANK-RATES", "contentMeta/slugline", "no place for it", "slugline"]
    assert rows["Version"] == ["2", "@version", "version", "version"]
    assert rows["Provider: URI"][:3] == [
        "https://example.com/",
        "itemMeta/provider/@uricontentMeta/infoSource/@uri",
        "publisher.@id",
    ]
    body = "nitf/body/body.content/block/p" if options else "html/body/p"
    assert body in rows["Paragraphs"][1]
    # Whatever the article states is there.
    assert len(rows) >= 30


def test_many_articles_are_turned_over_one_by_one(page: Page, client: httpx.Client) -> None:
    open_job(page, client, *({"paragraphs": [f"Number {number}."]} for number in range(1, 4)))
    page.get_by_text("Article 1 of 3.").wait_for()
    for number in (2, 3):
        page.get_by_role("button", name="The next article").click()
        page.locator(".story-text", has_text=f"Number {number}.").wait_for()
    assert page.get_by_role("button", name="The next article").is_disabled()
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where", has_text="Number 3.").wait_for()


def test_xml_and_json_are_folded_by_the_keyboard(page: Page, client: httpx.Client) -> None:
    open_job(page, client, dump_article(FULL))
    preview(page, "articles.newsml.xml")
    fold = page.locator("details", has=page.locator("> summary", has_text="<itemMeta>")).last
    assert fold.get_by_text("Example News").is_visible()
    fold.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_by_text("Example News").is_hidden()
    assert fold.locator("> summary").inner_text() == "<itemMeta>… </itemMeta>"
    page.keyboard.press("Space")
    assert fold.get_by_text("Example News").is_visible()
    preview(page, "articles.jsonld")
    page.get_by_role("button", name="Fold all", exact=True).click()
    author = page.locator("details", has=page.locator("> summary", has_text='"author"')).last
    assert author.get_by_text("Jane Doe").is_hidden()
    page.get_by_role("button", name="Unfold all").click()
    assert author.get_by_text("Jane Doe").is_visible()


def test_what_is_shown_of_xml_and_json_is_what_stands_there(page: Page, client: httpx.Client) -> None:
    job = open_job(page, client, dump_article(FULL), {"paragraphs": ["Another."]})
    for name in ("articles.newsml.xml", "articles.jsonld", "csv-metadata.json"):
        preview(page, name)
        shown = page.locator(".tree").evaluate(
            "(tree) => { for (const one of tree.querySelectorAll('.folded')) one.remove(); return tree.textContent }"
        )
        made = client.get(f"/v1/jobs/{job['id']}/files/{name}").text
        assert "".join(shown.split()) == "".join(made.split())


def test_csv_is_shown_as_a_table(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ['He said "so",\nand left.'], "headline": "=1+1"})
    preview(page, "articles.csv")
    table = page.locator(".sheet")
    assert "headline" in table.locator("th").all_text_contents()
    assert "section" not in table.locator("th").all_text_contents()
    assert "'=1+1" in table.locator("td").all_text_contents()
    assert 'He said "so",\nand left.' in table.locator("td").all_text_contents()
    page.get_by_role("button", name="empty columns").click()
    assert "section" in table.locator("th").all_text_contents()
    preview(page, "paragraphs.csv")
    assert page.locator(".panel-file .hint").text_content() == "4 columns, 1 row"


def test_of_a_large_file_only_the_first_part_is_loaded_and_that_is_said(page: Page) -> None:
    asked: dict[str, str | None] = {}
    page.on(
        "response",
        lambda answer: (
            asked.update({answer.url.rpartition("/")[2]: answer.headers.get("content-length")})
            if "/files/" in answer.url
            else None
        ),
    )
    drop(
        page,
        many__ndjson=lines(
            *(
                {"headline": f"No. {number}", "paragraphs": [f"Überall Schnee, {number}. " * 25]}
                for number in range(1000)
            )
        ),
    )
    convert(page)
    ended(page)
    page.locator(".story").wait_for()
    page.get_by_text("can be looked at here.").wait_for()
    assert page.locator(".story h3").text_content() == "No. 0"
    for name in ("articles.newsml.xml", "articles.jsonld", "articles.csv", "paragraphs.csv"):
        assert asked[name] == str(128 * 1024)
        preview(page, name)
        assert "The first 131 kB of" in (page.locator("#preview-file").text_content() or "")
    assert page.locator(".sheet tbody tr").count() == 200


def test_zips_have_no_preview(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ["One."]}, {"paragraphs": ["Two."]}, split=1)
    assert page.get_by_role("button", name="Preview").count() == 0
    page.get_by_text("The files are zips of many.").wait_for()


def test_no_html_of_any_field_is_ever_run(here: Visit) -> None:
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
    bad: dict[str, object] = {HOSTILE: HOSTILE, "paragraphs": ["x"]}
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
    for name in ("articles.newsml.xml", "articles.jsonld", "articles.csv", "paragraphs.csv", "csv-metadata.json"):
        preview(page, name)
        if name != "csv-metadata.json":
            assert "onerror" in (page.locator("#preview-file").text_content() or "")
    page.get_by_role("link", name="New export", exact=True).click()
    paste(page, "x")
    page.get_by_label("Language").fill(HOSTILE)
    convert(page)
    page.locator("#compose-faults", has_text="onerror").wait_for()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, embed, main script, [onerror], [onload]").count() == 0


def test_a_preview_is_opened_by_its_button_and_by_its_list(page: Page, client: httpx.Client) -> None:
    open_job(page, client, {"paragraphs": ["One."]})
    preview(page, "articles.csv")
    assert focused(page) == "preview-tab-file"
    page.get_by_label("File to look at").focus()
    page.get_by_label("File to look at").select_option("articles.jsonld")
    page.locator(".tree").wait_for()
    assert focused(page) == "preview-choice"


def test_one_format_has_fields_in_one_column(page: Page) -> None:
    paste(page, "One.")
    only(page, "CSV")
    convert(page)
    ended(page)
    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    assert page.locator(".where thead th").all_text_contents() == ["Field", "Value", "CSV"]
