"""The bind check: where the service may listen without keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import SettingsError
from schemas.settings import load_settings
from schemas.settings.api_keys import new_key
from service.auth.bind_check import check_exposure, is_loopback
from service.runtime.http_server import run_http
from service.runtime.serve import _only_one
from tests.system.serving import run_serve

ALONE = ["127.0.0.1", "127.1.2.3", "::1", "localhost"]
OPEN = ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "news.example", "127.0.0.1.evil.example", "localhost.example", ""]


@pytest.mark.parametrize("host", ALONE)
def test_loopback_addresses_need_no_keys(host: str) -> None:
    assert is_loopback(host)
    check_exposure(load_settings({"NEWSMILL_HOST": host}))


@pytest.mark.parametrize("host", [*OPEN, "::ffff:10.0.0.1", "2001:db8::1"])
def test_other_addresses_are_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", OPEN[:-1])
def test_other_addresses_need_keys(host: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"^NEWSMILL_HOST={host}: without keys, .* NEWSMILL_API_KEYS .* NEWSMILL_OPEN"
    ):
        check_exposure(load_settings({"NEWSMILL_HOST": host}))
    check_exposure(load_settings({"NEWSMILL_HOST": host, "NEWSMILL_OPEN": "yes"}))
    check_exposure(load_settings({"NEWSMILL_HOST": host, "NEWSMILL_API_KEYS": new_key()}))


@pytest.mark.parametrize("published", ["127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
def test_a_container_published_to_loopback_needs_no_keys(published: str) -> None:
    check_exposure(load_settings({"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_PUBLISHED": published}))


@pytest.mark.parametrize("published", ["0.0.0.0:8080", "8080", "[::]:8080", "192.168.1.5:8080"])
def test_a_container_published_to_others_needs_keys(published: str) -> None:
    environ = {"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_PUBLISHED": published}
    with pytest.raises(SettingsError, match=r"^NEWSMILL_PUBLISHED="):
        check_exposure(load_settings(environ))
    check_exposure(load_settings(environ | {"NEWSMILL_API_KEYS": new_key()}))


def test_the_command_refuses_to_start_with_advice(tmp_path: Path) -> None:
    refused = run_serve("--host", "0.0.0.0", "--port", "0", "--data", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(
        "newsmill: NEWSMILL_HOST=0.0.0.0: without keys, the service listens on this machine only"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_api_alone_refuses_to_start_too() -> None:
    with pytest.raises(SettingsError, match="NEWSMILL_API_KEYS"):
        run_http(load_settings({"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_REDIS_URL": "redis://localhost:1"}))


def test_broken_keys_stop_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("desk:short")
    with pytest.raises(SettingsError, match="at least 16 characters"):
        check_exposure(load_settings({"NEWSMILL_API_KEYS": str(file)}))


def test_a_new_data_folder_is_private_to_its_user(tmp_path: Path) -> None:
    _only_one(tmp_path / "data").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
