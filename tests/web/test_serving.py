"""The page and its assets over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from service.web import page
from service.web.page import ASSETS, CONTENT_SECURITY_POLICY, EDITION
from tests.service.asking import post
from tests.web.browsing import visit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

STATIC = Path(page.__file__).parent / "static"


@pytest.fixture(scope="module")
def html(service: object, request: pytest.FixtureRequest) -> httpx.Response:
    return httpx.get(f"{request.getfixturevalue('service').base}/")


def test_policy_of_the_page_allows_no_other_origin(html: httpx.Response) -> None:
    assert html.status_code == 200
    assert html.headers["Content-Type"] == "text/html; charset=utf-8"
    assert html.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert html.headers["X-Content-Type-Options"] == "nosniff"
    assert html.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_page_names_no_script_style_or_foreign_host(html: httpx.Response) -> None:
    # The names of jobs are data in an attribute.
    markup = re.sub(r'data-newest="[^"]*"', "", html.text)
    assert re.findall(r"<script(?![^>]*\bsrc=)", markup) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", markup) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", markup) == []


def test_assets_of_the_page_are_cached_for_ever(html: httpx.Response, client: httpx.Client) -> None:
    named = set(re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", html.text))
    form = re.search(r'data-form="(\w+)"', html.text)
    assert form is not None
    named.add(f"/static/form-{form[1]}.json")
    assert 5 <= len(named) <= 8
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_is_light(html: httpx.Response, client: httpx.Client) -> None:
    named = set(re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", html.text))
    form = re.search(r'data-form="(\w+)"', html.text)
    assert form is not None
    addresses = {"/", f"/static/form-{form[1]}.json", *(one for one in named if not one.endswith(".txt"))}
    answers = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in addresses]
    assert len(addresses) <= 10
    assert sum(int(answer.headers["Content-Length"]) for answer in answers) < 105_000


def test_a_reload_is_one_request(someone: BrowserContext, client: httpx.Client) -> None:
    name = post(client, {"name": "A story of today", "source": {"text": "Rates fell."}, "formats": ["csv"]})["name"]
    with visit(someone) as here:
        here.page.reload()
        here.page.locator(".format").last.wait_for()
        here.page.locator(".job-list", has_text=name).wait_for()
        sent = "performance.getEntriesByType('resource').filter((one) => one.transferSize > 0).map((one) => one.name)"
        assert here.page.evaluate(sent) == []


def test_an_asset_is_packed_for_those_who_take_it(client: httpx.Client) -> None:
    packed = client.get("/static/app.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/app.js", headers={"Accept-Encoding": "identity"})
    assert (packed.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.content == plain.content == ASSETS["app.js"].content


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("main.js", "text/javascript; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("fonts/newsreader-latin.woff2", "font/woff2"),
    ],
)
def test_asset_has_a_media_type_and_an_etag(client: httpx.Client, name: str, media_type: str) -> None:
    client.headers["Accept-Encoding"] = "identity"
    answer = client.get(f"/static/{name}")
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.content == (STATIC / name).read_bytes()
    again = client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(f"/static/{name}")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(answer.content)))


@pytest.mark.parametrize("name", ["nothing.js", "../page.py", "..%2fpage.py", "fonts", f"{EDITION}/../page.py", ""])
def test_unknown_asset_is_not_found(client: httpx.Client, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_page_answers_304_until_a_job_is_posted(client: httpx.Client) -> None:
    seen = {"If-None-Match": client.get("/").headers["ETag"]}
    assert client.get("/", headers=seen).status_code == 304
    post(client, {"name": '"><script>', "source": {"text": "Rates fell."}, "formats": ["csv"]})
    changed = client.get("/", headers=seen)
    assert changed.status_code == 200
    assert "><script>" not in changed.text


@pytest.mark.parametrize("name", [name for name in ASSETS if name.endswith((".js", ".css")) and "app." not in name])
def test_modules_stay_short(name: str) -> None:
    assert len(ASSETS[name].content.splitlines()) <= 400


@pytest.mark.parametrize("name", [name for name in ASSETS if name.endswith(".js")])
def test_no_module_makes_markup_or_code_of_text(name: str) -> None:
    made = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
        r"|\beval\(|new Function|setAttribute\(\"(?:style|on)"
    )
    assert re.findall(made, ASSETS[name].content.decode()) == []


def test_every_import_of_a_module_is_an_asset() -> None:
    for name, asset in ASSETS.items():
        if name.endswith(".js"):
            for imported in re.findall(r"from \"\./([^\"]+)\"", asset.content.decode()):
                assert imported in ASSETS, f"{name} imports {imported}"
