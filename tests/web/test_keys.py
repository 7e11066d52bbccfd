"""API keys on the page: it asks for one once, and sends it with every request."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.running import Service
from tests.service.keyed import ALICE, BOB, asking, keyed_service
from tests.web.axe import faults, needs_axe
from tests.web.browsing import Visit, person, visit
from tests.web.doing import choose_seed, convert, download, ended, focused, job_id

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with keyed_service(tmp_path_factory.mktemp("keyed")) as running:
        yield running


@pytest.fixture
def here(browser: Browser, keyed: Service) -> Iterator[Visit]:
    """A first visit: the page asks for a key before it shows anything."""
    context = person(browser, keyed.base)
    with visit(context, ready="#key") as visiting:
        yield visiting
        assert visiting.violations() == []
        assert visiting.complaints == []
    context.close()


def give(page: Page, key: str) -> None:
    page.locator("#key").fill(key)
    page.keyboard.press("Enter")


@needs_axe
def test_key_is_asked_for_once_for_all_requests(here: Visit, keyed: Service) -> None:
    page = here.page
    assert page.get_by_role("dialog", name="This service asks for an API key").count() == 1
    assert focused(page) == "key"
    assert faults(page, "dialog") == []
    assert page.locator("#jobs").get_attribute("data-newest") is None
    give(page, "no-key")
    page.get_by_text("The service does not know this key.").wait_for()
    give(page, ALICE)
    page.locator(".format").last.wait_for()
    choose_seed(page)
    convert(page)
    ended(page)
    page.locator(".story").wait_for()
    with asking(keyed, ALICE) as client:
        files = client.get(f"/v1/jobs/{job_id(page)}").json()["files"]
    link = page.get_by_role("link", name="Download articles.csv")
    name, content = download(page, link)
    assert name == "articles.csv"
    assert hashlib.sha256(content).hexdigest() in [file["sha256"] for file in files]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ended(page)
    page.locator(".job-list a").first.wait_for()
    page.locator(".story").wait_for()
    assert page.get_by_role("dialog").count() == 0
    # The list of a caller's jobs cannot lie in a page that is sent before the key. It is asked for once.
    assert sum("/v1/jobs?" in url for url in asked) == 1


def test_key_is_kept_in_the_tab_only(here: Visit) -> None:
    page = here.page
    give(page, BOB)
    # The page keeps it as soon as the service has taken it.
    page.wait_for_function("key => Object.values(sessionStorage).includes(key)", arg=BOB)
    assert BOB not in page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href")


def test_visitor_without_a_key_is_told_what_to_do(here: Visit) -> None:
    page = here.page
    page.get_by_role("button", name="Not now").click()
    box = page.locator("#jobs")
    box.locator(".empty").wait_for()
    assert "key" in (box.text_content() or "").lower()
    box.get_by_role("button", name="Try again").click()
    page.locator("#key").wait_for()
