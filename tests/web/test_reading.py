"""The pages to read: /help, and /docs with Swagger UI, in a browser, in light and dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from service.web.page import CONTENT_SECURITY_POLICY
from tests.running import Service
from tests.service.asking import problem
from tests.web.axe import faults, needs_axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("path", ["/docs", "/help"])
def test_a_page_and_its_assets_are_served(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    named = re.findall(r'(?:href|src)="([^"#]+)"', page.text)
    assert len(named) > 5
    for address in named:
        assert "//" not in address
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content
    assert not re.search(r"<script(?![^>]* src)|<style|style=|onload", page.text)


def test_cached_assets_are_not_sent_again(client: httpx.Client) -> None:
    etag = client.get("/docs/swagger-ui-bundle.js").headers["ETag"]
    assert client.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["LICENSE", "..%2F__init__.py", "index.html", "%00"])
def test_other_files_of_the_package_are_not_found(client: httpx.Client, name: str) -> None:
    problem(client.get(f"/docs/{name}"), 404, "not-found")


@needs_axe
def test_every_operation_is_shown_jobs_first(page: Page, service: Service) -> None:
    page.get_by_role("link", name="API", exact=True).click()
    page.locator(".opblock").last.wait_for()
    for path, operations in page.request.get("/openapi.json").json()["paths"].items():
        for method in set(operations) & {"get", "post", "delete"}:
            operation = operations[method]
            shown = page.locator(f"#operations-{operation['tags'][0]}-{operation['operationId']}")
            assert shown.count() == 1, path
    assert page.locator(".opblock-tag").first.get_attribute("data-tag") == "Jobs"
    # This service needs no key.
    assert page.locator(".authorization__btn:visible").count() == 0
    page.locator("#operations-Convert-convertDocument .opblock-summary-control").click()
    page.locator("#operations-Convert-convertDocument .opblock-body").wait_for()
    # What is beneath an operation is the markup of Swagger UI.
    assert faults(page, ".masthead, .reading > :not(#swagger-ui)") == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("document.documentElement.classList.contains('dark-mode')")
    page.emulate_media(color_scheme="light")
    page.get_by_role("link", name="Back to the page").click()
    page.locator("#compose").wait_for()


@needs_axe
def test_help_explains_words(page: Page) -> None:
    page.get_by_role("link", name="Help", exact=True).click()
    page.get_by_role("link", name="Words").click()
    assert page.locator("#qcode").is_visible()
    assert faults(page) == []
