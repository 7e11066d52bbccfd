"""The addresses that callbacks may go to: public ones, and those that the operator allows.

The caller chooses the address. Without this check it could reach services of newsmill's own network, such as the
metadata service of a cloud (server-side request forgery).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from schemas.errors import Fault, RequestError
from schemas.jobs.callbacks import parse_callback_url

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The IANA's registries of special addresses (RFC 6890), and other addresses that are not public. Python's own
# `is_global` has some of them, depending on its version.
_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # the host of a virtual machine, in Azure
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_PUBLIC_6: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID and others
        "2001:db8::/32",
        "2002::/16",  # 6to4: an address of IPv4 within
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")


def check_callback(url: str, networks: Iterable[Network]) -> None:
    """Check the URL of a callback. The addresses of a host name are checked when the callback is sent.

    Raises:
        RequestError: its address is not public or its scheme is not https, and the operator's networks do not allow it.
    """
    parsed, networks = parse_callback_url(url), tuple(networks)
    if parsed.address and not allowed(parsed.address, "https", networks):
        raise RequestError(
            (Fault("/callback/url", "must have a public address, or one of the networks in NEWSMILL_CALLBACK_ALLOW"),)
        )
    if parsed.scheme == "http" and not (allowed(parsed.address, "http", networks) if parsed.address else networks):
        raise RequestError(
            (Fault("/callback/url", "must begin with https://; http is for the networks in NEWSMILL_CALLBACK_ALLOW"),)
        )


def allowed(address: Address, scheme: str, networks: Iterable[Network]) -> bool:
    """Return whether a callback may go to an address. With http it may go to the operator's networks only."""
    address = _embedded(address)
    if any(address in network for network in networks):
        return True
    return scheme == "https" and _is_public(address)


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address contains, if any (RFC 4291, section 2.5.5.2; RFC 6052)."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    return address.is_global and address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)
