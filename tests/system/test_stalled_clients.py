"""Two thousand clients that stall in the middle of an upload or a download: the service answers the others."""

from __future__ import annotations

import resource
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.runtime.wsgi_bridge import UPLOADS_OF_ONE
from tests.running import Service, needs_proc, service_at
from tests.service.asking import post

pytestmark = needs_proc

EACH = 500
HEAD = b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n"
JSON = HEAD + b'Content-Type: application/json\r\n\r\n{"source": {"text": "'
FORM = (
    HEAD + b"Content-Type: multipart/form-data; boundary=B\r\n\r\n"
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
)


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for the sockets of the clients."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * EACH + 500
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"needs {wanted} open files: raise the hard limit of ulimit -n")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_two_thousand_stalled_clients_hold_up_nobody(tmp_path: Path) -> None:
    with service_at(tmp_path) as service, ExitStack() as held, service.client() as client:
        large = post(client, {"source": {"text": "A paragraph of a large text.\n\n" * 20_000}, "formats": ["csv"]})
        made = client.post(f"/v1/jobs/{large['id']}/links").json()["links"]
        link = next(file["href"] for file in made if file["name"] == "paragraphs.csv")
        stalled = [
            stall(service, held, sent)
            for sent in (
                b"",
                JSON,
                FORM + b"word " * 10,
                f"GET {link} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
            )
            for _ in range(EACH)
        ]
        stalled += [stall(service, held, FORM + b"word " * 20_000) for _ in range(UPLOADS_OF_ONE)]
        for path in ("/healthz", "/readyz", "/metrics", "/v1/formats", "/v1/jobs", "/"):
            assert client.get(path).status_code == 200
        assert post(client)["status"] == "succeeded"
        with client.stream("GET", link) as answer:
            assert len(answer.read()) == int(answer.headers["Content-Length"])
        data = {"request": (None, b'{"formats": ["csv"]}'), "file": ("a.txt", b"word " * 10_000)}
        assert client.post("/v1/jobs", files=data).status_code == 202
        # They had their answers while all of the others still hung.
        assert [one for one in stalled if is_over(one)] == []


def stall(service: Service, held: ExitStack, sent: bytes) -> socket.socket:
    """A client that has sent this, takes next to nothing of the response, and does nothing more."""
    connection = held.enter_context(socket.socket())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    host, _, port = service.base.removeprefix("http://").partition(":")
    connection.settimeout(60)
    connection.connect((host, int(port)))
    connection.sendall(sent)
    return connection


def is_over(connection: socket.socket) -> bool:
    """Whether the service has ended the connection."""
    poll = select.poll()
    poll.register(connection, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
    return bool(poll.poll(0))
