"""The toy format on the page: one folder and one line add it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import start_service
from tests.system.toy import copy_with_toy
from tests.web.browsing import person, visit
from tests.web.doing import convert, downloaded, drop, ended, only

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FEED = "TOY: Rates fall | The bank cut its rates.\nTOY: Rates rise | The bank raised its rates.\n"


@pytest.fixture(scope="module")
def toy_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a service with the toy format."""
    house = copy_with_toy(tmp_path_factory.mktemp("house"))
    data = tmp_path_factory.mktemp("toy-data")
    with start_service(data, environ={"PYTHONPATH": str(house)}, cwd=house) as service:
        assert service.base, service.lines
        context = person(browser, service.base)
        with visit(context) as here:
            yield here.page
            assert here.complaints == []
            assert here.violations() == []
        context.close()


def test_toy_format_is_converted_and_previewed(toy_page: Page) -> None:
    page = toy_page
    assert "Toy" in (page.locator("#files-hint").text_content() or "")
    drop(page, feed__toy=FEED)
    only(page, "Toy 1.0")
    page.locator("[data-format='toy'] summary").click()
    page.locator("[data-format='toy']").get_by_label("Loud").check()
    page.get_by_role("combobox", name="Language").fill("en")
    convert(page)
    ended(page)
    assert downloaded(page, "articles.toy").startswith(b"TOY: RATES FALL | ")

    page.get_by_text("Article 1 of 2 · feed.toy, article 1").wait_for()
    assert page.locator(".story h3").text_content() == "Rates fall"
    assert page.locator(".story-text").text_content() == "The bank cut its rates."
    page.get_by_role("button", name="Next article").click()
    page.locator(".story h3", has_text="Rates rise").wait_for()

    page.get_by_role("tab", name="Where each field went").click()
    page.locator(".where").wait_for()
    assert page.locator(".where thead th").all_text_contents() == ["Field", "Value", "Toy"]
    rows = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in page.locator(".where tbody tr").all()
    }
    assert rows["Headline"] == ["Rates rise", "line/headlineRATES RISE"]
    assert rows["Paragraphs"] == ["The bank raised its rates.", "line/text"]
    assert rows["Language"] == ["en", "no place for it"]

    page.get_by_role("tab", name="File by file").click()
    page.locator(".code", has_text="TOY: RATES RISE").wait_for()
