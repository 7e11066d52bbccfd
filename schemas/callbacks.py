"""Callbacks: the address that is told of a job's end, and the secrets that sign what it is told."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from marshmallow import Schema, fields

LONGEST_URL: Final = 2_000
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every one begins with

# RFC 3986 with nothing in it that two parsers could read in two ways: no user, no backslash, no fragment.
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?"
)
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# Below are the services that a POST must not be sent to: mail, names, files, logins.
_FIRST_FREE_PORT: Final = 1024
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackUrl:
    """The parts of a callback's URL, as they are connected to and sent.

    Args:
        scheme: "https" or "http".
        host: a name in ASCII, or an address without brackets.
        port: the port.
        target: the path and the query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host and, where it is not the scheme's own, the port, as the header Host has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The host as an address; None where it is a name."""
        if ":" in self.host:
            return IPv6Address(self.host)
        return IPv4Address(self.host) if _is_number(self.host) else None


def parse_callback_url(text: str) -> CallbackUrl:
    """The parts of a URL.

    Raises:
        ValueError: what a URL of a callback must be, and this one is not.
    """
    if len(text) > LONGEST_URL:
        raise ValueError(f"must have at most {LONGEST_URL:,} characters")
    if "@" in re.split(r"[/?#]", text.partition("://")[2])[0]:
        raise ValueError("must not name a user or a password: what is sent is signed, and that tells who sends it")
    if "#" in text:
        raise ValueError("must not have a fragment: it would not be sent")
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError(
            "must be an absolute URL, such as https://www.example.com/newsmill, in ASCII: "
            "a name with other letters as xn--…, all else as %XX"
        )
    scheme, host = match["scheme"], match["host"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if port not in _PORTS.values() and not _FIRST_FREE_PORT <= port <= 65_535:
        raise ValueError(f"must have port 80, 443, or one from {_FIRST_FREE_PORT} to 65535")
    return CallbackUrl(
        scheme=scheme, host=_host(host), port=port, target=(match["path"] or "/") + (match["query"] or "")
    )


def _host(host: str) -> str:
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1]))
        if _is_number(host):
            # Other ways to write an address, such as 0177.1 or 2130706433, mean one thing here and another there.
            return str(IPv4Address(host))
    except ValueError:
        raise ValueError("must have a host that is a name, or an address such as 192.0.2.1 or [2001:db8::1]") from None
    if not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError("must have a host that is a name, such as www.example.com")
    return host


def _is_number(host: str) -> bool:
    """Whether a host is an address and no name: its last part is a number (WHATWG URL, "ends in a number")."""
    return bool(_NUMBER.fullmatch(host.rpartition(".")[2]))


def parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of a list such as "10.0.0.0/8 fd00::/8".

    Raises:
        ValueError: what was expected.
    """
    try:
        return tuple(_network(one) for one in text.replace(",", " ").split())
    except ValueError:
        raise ValueError("networks or addresses, such as 10.1.0.0/16 or fd00:1::/32, with blanks between") from None


def _network(text: str) -> IPv4Network | IPv6Network:
    return IPv6Network(text) if ":" in text else IPv4Network(text)


def parse_secrets(text: str) -> tuple[str, ...]:
    """The secrets of a list, each as Standard Webhooks has them: whsec_ and 24 to 64 bytes in base64.

    Raises:
        ValueError: what was expected.
    """
    found = tuple(text.replace(",", " ").split())
    for secret in found:
        try:
            size = len(secret_bytes(secret))
        except (ValueError, binascii.Error):
            size = 0
        if not secret.startswith(SECRET_PREFIX) or not 24 <= size <= 64:
            raise ValueError(f"{SECRET_PREFIX} and 24 to 64 random bytes in base64; a second one after a blank")
    return found


def secret_bytes(secret: str) -> bytes:
    """The bytes of a secret that is written as whsec_…"""
    encoded = secret.removeprefix(SECRET_PREFIX)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)


def write_secret(secret: bytes) -> str:
    """A secret, written as whsec_…"""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


class CallbackSchema(Schema):
    """What is told of the job's end, by a signed POST (Standard Webhooks)."""

    url = fields.String(
        required=True,
        metadata={
            "format": "uri",
            "maxLength": LONGEST_URL,
            "examples": ["https://www.example.com/newsmill"],
            "description": "An https URL of a host that is reached over the Internet",
        },
    )
