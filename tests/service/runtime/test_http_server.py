"""The HTTP server of the API: how it stops, and its bounds on slow clients."""

from __future__ import annotations

import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import orjson
import pytest

from schemas.jobs.callbacks import parse_networks
from schemas.jobs.record import JobEnd
from service.runtime.http_server import Connections
from tests.impatient_api import UPLOADS_OF_ONE
from tests.parts import Parts, free_port, parts_at
from tests.running import NO_TLS, ROOT, clean_environ, until
from tests.service.asking import waiting_job

UPLOAD = (
    b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
    b"Content-Type: multipart/form-data; boundary=B\r\n%s\r\n"
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"word " * 30_000
)


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """An API with short bounds, and its Redis. There is no worker."""
    with parts_at(tmp_path_factory.mktemp("impatient")) as parts:
        parts.start("api", sys.executable, "-m", "tests.impatient_api")
        assert parts.is_alive()
        yield parts


@contextmanager
def connected(parts: Parts, sent: bytes, receives: int | None = None) -> Iterator[socket.socket]:
    """A connection on which something was sent. `receives` is the size of its receive buffer."""
    with socket.socket() as connection:
        if receives:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", parts.port))
        connection.sendall(sent)
        yield connection


def rest_of(connection: socket.socket) -> bytes:
    """All that arrives until the server ends the connection."""
    received = b""
    with suppress(ConnectionError):
        while data := connection.recv(65_536):
            received += data
    return received


def test_api_stops_right_after_its_first_response_and_cuts_an_upload_when_the_grace_is_over(tmp_path: Path) -> None:
    port = free_port()
    # It is alive without a Redis.
    environ = {"NEWSMILL_REDIS_URL": f"redis+socket://{tmp_path}/none", "NEWSMILL_DATA": str(tmp_path)}
    with (tmp_path / "log").open("w") as log:
        api = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "api"],
            cwd=ROOT,
            env=clean_environ() | environ | {"NEWSMILL_PORT": str(port), "NEWSMILL_STOP_GRACE": "1s"},
            stderr=log,
        )

    def answers() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/healthz", verify=NO_TLS).is_success
        return False

    try:
        assert until(answers)
        with socket.socket() as stalled:
            stalled.connect(("127.0.0.1", port))
            stalled.sendall(b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
            assert answers()
            api.terminate()
            assert api.wait(90) == 0
            refused = rest_of(stalled)
    finally:
        api.kill()
        api.wait()
    assert refused.startswith(b"HTTP/1.1 503")
    assert b'"type":"/problems/stopping"' in refused
    told = (tmp_path / "log").read_text()
    assert "Cancel 1 running task" in told
    assert "Traceback" not in told


def test_stop_answers_waiting_requests_and_lets_a_download_end(tmp_path: Path) -> None:
    with parts_at(tmp_path) as parts:
        parts.start("api", "api", NEWSMILL_STOP_GRACE="60s")
        assert parts.is_alive()
        job_id = waiting_job(parts.jobs()).id
        requests = {
            "poll": f"GET /v1/jobs/{job_id}?wait=60",
            "events": f"GET /v1/jobs/{job_id}/events",
            "download": "GET /openapi.json",
        }
        with ExitStack() as held:
            open_ = {
                name: held.enter_context(
                    connected(parts, f"{request} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), receives=2048)
                )
                for name, request in requests.items()
            }
            posted = orjson.dumps({"source": {"text": "One."}, "formats": ["csv"]})
            head = f"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(posted)}\r\n"
            head += "Prefer: wait=60\r\nContent-Type: application/json\r\n\r\n"
            posting = held.enter_context(connected(parts, head.encode() + posted))
            assert until(lambda: len(parts.redis().keys("newsmill:job:*")) == 2)
            begun = {name: open_[name].recv(10) for name in ("events", "download")}
            parts.running["api"].terminate()
            assert rest_of(posting).startswith(b"HTTP/1.1 202")
            polled = rest_of(open_["poll"])
            assert polled.startswith(b"HTTP/1.1 503")
            assert b"retry-after: 1\r\n" in polled
            assert b'"type":"/problems/stopping"' in polled
            assert (begun["events"] + rest_of(open_["events"])).endswith(b"retry: 2000\n\n\r\n0\r\n\r\n")
            assert parts.running["api"].poll() is None
            assert (begun["download"] + rest_of(open_["download"])).endswith(b"}")
        assert parts.running.pop("api").wait(90) == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", b"400"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"200"),
        (
            b"POST /v1/jobs?to=csv HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            b"Content-Length: 9000000000000\r\n\r\n",
            b"413",
        ),
    ],
    ids=["no host", "two hosts", "HTTP/1.0", "a body that is too large"],
)
def test_head_alone_has_its_response(impatient: Parts, sent: bytes, status: bytes) -> None:
    with connected(impatient, sent) as connection:
        assert connection.recv(12) == b"HTTP/1.1 " + status


def test_client_that_ends_its_side_after_its_requests_gets_the_responses(impatient: Parts) -> None:
    with connected(impatient, b"GET /v1/formats HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert rest_of(connection).count(b"HTTP/1.1 200 OK") == 2


def test_client_that_sends_all_of_a_refused_body_gets_the_response(impatient: Parts) -> None:
    body = b"x" * 30_000_000
    head = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connected(impatient, head + body) as connection:
        response = connection.makefile("rb").read()
    assert response.startswith(b"HTTP/1.1 404")
    assert b"connection: close\r\n" in response


@pytest.mark.parametrize("head", [b"", b"GET /healthz HTTP/1.1\r\nHost: local"], ids=["none", "half"])
def test_late_head_ends_the_connection(impatient: Parts, head: bytes) -> None:
    with connected(impatient, head) as connection:
        assert rest_of(connection) == b""


def test_second_head_of_a_connection_must_not_be_late_either(impatient: Parts) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(impatient, whole + whole[:9]) as connection:
        assert rest_of(connection).count(b"HTTP/1.1 200 OK") == 1


def test_endless_head_is_refused(impatient: Parts) -> None:
    with connected(impatient, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: ") as connection:
        received = b""
        with suppress(ConnectionError):
            for _ in range(3):
                connection.sendall(b"a" * 65_536)
            received = connection.recv(65_536)  # it may be lost with the connection
        assert received[:12] in (b"", b"HTTP/1.1 400")


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        UPLOAD % b"",
        UPLOAD % b"Expect: 100-continue\r\n",
    ],
    ids=["small", "chunked", "large", "expecting"],
)
def test_stalled_body_is_a_problem_and_ends_the_connection(impatient: Parts, request_: bytes) -> None:
    with connected(impatient, request_) as connection:
        received = rest_of(connection)
    assert b"HTTP/1.1 408 Request Timeout\r\n" in received
    assert b"connection: close\r\n" in received
    assert b'"type":"/problems/too-slow"' in received
    assert [one for one in (impatient.data / "store").rglob("*") if one.is_file()] == []


def test_body_below_the_least_pace_ends_although_it_never_stalls(impatient: Parts) -> None:
    with connected(impatient, UPLOAD[:300] % b"") as connection:
        while not select.select([connection], [], [], 0.1)[0]:
            connection.sendall(b"a")
        assert b"HTTP/1.1 408 Request Timeout\r\n" in rest_of(connection)


def test_client_that_takes_nothing_is_disconnected(impatient: Parts) -> None:
    with connected(impatient, b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n", receives=2048) as connection:
        assert until(lambda: is_aborted(connection))
        assert len(rest_of(connection)) < 60_000


def is_aborted(connection: socket.socket) -> bool:
    """Whether the other side has reset or ended the connection, seen without reading from it."""
    poll = select.poll()
    poll.register(connection, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
    return bool(poll.poll(0))


def test_uploads_of_one_caller_leave_room_for_another(impatient: Parts) -> None:
    upload = UPLOAD % b"Authorization: Bearer alice\r\n"

    def refusal() -> bytes | None:
        """The refusal of one upload too many, while the others are held and another caller's is accepted.

        On a slow machine an upload may stall before the last one arrives, and leave its place.
        """
        with ExitStack() as held, impatient.client() as client:
            uploads = [held.enter_context(connected(impatient, upload)) for _ in range(UPLOADS_OF_ONE + 1)]
            [first, *_] = select.select(uploads, [], [], 60)[0]
            received = first.recv(65_536)
            data = {"request": (None, b'{"formats": ["csv"]}'), "file": ("a.txt", b"word " * 30_000)}
            answer = client.post("/v1/jobs", files=data, headers={"Authorization": "Bearer bob"})
            return received if received.startswith(b"HTTP/1.1 503") and answer.status_code == 202 else None

    received = until(refusal)
    assert received
    assert b'"type":"/problems/too-many-uploads"' in received


def test_refused_connections_are_logged_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    connections = Connections(2, parse_networks("10.0.0.0/8"))
    assert [connections.begin("192.0.2.1") for _ in range(5)] == [True, True, False, False, False]
    assert [connections.begin("192.0.2.2"), connections.begin("::ffff:10.0.0.1")] == [True, True]
    for _ in range(4):
        connections.end("192.0.2.1")
    assert connections.begin("192.0.2.1")
    assert all(connections.begin("10.0.0.1") for _ in range(5))
    [line] = capsys.readouterr().err.splitlines()
    assert "connections refused" in line
    assert "192.0.2.1" in line


JSON = b'{"source": {"text": "One."}, "formats": ["csv"]}'
OFFER = (
    b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
)
LAST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("piece", [1, 7, 100_000])
@pytest.mark.parametrize(
    "request_",
    [
        OFFER + b"Content-Length: %d\r\n\r\n%s" % (len(JSON), JSON),
        OFFER
        + b"Transfer-Encoding: chunked\r\n\r\n5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (JSON[:5], len(JSON) - 5, JSON[5:]),
        OFFER.replace(b"h2c", b"websocket") + b"Content-Length: %d\r\n\r\n%s" % (len(JSON), JSON),
    ],
    ids=["length", "chunked", "websocket"],
)
def test_offer_of_another_protocol_is_ignored(impatient: Parts, request_: bytes, piece: int) -> None:
    sent = request_ + OFFER.replace(b"POST", b"GET") + b"\r\n" + LAST
    with connected(impatient, b"") as connection:
        for at in range(0, len(sent), piece):
            connection.sendall(sent[at : at + piece])
        received = rest_of(connection)
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"202", b"200", b"200"]
    assert b'"formats":["csv"]' in received


def test_response_to_http_1_0_has_no_chunks(impatient: Parts) -> None:
    job = waiting_job(impatient.jobs())
    impatient.jobs().finish(job.id, JobEnd(status="canceled"))
    with connected(impatient, f"GET /v1/jobs/{job.id}/events HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()) as stream:
        head, _, body = rest_of(stream).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert b"connection: close" in head
    assert body.startswith(b"id: canceled-0-0-0\nevent: done\ndata: {")
    assert body.endswith(b"}\n\n")
    for address in ("/healthz", "/openapi.json"):
        with connected(impatient, f"GET {address} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()) as whole:
            head, _, body = rest_of(whole).partition(b"\r\n\r\n")
        assert b"content-length: %d" % len(body) in head


def test_what_is_no_request_is_answered_with_a_problem(impatient: Parts) -> None:
    for sent in (b"EHLO example.com\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n\r\n"):
        with connected(impatient, sent) as connection:
            received = rest_of(connection)
        assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"content-type: application/problem+json" in head
        assert orjson.loads(body)["type"] == "/problems/malformed-request"


@pytest.mark.parametrize("rest", [b"GET / HTTP/1.1\r\n\r\n", b"no request at all\r\n\r\n"], ids=["no host", "garbage"])
def test_responses_come_before_the_end_that_what_is_no_request_brings(impatient: Parts, rest: bytes) -> None:
    asked = b"GET /v1/jobs/x HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(impatient, asked * 2 + rest + asked) as connection:
        received = rest_of(connection)
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"404", b"404"]
