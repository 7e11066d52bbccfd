"""The whole service with its artifacts in a bucket."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import httpx
import pytest

from service.client.client import Client
from tests.exports import NEWS_FORMATS
from tests.running import NO_TLS, ROOT, Service, clean_environ, service_at, until
from tests.s3_server import S3Server
from tests.service.asking import post
from tests.workers.archives.test_unpack import zipped
from workers.redis.connect import connect
from workers.storage.s3_store import PART

PREFIX = "service"


@pytest.fixture(scope="module")
def service(s3: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service on a bucket."""
    with service_at(tmp_path_factory.mktemp("on-s3"), **environ_of(s3)) as running:
        yield running


@pytest.fixture(scope="module")
def redirecting(s3: S3Server, service: Service) -> Iterator[str]:
    """The address of a second API of the service, which redirects downloads."""
    with api_beside(service, environ_of(s3) | {"NEWSMILL_STORE_REDIRECTS": "yes"}) as address:
        yield address


@pytest.fixture(scope="module")
def finished(service: Service) -> dict[str, Any]:
    """An ended large job with two failed articles."""
    with service.client() as client:
        return upload(client, "a.jsonl", lines(3_000, bad=(17, 2_001)))


def environ_of(s3: S3Server) -> dict[str, str]:
    return {"NEWSMILL_STORE": f"s3://news/{PREFIX}", **s3.environ}


@contextmanager
def api_beside(service: Service, environ: dict[str, str]) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    more = {"NEWSMILL_REDIS_URL": service.redis_url(), "NEWSMILL_PORT": str(port)}
    api = subprocess.Popen([sys.executable, "-m", "service.cli", "api"], cwd=ROOT, env=clean_environ() | environ | more)
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{address}/readyz", verify=NO_TLS).status_code == 200
        except httpx.TransportError:
            return False

    try:
        assert until(answers)
        yield address
    finally:
        api.terminate()
        api.wait(90)


def lines(number: int, *, bad: tuple[int, ...] = (), words: int = 200) -> bytes:
    text = "word " * words
    return b"".join(
        b'{"id": "urn:x:%d", "paragraphs": %s}\n' % (n, b"[]" if n in bad else json.dumps(f"{n} {text}.").encode())
        for n in range(number)
    )


def accepted(client: httpx.Client, name: str, content: bytes, **request: Any) -> str:
    wanted = {"formats": [*NEWS_FORMATS]} | request
    parts: Any = {"file": (name, content), "request": (None, json.dumps(wanted))}
    answer = client.post("/v1/jobs", files=parts)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def upload(client: httpx.Client, name: str, content: bytes, **request: Any) -> dict[str, Any]:
    """Upload a document; return its ended job."""
    job_id = accepted(client, name, content, **request)
    running = ("queued", "running")
    assert until(lambda: client.get(f"/v1/jobs/{job_id}", params={"wait": 20}).json()["status"] not in running)
    return dict(client.get(f"/v1/jobs/{job_id}").json())


def of_job(s3: S3Server, job_id: str) -> set[str]:
    return s3.everything(f"{PREFIX}/jobs/{job_id}")


def test_a_small_job(service: Service, client: httpx.Client, s3: S3Server) -> None:
    job = post(client)
    assert job["status"] == "succeeded"
    for file in job["files"]:
        answer = client.get(file["href"])
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        part = client.get(file["href"], headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, answer.content[10:20])
    assert of_job(s3, job["id"]) == {"files", "input-0"}
    assert not (service.data / "store").exists()


def test_a_large_job(client: httpx.Client, s3: S3Server, finished: dict[str, Any]) -> None:
    assert (finished["status"], finished["progress"]["done"], finished["progress"]["failed"]) == ("partial", 2_998, 2)
    for file in finished["files"]:
        content = client.get(file["href"]).content
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        middle = file["size"] // 2
        part = client.get(file["href"], headers={"Range": f"bytes={middle}-{middle + 99}"})
        assert (part.status_code, part.content) == (206, content[middle : middle + 100])
        head = client.head(file["href"])
        assert (head.headers["Content-Length"], head.headers["ETag"]) == (str(len(content)), f'"{file["sha256"]}"')
    errors = client.get(f"/v1/jobs/{finished['id']}/errors").text.splitlines()
    assert [json.loads(error)["place"] for error in errors] == ["line 18", "line 2002"]
    names = {file["name"] for file in finished["files"]}
    assert until(lambda: of_job(s3, finished["id"]) == {"input-0", "errors.ndjson", "result", *names})


def test_zip_of_a_job_has_all_files(client: httpx.Client, finished: dict[str, Any]) -> None:
    with ZipFile(BytesIO(client.get(f"/v1/jobs/{finished['id']}/files.zip").content)) as archive:
        for file in finished["files"]:
            assert hashlib.sha256(archive.read(file["name"])).hexdigest() == file["sha256"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.zip"])
def test_archive_in_a_bucket_is_unpacked(client: httpx.Client, name: str) -> None:
    content = lines(2_500, words=50)
    job = upload(client, name, gzip.compress(content) if name.endswith("gz") else zipped({"a.jsonl": content}))
    assert (job["status"], job["progress"]["done"]) == ("succeeded", 2_500)


@pytest.mark.parametrize(("split", "files"), [(1_000, 18), (1, 3)])
def test_an_export_that_is_split(client: httpx.Client, split: int, files: int) -> None:
    job = upload(client, "a.jsonl", lines(2_500, words=50), split=split)
    assert (job["status"], len(job["files"])) == ("succeeded", files)
    for file in job["files"]:
        assert hashlib.sha256(client.get(file["href"]).content).hexdigest() == file["sha256"]


def test_a_job_that_is_to_fail_with_the_first_article(client: httpx.Client, s3: S3Server) -> None:
    job = upload(client, "a.jsonl", lines(3_000, bad=(1_500,)), on_error="fail")
    assert (job["status"], job["files"]) == ("failed", [])
    assert until(lambda: of_job(s3, job["id"]) == {"input-0", "errors.ndjson"})


def test_a_job_that_is_canceled_leaves_nothing(client: httpx.Client, s3: S3Server) -> None:
    job_id = accepted(client, "a.jsonl", lines(18_000, words=10))
    assert until(lambda: client.get(f"/v1/jobs/{job_id}").json()["progress"]["done"])
    assert client.post(f"/v1/jobs/{job_id}/cancel").status_code == 202
    assert until(lambda: not of_job(s3, job_id)), of_job(s3, job_id)


def test_a_job_that_is_deleted_leaves_nothing(client: httpx.Client, s3: S3Server) -> None:
    job = post(client)
    assert of_job(s3, job["id"])
    assert client.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert of_job(s3, job["id"]) == set()


def test_a_job_that_expires_leaves_nothing(client: httpx.Client, s3: S3Server, service: Service) -> None:
    job = post(client)
    connect(service.redis_url()).zadd("newsmill:expiring", {job["id"]: 1})
    assert until(lambda: not of_job(s3, job["id"]))


def test_an_upload_that_breaks_off_leaves_nothing(client: httpx.Client, s3: S3Server, service: Service) -> None:
    jobs = f"{PREFIX}/jobs"
    before = s3.everything(jobs)
    address = urlsplit(service.base)
    head = (
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        b"Content-Length: 900000000\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nwhole\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\n'
    )
    with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
        connection.sendall(head)
        for _ in range(3 * PART >> 20):
            connection.sendall(b"x" * 2**20)
        assert until(lambda: any("half of" in name for name in s3.everything(jobs) - before))
    assert until(lambda: s3.everything(jobs) <= before), s3.everything(jobs) - before


class TestRedirects:
    """Downloads from the store itself, if the operator allows it."""

    def test_redirected_download_has_its_file_name(self, redirecting: str, finished: dict[str, Any]) -> None:
        with httpx.Client(base_url=redirecting) as client:
            for file in finished["files"]:
                answer = client.get(file["href"])
                assert (answer.status_code, answer.content) == (307, b"")
                assert answer.headers["Cache-Control"] == "no-store"
                had = httpx.get(answer.headers["Location"])
                assert hashlib.sha256(had.content).hexdigest() == file["sha256"]
                assert had.headers["Content-Type"] == file["media_type"]
                assert had.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'

    def test_redirected_download_serves_ranges_and_head(self, redirecting: str, finished: dict[str, Any]) -> None:
        file = finished["files"][0]
        with httpx.Client(base_url=redirecting, follow_redirects=True) as client:
            whole = client.get(file["href"]).content
            part = client.get(file["href"], headers={"Range": "bytes=1000-1999"})
            assert (part.status_code, part.content) == (206, whole[1000:2000])
            head = client.head(file["href"])
            assert (head.status_code, head.headers["Content-Length"]) == (200, str(file["size"]))
            assert [answer.status_code for answer in head.history] == [307]

    def test_a_link_is_for_one_file_and_one_method(self, redirecting: str, finished: dict[str, Any]) -> None:
        one, other = finished["files"][:2]
        link = httpx.get(redirecting + one["href"]).headers["Location"]
        assert httpx.get(link.replace(one["name"], other["name"])).status_code == 403
        assert httpx.put(link, content=b"x").status_code == 403
        assert httpx.delete(link).status_code == 403

    def test_conditional_and_range_requests_are_not_redirected(
        self, redirecting: str, finished: dict[str, Any]
    ) -> None:
        file = finished["files"][0]
        etag = f'"{file["sha256"]}"'
        with httpx.Client(base_url=redirecting) as client:
            assert client.get(file["href"], headers={"If-None-Match": etag}).status_code == 304
            rest = client.get(file["href"], headers={"Range": "bytes=100-", "If-Range": etag})
            assert (rest.status_code, len(rest.content)) == (206, file["size"] - 100)

    def test_a_file_of_a_small_job_is_answered_here(self, redirecting: str) -> None:
        with httpx.Client(base_url=redirecting, timeout=30) as client:
            file = post(client)["files"][0]
            answer = client.get(file["href"])
            assert (answer.status_code, hashlib.sha256(answer.content).hexdigest()) == (200, file["sha256"])

    def test_client_follows_the_redirect(self, redirecting: str, finished: dict[str, Any], tmp_path: Path) -> None:
        with Client(redirecting) as client:
            paths = client.download(client.job(finished["id"]), tmp_path)
        assert [path.stat().st_size for path in paths] == [file["size"] for file in finished["files"]]

    def test_redirects_are_off_by_default(self, client: httpx.Client, finished: dict[str, Any]) -> None:
        assert client.get(finished["files"][0]["href"]).status_code == 200
