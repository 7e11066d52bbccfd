from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from schemas.errors import NewsmillError
from schemas.settings import load_settings
from service.runtime.healthcheck import check_api, not_ready_reason
from tests.parts import needs_ipv6


class OneThatIsAliveAlone(BaseHTTPRequestHandler):
    """200 at /healthz, 503 with what is missing at all else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.end_headers()
        self.wfile.write(b'{"status": "not ready", "checks": {"redis": "it is gone", "store": "ok"}}')

    def log_message(self, *_: object) -> None: ...


class OfVersion6(HTTPServer):
    address_family = socket.AF_INET6


@contextmanager
def listening(server: HTTPServer) -> Iterator[int]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    """The port of a server that is alive and not ready."""
    with listening(HTTPServer(("127.0.0.1", 0), OneThatIsAliveAlone)) as port:
        yield port


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_api_on_every_address_is_asked_on_loopback(port: int, host: str) -> None:
    check_api(load_settings({"NEWSMILL_PORT": str(port), "NEWSMILL_HOST": host}))


@needs_ipv6
def test_api_on_every_address_of_ipv6_is_asked_on_its_loopback() -> None:
    with listening(OfVersion6(("::1", 0), OneThatIsAliveAlone)) as port:
        for host in ("::", "::1"):
            check_api(load_settings({"NEWSMILL_PORT": str(port), "NEWSMILL_HOST": host}))


def test_unready_api_names_what_it_lacks(port: int) -> None:
    assert not_ready_reason("127.0.0.1", port) == "redis: it is gone"


def test_absent_api_does_not_answer() -> None:
    assert not_ready_reason("127.0.0.1", 9) == "it does not answer"


def test_answer_that_is_no_http_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example.com ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert not_ready_reason("127.0.0.1", listener.getsockname()[1]) == "it does not answer"
        thread.join()


def test_healthcheck_passes_if_the_api_is_not_ready(port: int) -> None:
    check_api(load_settings({"NEWSMILL_PORT": str(port)}))


def test_healthcheck_fails_without_an_api() -> None:
    with pytest.raises(NewsmillError, match=r"no API answers at 127\.0\.0\.1, port 9"):
        check_api(load_settings({"NEWSMILL_PORT": "9"}))
