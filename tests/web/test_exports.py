"""From a person's documents to saved files, on the page."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from tests.exports import SEED
from tests.service.asking import REQUEST
from tests.web.doing import (
    TEXT,
    choose_seed,
    convert,
    download,
    downloaded,
    drop,
    ended,
    job,
    lines,
    only,
    paste,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


def test_dropped_file_becomes_downloads(page: Page) -> None:
    drop(page, story=TEXT)
    page.get_by_label("Headline").fill("Katz speaks to Austin")
    convert(page)
    ended(page)
    assert page.get_by_role("heading", level=1).text_content() == "story.txt"
    made = len(job(page)["files"])
    standing = page.locator(".standing").text_content() or ""
    assert re.fullmatch(rf"1 article in {made} files, made in (under a second|\d+ s)", standing)
    newsml = downloaded(page, "articles.newsml.xml").decode()
    assert "<headline>Katz speaks to Austin</headline>" in newsml
    assert "<title>story.txt</title>" in newsml
    assert b"Katz speaks to Austin" in downloaded(page, "articles.csv")


def test_pasted_text_is_converted(page: Page) -> None:
    paste(page, " date 2024-11-08 The bank kept its rate.\n\nIt was expected.")
    page.get_by_role("combobox", name="Language").fill("en")
    page.get_by_role("group", name="Provider").get_by_label("Name").fill("Example News")
    page.get_by_role("group", name="Author 1").get_by_label("Name").fill("Jane Doe")
    convert(page)
    ended(page)
    assert page.get_by_role("heading", level=1).text_content() == "The bank kept its rate."
    made = json.loads(downloaded(page, "articles.jsonld"))
    assert made["articleBody"] == "The bank kept its rate.\n\nIt was expected."
    assert made["datePublished"] == "2024-11-08"
    assert made["inLanguage"] == "en"
    assert made["publisher"]["name"] == "Example News"
    assert [author["name"] for author in made["author"]] == ["Jane Doe"]


def test_seed_is_converted(page: Page) -> None:
    choose_seed(page)
    only(page, "CSV")
    convert(page)
    ended(page)
    assert [file["name"] for file in job(page)["files"]] == [
        "articles.csv",
        "paragraphs.csv",
        "media.csv",
        "csv-metadata.json",
    ]
    assert downloaded(page, "paragraphs.csv").decode().count("\r\n") == 11


def test_files_of_a_dialog_are_converted(page: Page, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(f"This is {name}.")
    with page.expect_file_chooser() as waiting:
        page.locator("#drop").click()
    waiting.value.set_files([tmp_path / "one.txt", tmp_path / "two.txt"])
    drop(page, three="This is three.")
    page.get_by_role("button", name="Remove two.txt").click()
    assert page.locator("#go-summary").text_content() == "one.txt and 1 other, 26 bytes"
    convert(page)
    ended(page)
    made = json.loads(downloaded(page, "articles.jsonld"))
    assert [article["articleBody"] for article in made["@graph"]] == ["This is one.", "This is three."]


def test_format_of_pasted_document_is_detected(page: Page) -> None:
    paste(page, json.dumps({"paragraphs": "Rates fell.", "headline": "Rates"}))
    convert(page)
    ended(page)
    assert json.loads(downloaded(page, "articles.jsonld"))["headline"] == "Rates"


def test_options_come_from_each_format(page: Page) -> None:
    choose_seed(page)
    for summary in page.locator(".format:not(.off) .options summary").all():
        summary.click()
    newsml, news_article, csv = (page.locator(f"[data-format='{name}']") for name in REQUEST["formats"])
    newsml.get_by_text("nitf", exact=True).click()
    newsml.get_by_role("button", name="Add an entry").click()
    newsml.get_by_label("Name").fill("ex")
    newsml.get_by_label("Value").fill("https://example.com/scheme/")
    news_article.get_by_label("A document on each line").check()
    csv.get_by_text("excel", exact=True).click()
    page.get_by_label("Another field").select_option("keywords")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Keyword 1", exact=True).fill("defence")
    page.get_by_role("button", name="Add keyword").click()
    page.get_by_label("Keyword 2", exact=True).fill("diplomacy")
    with page.expect_request(lambda request: request.method == "POST") as waiting:
        convert(page)
    assert waiting.value.post_data_json == {
        "source": {"seeds": ["000_b852588d87c0f767.txt"]},
        "name": "000_b852588d87c0f767.txt",
        "formats": REQUEST["formats"],
        "options": {
            "newsml-g2": {"body": "nitf", "schemes": {"ex": "https://example.com/scheme/"}},
            "news-article": {"lines": True},
            "csv": {"profile": "excel"},
        },
        "metadata": {"keywords": ["defence", "diplomacy"]},
    }
    ended(page)
    assert b"<nitf " in downloaded(page, "articles.newsml.xml")
    assert downloaded(page, "articles.ndjsonld").count(b"\n") == 1
    assert downloaded(page, "articles.csv").startswith(b"\xef\xbb\xbf")


def test_archive_is_split_into_files(page: Page) -> None:
    articles = lines(*({"paragraphs": [f"Number {number}."]} for number in range(5)))
    drop(page, archive__ndjson=articles)
    only(page, "NewsML-G2")
    page.get_by_label("Articles in a file at most").fill("2")
    convert(page)
    ended(page)
    names = ["articles-00001.newsml.xml", "articles-00002.newsml.xml", "articles-00003.newsml.xml"]
    assert page.locator(".file-name").all_text_contents() == names
    assert b"Number 4." in downloaded(page, names[2])


def test_zip_of_all_files_is_saved(page: Page) -> None:
    choose_seed(page)
    convert(page)
    ended(page)
    name, content = download(page, page.get_by_role("link", name="Download all"))
    assert name == SEED.name.replace(".txt", ".zip")
    with ZipFile(BytesIO(content)) as archive:
        assert sorted(archive.namelist()) == sorted(file["name"] for file in job(page)["files"])


def test_upload_shows_progress_and_stops(page: Page) -> None:
    kept: list[Route] = []
    page.route("**/v1/jobs", lambda route: kept.append(route) if route.request.method == "POST" else route.fallback())
    drop(page, story=TEXT)
    convert(page)
    page.get_by_text("Uploading: 0 bytes of 2.2 kB").wait_for()
    assert page.get_by_role("button", name="Convert to").is_disabled()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Convert to").and_(page.locator(":enabled")).wait_for()
    assert page.locator("#go-summary").text_content() == "story.txt, 2.2 kB"
    assert page.locator("#compose-faults").is_hidden()
    page.unroute("**/v1/jobs")
    convert(page)
    ended(page)
