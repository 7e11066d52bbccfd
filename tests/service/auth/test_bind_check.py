"""Where the service may listen without keys."""

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
def test_without_keys_on_this_machine_alone(host: str) -> None:
    assert is_loopback(host)
    check_exposure(load_settings({"NEWSMILL_HOST": host}))


@pytest.mark.parametrize("host", [*OPEN, "::ffff:10.0.0.1", "2001:db8::1"])
def test_no_other_address_is_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", OPEN[:-1])
def test_without_keys_on_no_other_address(host: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"^NEWSMILL_HOST={host}: without keys .* NEWSMILL_API_KEYS .* NEWSMILL_OPEN"
    ):
        check_exposure(load_settings({"NEWSMILL_HOST": host}))
    check_exposure(load_settings({"NEWSMILL_HOST": host, "NEWSMILL_OPEN": "yes"}))
    check_exposure(load_settings({"NEWSMILL_HOST": host, "NEWSMILL_API_KEYS": new_key()}))


@pytest.mark.parametrize("published", ["127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
def test_a_container_that_is_published_to_this_machine_alone_needs_no_keys(published: str) -> None:
    check_exposure(load_settings({"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_PUBLISHED": published}))


@pytest.mark.parametrize("published", ["0.0.0.0:8080", "8080", "[::]:8080", "192.168.1.5:8080"])
def test_a_container_that_is_published_to_others_needs_keys(published: str) -> None:
    environ = {"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_PUBLISHED": published}
    with pytest.raises(SettingsError, match=r"^NEWSMILL_PUBLISHED="):
        check_exposure(load_settings(environ))
    check_exposure(load_settings(environ | {"NEWSMILL_API_KEYS": new_key()}))


def test_the_command_does_not_start_and_says_what_to_do(tmp_path: Path) -> None:
    refused = run_serve("--host", "0.0.0.0", "--port", "0", "--data", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(
        "newsmill: NEWSMILL_HOST=0.0.0.0: without keys the service is for this machine alone"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_api_alone_does_not_start_either() -> None:
    with pytest.raises(SettingsError, match="NEWSMILL_API_KEYS"):
        run_http(load_settings({"NEWSMILL_HOST": "0.0.0.0", "NEWSMILL_REDIS_URL": "redis://localhost:1"}))


def test_broken_keys_stop_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("desk:short")
    with pytest.raises(SettingsError, match="at least 16 characters"):
        check_exposure(load_settings({"NEWSMILL_API_KEYS": str(file)}))


def test_a_folder_for_data_that_is_made_is_its_users_alone(tmp_path: Path) -> None:
    _only_one(tmp_path / "data").close()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
