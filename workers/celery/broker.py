"""The broker: Celery's settings for its URL, and corrections to kombu's transport for Redis."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty
from typing import Any
from urllib.parse import quote

from kombu.transport import TRANSPORT_ALIASES, redis
from redis import RedisError

from schemas.settings.broker_urls import parse_redis_url
from workers.redis.connect import redis_tls, sentinel_parameters
from workers.telemetry.logs import get_logger

log = get_logger(__name__)


def broker_settings(url: str) -> dict[str, Any]:
    """Return Celery's settings for the broker at a URL.

    Raises:
        ValueError: the URL names no broker.
    """
    address = parse_redis_url(url)
    options: dict[str, Any] = {
        # A message that is lost with its worker is no loss: the due work is in Redis.
        "ack_emulation": False,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
    }
    credentials = (
        f"{quote(address.username or '', safe='')}:{quote(address.password, safe='')}@" if address.password else ""
    )
    if address.path:
        url = f"redis+socket://{credentials}{quote(address.path)}?virtual_host={address.db}"
    elif address.master:
        # Each URL is complete: kombu copies no part of one to the next.
        url = ";".join(f"sentinel://{credentials}{_place(host, port)}/{address.db}" for host, port in address.hosts)
        options |= {"master_name": address.master, "sentinel_kwargs": sentinel_parameters(address)}
    else:
        url = f"redis://{credentials}{_place(*address.hosts[0])}/{address.db}"
    settings = {"broker_url": url, "broker_transport_options": options}
    if address.tls:
        settings["broker_use_ssl"] = redis_tls(address.tls)
    return settings


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Dropping:
    """A channel that drops a message that it cannot read. For kombu that is an error, which ends the worker."""

    qos: Any

    def _brpop_read(self, **options: Any) -> Any:
        held = self._held()
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except (Empty, OSError, RedisError):
            raise
        except Exception as error:
            log.warning("message dropped: it is not newsmill's", error=repr(error))
            # A message that is held and never acknowledged would keep the worker from taking others.
            for tag in self._held() - held:
                self.qos.ack(tag)
            raise Empty from None

    def _restore(self, message: Any, **options: Any) -> None:
        """Put a message back that no task has acknowledged.

        If Redis does not answer, drop it: its work is due all the same. kombu would write it into a file that stays in
        the folder for temporary files.
        """
        with suppress(OSError, RedisError):
            super()._restore(message, **options)  # type: ignore[misc]

    def _held(self) -> set[str]:
        """Return the tags of the messages that are not acknowledged."""
        return set(self.qos._delivered) - set(self.qos._dirty)


class _Channel(_Dropping, redis.Channel):
    pass


class _SentinelChannel(_Dropping, redis.SentinelChannel):
    pass


class Transport(redis.Transport):
    """kombu's transport, which drops what it cannot read."""

    Channel = _Channel


class SentinelTransport(redis.SentinelTransport):
    """The same behind Sentinels."""

    Channel = _SentinelChannel


def use_for_redis() -> None:
    """Have kombu use these transports for URLs of Redis."""
    here = f"{__name__}:Transport"
    TRANSPORT_ALIASES.update(redis=here, rediss=here, sentinel=f"{__name__}:SentinelTransport")
