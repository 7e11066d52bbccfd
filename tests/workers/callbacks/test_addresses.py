"""The addresses that callbacks may have."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RequestError
from workers.callbacks.addresses import allowed, check_callback

LOOPBACK = (ip_network("127.0.0.0/8"),)
INSIDE = (ip_network("10.1.0.0/16"), ip_network("fd00:1::/32"))

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450::1"]
SPECIAL = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "64:ff9b:1::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed_over_https_alone(address: str) -> None:
    assert allowed(ip_address(address), "https", ())
    assert not allowed(ip_address(address), "http", ())


@pytest.mark.parametrize("address", SPECIAL)
def test_no_other_address_is(address: str) -> None:
    assert not allowed(ip_address(address), "https", ())
    assert not allowed(ip_address(address), "http", ())
    assert not allowed(ip_address(address), "https", INSIDE)


def in_ipv6(address: IPv4Address) -> list[IPv6Address]:
    """What stands for an address of IPv4 within IPv6."""
    return [IPv6Address(IPv6Address(base).packed[:12] + address.packed) for base in ("::ffff:0:0", "64:ff9b::")]


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_within_ipv6_is_taken_for_that(address: IPv4Address) -> None:
    for within in in_ipv6(address):
        for networks in ((), LOOPBACK, INSIDE):
            for scheme in ("http", "https"):
                assert allowed(within, scheme, networks) == allowed(address, scheme, networks)


@given(st.ip_addresses())
def test_non_public_address_is_never_allowed(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_loopback:
        within = isinstance(address, IPv6Address) and (address.ipv4_mapped or address in ip_network("64:ff9b::/96"))
        assert within or not allowed(address, "https", ())


@pytest.mark.parametrize("address", ["10.1.2.3", "fd00:1::5", "::ffff:10.1.2.3"])
def test_allowed_network_is_allowed_over_http(address: str) -> None:
    assert allowed(ip_address(address), "https", INSIDE)
    assert allowed(ip_address(address), "http", INSIDE)


@pytest.mark.parametrize(
    "url", ["https://www.example.com/", "https://1.1.1.1/", "https://[2606:4700:4700::1111]:8443/x"]
)
def test_a_callback_to_the_internet_may_be_asked_for(url: str) -> None:
    check_callback(url, ())


@pytest.mark.parametrize(
    ("url", "networks", "expected"),
    [
        ("http://www.example.com/", (), "must begin with https://"),
        ("http://1.1.1.1/", LOOPBACK, "must begin with https://"),
        ("https://127.0.0.1/", (), "must have a public address"),
        ("https://127.0.0.1/", INSIDE, "must have a public address"),
        ("https://[::1]/", LOOPBACK, "must have a public address"),
        ("https://[::ffff:169.254.169.254]/", (), "must have a public address"),
    ],
)
def test_a_callback_that_could_never_be_sent_is_refused_at_once(url: str, networks: object, expected: str) -> None:
    with pytest.raises(RequestError) as raised:
        check_callback(url, networks)  # type: ignore[arg-type]
    [fault] = raised.value.faults
    assert fault.pointer == "/callback/url"
    assert fault.detail.startswith(expected)
    assert "NEWSMILL_CALLBACK_ALLOW" in fault.detail


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "https://127.0.0.1/", "http://localhost/", "http://hooks/"])
def test_network_of_the_operator_is_allowed(url: str) -> None:
    check_callback(url, LOOPBACK)
