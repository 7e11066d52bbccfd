"""The security headers of responses."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from schemas.settings import load_settings
from service.app import create_app
from service.core.security_headers import CONTENT_SECURITY_POLICY
from tests.service.asking import post
from tests.service.keyed import filled, routes

EXPECTED = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


@pytest.mark.parametrize(("method", "path"), routes())
def test_every_response_has_the_security_headers(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, filled(path))
    assert {name for name in EXPECTED if name not in answer.headers} == set()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    if path.startswith("/v1/"):
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["Cache-Control"] == "no-store"


def test_error_responses_have_the_security_headers(client: httpx.Client) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"}))

    def broken() -> Any:
        raise RuntimeError

    app.add_url_rule("/broken", view_func=broken)
    answers: list[Any] = [client.get("/nothing"), client.put("/v1/jobs"), app.test_client().get("/broken")]
    assert [answer.status_code for answer in answers] == [404, 405, 500]
    for answer in answers:
        assert {name.title() for name in answer.headers.keys()} >= EXPECTED  # noqa: SIM118


def test_a_file_is_an_attachment_that_no_browser_runs(client: httpx.Client) -> None:
    for file in post(client)["files"]:
        answer = client.get(file["href"])
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert answer.headers["Cache-Control"] == "private, no-transform"


def test_hsts_is_sent_only_with_its_setting(client: httpx.Client) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0", "NEWSMILL_HSTS": "365d"}))
    assert app.test_client().get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"
