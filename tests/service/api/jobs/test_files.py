"""GET /v1/jobs/{id}/files/{name}, over HTTP, against the whole service."""

from __future__ import annotations

import base64
import csv
import hashlib
from io import StringIO
from typing import Any

import httpx
import pytest

from tests.running import Service, start_job
from tests.service.asking import REQUEST, post, problem, waiting_job


@pytest.fixture(scope="module")
def job(service: Service) -> dict[str, Any]:
    with service.client() as client:
        return post(client)


@pytest.fixture(scope="module")
def content(service: Service, job: dict[str, Any]) -> bytes:
    with service.client() as client:
        return client.get(_href(job)).content


def _href(job: dict[str, Any], name: str = "articles.csv") -> str:
    return f"/v1/jobs/{job['id']}/files/{name}"


def _digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def test_every_file_matches_its_entry_in_the_job(client: httpx.Client, job: dict[str, Any]) -> None:
    for file in job["files"]:
        answer = client.get(file["href"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == file["media_type"]
        assert int(answer.headers["Content-Length"]) == len(answer.content) == file["size"]
        assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
        assert answer.headers["ETag"] == f'"{file["sha256"]}"'
        assert answer.headers["Content-Digest"] == answer.headers["Repr-Digest"] == _digest(answer.content)
        assert answer.headers["Content-Disposition"] == f"attachment; filename={file['name']}"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Cache-Control"] == "private, no-transform"


def test_files_have_no_content_encoding(client: httpx.Client, job: dict[str, Any]) -> None:
    answer = client.get(_href(job), headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
    rows = list(csv.reader(StringIO(answer.content.decode(), newline="")))
    assert [len(row) for row in rows] == [len(rows[0])] * 2


def test_head_has_the_same_headers_and_no_body(client: httpx.Client, job: dict[str, Any], content: bytes) -> None:
    get, head = client.get(_href(job)), client.head(_href(job))
    assert len(get.headers.get_list("Date")) == 1
    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "server", "x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in get.headers.items() if k not in changing
    }


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=-999999", slice(0, None)),
        ("bytes=7-7", slice(7, 8)),
        ("bytes=100-999999", slice(100, None)),
    ],
)
def test_a_range_is_a_part_of_the_file(
    client: httpx.Client, job: dict[str, Any], content: bytes, asked: str, part: slice
) -> None:
    answer = client.get(_href(job), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, content[part])
    first = part.indices(len(content))[0]
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(content)}"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Repr-Digest"] == _digest(content)
    assert "Content-Digest" not in answer.headers  # the digest of a range is not computed


def test_a_broken_download_is_resumed(client: httpx.Client, job: dict[str, Any], content: bytes) -> None:
    etag = client.head(_href(job)).headers["ETag"]
    rest = client.get(_href(job), headers={"Range": "bytes=1000-", "If-Range": etag})
    assert (rest.status_code, content[:1000] + rest.content) == (206, content)
    other = client.get(_href(job), headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, content)


def test_weak_etag_or_date_in_if_range_gets_the_whole_file(
    client: httpx.Client, job: dict[str, Any], content: bytes
) -> None:
    etag = client.head(_href(job)).headers["ETag"]
    for validator in (f"W/{etag}", "Wed, 21 Oct 2015 07:28:00 GMT", ""):
        answer = client.get(_href(job), headers={"Range": "bytes=1000-", "If-Range": validator})
        assert (answer.status_code, answer.content) == (200, content), validator


def test_head_ignores_a_range(client: httpx.Client, job: dict[str, Any], content: bytes) -> None:
    for asked in ("bytes=0-9", "bytes=999999-"):
        answer = client.head(_href(job), headers={"Range": asked})
        assert (answer.status_code, int(answer.headers["Content-Length"])) == (200, len(content))


@pytest.mark.parametrize("path", ["files/articles.csv", "files.zip"])
@pytest.mark.parametrize("asked", [None, "bytes=0-9"])
def test_if_match_is_checked_before_the_range(
    client: httpx.Client, job: dict[str, Any], path: str, asked: str | None
) -> None:
    href, ranged = f"/v1/jobs/{job['id']}/{path}", {"Range": asked} if asked else {}
    etag = client.head(href).headers["ETag"]
    for right in ("*", etag, f'"other", {etag}'):
        answer = client.get(href, headers=ranged | {"If-Match": right})
        assert answer.status_code == (206 if asked else 200), right
    for wrong in ('"other"', f"W/{etag}"):
        problem(client.get(href, headers=ranged | {"If-Match": wrong}), 412, "precondition-failed")
        assert client.head(href, headers=ranged | {"If-Match": wrong}).status_code == 412
    both = client.get(href, headers=ranged | {"If-Match": etag, "If-None-Match": etag})
    assert both.status_code == 304


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "bytes=abc", "lines=1-2", "bytes=9-2", "nothing"])
def test_an_unsupported_range_gets_the_whole_file(
    client: httpx.Client, job: dict[str, Any], content: bytes, asked: str
) -> None:
    answer = client.get(_href(job), headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["Content-Digest"] == _digest(content)


def test_a_range_past_the_end_is_refused_with_the_size(
    client: httpx.Client, job: dict[str, Any], content: bytes
) -> None:
    for asked in ("bytes=999999-", "bytes=-0"):
        answer = client.get(_href(job), headers={"Range": asked})
        problem(answer, 416, "range-not-satisfiable")
        assert answer.headers["Content-Range"] == f"bytes */{len(content)}"


def test_a_cached_file_gets_304(client: httpx.Client, job: dict[str, Any]) -> None:
    etag = client.head(_href(job)).headers["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = client.get(_href(job), headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert client.get(_href(job), headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_unknown_file_name_lists_the_known_names(client: httpx.Client, job: dict[str, Any]) -> None:
    answer = client.get(_href(job, "article.csv"))
    problem(answer, 404, "not-found")
    assert "articles.csv, paragraphs.csv, media.csv, csv-metadata.json" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["..%2Finput%2F0", "%2Fetc%2Fpasswd", "errors.ndjson", "%2e%2e", "%00"])
def test_a_file_name_is_never_a_path(client: httpx.Client, job: dict[str, Any], name: str) -> None:
    problem(client.get(f"/v1/jobs/{job['id']}/files/{name}"), 404, "not-found")


def test_an_unfinished_job_has_no_files(service: Service, client: httpx.Client) -> None:
    jobs = service.jobs()
    waiting = waiting_job(jobs)
    for status in ("queued", "running"):
        for path in ("files/articles.csv", "errors", "preview"):
            answer = client.get(f"/v1/jobs/{waiting.id}/{path}")
            problem(answer, 409, "not-finished")
            assert (answer.json()["detail"], answer.headers["Retry-After"]) == (f"The job is {status}.", "1")
        start_job(jobs, waiting.id)


def test_an_expired_job_has_no_files(service: Service, client: httpx.Client) -> None:
    job = post(client, REQUEST)
    from workers.redis.connect import connect

    connect(service.redis_url()).hset(f"newsmill:job:{job['id']}", "expires", "1731083400.000")
    for path in ("files/articles.csv", "errors", "preview"):
        answer = client.get(f"/v1/jobs/{job['id']}/{path}")
        problem(answer, 410, "expired")
        assert "2024-11-08T16:30:00.000Z" in answer.json()["detail"]
    shown = client.get(f"/v1/jobs/{job['id']}")
    assert (shown.status_code, shown.json()["status"], shown.json()["files"]) == (200, "expired", [])
