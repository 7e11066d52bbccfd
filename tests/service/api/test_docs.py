"""The page /docs: its assets, its policy, and the page in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from service.api.docs import CONTENT_SECURITY_POLICY
from tests.running import Service
from tests.service.asking import problem

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def test_the_page_and_its_assets_are_served(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    named = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert len(named) == 5
    for address in named:
        assert "//" not in address
        answer = client.get(httpx.URL("/docs").join(address))
        assert answer.status_code == 200
        assert answer.content
    assert not re.search(r"<script(?! src)|<style|style=|onload", page.text)


def test_cached_assets_are_not_sent_again(client: httpx.Client) -> None:
    etag = client.get("/docs/swagger-ui-bundle.js").headers["ETag"]
    assert client.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["LICENSE", "..%2F__init__.py", "index.html", "%00"])
def test_other_files_of_the_package_are_not_found(client: httpx.Client, name: str) -> None:
    problem(client.get(f"/docs/{name}"), 404, "not-found")


def test_the_policy_allows_only_own_scripts_and_styles(client: httpx.Client) -> None:
    policy = client.get("/docs").headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_a_browser_shows_every_operation(service: Service, client: httpx.Client, tmp_path: Path) -> None:
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=30000"]
    shown = subprocess.run(
        [CHROMIUM or "", *arguments, "--enable-logging=stderr", f"--user-data-dir={tmp_path}", f"{service.base}/docs"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in set(operations) & {"get", "post", "delete"}:
            operation = operations[method]
            assert f'id="operations-{operation["tags"][0]}-{operation["operationId"]}"' in shown.stdout, path
    assert "Content Security Policy" not in shown.stderr
    assert "Refused to" not in shown.stderr
