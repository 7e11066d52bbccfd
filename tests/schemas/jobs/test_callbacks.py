"""The shape of a callback's URL, and of what the operator sets: secrets and networks."""

from __future__ import annotations

import base64
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.jobs.callbacks import parse_callback_url, parse_networks, parse_secrets, secret_bytes, write_secret


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://www.example.com", ("https", "www.example.com", 443, "/", "www.example.com")),
        ("https://WWW.Example.COM/A?b=%2F", ("https", "www.example.com", 443, "/A?b=%2F", "www.example.com")),
        ("https://www.example.com?a", ("https", "www.example.com", 443, "/?a", "www.example.com")),
        ("http://hooks:8080/in", ("http", "hooks", 8080, "/in", "hooks:8080")),
        ("https://a_b.example:443/", ("https", "a_b.example", 443, "/", "a_b.example")),
        ("https://xn--bcher-kva.example/", ("https", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example")),
        ("https://192.0.2.1:8443/", ("https", "192.0.2.1", 8443, "/", "192.0.2.1:8443")),
        ("https://[2001:DB8:0::1]/", ("https", "2001:db8::1", 443, "/", "[2001:db8::1]")),
        ("http://[::ffff:192.0.2.1]:8000", ("http", "::ffff:c000:201", 8000, "/", "[::ffff:c000:201]:8000")),
    ],
)
def test_a_url_has_its_parts(url: str, parts: Any) -> None:
    parsed = parse_callback_url(url)
    assert (parsed.scheme, parsed.host, parsed.port, parsed.target, parsed.authority) == parts


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "must be an absolute URL"),
        ("www.example.com", "must be an absolute URL"),
        ("//www.example.com/", "must be an absolute URL"),
        ("ftp://www.example.com/", "must be an absolute URL"),
        ("file:///etc/passwd", "must be an absolute URL"),
        ("gopher://127.0.0.1:6379/_SET", "must be an absolute URL"),
        ("https:///path", "must be an absolute URL"),
        ("https://", "must be an absolute URL"),
        ("https://bücher.example/", "must be an absolute URL"),
        ("https://www.example.com/ü", "must be an absolute URL"),
        ("https://www.example.com/a b", "must be an absolute URL"),
        ("https://www.example.com/\r\nHost: other", "must be an absolute URL"),
        ("https://www.example.com\\@127.0.0.1/", "must not have a user"),
        ("https://www.example.com\\127.0.0.1/", "must be an absolute URL"),
        ("https://１２７.0.0.1/", "must be an absolute URL"),
        ("https://127。0。0。1/", "must be an absolute URL"),
        (" https://www.example.com/", "must be an absolute URL"),
        ("https://www.example.com/\n", "must be an absolute URL"),
        ("https://www.example.com:/", "must be an absolute URL"),
        ("https://www.example.com:99999999/", "must be an absolute URL"),
        ("https://me:secret@www.example.com/", "must not have a user"),
        ("https://www.example.com@127.0.0.1/", "must not have a user"),
        ("https://@www.example.com/", "must not have a user"),
        ("https://www.example.com/#part", "must not have a fragment"),
        ("https://www.example.com:25/", "must have port"),
        ("https://www.example.com:0/", "must have port"),
        ("https://www.example.com:70000/", "must have port"),
        ("https://0177.0.0.1/", "must have a host"),
        ("https://0x7f.0.0.1/", "must have a host"),
        ("https://0x7f000001/", "must have a host"),
        ("https://2130706433/", "must have a host"),
        ("https://127.1/", "must have a host"),
        ("https://127.0.0.1.0x/", "must have a host"),
        ("https://256.0.0.1/", "must have a host"),
        ("https://[fe80::1%25eth0]/", "must be an absolute URL"),
        ("https://[::g]/", "must be an absolute URL"),
        ("https://[1:2]/", "must have a host"),
        ("https://www..example/", "must have a host"),
        ("https://www.example.com./", "must have a host"),
        ("https://-www.example/", "must have a host"),
        (f"https://{'a' * 64}.example/", "must have a host"),
        ("https://www.example.com/" + "a" * 2_000, "must have at most 2,000 characters"),
    ],
)
def test_invalid_callback_url_names_the_rule(url: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        parse_callback_url(url)


@given(st.text() | st.text("htps:/[]@#?.%\\0127x ab\r\n", max_size=40).map("https://".__add__))
def test_any_text_has_parts_or_is_refused(text: str) -> None:
    try:
        parsed = parse_callback_url(text)
    except ValueError:
        return
    for part in (parsed.host, parsed.target, parsed.authority):
        assert part.isascii()
        assert part.isprintable()
        assert " " not in part
    assert "@" not in parsed.authority
    assert parsed.target.startswith("/")
    assert parsed.scheme in ("http", "https")


@given(st.binary(min_size=24, max_size=64))
def test_a_secret_is_read_as_it_was_written(secret: bytes) -> None:
    assert secret_bytes(write_secret(secret)) == secret
    assert parse_secrets(write_secret(secret)) == (write_secret(secret),)
    unpadded = write_secret(secret).rstrip("=")
    assert secret_bytes(unpadded) == secret


def test_two_secrets_are_valid_during_a_rotation() -> None:
    new, old = write_secret(b"n" * 32), write_secret(b"o" * 32)
    assert parse_secrets(f"{new} {old}") == parse_secrets(f"{new},{old}") == (new, old)


@pytest.mark.parametrize(
    "given_secret",
    [
        "secret",
        base64.b64encode(b"x" * 32).decode(),
        "whsec_",
        "whsec_äöü",
        "whsec_====",
        write_secret(b"x" * 23),
        write_secret(b"x" * 65),
        write_secret(b"x" * 32) + "!",
    ],
)
def test_invalid_secret_is_refused(given_secret: str) -> None:
    with pytest.raises(ValueError, match=r"^whsec_ and 24 to 64 random bytes in base64"):
        parse_secrets(given_secret)


def test_networks_are_read() -> None:
    read = parse_networks("10.1.0.0/16, fd00:1::/32 127.0.0.1")
    assert read == tuple(map(ip_network, ("10.1.0.0/16", "fd00:1::/32", "127.0.0.1/32")))
    assert ip_address("127.0.0.1") in read[2]


@pytest.mark.parametrize("text", ["10.1.0.0/33", "10.1.0.1/16", "localhost", "10.1", "::1/129", "*"])
def test_invalid_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^networks or addresses, such as"):
        parse_networks(text)
