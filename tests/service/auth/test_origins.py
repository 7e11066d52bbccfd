"""A service without keys: host names and pages of other sites that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.settings import load_settings
from schemas.settings.api_keys import new_key
from service.app import create_app
from tests.service.asking import REQUEST, problem

KEY = new_key()
NOWHERE = {"NEWSMILL_REDIS_URL": "redis://localhost:1/0"}


def app_client(**environ: str) -> FlaskClient:
    return create_app(load_settings(NOWHERE | environ)).test_client()


alone = cache(app_client)
open_to_all = cache(partial(app_client, NEWSMILL_OPEN="yes"))
keyed = cache(partial(app_client, NEWSMILL_API_KEYS=KEY))


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "newsmill.localhost"])
def test_loopback_host_names_are_accepted(host: str) -> None:
    assert alone().get("/v1/formats", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.5:8080"]
)
def test_another_host_name_is_refused(host: str, client: httpx.Client) -> None:
    # Over HTTP, as a browser sends it after DNS rebinding.
    answer = client.get("/v1/formats", headers={"Host": host})
    problem(answer, 421, "misdirected")
    assert "NEWSMILL_API_KEYS" in answer.json()["detail"]
    assert client.get("/", headers={"Host": host}).status_code == 421
    assert open_to_all().get("/v1/formats", headers={"Host": host}).status_code == 200
    assert keyed().get("/v1/formats", headers={"Host": host, "Authorization": f"Bearer {KEY}"}).status_code == 200


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30))
def test_any_host_header_gets_a_response(host: str) -> None:
    answer = alone().get("/v1/formats", headers={"Host": host})
    assert answer.status_code in (200, 400, 421)
    assert answer.content_type in ("application/json", "application/problem+json")


@pytest.mark.parametrize("path", ["/healthz"])
def test_a_probe_may_use_any_host_name(path: str) -> None:
    assert alone().get(path, headers={"Host": "10.1.2.3:8080"}).status_code == 200


OTHERS: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:9999"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]


@pytest.mark.parametrize("headers", OTHERS)
@pytest.mark.parametrize("body", [{"json": REQUEST}, {"data": {"request": "{}"}}, {"data": "x"}])
def test_a_page_of_another_site_cannot_post(headers: dict[str, str], body: dict[str, Any]) -> None:
    for there in (alone(), open_to_all()):
        answer = there.post("/v1/jobs", headers=headers, **body)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/cross-site")  # type: ignore[index]


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
def test_a_page_of_another_site_cannot_change_a_job(method: str) -> None:
    assert alone().open("/v1/jobs/x", method=method, headers=OTHERS[0]).status_code == 403


def test_a_form_of_another_site_posts_no_job_over_http(client: httpx.Client) -> None:
    form = {"file": ("a.txt", b"A text.")}
    headers = {"Origin": "https://evil.example"}
    answer = client.post("/v1/jobs", files=form, data={"request": '{"formats": ["csv"]}'}, headers=headers)
    problem(answer, 403, "cross-site")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://in-front.example"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_program_and_the_own_page_can_post(headers: dict[str, str]) -> None:
    answer = alone().post("/v1/jobs", data="x", headers=headers)
    assert answer.status_code == 415  # the request reached the view


def test_with_keys_any_host_name_is_accepted() -> None:
    headers = OTHERS[0] | {"Authorization": f"Bearer {KEY}"}
    assert keyed().post("/v1/jobs", data="x", headers=headers).status_code == 415


def test_another_site_cannot_read_a_response() -> None:
    for there in (alone(), open_to_all(), keyed()):
        for method in ("GET", "OPTIONS"):
            answer = there.open("/v1/formats", method=method, headers={"Origin": "https://evil.example"})
            assert not [name for name in answer.headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


SITE = "https://desk.example"
allowing = cache(partial(app_client, NEWSMILL_CORS_ORIGINS=f"{SITE} http://localhost:3000"))
allowing_all = cache(partial(app_client, NEWSMILL_CORS_ORIGINS="*", NEWSMILL_API_KEYS=KEY))


def test_a_page_of_an_allowed_origin_can_read_responses_and_post() -> None:
    answer = allowing().get("/v1/formats", headers={"Origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert {"Location", "Content-Digest", "Retry-After"} <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    posted = allowing().post("/v1/jobs", data="x", headers={"Origin": SITE, "Sec-Fetch-Site": "cross-site"})
    assert (posted.status_code, posted.headers["Access-Control-Allow-Origin"]) == (415, SITE)


@pytest.mark.parametrize("there", [allowing, allowing_all])
def test_a_preflight_needs_no_key(there: Callable[[], FlaskClient]) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = there().options("/v1/jobs", headers=asked | {"Origin": SITE})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, POST, DELETE"
    assert {"Authorization", "Idempotency-Key"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))


def test_other_origins_and_other_paths_stay_refused() -> None:
    for origin in ("https://evil.example", "https://desk.example.evil.example", "null", "http://desk.example"):
        answer = allowing().get("/v1/formats", headers={"Origin": origin})
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert allowing().post("/v1/jobs", data="x", headers={"Origin": origin}).status_code == 403
    assert "Access-Control-Allow-Origin" not in allowing().get("/", headers={"Origin": SITE}).headers
    assert allowing().get("/v1/formats", headers={"Origin": SITE, "Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("wrong", ["*", "desk.example", "https://desk.example/", "https://desk.example/app", "null"])
def test_a_wrong_list_of_origins_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingsError, match="NEWSMILL_CORS_ORIGINS"):
        app_client(NEWSMILL_CORS_ORIGINS=wrong)
