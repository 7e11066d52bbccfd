"""GET /v1/jobs/{id}/files.zip, over HTTP, against the whole service."""

from __future__ import annotations

import io
import socket
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from schemas.file_names import file_stem
from schemas.jobs.record import JobEnd
from tests.running import Service, needs_proc, start_job, until
from tests.service.asking import REQUEST, post, problem, waiting_job


@pytest.fixture(scope="module")
def job(service: Service) -> dict[str, Any]:
    with service.client() as client:
        return post(client)


def href(job: dict[str, Any]) -> str:
    return f"/v1/jobs/{job['id']}/files.zip"


def test_the_zip_has_every_file_of_the_job(client: httpx.Client, job: dict[str, Any]) -> None:
    answer = client.get(href(job))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={file_stem(job['name'])}.zip"
    named = post(client, {**REQUEST, "name": "Zinsen fallen auf 2.5 %: ein Überblick"})
    disposition = client.get(href(named)).headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=Zinsen-fallen-auf-2.5-ein-Uberblick.zip; ")
    assert disposition.endswith("''Zinsen-fallen-auf-2.5-ein-%C3%9Cberblick.zip")
    assert answer.headers["Cache-Control"] == "private, no-transform"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [file["name"] for file in job["files"]]
        for file in job["files"]:
            assert archive.read(file["name"]) == client.get(file["href"]).content


def test_the_zip_is_the_same_each_time_and_cached(client: httpx.Client, job: dict[str, Any]) -> None:
    first, again = client.get(href(job)), client.get(href(job))
    assert first.content == again.content
    etag = first.headers["ETag"]
    assert etag == again.headers["ETag"]
    known = client.get(href(job), headers={"If-None-Match": etag})
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", etag)
    other = post(client, {"source": {"text": "Another text."}, "formats": ["csv"]})
    assert client.head(href(other)).headers["ETag"] != etag


def test_head_has_the_same_headers_and_no_body(client: httpx.Client, job: dict[str, Any]) -> None:
    get, head = client.get(href(job)), client.head(href(job))
    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "server", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in get.headers.items() if k not in changing
    }


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=2000-", "bytes=-100", "bytes=3000-3000"])
def test_a_broken_download_is_resumed(client: httpx.Client, job: dict[str, Any], asked: str) -> None:
    whole = client.get(href(job))
    part = client.get(href(job), headers={"Range": asked, "If-Range": whole.headers["ETag"]})
    assert part.status_code == 206
    place, size = part.headers["Content-Range"].removeprefix("bytes ").split("/")
    first, last = map(int, place.split("-"))
    assert (part.content, int(size)) == (whole.content[first : last + 1], len(whole.content))
    other = client.get(href(job), headers={"Range": asked, "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole.content)


def test_a_range_past_the_end_is_refused(client: httpx.Client, job: dict[str, Any]) -> None:
    answer = client.get(href(job), headers={"Range": "bytes=99999999-"})
    problem(answer, 416, "range-not-satisfiable")


def test_a_job_without_files_has_no_zip(service: Service, client: httpx.Client) -> None:
    jobs = service.jobs()
    waiting = waiting_job(jobs).id
    problem(client.get(f"/v1/jobs/{waiting}/files.zip"), 409, "not-finished")
    start_job(jobs, waiting)
    jobs.finish(waiting, JobEnd(status="canceled"))
    answer = client.get(f"/v1/jobs/{waiting}/files.zip")
    problem(answer, 404, "not-found")
    assert answer.json()["detail"] == "The job is canceled and has no files."
    problem(client.get("/v1/jobs/none/files.zip"), 404, "not-found")


def test_zip_that_has_begun_goes_on_to_its_end_without_the_job(service: Service, client: httpx.Client) -> None:
    lines = b"".join(b'{"paragraphs": ["%d %s"]}\n' % (number, b"word " * 800) for number in range(200))
    upload: Any = {"file": ("a.ndjson", lines), "request": (None, b'{"formats": ["ninjs"], "split": 2}')}
    job = client.post("/v1/jobs", files=upload, headers={"Prefer": "wait=60"}).json()
    assert len(job["files"]) == 100
    address = urlsplit(service.base)
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET {href(job)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        received = connection.recv(100)
        assert client.delete(f"/v1/jobs/{job['id']}").status_code == 204
        while data := connection.recv(65_536):
            received += data
    content = received.partition(b"\r\n\r\n")[2]
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert made.testzip() is None
        assert {one.filename: one.file_size for one in made.infolist()} == {
            file["name"]: file["size"] for file in job["files"]
        }


@needs_proc
def test_a_disconnecting_client_leaves_no_file_open(service: Service, client: httpx.Client) -> None:
    text = "A paragraph of the large text.\n\n" * 5_000
    job = post(client, REQUEST | {"source": {"text": text}})
    folder = service.data / "store" / "jobs" / job["id"]
    address = urlsplit(service.base)
    apis = [one.pid for one in service.all() if "service.cli" in one.command]

    def still_open() -> list[str]:
        found = []
        for pid in apis:
            for link in Path(f"/proc/{pid}/fd").glob("*"):
                try:
                    found += [str(link.readlink())] if link.readlink().is_relative_to(folder) else []
                except OSError:
                    continue
        return found

    for _ in range(20):
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {href(job)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert until(lambda: not still_open()), still_open()
    assert client.get(href(job)).status_code == 200
