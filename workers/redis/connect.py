"""How Redis and the broker are reached: what a client of Redis, and Celery, are given for a URL."""

from __future__ import annotations

import ssl
from typing import Any, Final
from urllib.parse import quote, urlsplit

import redis
import redis.sentinel
from redis.backoff import NoBackoff
from redis.retry import Retry

from schemas.settings.broker_urls import RabbitAddress, RedisAddress, Tls, parse_rabbit_url, parse_redis_url

_CONNECTIONS: Final = 32

_CHECKS: Final = {"required": ssl.CERT_REQUIRED, "optional": ssl.CERT_OPTIONAL, "none": ssl.CERT_NONE}


class _SentinelPool(redis.sentinel.SentinelConnectionPool, redis.BlockingConnectionPool):
    """Connections to whichever Redis the Sentinels name as the master now; who finds none free waits for one."""


def redis_client(address: RedisAddress) -> redis.Redis:
    """A client of a Redis that gives up in seconds rather than to wait for ever.

    Behind Sentinels it is of the master, and of the next one when that has failed.
    """
    patience = {"socket_timeout": 5, "socket_connect_timeout": 2}
    given: dict[str, Any] = {
        "db": address.db,
        "username": address.username,
        "password": address.password,
        # All who wait for a job look at its record at once when it changes: they take turns.
        "max_connections": _CONNECTIONS,
        "timeout": 5,
        "health_check_interval": 15,
        # Once more, as the connection may be a stale one of the pool; but not where Redis is silent.
        "retry": Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        **patience,
    }
    if address.master:
        given |= {"socket_keepalive": True, **_redis_tls(address.tls)}
        sentinels = redis.sentinel.Sentinel(
            address.hosts, sentinel_kwargs=_sentinel_parameters(address) | patience, ssl=bool(address.tls), **given
        )
        master: redis.Redis = sentinels.master_for(address.master, connection_pool_class=_SentinelPool)
        return master
    if address.path:
        given |= {"path": address.path, "connection_class": redis.UnixDomainSocketConnection}
    else:
        [(given["host"], given["port"])] = address.hosts
        given |= {"socket_keepalive": True, **_redis_tls(address.tls)}
        if address.tls:
            given["connection_class"] = redis.SSLConnection
    return redis.Redis.from_pool(redis.BlockingConnectionPool(**given))


def broker_settings(url: str, *, longest_task: int) -> dict[str, Any]:
    """What Celery is configured with for the broker at a URL.

    Args:
        url: as NEWSMILL_BROKER_URL has it.
        longest_task: seconds that a task may take at most.

    Raises:
        ValueError: the URL names no broker.
    """
    if url.startswith(("amqp://", "amqps://")):
        return _rabbit_settings(parse_rabbit_url(url))
    return _redis_settings(parse_redis_url(url), longest_task)


def _rabbit_settings(address: RabbitAddress) -> dict[str, Any]:
    given: dict[str, Any] = {
        "broker_url": ";".join(address.nodes),
        # Replicated, and on the disk before a message is confirmed.
        "task_default_queue_type": "quorum",
        "task_create_missing_queue_type": "quorum",
        "worker_consumer": "workers.celery.rabbit:Consumer",
        "broker_heartbeat": 10,
        # A queue without a majority of its replicas answers nothing, and no more does a broker that is stopped.
        "broker_transport_options": {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5},
    }
    if tls := address.tls:
        given["broker_use_ssl"] = {
            "ca_certs": tls.ca_certs,
            "cert_reqs": _CHECKS[tls.check],
            "certfile": tls.certfile,
            "keyfile": tls.keyfile,
        }
        if tls.check_hostname:
            # None is the host of the URL, says kombu, but of localhost it makes 127.0.0.1 before.
            hosts = {urlsplit(node).hostname for node in address.nodes}
            given["broker_use_ssl"]["server_hostname"] = hosts.pop() if len(hosts) == 1 else None
    return given


def _redis_settings(address: RedisAddress, longest_task: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "visibility_timeout": longest_task + 60,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
    }
    who = f"{quote(address.username or '', safe='')}:{quote(address.password, safe='')}@" if address.password else ""
    if address.path:
        url = f"redis+socket://{who}{quote(address.path)}?virtual_host={address.db}"
    elif address.master:
        # Of each its whole URL: kombu turns to the next one with what that one says.
        url = ";".join(f"sentinel://{who}{_place(host, port)}/{address.db}" for host, port in address.hosts)
        patience = {"socket_timeout": 5, "socket_connect_timeout": 2}
        options |= {"master_name": address.master, "sentinel_kwargs": _sentinel_parameters(address) | patience}
    else:
        url = f"redis://{who}{_place(*address.hosts[0])}/{address.db}"
    settings = {"broker_url": url, "broker_transport_options": options}
    if address.tls:
        settings["broker_use_ssl"] = _redis_tls(address.tls)
    return settings


def _redis_tls(tls: Tls | None) -> dict[str, Any]:
    if tls is None:
        return {}
    return {
        "ssl_cert_reqs": tls.check,
        "ssl_check_hostname": tls.check_hostname,
        "ssl_ca_certs": tls.ca_certs,
        "ssl_certfile": tls.certfile,
        "ssl_keyfile": tls.keyfile,
    }


def _sentinel_parameters(address: RedisAddress) -> dict[str, Any]:
    """What the Sentinels themselves are reached with."""
    return {
        "username": address.sentinel_username,
        "password": address.sentinel_password,
        "ssl": bool(address.tls),
        **_redis_tls(address.tls),
    }


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
