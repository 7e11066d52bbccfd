"""One caller with very many connections and downloads: the others are answered."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.running import NEWSMILL, Service, needs_proc, start_service
from tests.system.test_stalled_clients import is_over, stall

pytestmark = [needs_proc, pytest.mark.skipif(sys.platform != "linux", reason="needs more addresses of loopback: Linux")]

DESCRIPTORS = 700
READERS = 100
FILES = 100


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose processes may open few files."""
    folder = tmp_path_factory.mktemp("narrow")
    command = folder / "newsmill"
    command.write_text(f'#!/bin/sh\nulimit -n {DESCRIPTORS}\nexec {NEWSMILL} "$@"\n')
    command.chmod(0o755)
    with start_service(folder / "data", environ={}, newsmill=command) as service:
        assert service.base
        yield service


def from_another_address() -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=90)


def open_files(service: Service) -> int:
    return len(list(Path(f"/proc/{service.part('api').pid}/fd").iterdir()))


def test_one_address_has_half_of_the_connections(narrow: Service) -> None:
    with ExitStack() as held, from_another_address() as other:
        idle = [stall(narrow, held, b"") for _ in range(DESCRIPTORS)]
        for path in ("/healthz", "/readyz", "/v1/jobs"):
            assert other.get(f"{narrow.base}{path}").status_code == 200
        assert sum(map(is_over, idle)) >= DESCRIPTORS // 2 - 50


def test_readers_of_one_zip_share_the_files_that_are_held_open(narrow: Service) -> None:
    line = b'{"paragraphs": ["%s"]}\n' % (b"A paragraph of a text. " * 400)
    lines = b"".join(line.replace(b"A p", b"A %d p" % number) for number in range(FILES))
    with from_another_address() as other, ExitStack() as held:
        posted = f"{narrow.base}/v1/jobs?to=articles-json&to=news-article&split=2"
        job = other.post(posted, content=lines, headers={"Prefer": "wait=60"}).json()
        assert len(job["files"]) == FILES
        get = f"GET /v1/jobs/{job['id']}/files.zip HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        readers = [stall(narrow, held, get) for _ in range(READERS)]
        assert other.get(f"{narrow.base}/healthz").status_code == 200
        whole = other.get(f"{narrow.base}/v1/jobs/{job['id']}/files.zip")
        assert len(whole.content) == int(whole.headers["Content-Length"])
        assert [one for one in readers if is_over(one)] == []


def test_connections_end(narrow: Service) -> None:
    before = open_files(narrow)
    with ExitStack() as held:
        for _ in range(3):
            connection: socket.socket = stall(narrow, held, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(1024).startswith(b"HTTP/1.1 200")
    assert open_files(narrow) <= before + 3
