"""The URLs of Redis.

    redis://[[user]:password@]host[:port][/db]         rediss:// for TLS
    redis+socket://[[user]:password@]/path[?db=n]      unix:// is the same
    sentinel://[[user]:password@]host[:port],host[:port][/db][?master=name]

Several URLs of Sentinels may be joined with `;`, as in Celery.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from schemas.nearest import nearest

_MASTER: Final = "mymaster"  # the default name of a master in Redis's own documentation and configuration
_PORTS: Final = {"redis": 6379, "rediss": 6379, "sentinel": 26379}
_FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_TLS: Final = (*_FILES, "ssl_cert_reqs", "ssl_check_hostname")
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "redis": ("db",),
    "rediss": ("db", *_TLS),
    "redis+socket": ("db", "virtual_host"),
    "unix": ("db", "virtual_host"),
    "sentinel": ("db", *_TLS, "master", "master_name", "sentinel_username", "sentinel_password"),
}
"""The parameters of each scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """The authentication of both sides of a TLS connection.

    Args:
        ca_certs: a file of the trusted certificates; the machine's own when None.
        check: whether the server needs a trusted certificate.
        check_hostname: whether the certificate must be for the host name.
        certfile, keyfile: the client's certificate.
    """

    ca_certs: str | None = None
    check: Literal["required", "optional", "none"] = "required"
    check_hostname: bool = True
    certfile: str | None = None
    keyfile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """The address of a Redis: a host, a Unix socket (`path`), or the Sentinels that watch a `master`.

    Args:
        hosts: the host and port; with a `master`, those of each Sentinel.
    """

    hosts: tuple[tuple[str, int], ...] = ()
    path: str | None = None
    db: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    master: str | None = None
    sentinel_username: str | None = None
    sentinel_password: str | None = field(default=None, repr=False)


def parse_redis_url(url: str) -> RedisAddress:
    """Parse the URL of a Redis.

    Raises:
        ValueError: the URL is wrong. The message says what is expected and does not show the URL.
    """
    scheme = url.partition("://")[0]
    if scheme in ("redis", "rediss"):
        parts = urlsplit(url)
        return _address(parts, _hosts(parts))
    if scheme in ("redis+socket", "unix"):
        parts = urlsplit(url)
        if parts.hostname or parts.path in ("", "/"):
            raise ValueError(f"{scheme}:// and the path of a socket, with three slashes")
        return _address(parts._replace(path=""), (), unquote(parts.path))
    if scheme == "sentinel":
        every = [urlsplit(f"sentinel://{one.removeprefix('sentinel://')}") for one in url.split(";")]
        hosts = tuple(host for parts in every for host in _hosts(parts))
        # In Celery's form, the database and the parameters are in the last URL.
        path = next((parts.path for parts in every if parts.path), "")
        query = next((parts.query for parts in every if parts.query), "")
        return _address(every[0]._replace(path=path, query=query), hosts)
    raise ValueError("a URL that begins with redis://, rediss://, sentinel:// or redis+socket://")


def check_redis_url(text: str) -> str:
    """Return a URL that `parse_redis_url` accepts."""
    parse_redis_url(text)
    return text


def _address(parts: SplitResult, hosts: tuple[tuple[str, int], ...], path: str | None = None) -> RedisAddress:
    given = _parameters(parts)
    db = given.get("db") or given.get("virtual_host") or parts.path.strip("/") or "0"
    if not re.fullmatch(r"[0-9]{1,4}", db):
        raise ValueError("the number of a database after the host, such as /0")
    master = given.get("master") or given.get("master_name") or _MASTER
    return RedisAddress(
        hosts=hosts,
        path=path,
        db=int(db),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=_tls(given) if parts.scheme == "rediss" or set(_TLS) & set(given) else None,
        master=master if parts.scheme == "sentinel" else None,
        sentinel_username=given.get("sentinel_username"),
        sentinel_password=given.get("sentinel_password"),
    )


def _hosts(parts: SplitResult) -> tuple[tuple[str, int], ...]:
    """Return the hosts of a URL, each with its port or the default port of the scheme."""
    found = []
    for place in parts.netloc.rpartition("@")[2].split(","):
        match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/\s]+)(?::([0-9]{1,5}))?", place)
        if match is None or not 0 < int(match[2] or 1) < 65_536:
            raise ValueError(f"{parts.scheme}:// and a host, such as {parts.scheme}://host:{_PORTS[parts.scheme]}")
        found.append((unquote(match[1].strip("[]")), int(match[2] or _PORTS[parts.scheme])))
    if len(found) > 1 and parts.scheme != "sentinel":
        raise ValueError("one host; only sentinel:// has several")
    return tuple(found)


def _parameters(parts: SplitResult) -> Mapping[str, str]:
    known = _KNOWN[parts.scheme]
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in given:
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near}?" if near else f"; it has {', '.join(sorted(known))}" if known else ""
            raise ValueError(f"no parameter {name} after {parts.scheme}://{hint}")
    return given


def _tls(given: Mapping[str, str]) -> Tls:
    check = given.get("ssl_cert_reqs", "required").lower().removeprefix("cert_")
    if check not in ("required", "optional", "none"):
        raise ValueError("ssl_cert_reqs to be required, optional or none")
    hostname = given.get("ssl_check_hostname", "true" if check == "required" else "false").lower()
    if hostname not in ("true", "false"):
        raise ValueError("ssl_check_hostname to be true or false")
    for name in _FILES:
        if given.get(name) and not Path(given[name]).is_file():
            raise ValueError(f"{name} to be the path of a file")
    return Tls(
        ca_certs=given.get("ssl_ca_certs"),
        check=check,  # type: ignore[arg-type]
        check_hostname=hostname == "true",
        certfile=given.get("ssl_certfile"),
        keyfile=given.get("ssl_keyfile"),
    )
