"""The HTTP server of the API: uvicorn, with bounds on slow clients, before the bridge to Flask."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network
from types import FrameType
from typing import Any, Final

import httptools
import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from schemas.settings import Settings
from service.app import create_app
from service.auth.bind_check import check_exposure
from service.core.problems import MEDIA_TYPE, Problem
from service.core.proxies import is_trusted
from service.core.state import part_of
from service.jobs.notifications import JobNotifications
from service.runtime.wsgi_bridge import WsgiBridge
from workers.telemetry import traces
from workers.telemetry.logs import configure_logging, get_logger
from workers.telemetry.tally import COUNTS

HEAD_WITHIN: Final = 30.0
"""The seconds in which the head of a request must arrive."""

SENT_WITHIN: Final = 30.0
"""The seconds in which a client must take what is ready for it: at most a piece of a response, of 64 KiB."""

# Seconds that a thread computes while others wait to go on, a fifth of Python's default. A request waits for others at
# each of its reads and writes.
_SWITCH_AFTER: Final = 0.001

LINGERS: Final = 5.0
"""The seconds for which the rest of a body is dropped after the response to it, before the connection closes."""

_LARGEST_HEAD: Final = 64 * 1024
_MOST_HEADERS: Final = 200

# Longer than proxies keep a connection that they may use (nginx: 60 s), so that they never use a closed one.
_IDLE: Final = 75

# Idle clients, slow ones and open files hold descriptors. A lower hard limit takes precedence.
_DESCRIPTORS: Final = 16_384

# Seconds between two log lines about connections that are refused: an address may try again at once.
_LOGGED_EVERY: Final = 60.0

log = get_logger(__name__)


class Connections:
    """The open connections of each address. One address has at most half of those that the process can have.

    Args:
        most: the connections of one address.
        trusted: proxies, through which many clients come: they have no such bound.
    """

    def __init__(self, most: int, trusted: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._most = most
        self._trusted = trusted
        self._of: Counter[str] = Counter()
        self._logged = -_LOGGED_EVERY

    def begin(self, address: str) -> bool:
        """Count a connection; return whether the address may have it. Call `end` in both cases."""
        self._of[address] += 1
        if self._of[address] <= self._most or is_trusted(address, self._trusted):
            return True
        if time.monotonic() - self._logged >= _LOGGED_EVERY:
            self._logged = time.monotonic()
            log.warning("connections refused", address=address, most=self._most)
        return False

    def end(self, address: str) -> None:
        """Count the end of a connection."""
        self._of[address] -= 1
        if not self._of[address]:
            del self._of[address]


class _Lingering:
    """A transport that closes when the client has ended its request (RFC 9112, section 9.6).

    With a part of the request unread, the system would reset the connection, and a client that still sends would lose
    the response. So its writing side closes first. A second call closes at once.

    Args:
        transport: the transport.
        is_sent: whether the client has sent the whole request.
    """

    def __init__(self, transport: asyncio.Transport, is_sent: Callable[[], bool]) -> None:
        self._transport = transport
        self._is_sent = is_sent
        self.lingers = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Return whether the connection takes no more responses."""
        return self.lingers or self._transport.is_closing()

    def write(self, data: bytes) -> None:
        """Send some bytes, unless the writing side is closed."""
        if not self.lingers:
            self._transport.write(data)

    def close(self) -> None:
        """Close, or begin to."""
        if self.lingers or self._is_sent() or self._transport.is_closing():
            self._transport.close()
            return
        self.lingers = True
        self._transport.write_eof()
        self._transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGERS, self._transport.close)


class _UntilClose(RequestResponseCycle):
    """A response to a request of HTTP/1.0: without a length, it ends with its connection (RFC 9112, section 6.1)."""

    ends_with_connection = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            if not any(name == b"content-length" for name, _ in message["headers"]):
                self.chunked_encoding = False
                self.ends_with_connection = True
        elif self.ends_with_connection:
            self.expected_content_length = len(message.get("body", b""))
        await super().send(message)


class _BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol of one connection, which aborts the connection of a client that is too slow.

    It ignores the offer of another protocol (RFC 9110, section 7.8). Java's client offers h2c with its first request.
    The parser takes what follows the head of such a request for the other protocol, and not for a body.
    """

    of_addresses = Connections(1)
    _address = ""
    _too_slow: asyncio.TimerHandle | None = None
    _not_taken: asyncio.TimerHandle | None = None
    _head = 0
    _refusal = "The request is not HTTP/1.1."
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.transport = self._lingering = _Lingering(transport, self._is_sent)  # type: ignore[assignment]
        self._address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self.of_addresses.begin(self._address):
            self._abort()
            return
        # Pause at the first byte that the system does not take, so that each such byte has its time.
        transport.set_write_buffer_limits(high=0)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        self.resume_writing()
        self.of_addresses.end(self._address)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keep the connection for the response if the client ends its side after a whole request, as ncat does."""
        return not self.transport.is_closing() and self._ends_after_responses()

    def data_received(self, data: bytes) -> None:
        if self._lingering.lingers or self._refused:
            return
        self._head += len(data)
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        try:
            while rest:
                rest = self._parse(rest)
        except httptools.HttpParserError:
            self.send_400_response(self._refusal)
        if self._too_slow and self._head > _LARGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def _parse(self, data: memoryview) -> memoryview:
        """Parse what arrived; return what is left to parse."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            if self.parser.get_method() == b"CONNECT":
                return data[:0]
            kept = (b"%s: %s\r\n" % one for one in self.headers if one[0] != b"upgrade")
            first = b"%s %s HTTP/%s\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
            self.parser = httptools.HttpRequestParser(self)
            self.parser.feed_data(b"".join((first, *kept, b"\r\n")))
            return data[offer.args[0] :]
        return data[:0]

    def _is_offer(self) -> bool:
        """Return whether the request offers another protocol, so that it is parsed anew without the offer."""
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, log it, and close the connection.

        The responses to earlier requests come first (RFC 9112, section 9.3.2). After them it is only closed.
        """
        problem = Problem(slug="malformed-request", detail=msg)
        log.info("request", route="none", status=400, problem=problem.slug, address=self._address)
        self._refused = True
        self._end_head()
        if self._ends_after_responses():
            return
        if self.pipeline:
            self._abort()
            return
        body = orjson.dumps(problem.body())
        always = b"".join(b"%s: %s\r\n" % one for one in self.server_state.default_headers)
        own = f"content-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + always + own.encode() + body)
        self.transport.close()

    def _ends_after_responses(self) -> bool:
        """Close the connection after the response to the last request, if that is whole and its response due.

        Return whether it is. `cycle` is the last request, and the ones before it are answered first.
        """
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            return False
        self.cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._end_head()
        self._begin_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > _MOST_HEADERS:
            raise ValueError(f"more than {_MOST_HEADERS} headers")  # the parser makes it a 400

    def on_headers_complete(self) -> None:
        self._end_head()
        if self._is_offer():
            return
        # RFC 9112, section 3.2
        if self.parser.get_http_version() == "1.1" and [name for name, _ in self.headers].count(b"host") != 1:
            self._refusal = "The request must have one header Host."
            raise ValueError(self._refusal)
        super().on_headers_complete()
        if self.parser.get_http_version() == "1.0":
            self.cycle.__class__ = _UntilClose

    def on_message_complete(self) -> None:
        if not self._is_offer():
            super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._not_taken = self.loop.call_later(SENT_WITHIN, self._abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._not_taken:
            self._not_taken.cancel()

    def _begin_head(self) -> None:
        self._head = 0
        self._too_slow = self.loop.call_later(HEAD_WITHIN, self._abort)

    def _is_sent(self) -> bool:
        return self.cycle is None or not self.cycle.more_body

    def _abort(self) -> None:
        """End the connection, and drop what the system has of the response: it would wait for the client too."""
        with suppress(OSError), socket.socket(fileno=os.dup(self.transport.get_extra_info("socket").fileno())) as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _end_head(self) -> None:
        if self._too_slow:
            self._too_slow.cancel()
            self._too_slow = None


class _Server(uvicorn.Server):
    """uvicorn, which also wakes the requests that wait for jobs when it gets a signal to stop."""

    def __init__(self, config: uvicorn.Config, wake: Callable[[], None]) -> None:
        super().__init__(config)
        self._wake = wake

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        # Not here: the interrupted thread may hold a lock that it needs.
        threading.Thread(target=self._wake).start()


def run_http(settings: Settings) -> None:
    """Serve the API until the process gets a signal to stop, then end the process.

    Raises:
        SettingsError: the service must not listen at its address, or a setting of the store is missing or wrong.
    """
    check_exposure(settings)
    configure_logging(settings)
    app = create_app(settings)
    sys.setswitchinterval(_SWITCH_AFTER)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _DESCRIPTORS if most == resource.RLIM_INFINITY else min(_DESCRIPTORS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    _BoundedProtocol.of_addresses = Connections(files // 2, settings.trusted_proxies or ())
    config = uvicorn.Config(
        WsgiBridge(app, settings.base_path or "", settings.trusted_proxies or (), largest=settings.max_upload),
        http=_BoundedProtocol,
        ws="none",
        loop="uvloop",
        lifespan="off",
        # By default uvicorn believes the X-Forwarded headers of 127.0.0.1. BehindProxies goes by the settings.
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=settings.stop_grace,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ignore)  # uvicorn repeats the signal when it has stopped
    logging.getLogger("uvicorn.error").addFilter(_is_no_cut)
    with _listen(settings.host, settings.port) as listener:
        log.info("listening", host=settings.host, port=settings.port)
        _Server(config, part_of(app, JobNotifications).stop).run([listener])
    COUNTS.flush()
    traces.flush()
    os._exit(0)  # a thread may still wait for Redis, the store or a client


def _ignore(*_: Any) -> None: ...


def _is_no_cut(record: logging.LogRecord) -> bool:
    """Return whether a record is no traceback of a request that was cut at a stop. uvicorn also logs their number."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()  # every address is also every one of IPv4
    listener = socket.create_server((host, port), family=family, backlog=2048, dualstack_ipv6=both)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        # A connection inherits it. Without it the system takes megabytes, and says that a client has taken some of them
        # only when it has taken a third.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 64 * 1024)
    return listener
