"""Connections for callbacks: to checked addresses, and within a deadline.

A host name is looked up once. Each of its addresses is checked, and the connection goes to a checked address, so that
a changing DNS answer has no effect (DNS rebinding). The certificate is verified for the name.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any, Final

import httpcore

from schemas.errors import NewsmillError
from schemas.jobs.callbacks import CallbackUrl
from workers.callbacks.addresses import Address, Network, allowed

_SLICE: Final = 16 * 1024


class RefusedAddressError(NewsmillError):
    """A callback may not go to its host. The message has the addresses, which are for the log only."""


class CheckedNetwork(httpcore.NetworkBackend):
    """A network that connects only to allowed addresses, with one deadline for every operation.

    Args:
        url: the URL of the callback.
        networks: the networks that the operator allows.
        deadline: the deadline, by the monotonic clock.
    """

    def __init__(self, url: CallbackUrl, networks: Iterable[Network], deadline: float) -> None:
        self._url = url
        self._networks = tuple(networks)
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first allowed address that answers.

        Raises:
            RefusedAddressError: no address is allowed.
            httpcore.ConnectError: the host has no address, or none of them answers.
        """
        found = _addresses(host, port)
        checked = [address for address in found if allowed(address, self._url.scheme, self._networks)]
        if not checked:
            raise RefusedAddressError(", ".join(map(str, found)))
        for address in checked[:-1]:
            try:
                return self._connect(address, port, share=2)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(checked[-1], port)

    def _connect(self, address: Address, port: int, share: int = 1) -> httpcore.NetworkStream:
        timeout = _remaining(self._deadline, httpcore.ConnectTimeout) / share
        # An address needs no lookup.
        stream = self._sockets.connect_tcp(str(address), port, timeout=timeout)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A connection with one deadline for all reads and writes, so that a slow peer cannot extend it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            self._stream.write(buffer[start : start + _SLICE], _remaining(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        remaining = _remaining(self._deadline, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, remaining), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError("its name has no address") from error
    # Only addresses that are not public have a zone (fe80::1%eth0).
    return list(dict.fromkeys(ip_address(str(address[0]).partition("%")[0]) for *_, address in found))


def _remaining(deadline: float, error: type[httpcore.TimeoutException]) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise error("it took too long")
    return remaining
