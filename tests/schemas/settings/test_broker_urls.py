from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import SettingsError
from schemas.settings import describe_settings, load_settings, masked
from schemas.settings.broker_urls import RedisAddress, Tls, parse_redis_url

PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=20)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://one", RedisAddress(hosts=(("one", 6379),))),
        (
            "redis://anna:p%40ss@one:7000/3",
            RedisAddress(hosts=(("one", 7000),), db=3, username="anna", password="p@ss"),
        ),
        ("redis://:pass@[::1]:7000/0?db=4", RedisAddress(hosts=(("::1", 7000),), db=4, password="pass")),
        ("rediss://one/1", RedisAddress(hosts=(("one", 6379),), db=1, tls=Tls())),
        (
            "rediss://one?ssl_cert_reqs=none",
            RedisAddress(hosts=(("one", 6379),), tls=Tls(check="none", check_hostname=False)),
        ),
        ("redis+socket:///run/valkey.sock", RedisAddress(path="/run/valkey.sock")),
        ("unix://:pass@/run/a%20b.sock?db=2", RedisAddress(path="/run/a b.sock", db=2, password="pass")),
        (
            "sentinel://:pass@one,two:27000/2?master=newsroom&sentinel_password=word",
            RedisAddress(
                hosts=(("one", 26379), ("two", 27000)),
                db=2,
                password="pass",
                master="newsroom",
                sentinel_password="word",
            ),
        ),
        (
            "sentinel://:pass@one:1;sentinel://:pass@two:2/5",
            RedisAddress(hosts=(("one", 1), ("two", 2)), db=5, password="pass", master="mymaster"),
        ),
    ],
)
def test_redis_url_gives_the_address(url: str, address: RedisAddress) -> None:
    assert parse_redis_url(url) == address


def test_tls_parameters_name_certificate_files(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    assert parse_redis_url(f"rediss://one?ssl_ca_certs={authority}").tls == Tls(ca_certs=str(authority))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://one", "begins with redis://"),
        ("redis://", "a host"),
        ("redis://one:99999", "a host"),
        ("redis://one,two", "one host"),
        ("redis://one/news", "the number of a database"),
        ("redis://one?ssl_ca_certs=/x", "no parameter ssl_ca_certs"),
        ("rediss://one?ssl_ca_cert=/x", "did you mean ssl_ca_certs?"),
        ("rediss://one?ssl_ca_certs=/no/such/file", "ssl_ca_certs to be the path of a file"),
        ("rediss://one?ssl_cert_reqs=maybe", "required, optional or none"),
        ("redis+socket://one", "the path of a socket"),
        ("sentinel://one?masters=x", "did you mean master?"),
        ("sentinel://one;http://two", "a host"),
    ],
)
def test_wrong_url_error_says_what_is_expected(url: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"NEWSMILL_REDIS_URL": url})
    assert "NEWSMILL_REDIS_URL" in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize("variable", ["NEWSMILL_REDIS_URL", "NEWSMILL_BROKER_URL"])
def test_rabbitmq_is_no_broker(variable: str) -> None:
    with pytest.raises(SettingsError, match=f"{variable}.*redis://"):
        load_settings({variable: "amqp://one"})


@given(password=PASSWORDS, form=st.sampled_from(["redis://:{}@one/0", "sentinel://:{}@a,b/0"]))
def test_passwords_are_never_shown(password: str, form: str) -> None:
    for written in (password, quote(password, safe="")):
        assert f":{written}@" not in masked(form.format(written))
        # One that is no URL is shown too, in the error that says so.
        with pytest.raises(SettingsError) as caught:
            load_settings({"NEWSMILL_BROKER_URL": "x" + form.format(written)})
        assert f":{written}@" not in str(caught.value)


def test_every_password_of_a_url_is_struck_out() -> None:
    url = "sentinel://:p1@one:1;sentinel://anna:p2@two:2/5?sentinel_password=p3&master=m"
    shown = {setting.variable: setting.value for setting in describe_settings({"NEWSMILL_REDIS_URL": url})}
    assert shown["NEWSMILL_REDIS_URL"] == (
        "sentinel://:***@one:1;sentinel://anna:***@two:2/5?sentinel_password=***&master=m"
    )
