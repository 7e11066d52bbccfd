"""The URLs of Redis and of brokers: what they may say.

    redis://[[user]:password@]host[:port][/db]         rediss:// for TLS
    redis+socket://[[user]:password@]/path[?db=n]      unix:// is the same
    sentinel://[[user]:password@]host[:port],host[:port][/db][?master=name]
    amqp://user:password@host[:port][/vhost]           amqps:// for TLS

With `;`, as Celery has it, several URLs of RabbitMQ's nodes or of Sentinels may stand in one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from schemas.nearest import nearest

MASTER: Final = "mymaster"
"""What Sentinel calls the master where nothing else is said, as Redis's own documentation and configuration do."""

_TLS: Final = ("ssl_ca_certs", "ssl_cert_reqs", "ssl_check_hostname", "ssl_certfile", "ssl_keyfile")
_SENTINEL: Final = ("master", "master_name", "sentinel_username", "sentinel_password")
_PORTS: Final = {"redis": 6379, "rediss": 6379, "sentinel": 26379, "amqp": 5672, "amqps": 5671}
_CHECKED: Final = {"required", "optional", "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the other side is known, in a connection by TLS.

    Args:
        ca_certs: a file of the certificates to trust; the machine's when None.
        check: whether the other side's certificate has to be one that is trusted.
        check_hostname: whether it has to be for the name that is connected to.
        certfile, keyfile: our own certificate, where the other side asks for one.
    """

    ca_certs: str | None = None
    check: Literal["required", "optional", "none"] = "required"
    check_hostname: bool = True
    certfile: str | None = None
    keyfile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """Where a Redis is: a host, a Unix socket, or what Sentinel names.

    Args:
        hosts: the host and the port; of each Sentinel, where there is a `master`.
        path: the Unix socket, where it is one.
        master: the name of the master that the Sentinels watch.
        sentinel_username, sentinel_password: who we are to the Sentinels, where they ask.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitAddress:
    """Where RabbitMQ is: the URL of each of its nodes, without parameters, and how they are known."""

    nodes: tuple[str, ...] = field(repr=False)
    tls: Tls | None = None


def parse_redis_url(url: str) -> RedisAddress:
    """Where the Redis is that a URL names.

    Raises:
        ValueError: it names none; the message is what was expected, without the URL.
    """
    scheme = url.partition("://")[0]
    if scheme in ("redis", "rediss"):
        parts = urlsplit(url)
        return _address(parts, _hosts(parts), {*_TLS, "db"} if scheme == "rediss" else {"db"}, tls=scheme == "rediss")
    if scheme in ("redis+socket", "unix"):
        parts = urlsplit(url)
        if not parts.path or parts.hostname or parts.path == "/":
            raise ValueError(f"{scheme}:// and the path of a socket, with three slashes")
        address = _address(parts._replace(path=""), (), {"db", "virtual_host"}, tls=False)
        return RedisAddress(
            path=unquote(parts.path), db=address.db, username=address.username, password=address.password
        )
    if scheme == "sentinel":
        first, *more = url.split(";")
        parts = urlsplit(first)
        hosts = [*_hosts(parts)]
        for one in more:
            hosts += _hosts(urlsplit(one if "://" in one else f"sentinel://{one}"))
            # Celery's way has the database and the parameters behind the last one.
            last = urlsplit(one)
            parts = parts._replace(path=parts.path or last.path, query=parts.query or last.query)
        return _address(parts, tuple(hosts), {*_TLS, *_SENTINEL, "db"}, tls="ssl_" in parts.query)
    raise ValueError("a URL that begins with redis://, rediss://, sentinel:// or redis+socket://")


def parse_rabbit_url(url: str) -> RabbitAddress:
    """Where the RabbitMQ is that a URL names.

    Raises:
        ValueError: as `parse_redis_url` does.
    """
    nodes, tls = [], None
    for one in url.split(";"):
        parts = urlsplit(one)
        if parts.scheme not in ("amqp", "amqps"):
            raise ValueError("a URL that begins with amqp:// or amqps://")
        _hosts(parts)
        secure = parts.scheme == "amqps"
        given = _parameters(parts, set(_TLS) if secure else set())
        tls = tls or (_tls(given) if secure else None)
        nodes.append(parts._replace(query="", fragment="").geturl())
    return RabbitAddress(nodes=tuple(nodes), tls=tls)


def check_redis_url(text: str) -> str:
    """Return a URL that `parse_redis_url` accepts."""
    parse_redis_url(text)
    return text


def check_broker_url(text: str) -> str:
    """Return a URL that `parse_rabbit_url` or `parse_redis_url` accepts."""
    if text.startswith(("amqp:", "amqps:")):
        parse_rabbit_url(text)
        return text
    try:
        return check_redis_url(text)
    except ValueError as error:
        said = str(error)
        raise ValueError(f"{said}, or with amqp://" if said.startswith("a URL") else said) from None


def _address(parts: SplitResult, hosts: tuple[tuple[str, int], ...], known: set[str], *, tls: bool) -> RedisAddress:
    given = _parameters(parts, known)
    return RedisAddress(
        hosts=hosts,
        db=_db(given.get("db") or given.get("virtual_host") or parts.path.strip("/") or "0"),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=_tls(given) if tls else None,
        master=(given.get("master") or given.get("master_name") or MASTER) if "master" in known else None,
        sentinel_username=given.get("sentinel_username"),
        sentinel_password=given.get("sentinel_password"),
    )


def _hosts(parts: SplitResult) -> tuple[tuple[str, int], ...]:
    """The hosts before the path, each with its port or that of the scheme."""
    found = []
    for place in parts.netloc.rpartition("@")[2].split(","):
        match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:@/\s]+)(?::([0-9]{1,5}))?", place)
        if match is None or not 0 < int(match[2] or 1) < 65_536:
            raise ValueError(f"{parts.scheme}:// and a host, such as {parts.scheme}://host:{_PORTS[parts.scheme]}")
        found.append((unquote(match[1].strip("[]")), int(match[2] or _PORTS[parts.scheme])))
    if len(found) > 1 and parts.scheme != "sentinel":
        raise ValueError("one host; only sentinel:// has several")
    return tuple(found)


def _parameters(parts: SplitResult, known: set[str]) -> Mapping[str, str]:
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in given:
        if name not in known:
            near = nearest(name, tuple(known))
            hint = f"; did you mean {near}?" if near else f"; it has {', '.join(sorted(known))}" if known else ""
            raise ValueError(f"no parameter {name} behind {parts.scheme}://{hint}")
    return given


def _db(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError("the number of a database behind the host, such as /0")
    return int(text)


def _tls(given: Mapping[str, str]) -> Tls:
    check = given.get("ssl_cert_reqs", "required").lower().removeprefix("cert_")
    if check not in _CHECKED:
        raise ValueError("ssl_cert_reqs to be required, optional or none")
    hostname = given.get("ssl_check_hostname", "true" if check == "required" else "false").lower()
    if hostname not in ("true", "false"):
        raise ValueError("ssl_check_hostname to be true or false")
    for name in ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile"):
        if given.get(name) and not Path(given[name]).is_file():
            raise ValueError(f"{name} to be the path of a file")
    return Tls(
        ca_certs=given.get("ssl_ca_certs"),
        check=check,  # type: ignore[arg-type]
        check_hostname=hostname == "true",
        certfile=given.get("ssl_certfile"),
        keyfile=given.get("ssl_keyfile"),
    )
