"""The worker's side of Redis that kombu does not leave to a setting."""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES, redis, virtual


class _Unacked(redis.QoS):
    """The messages that a worker holds, of which it may hold no more than it works on.

    kombu keeps counting a message whose acknowledgement fails since Redis is down. A worker that was busy then has
    no place for another ever after: it neither takes messages nor looks whether its connection is one.
    """

    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message; whether that succeeds or not, it is held no longer."""
        try:
            super().ack(delivery_tag)
        finally:
            virtual.QoS.ack(self, delivery_tag)


class _Channel(redis.Channel):
    QoS = _Unacked


class _SentinelChannel(redis.SentinelChannel):
    QoS = _Unacked


class Transport(redis.Transport):
    """kombu's transport, with messages held as above."""

    Channel = _Channel


class SentinelTransport(redis.SentinelTransport):
    """The same behind Sentinels."""

    Channel = _SentinelChannel


def use_for_redis() -> None:
    """Have kombu take these for the URLs of Redis."""
    here = f"{__name__}:Transport"
    TRANSPORT_ALIASES.update(redis=here, rediss=here, sentinel=f"{__name__}:SentinelTransport")
