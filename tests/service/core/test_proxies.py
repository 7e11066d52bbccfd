"""The middleware for reverse proxies: the base path, and which X-Forwarded headers are believed."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import SettingsError
from schemas.jobs.callbacks import parse_networks
from schemas.settings import load_settings
from service.core.proxies import BehindProxies

SEEN = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")


def seen(environ: dict[str, str], base_path: str = "", trusted: str = "127.0.0.1 10.0.0.0/8") -> tuple[str, ...]:
    """What the application sees of a request."""
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], _: Any) -> list[bytes]:
        found.update(environ)
        return []

    given = {"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8080", "PATH_INFO": "/v1/jobs"}
    BehindProxies(app, base_path=base_path, trusted=parse_networks(trusted))(given | environ, lambda *_: None)  # type: ignore[arg-type]
    return tuple(found[name] for name in SEEN)


def forwarded(**named: str) -> dict[str, str]:
    return {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in named.items()}


ALL = forwarded(**{"for": "203.0.113.7", "proto": "https", "host": "news.example.com", "prefix": "/newsmill"})


def test_trusted_proxy_is_believed() -> None:
    assert seen(ALL) == ("203.0.113.7", "https", "news.example.com", "/newsmill", "/v1/jobs")


def test_other_clients_are_not_believed() -> None:
    client = {"REMOTE_ADDR": "203.0.113.9"}
    assert seen(ALL | client) == ("203.0.113.9", "http", "inside:8080", "", "/v1/jobs")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("203.0.113.7, unknown", "unknown"),
        ("10.1.2.3", "10.1.2.3"),
        ("", "127.0.0.1"),
    ],
)
def test_client_is_the_last_address_that_is_no_proxy(chain: str, client: str) -> None:
    assert seen(forwarded(**{"for": chain}))[0] == client


def test_address_of_ipv4_in_ipv6_is_that_of_ipv4() -> None:
    assert seen(ALL | {"REMOTE_ADDR": "::ffff:127.0.0.1"})[0] == "203.0.113.7"
    assert seen({"REMOTE_ADDR": "::FFFF:203.0.113.9"})[0] == "203.0.113.9"
    assert seen(forwarded(**{"for": "203.0.113.7, ::ffff:10.1.2.3"}))[0] == "203.0.113.7"
    assert seen({"REMOTE_ADDR": "::1"})[0] == "::1"


@pytest.mark.parametrize(
    "wrong", [{"proto": "gopher"}, {"prefix": "//evil.example"}, {"prefix": "/a/../b"}, {"host": ""}]
)
def test_senseless_values_are_ignored(wrong: dict[str, str]) -> None:
    assert seen(forwarded(**wrong)) == ("127.0.0.1", "http", "inside:8080", "", "/v1/jobs")


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/newsmill/v1/jobs", "/v1/jobs"),
        ("/v1/jobs", "/v1/jobs"),
        ("/newsmill/", "/"),
        ("/newsmill", "/"),
        ("/newsmills", "/newsmills"),
    ],
)
def test_base_path_may_be_in_the_path_or_not(path: str, inside: str) -> None:
    assert seen({"PATH_INFO": path}, base_path="/newsmill")[3:] == ("/newsmill", inside)


@pytest.mark.parametrize("given", ["newsmill", "/a b", "/a//b", "/../a", "https://example.com/a"])
def test_senseless_base_path_stops_the_start(given: str) -> None:
    with pytest.raises(SettingsError, match=r"NEWSMILL_BASE_PATH=.*: expected a path, such as /newsmill"):
        load_settings({"NEWSMILL_BASE_PATH": given})


def test_slash_at_the_end_of_the_base_path_is_dropped() -> None:
    assert load_settings({"NEWSMILL_BASE_PATH": "/news/mill/"}).base_path == "/news/mill"
