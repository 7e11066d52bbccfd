"""Callbacks: the URL that is called when a job ends, and the secrets that sign the call."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

LONGEST_URL: Final = 2_000
MOST_HEADERS: Final = 10
"""The headers that a callback may have beside its own."""

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the prefix of every secret, not a secret

# The part of RFC 3986 that all parsers read alike: no user, no backslash, no fragment.
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?"
)
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]{0,998}[!-~])?")
# newsmill sends these itself, or they change how a message is framed or forwarded.
_OWN_HEADER: Final = re.compile(
    r"host|user-agent|connection|keep-alive|te|trailer|upgrade|expect|transfer-encoding|(content|webhook|proxy)-.*",
    re.IGNORECASE,
)
# The ports below are those of services that must not get a POST: mail, DNS, file shares, logins.
_FIRST_FREE_PORT: Final = 1024
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackUrl:
    """The parts of a callback's URL.

    Args:
        scheme: "https" or "http".
        host: a name in ASCII, or an address without brackets.
        target: the path and the query.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the header Host: the host, and the port unless it is the scheme's default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The host as an address; None if it is a name."""
        if ":" in self.host:
            return IPv6Address(self.host)
        return IPv4Address(self.host) if _is_number(self.host) else None


def parse_callback_url(text: str) -> CallbackUrl:
    """Parse the URL of a callback.

    Raises:
        ValueError: it is not allowed. The message says what it must be.
    """
    if len(text) > LONGEST_URL:
        raise ValueError(f"must have at most {LONGEST_URL:,} characters")
    if "@" in re.split(r"[/?#]", text.partition("://")[2])[0]:
        raise ValueError("must not have a user or a password; the signature of the call authenticates the service")
    if "#" in text:
        raise ValueError("must not have a fragment, which is never sent")
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError(
            "must be an absolute URL, such as https://www.example.com/newsmill, in ASCII: "
            "write a name with other letters as xn--…, and any other character as %XX"
        )
    scheme, host = match["scheme"], match["host"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if port not in _PORTS.values() and not _FIRST_FREE_PORT <= port <= 65_535:
        raise ValueError(f"must have port 80, 443, or one from {_FIRST_FREE_PORT} to 65535")
    return CallbackUrl(
        scheme=scheme, host=_host(host), port=port, target=(match["path"] or "/") + (match["query"] or "")
    )


def check_callback_header(name: str, value: str) -> None:
    """Check a header that a callback is to have beside its own.

    Raises:
        ValueError: it is not allowed. The message says what it must be.
    """
    if not _HEADER.fullmatch(name):
        raise ValueError("must have a name of at most 64 letters, digits and hyphens")
    if _OWN_HEADER.fullmatch(name):
        raise ValueError("is a header that newsmill sends itself, or that a client must not set; leave it out")
    if not _HEADER_VALUE.fullmatch(value):
        raise ValueError("must have a value of 1 to 1,000 characters of printable ASCII")


def _host(host: str) -> str:
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1]))
        if _is_number(host):
            # Other forms of an address, such as 0177.1 or 2130706433, mean different addresses to different parsers.
            return str(IPv4Address(host))
    except ValueError:
        raise ValueError("must have a host that is a name, or an address such as 192.0.2.1 or [2001:db8::1]") from None
    if not all(map(_LABEL.fullmatch, host.split("."))):
        raise ValueError("must have a host that is a name, such as www.example.com")
    return host


def _is_number(host: str) -> bool:
    """Return whether a host is an IPv4 address: its last part is a number (WHATWG URL, "ends in a number")."""
    return bool(_NUMBER.fullmatch(host.rpartition(".")[2]))


def parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Parse a list such as "10.0.0.0/8 fd00::/8".

    Raises:
        ValueError: the URL is wrong. The message says what is expected.
    """
    try:
        return tuple(IPv6Network(one) if ":" in one else IPv4Network(one) for one in text.replace(",", " ").split())
    except ValueError:
        raise ValueError("networks or addresses, such as 10.1.0.0/16 or fd00:1::/32, separated by blanks") from None


def parse_secrets(text: str) -> tuple[str, ...]:
    """Parse a list of secrets of Standard Webhooks, each whsec_ and 24 to 64 bytes in base64.

    Raises:
        ValueError: as in `parse_networks`.
    """
    found = tuple(text.replace(",", " ").split())
    for secret in found:
        try:
            size = len(secret_bytes(secret))
        except ValueError:
            size = 0
        if not secret.startswith(SECRET_PREFIX) or not 24 <= size <= 64:
            raise ValueError(f"{SECRET_PREFIX} and 24 to 64 random bytes in base64; a second one after a blank")
    return found


def secret_bytes(secret: str) -> bytes:
    """Return the bytes of a secret in the form whsec_…"""
    encoded = secret.removeprefix(SECRET_PREFIX)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)


def write_secret(secret: bytes) -> str:
    """Return a secret in the form whsec_…"""
    return SECRET_PREFIX + base64.b64encode(secret).decode()
