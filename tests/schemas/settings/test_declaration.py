"""The settings: what they are when nothing is said, and what is said of wrong ones."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from schemas.article import Party
from schemas.errors import SettingsError
from schemas.settings import SETTINGS, Settings, Timings, describe_settings, load_settings

ROOT = Path(__file__).resolve().parents[3]


def test_every_setting_has_a_default_that_works_on_one_machine() -> None:
    assert load_settings({}) == Settings(
        redis_url=None,
        broker_url=None,
        data=Path("data"),
        store="data/store",
        store_redirects=False,
        seeds=ROOT / "seeds",
        retention=7 * 86_400,
        max_upload=2**30,
        max_body=16 * 2**20,
        max_record=4 * 2**10,
        max_unpacked=64 * 2**30,
        max_output=64 * 2**30,
        article_time=60,
        max_queued=10_000,
        host="127.0.0.1",
        port=8080,
        workers=min(os.cpu_count() or 1, 8),
        api_keys=None,
        operator_keys=None,
        open=False,
        published=None,
        limit_requests=0,
        limit_jobs=0,
        limit_bytes=0,
        limit_waiting=0,
        stop_grace=10,
        base_path=None,
        trusted_proxies=None,
        cors_origins=None,
        hsts=None,
        provider_name=None,
        provider_uri=None,
        language=None,
        zone=None,
        operator_name="newsmill",
        operator_uri=None,
        clock=None,
        callback_secret=None,
        callback_allow=None,
        log_level="INFO",
        log_format="auto",
        timings=Timings(lease=12, renew_every=3, sweep_every=5),
    )


def test_every_setting_says_what_it_is_for() -> None:
    assert all(len(setting.description) > 10 for setting in SETTINGS)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("redis_url", "redis://:secret@127.0.0.1:6379/0", "redis://:secret@127.0.0.1:6379/0"),
        ("redis_url", "redis+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("broker_url", "redis://localhost/1", "redis://localhost/1"),
        ("store", "s3://news/exports", "s3://news/exports"),
        ("store", "s3://news", "s3://news"),
        ("store", "s3://news.example.com/a/.b/c..d/", "s3://news.example.com/a/.b/c..d/"),
        ("store", "/srv/newsmill", "/srv/newsmill"),
        ("data", " /srv/newsmill ", Path("/srv/newsmill")),
        ("open", "YES", True),
        ("open", "no", False),
        ("published", "127.0.0.1:8080", "127.0.0.1"),
        ("published", "[::1]:8080", "::1"),
        ("published", "8080", "0.0.0.0"),
        ("limit_bytes", "0", 0),
        ("limit_bytes", "10GiB", 10 * 2**30),
        ("hsts", "365d", 31_536_000),
        ("retention", "90", 90),
        ("retention", "90s", 90),
        ("retention", "15m", 900),
        ("retention", "12h", 43_200),
        ("retention", "2w", 1_209_600),
        ("max_upload", "5", 5),
        ("max_upload", "5 B", 5),
        ("max_upload", "5KB", 5_000),
        ("max_upload", "500MB", 500_000_000),
        ("max_upload", "1gib", 2**30),
        ("max_upload", "2 TiB", 2 * 2**40),
        ("max_queued", "1", 1),
        ("port", "0", 0),
        ("port", "65535", 65_535),
        ("language", "pt-BR", "pt-BR"),
        ("provider_name", "", None),
        ("clock", "2024-11-08T16:30:00Z", "2024-11-08T16:30:00Z"),
        ("log_level", "debug", "DEBUG"),
        ("log_format", "JSON", "json"),
        ("timings", "lease=4 renew_every=0.5", Timings(lease=4, renew_every=0.5)),
    ],
)
def test_values_are_read(name: str, given: str, value: object) -> None:
    assert getattr(load_settings({f"NEWSMILL_{name.upper()}": given}), name) == value


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("redis_url", "localhost:6379", "a URL that begins with redis://"),
        ("broker_url", "kafka://here", "a URL that begins with redis://"),
        ("store", "ftp://here", "a folder, or s3://bucket/prefix"),
        ("store", "s3://", "a folder, or s3://bucket/prefix"),
        ("store", "s3://no", "a folder, or s3://bucket/prefix"),
        ("store", "s3://News", "a folder, or s3://bucket/prefix"),
        ("store", "s3://news/a b", "a folder, or s3://bucket/prefix"),
        ("store", "s3://news/../a", "a folder, or s3://bucket/prefix"),
        ("store", "s3://news//a", "a folder, or s3://bucket/prefix"),
        ("store_redirects", "true", "yes or no"),
        ("retention", "0", "a duration, such as 90s, 12h or 7d"),
        ("retention", "-1d", "a duration"),
        ("retention", "1y", "a duration"),
        ("max_upload", "lots", "a size, such as 500MB or 1GiB"),
        ("max_body", "1.5MB", "a size"),
        ("max_body", "0", "a size"),
        ("max_body", "٥MB", "a size"),
        ("max_queued", "0", "a whole number from 1 to 999999999"),
        ("open", "maybe", "yes or no"),
        ("published", "127.0.0.1", "an address and a port, such as 127.0.0.1:8080"),
        ("published", "http://127.0.0.1:80/", "an address and a port"),
        ("limit_bytes", "lots", "a size, such as 500MB or 1GiB; 0 means no limit"),
        ("limit_jobs", "-1", "a whole number from 0 to 1000000"),
        ("port", "65536", "a whole number from 0 to 65535"),
        ("port", "٨٠", "a whole number from 0 to 65535"),
        ("workers", "0", "a whole number from 1 to 512"),
        ("workers", "two", "a whole number from 1 to 512"),
        ("provider_name", "two\nlines", "a name, in one line"),
        ("provider_uri", "example.com", "an absolute URI, such as https://www.example.com/about"),
        ("operator_uri", "/about", "an absolute URI"),
        ("language", "english!", "a registered language tag, such as en or pt-BR"),
        ("clock", "2024-11-08", "a date-time with its zone, such as 2024-11-08T16:30:00Z"),
        ("log_level", "loud", "debug, info, warning or error"),
        ("log_format", "xml", "auto, json or text"),
        ("timings", "lease=soon", "seconds, such as lease=12 renew_every=3"),
        ("timings", "leese=4", "seconds, such as lease=12"),
        ("timings", "lease=2 renew_every=3", "renew_every below lease"),
    ],
)
def test_a_wrong_value_names_its_variable_and_what_was_expected(name: str, given: str, expected: str) -> None:
    variable = f"NEWSMILL_{name.upper()}"
    with pytest.raises(SettingsError) as raised:
        load_settings({variable: given})
    assert str(raised.value).startswith(f"{variable}={given!r}: expected ")
    assert expected in str(raised.value)


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(SettingsError, match=r"^NEWSMILL_PROT: no such setting; `newsmill settings` lists them$"):
        load_settings({"NEWSMILL_PROT": "80", "NEWSMILL_PORT": "80"})


def test_the_variables_of_the_client_are_let_be() -> None:
    assert load_settings({"NEWSMILL_SERVER": "https://news.example", "NEWSMILL_API_KEY": "k"}) == load_settings({})


def test_downloads_are_redirected_to_a_bucket_alone() -> None:
    given = {"NEWSMILL_STORE_REDIRECTS": "yes"}
    assert load_settings(given | {"NEWSMILL_STORE": "s3://news"}).store_redirects
    with pytest.raises(SettingsError, match="NEWSMILL_STORE_REDIRECTS=yes: NEWSMILL_STORE is a folder"):
        load_settings(given)
    shown = {one.variable: one.value for one in describe_settings({"NEWSMILL_STORE_REDIRECTS": "NO"})}
    assert shown["NEWSMILL_STORE_REDIRECTS"] == "no"


def test_a_provider_needs_a_name() -> None:
    with pytest.raises(SettingsError, match="NEWSMILL_PROVIDER_NAME"):
        load_settings({"NEWSMILL_PROVIDER_URI": "https://news.example"})


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:secret@redis:6379/0", "redis://:***@redis:6379/0"),
        ("redis://me:secret@redis:6379/0", "redis://me:***@redis:6379/0"),
        ("redis://:sec@ret@redis:6379/0", "redis://:***@redis:6379/0"),
        ("redis://:se:cret@redis:6379/0", "redis://:***@redis:6379/0"),
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("redis+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("sentinel://:secret@a:26379;sentinel://:secret@b:26379", "sentinel://:***@a:26379;sentinel://:***@b:26379"),
    ],
)
def test_passwords_are_struck_out(url: str, shown: str) -> None:
    described = {one.variable: one for one in describe_settings({"NEWSMILL_REDIS_URL": url})}
    assert described["NEWSMILL_REDIS_URL"].value == shown


def test_no_error_tells_a_password() -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings({"NEWSMILL_REDIS_URL": "rediss+tls://:secret@redis"})
    assert "secret" not in str(raised.value)
    assert "://:***@redis" in str(raised.value)


def test_settings_say_where_they_come_from() -> None:
    described = {one.variable: one for one in describe_settings({"NEWSMILL_PORT": "9000"})}
    assert (described["NEWSMILL_PORT"].value, described["NEWSMILL_PORT"].source) == ("9000", "environment")
    assert described["NEWSMILL_OPEN"].value == "no"
    assert (described["NEWSMILL_HOST"].value, described["NEWSMILL_HOST"].source) == ("127.0.0.1", "default")
    assert len(described) == len(SETTINGS)


def test_article_defaults_come_from_the_operator() -> None:
    assert load_settings({}).article_defaults == {}
    stated = load_settings({"NEWSMILL_PROVIDER_NAME": "The Times of Israel", "NEWSMILL_LANGUAGE": "en"})
    assert stated.article_defaults == {"provider": Party(name="The Times of Israel"), "language": "en"}


def test_the_clock_is_the_time_in_utc_unless_it_is_set() -> None:
    assert datetime.fromisoformat(load_settings({}).now()).utcoffset() is not None
    assert load_settings({"NEWSMILL_CLOCK": "2024-11-08T16:30:00Z"}).now() == "2024-11-08T16:30:00Z"
