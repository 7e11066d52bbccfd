"""Malicious requests to the real service: each gets a response that names its fault."""

from __future__ import annotations

import csv
import io
import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from schemas.settings import load_settings
from service.app import create_app
from service.jobs import uploads
from tests.conftest import MAX_UPLOAD
from tests.running import Service, Valkey
from tests.service.asking import REQUEST, post, problem

JOB = "0" * 32
BODY = b'{"source": {"seeds": "*"}, "formats": ["csv"]}'


def said(service: Service, raw: bytes, *, seconds: float = 90, close: bool = False) -> bytes:
    """The response of a server to these bytes, up to its end or to the end of the connection."""
    host = urlsplit(service.base)
    with socket.create_connection((str(host.hostname), host.port or 80), timeout=seconds) as connection:
        try:
            connection.sendall(raw)
            if close:
                connection.shutdown(socket.SHUT_WR)
            return connection.recv(65_536)
        except OSError:
            return b""


def status(service: Service, raw: bytes, **given: Any) -> int:
    """The status of the response, or 0 if the connection was closed without one."""
    answer = said(service, raw, **given)
    return int(answer.split(b" ", 2)[1]) if answer else 0


def request(line: str, *headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([line.encode("latin-1"), b"Host: 127.0.0.1", *headers, b"Connection: close", b"", body])


POST = "POST /v1/jobs HTTP/1.1"
JSON = b"Content-Type: application/json"
LENGTH = b"Content-Length: %d"

RAW = {
    "a length below what comes": (request(POST, JSON, LENGTH % 5, body=BODY), {400}),
    "a length that is negative": (request(POST, JSON, b"Content-Length: -1", body=BODY), {0, 400}),
    "a length that is no number": (request(POST, JSON, b"Content-Length: many", body=BODY), {0, 400}),
    "a length beyond all": (request(POST, JSON, b"Content-Length: 99999999999999999999", body=BODY), {0, 400, 413}),
    # With the beginning of the body, which the server waits for.
    "a length beyond what may come": (request(POST, JSON, LENGTH % 10**12, body=BODY + b" " * 2**16), {413}),
    "two lengths": (request(POST, JSON, LENGTH % len(BODY), LENGTH % 5, body=BODY), {0, 400}),
    "a length and chunks": (
        request(POST, JSON, LENGTH % 5, b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        {0, 400},
    ),
    "chunks of no size": (request(POST, JSON, b"Transfer-Encoding: chunked", body=b"zz\r\n"), {0, 400}),
    "chunks beyond what may come": (
        request(POST, JSON, b"Transfer-Encoding: chunked", body=b"10000\r\n" + b"x" * 65_536 + b"\r\n" + b"F" * 15),
        {0, 400, 413},
    ),
    "a header of a megabyte": (request("GET /v1/jobs HTTP/1.1", b"X: " + b"x" * 2**20), {0, 400, 413, 431}),
    "ten thousand headers": (request("GET /v1/jobs HTTP/1.1", *[b"X: x"] * 10_000), {0, 400, 413, 431}),
    "an address of a megabyte": (request(f"GET /{'a' * 2**20} HTTP/1.1"), {0, 400, 404, 414, 431}),
    "a header with a line break": (request("GET /v1/jobs/x HTTP/1.1", b"X: a\r\n\r\nGET / HTTP/1.1"), {404}),
    "a header with NUL": (request("GET /v1/jobs/x HTTP/1.1", b"X: a\0b"), {0, 400}),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100, {0, 400}),
    "a method that is none": (request("HACK /v1/jobs HTTP/1.1"), {400, 405}),
    "TRACE": (request("TRACE /v1/jobs HTTP/1.1"), {400, 405}),
    "CONNECT": (request("CONNECT 127.0.0.1:22 HTTP/1.1"), {400, 404, 405, 421}),
    "an address of elsewhere": (request("GET http://169.254.169.254/latest HTTP/1.1"), {0, 400, 404, 421}),
}


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_hardly_a_request_are_refused(service: Service, name: str) -> None:
    raw, expected = RAW[name]
    assert status(service, raw, close=name.startswith("chunks beyond")) in expected


def test_a_body_that_never_comes_is_a_request_that_broke_off(service: Service) -> None:
    assert status(service, request(POST, JSON, LENGTH % 100, body=BODY), close=True) in {0, 400}


@pytest.mark.parametrize(
    "path",
    [
        *(
            "%2e%2e/%2e%2e/etc/passwd",
            "..%2f..%2fetc%2fpasswd",
            "%00",
            "%c0%af",
            "%ed%a0%80",
            "%ff",
            "%0d%0aX:%20y",
            " ",
            "*",
        ),
        *(
            f"{JOB}%3Achunks",
            f"{JOB}%3Amade",
            f"{JOB}%00",
            JOB.upper().replace("0", "A"),
            "0" * 31,
            "0" * 33,
            "0" * 8000,
        ),
        *(
            f"{JOB[:-1]}٠",
            "null",
            "-1",
            "1e9",
            "{job_id}",
            "%7Bjob_id%7D",
            "'; DROP TABLE jobs; --",
            "${jndi:ldap://x}",
        ),
    ],
)
def test_no_id_but_a_jobs_own_leads_anywhere(client: httpx.Client, path: str) -> None:
    for below in ("", "/events", "/errors", "/files/articles.csv", "/files.zip"):
        assert client.get(f"/v1/jobs/{path}{below}").status_code in (400, 404, 414)
    assert client.post(f"/v1/jobs/{path}/cancel").status_code in (400, 404, 405, 414)
    assert client.delete(f"/v1/jobs/{path}").status_code in (400, 404, 405, 414)


def test_keys_beside_a_record_are_no_jobs(service: Service, client: httpx.Client) -> None:
    job = post(client)
    redis: Any = service.jobs()._client
    redis.hset(f"newsmill:job:{job['id']}:chunks", "0", "{}")
    problem(client.get(f"/v1/jobs/{job['id']}:chunks"), 404, "not-found")
    redis.delete(f"newsmill:job:{job['id']}:chunks")


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_makes_another_method_of_one(client: httpx.Client, header: str) -> None:
    job = post(client)
    client.post(f"/v1/jobs/{job['id']}", headers={header: "DELETE"})
    client.get(f"/v1/jobs/{job['id']}", headers={header: "DELETE"})
    assert client.get(f"/v1/jobs/{job['id']}?_method=DELETE").status_code == 400
    assert client.get(f"/v1/jobs/{job['id']}").status_code == 200


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, "the Content-Encoding gzip"),
        ({"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": "br"}, "the Content-Encoding br"),
        ({"Content-Type": "application/json; charset=iso-8859-1"}, "the body is iso-8859-1"),
        ({"Content-Type": "application/json; charset=utf-16"}, "the body is utf-16"),
    ],
)
def test_coding_of_a_body_is_refused_by_name(client: httpx.Client, headers: dict[str, str], named: str) -> None:
    answer = client.post("/v1/jobs", content=BODY, headers=headers)
    problem(answer, 415, "unsupported-media-type")
    assert named in answer.json()["detail"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_body_may_say_that_it_is_utf_8(client: httpx.Client, charset: str) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}", "Content-Encoding": "identity"}
    assert client.post("/v1/jobs", content=BODY, headers=headers).status_code == 202


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/json", 415),
        ("application/xml", 415),
        ("application/json, text/html", 415),
        ("multipart/form-data", 400),
        ('multipart/form-data; boundary=""', 400),
        ("multipart/form-data; boundary=ü", 400),
        (f"multipart/form-data; boundary={'x' * 5000}", 400),
        ("multipart/mixed; boundary=x", 415),
    ],
)
def test_body_is_not_taken_for_another_media_type(client: httpx.Client, media_type: str, expected: int) -> None:
    headers = {b"Content-Type": media_type.encode("latin-1")}
    assert client.post("/v1/jobs", content=BODY, headers=headers).status_code == expected


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"[]",
            b"null",
            b"0",
            b'"x"',
            b"NaN",
            b"\xff",
            b"\0",
            b"\xef\xbb\xbf" + BODY,
            BODY + BODY,
            BODY + b"\0",
        ),
        *(
            BODY.decode().encode("utf-16"),
            b"+AHs-",
            b"[" * 100_000,
            b'{"a":' * 30_000,
            b'{"source": {"text": "\\ud800"}}',
        ),
        *(b'{"source": {"seeds": "*"}, "formats": ["csv"], "formats": ["newsml-g2"]}', b'{"formats": [NaN]}'),
        *(b'{"source": {"seeds": "*"}, "formats": ["csv"], "split": 1e999}', b'{"split": %s}' % (b"9" * 100_000)),
        *(
            b'{"source": {"text": "\\u0000"}, "formats": ["csv"]}',
            b'{"source": {"seeds": ["../../etc/passwd"]}, "formats": ["csv"]}',
        ),
        *(b'{"source": {"seeds": ["\\u0000"]}, "formats": ["csv"]}', b'{"__proto__": 1, "constructor": 2}'),
    ],
)
def test_a_body_that_is_ambiguous_or_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 20_000


def test_a_request_that_states_a_member_twice_is_told_which(client: httpx.Client) -> None:
    body = b'{"source": {"seeds": "*"},\n "formats": ["csv"], "formats": ["newsml-g2"]}'
    answer = client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 400, "malformed-json")
    assert answer.json()["detail"] == "Line 2, column 22: the object has 'formats' twice."


NAMES = {
    "a line break": b"a\r\nSet-Cookie: x=y\r\n.txt",
    "a quote": b'a\\".txt',
    "ten kilobytes": b"n" * 10_000 + b".txt",
    "a path": b"../../../../etc/passwd",
    "a path of Windows": b"C:\\Windows\\win.ini",
    "a surrogate": b"\xed\xa0\x80.txt",
    "no UTF-8": b"\xff\xfe.txt",
    "NUL": b"a\0b.txt",
    "nothing but dots": b"..",
    "markup": b"<img src=x onerror=alert(1)>.txt",
    "a formula": b"=cmd|' /C calc'!A0",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_a_label_that_does_nothing(client: httpx.Client, name: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\nText.\r\n'
        b'--b\r\nContent-Disposition: form-data; name="request"\r\n\r\n{"formats": ["csv"]}\r\n--b--\r\n'
    ) % NAMES[name]
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Prefer": "wait=60"}
    answer = client.post("/v1/jobs", content=body, headers=headers)
    if answer.status_code == 400:  # the head of the part is broken
        return
    assert answer.status_code == 202
    assert "set-cookie" not in answer.headers
    for file in answer.json()["files"]:
        sent = client.get(file["href"])
        assert sent.status_code == 200
        assert "set-cookie" not in sent.headers
        if file["name"] == "articles.csv":
            [row] = csv.DictReader(io.StringIO(sent.text, newline=""))
            assert not row["source_name"].startswith(("=", "+", "-", "@"))
            assert "/" not in row["source_name"]
            assert len(row["source_name"]) <= 256


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "'=1", "\t=1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_field_becomes_a_formula_in_a_table(client: httpx.Client, formula: str) -> None:
    text = formula.strip()
    article = dict.fromkeys(("headline", "description", "slugline", "dateline", "section", "genre"), text)
    article |= dict.fromkeys(("copyright_notice", "usage_terms", "ed_note"), text)
    lists = {"bylines": [{"name": text}], "keywords": [text], "subjects": [{"name": text}]}
    things = {"located": {"name": text}, "provider": {"name": text}, "copyright_holder": {"name": text}}
    source = {"articles": [article | lists | things | {"paragraphs": [text]}]}
    job = post(client, {"source": source, "formats": ["csv"]})
    assert job["status"] == "succeeded", job
    for name in ("articles.csv", "paragraphs.csv"):
        sent = client.get(f"/v1/jobs/{job['id']}/files/{name}").text
        for row in list(csv.reader(io.StringIO(sent, newline="")))[1:]:
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_ranges_without_number_cost_no_more_than_the_file(client: httpx.Client) -> None:
    job = post(client)
    file = job["files"][0]
    for ranges in (
        "0-0," * 1000 + "0-0",
        "0-" + "," * 1000,
        "-1,-2,-3",
        "5-1",
        "99999999999999999999-",
        "x-y",
        "0-0,1-1",
    ):
        answer = client.get(file["href"], headers={"Range": f"bytes={ranges}"})
        assert answer.status_code in (200, 206, 416)
        assert len(answer.content) <= max(file["size"], 1000)
    assert client.get(file["href"], headers={"Range": "apples=0-1"}).status_code == 200


@pytest.mark.parametrize(
    "value", [b"", b"wait=", b"wait=-1", b"wait=99999999999", b"wait=1;" * 1000, b"\xff\x80", b'"' * 2000, b"=,;" * 500]
)
@pytest.mark.parametrize(
    "header", [b"Prefer", b"Idempotency-Key", b"If-None-Match", b"Last-Event-ID", b"Accept", b"Authorization"]
)
def test_no_header_is_too_strange_for_an_answer(client: httpx.Client, header: bytes, value: bytes) -> None:
    sent = {b"Content-Type": b"application/json", header: value}
    assert client.post("/v1/jobs", content=b"{}", headers=sent).status_code in (400, 401, 422)
    assert client.get(f"/v1/jobs/{JOB}", headers=sent).status_code in (400, 401, 404)


def test_the_texts_of_a_form_are_few_and_so_are_its_files(
    valkey: Valkey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 200)
    client = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_DATA": str(tmp_path)})).test_client()
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    text = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n%b\r\n'
    file = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nA\r\n'
    texts = client.post("/v1/jobs", data=text % (b"x" * 2**19) * 40 + b"--b--\r\n", headers=headers)
    assert texts.status_code == 400
    assert texts.json["detail"] == "The form has more than 16 text parts. Send only the part request."  # type: ignore[index]
    files = client.post("/v1/jobs", data=file * 202 + b"--b--\r\n", headers=headers)
    assert files.status_code == 400
    assert files.json["detail"].startswith("The request has more than 200 files")  # type: ignore[index]
    assert list((tmp_path / "store").rglob("*.*")) == []


def test_slow_senders_do_not_block_other_requests(service: Service, client: httpx.Client) -> None:
    host = urlsplit(service.base)
    slow = [socket.create_connection((str(host.hostname), host.port or 80)) for _ in range(100)]
    try:
        for number, connection in enumerate(slow):
            # An endless head holds no thread; a missing body holds one.
            head = request(POST, JSON, LENGTH % 100)
            connection.sendall(head[:20] if number % 2 else head)
        assert client.get("/healthz", timeout=60).status_code == 200
        assert client.post("/v1/jobs", json=REQUEST, timeout=60).status_code == 202
    finally:
        for connection in slow:
            connection.close()


def test_a_body_without_end_is_cut_off_at_the_limit(service: Service) -> None:
    """Chunks without end. A limit stops the transfer."""
    host = urlsplit(service.base)
    head = request(POST, b"Content-Type: multipart/form-data; boundary=b", b"Transfer-Encoding: chunked")
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    sent, over = 0, threading.Event()
    with socket.create_connection((str(host.hostname), host.port or 80), timeout=60) as connection:
        connection.sendall(head + b"%x\r\n%b\r\n" % (len(part), part))
        try:
            while sent < 200 * MAX_UPLOAD and not over.is_set():
                connection.sendall(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                sent += 65_536
        except OSError:
            over.set()
        answer = b""
        try:
            answer = connection.recv(65_536)
        except OSError:
            over.set()
    assert b" 413 " in answer or over.is_set()
