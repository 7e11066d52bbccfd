"""Clients of Redis, its answers and its errors."""

from __future__ import annotations

from typing import Any, Final, cast

import redis
import redis.sentinel
from redis.backoff import NoBackoff
from redis.retry import Retry

from schemas.errors import BrokerError
from schemas.settings.broker_urls import RedisAddress, Tls, parse_redis_url

_CONNECTIONS: Final = 32
_PATIENCE: Final[dict[str, Any]] = {"socket_timeout": 5, "socket_connect_timeout": 2}


class _SentinelPool(redis.sentinel.SentinelConnectionPool, redis.BlockingConnectionPool):
    """Connections to the master that the Sentinels name. Waits if none is free."""


# The error replies of Redis to a refused command, and their meaning for a client.
_REFUSALS: Final = {
    "maxmemory": "Redis is full: it has reached its memory limit (maxmemory)",
    "read only replica": "Redis is read-only: it is a replica",
    "readonly replica": "Redis is read-only: it is a replica",
    "NOREPLICAS": "Redis takes no writes: it has fewer replicas than min-replicas-to-write",
    "MISCONF": "Redis takes no writes: it cannot save its data to the disk",
}


class broker_errors:  # noqa: N801 - reads as a statement
    """A context that turns an error of Redis into a `BrokerError`."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, redis.RedisError | OSError):
            detail = str(error) or type(error).__name__
            for said, meaning in _REFUSALS.items():
                if said in detail:
                    raise BrokerError(detail, meaning) from error
            raise BrokerError(detail) from error


def hash_of(answer: dict[bytes, bytes] | redis.ResponseError) -> dict[bytes, bytes]:
    """Return the answer to HGETALL. A key of another type is a hash with the one field `type`.

    Raises:
        redis.ResponseError: another error.
    """
    if isinstance(answer, redis.ResponseError):
        if not str(answer).startswith("WRONGTYPE"):
            raise answer
        return {b"type": b"wrong"}
    return answer


def read_hash(client: redis.Redis, key: str) -> dict[bytes, bytes]:
    """Return the fields of a hash; see `hash_of`.

    Raises:
        redis.RedisError: Redis cannot be reached.
    """
    try:
        return cast("dict[bytes, bytes]", client.hgetall(key))
    except redis.ResponseError as error:
        return hash_of(error)


def kept_secret(client: redis.Redis, key: str, fresh: str) -> bytes:
    """Return the secret at a key. It is the fresh one if there is none.

    Raises:
        BrokerError: Redis cannot be reached, or refuses to store the first one.
    """
    with broker_errors():
        # A full Redis refuses to set a key, even if it would not be set.
        kept = client.get(key) or client.set(key, fresh, nx=True, get=True)
    return cast("bytes | None", kept) or fresh.encode()


def connect(url: str) -> redis.Redis:
    """Return a client of the Redis at a URL such as NEWSMILL_REDIS_URL, with timeouts.

    Behind Sentinels it follows the master through a failover.

    Raises:
        ValueError: the URL names no Redis.
    """
    address = parse_redis_url(url)
    given: dict[str, Any] = {
        "db": address.db,
        "username": address.username,
        "password": address.password,
        # A change of a job wakes all requests that wait for it: they share these connections.
        "max_connections": _CONNECTIONS,
        "timeout": 5,
        "health_check_interval": 15,
        # One retry, as a connection of the pool may be stale; none after a timeout.
        "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        **_PATIENCE,
    }
    if address.master:
        given |= {"socket_keepalive": True, **redis_tls(address.tls)}
        sentinels = redis.sentinel.Sentinel(
            address.hosts, sentinel_kwargs=sentinel_parameters(address), ssl=bool(address.tls), **given
        )
        master: redis.Redis = sentinels.master_for(address.master, connection_pool_class=_SentinelPool)
        return master
    if address.path:
        given |= {"path": address.path, "connection_class": redis.UnixDomainSocketConnection}
    else:
        [(given["host"], given["port"])] = address.hosts
        given |= {"socket_keepalive": True, **redis_tls(address.tls)}
        if address.tls:
            given["connection_class"] = redis.SSLConnection
    return redis.Redis.from_pool(redis.BlockingConnectionPool(**given))


def redis_tls(tls: Tls | None) -> dict[str, Any]:
    """Parameters of a connection over TLS."""
    if tls is None:
        return {}
    return {
        "ssl_cert_reqs": tls.check,
        "ssl_check_hostname": tls.check_hostname,
        "ssl_ca_certs": tls.ca_certs,
        "ssl_certfile": tls.certfile,
        "ssl_keyfile": tls.keyfile,
    }


def sentinel_parameters(address: RedisAddress) -> dict[str, Any]:
    """Parameters of the connections to the Sentinels."""
    return _PATIENCE | {
        "username": address.sentinel_username,
        "password": address.sentinel_password,
        "ssl": bool(address.tls),
        **redis_tls(address.tls),
    }
