"""POST and GET /v1/jobs, over HTTP, against the whole service."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.jobs.job import STATUSES
from schemas.jobs.record import JobEnd
from tests.conftest import MAX_BODY, MAX_UPLOAD
from tests.running import NO_TLS, Service, needs_proc, start_job, until
from tests.service.asking import REQUEST, SEED, post, problem, waiting_job

JSON = {"Content-Type": "application/json"}
ARTICLE = {"headline": "A headline", "language": "en", "paragraphs": ["One.", "Two."]}


def ended(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    job = client.get(answer.headers["Location"], params={"wait": 20}).json()
    while job["status"] in ("queued", "running"):
        job = client.get(answer.headers["Location"], params={"wait": 20}).json()
    return dict(job)


def test_a_job_is_accepted_with_its_location(client: httpx.Client) -> None:
    answer = client.post("/v1/jobs", json=REQUEST)
    assert answer.status_code == 202
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Retry-After"] == "1"
    job = answer.json()
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert job["status"] in STATUSES
    assert job["progress"] == {"done": 0, "failed": 0, "duplicates": 0, "total": 1}
    assert job["formats"] == REQUEST["formats"]
    assert (job["files"], job["warnings"]) == ([], [])
    assert {"started", "finished", "expires", "error"} & set(job) == set()


def test_an_ended_job_has_its_files_and_times(client: httpx.Client) -> None:
    job = post(client)
    assert (job["status"], job["progress"]) == ("succeeded", {"done": 1, "failed": 0, "duplicates": 0, "total": 1})
    times = [datetime.fromisoformat(job[name]) for name in ("created", "started", "finished", "expires")]
    assert times == sorted(times)
    assert (times[3] - times[2]).days == 7
    assert [file["name"] for file in job["files"]] == [
        "articles.newsml.xml",
        "articles.jsonld",
        "articles.csv",
        "paragraphs.csv",
        "media.csv",
        "csv-metadata.json",
    ]
    for file in job["files"]:
        assert file["href"] == f"/v1/jobs/{job['id']}/files/{file['name']}"
        assert (file["articles"], len(file["sha256"])) == (1, 64)
    assert client.get(f"/v1/jobs/{job['id']}").json() == job


def test_missing_recommended_fields_are_warnings(client: httpx.Client) -> None:
    assert [(one["type"], one["articles"]) for one in post(client)["warnings"]] == [
        ("no-headline", 1),
        ("no-language", 1),
        ("no-provider", 1),
    ]
    complete = post(client, REQUEST | {"metadata": {"headline": "A headline", "language": "en", "provider": "P"}})
    assert complete["warnings"] == []


@pytest.mark.parametrize(
    ("source", "done"),
    [
        ({"seeds": "*"}, 1),
        ({"seeds": [SEED.removesuffix(".txt")]}, 1),
        ({"seeds": [SEED, SEED]}, 1),
        ({"text": "One.\n\nTwo."}, 1),
        ({"articles": [ARTICLE, ARTICLE | {"paragraphs": ["Three."]}]}, 2),
    ],
)
def test_sources(client: httpx.Client, source: dict[str, Any], done: int) -> None:
    job = post(client, {"source": source, "formats": ["csv"]})
    assert (job["status"], job["progress"]) == (
        "succeeded",
        {"done": done, "failed": 0, "duplicates": 0, "total": done},
    )


def test_the_words_of_a_text_are_exported_verbatim(client: httpx.Client) -> None:
    text = "“Ünïcödé” & <tags>\n\n=1+1 😀"
    job = post(client, {"source": {"text": text}, "formats": ["news-article"]})
    assert client.get(job["files"][0]["href"]).json()["articleBody"] == text


def test_format_options_are_applied(client: httpx.Client) -> None:
    job = post(client, REQUEST | {"formats": ["csv"], "options": {"csv": {"profile": "excel"}}})
    assert client.get(job["files"][0]["href"]).content.startswith(b"\xef\xbb\xbf")


def test_uploads_of_any_kind_make_one_job(client: httpx.Client) -> None:
    lines = b"\n".join(orjson.dumps({"paragraphs": [f"Line {number}."]}) for number in range(3))
    answer = client.post(
        "/v1/jobs",
        files=[
            ("file", ("story.txt", b"A story.", "text/plain")),
            ("file", ("more.ndjson", lines, "application/x-ndjson")),
            ("request", (None, b'{"formats": ["csv"], "metadata": {"language": "en"}}', "application/json")),
        ],
    )
    assert answer.status_code == 202
    assert "total" not in answer.json()["progress"]  # the number of lines is known only when they are read
    job = ended(client, answer)
    assert (job["status"], job["progress"]["done"], job["progress"]["failed"]) == ("succeeded", 4, 0)
    rows = client.get(job["files"][0]["href"]).text
    assert "story.txt" in rows


def test_the_part_request_may_be_a_file(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/jobs", files=[("file", ("a.txt", b"A.")), ("request", ("request.json", b'{"formats": ["csv"]}'))]
    )
    assert ended(client, answer)["status"] == "succeeded"


def test_many_files_can_be_uploaded_at_once(client: httpx.Client) -> None:
    uploads: list[Any] = [("file", (f"{number}.txt", f"Text {number}.".encode())) for number in range(1_500)]
    answer = client.post("/v1/jobs", files=[*uploads, ("request", (None, b'{"formats": ["csv"]}'))])
    assert ended(client, answer)["progress"] == {"done": 1_500, "failed": 0, "duplicates": 0, "total": 1_500}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\a.txt", "/a/b/c.txt", "a\x00b.txt", "naïve “name”.txt", ""]
)
def test_an_upload_name_is_never_a_path(client: httpx.Client, name: str) -> None:
    answer = client.post(
        "/v1/jobs", files=[("file", (name or "x", b"A.")), ("request", (None, b'{"formats": ["csv"]}'))]
    )
    job = ended(client, answer)
    assert job["status"] == "succeeded"
    rows = client.get(job["files"][0]["href"]).text
    assert "etc/" not in rows
    assert "\\" not in rows


def test_invalid_articles_of_an_upload_are_named(client: httpx.Client) -> None:
    lines = b'{"paragraphs": ["One."]}\n{"headline": "x"}\n{"id"\n'
    files = [("file", ("feed.ndjson", lines)), ("request", (None, b'{"formats": ["csv"]}'))]
    job = ended(client, client.post("/v1/jobs", files=files))
    assert (job["status"], job["progress"]["done"], job["progress"]["failed"]) == ("partial", 1, 2)
    answer = client.get(f"/v1/jobs/{job['id']}/errors")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    first, second = (orjson.loads(line) for line in answer.content.splitlines())
    assert (first["document"], first["place"]) == ("feed.ndjson", "line 2")
    assert "/paragraphs: an article needs at least one paragraph" in first["reason"]
    assert second["place"] == "line 3"


def test_a_failed_job_has_its_reason(client: httpx.Client) -> None:
    files = [("file", ("latin.txt", b"caf\xe9")), ("request", (None, b'{"formats": ["csv"]}'))]
    job = ended(client, client.post("/v1/jobs", files=files))
    assert (job["status"], job["files"]) == ("failed", [])
    assert job["error"]["type"] == "/problems/no-article"
    assert "latin.txt, byte 3: it is not UTF-8" in job["error"]["detail"]
    assert len(client.get(f"/v1/jobs/{job['id']}/errors").content.splitlines()) == 1


def test_a_job_without_errors_has_an_empty_list(client: httpx.Client) -> None:
    answer = client.get(f"/v1/jobs/{post(client)['id']}/errors")
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_same_request_makes_the_same_files(client: httpx.Client) -> None:
    def files() -> dict[str, bytes]:
        found = {file["name"]: client.get(file["href"]).content for file in post(client)["files"]}
        return {name: re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"NOW", content) for name, content in found.items()}

    assert files() == files()


# Waiting


def test_prefer_wait_responds_when_the_job_has_ended(client: httpx.Client) -> None:
    answer = client.post("/v1/jobs", json=REQUEST, headers={"Prefer": "respond-async, wait=20"})
    assert answer.json()["status"] == "succeeded"
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("preference", "applied"),
    [
        ("wait=0", "wait=0"),
        ("wait=999999", "wait=60"),
        ("wait = 20", "wait=20"),
        ("return=minimal, Wait=5", "wait=5"),
        ('wait="7"; foo', "wait=7"),
        ("foo-wait=3", None),
        ('foo="a, wait=3"', None),
        ("wait=-1", None),
        ("wait=soon", None),
    ],
)
def test_prefer_wait_accepts_any_number_of_seconds(client: httpx.Client, preference: str, applied: str | None) -> None:
    answer = client.post("/v1/jobs", json=REQUEST, headers={"Prefer": preference})
    assert (answer.status_code, answer.headers.get("Preference-Applied")) == (202, applied)


def test_wait_responds_after_its_seconds(service: Service, client: httpx.Client) -> None:
    job = waiting_job(service.jobs())
    began = time.monotonic()
    answer = client.get(f"/v1/jobs/{job.id}?wait=1")
    assert time.monotonic() - began >= 1
    assert (answer.json()["status"], answer.headers["Retry-After"]) == ("queued", "1")


def test_wait_responds_as_soon_as_the_state_changes(service: Service, client: httpx.Client) -> None:
    jobs = service.jobs()
    job = waiting_job(jobs)
    timer = threading.Timer(0.3, start_job, (jobs, job.id))
    timer.start()
    answer = client.get(f"/v1/jobs/{job.id}?wait=20")
    assert answer.json()["status"] == "running"
    timer.join()


def connections(service: Service) -> int:
    """The number of open connections to the service."""
    port = f":{int(service.base.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(port) and row[3] == "01" for row in rows)


@needs_proc
def test_posting_works_beside_150_waiting_requests(service: Service, client: httpx.Client) -> None:
    jobs = service.jobs()
    job = waiting_job(jobs)
    client.get("/healthz")
    answers: list[int] = []

    def wait() -> None:
        url = f"{service.base}/v1/jobs/{job.id}?wait=60"
        answers.append(httpx.get(url, timeout=90, verify=NO_TLS).status_code)

    waiters = [threading.Thread(target=wait) for _ in range(150)]
    for waiter in waiters:
        waiter.start()
    assert until(lambda: connections(service) >= 150)
    assert client.post("/v1/jobs", json=REQUEST).status_code == 202
    assert answers == []
    start_job(jobs, job.id)
    jobs.finish(job.id, JobEnd(status="canceled"))  # frees requests that a slow machine has not sent yet
    for waiter in waiters:
        waiter.join()
    assert answers == [200] * 150


@pytest.mark.parametrize("wait", ["-1", "61", "1.5", "soon", "", "٣", "0000000000061"])
def test_an_invalid_wait_is_refused(client: httpx.Client, wait: str) -> None:
    answer = client.get(f"/v1/jobs/{post(client)['id']}", params={"wait": wait})
    said = problem(answer, 400, "malformed-request")
    assert said["wait"].endswith("is not a number of seconds from 0 to 60")


# Refused requests


@pytest.mark.parametrize("path", ["/v1/jobs/none", "/v1/jobs/none/errors", "/v1/jobs/none/files/articles.csv"])
def test_an_unknown_job_is_not_found(client: httpx.Client, path: str) -> None:
    assert problem(client.get(path), 404, "not-found") == {}


@pytest.mark.parametrize("path", ["/none", "/v1", "/v1/job", "/v1/jobs/", "/v1/jobs/a/b", "/%ff", "/v1/jobs/%00"])
def test_an_unknown_address_is_not_found(client: httpx.Client, path: str) -> None:
    assert problem(client.get(path), 404, "not-found") == {}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/jobs/", "There is nothing at /v1/jobs/; did you mean /v1/jobs?"),
        ("/v1/job", "There is nothing at /v1/job; did you mean /v1/jobs?"),
        ("/v1/jobs/a/files/b/", "There is nothing at /v1/jobs/a/files/b/; did you mean /v1/jobs/a/files/b?"),
        ("/xyz", "There is nothing at /xyz."),
    ],
)
def test_an_unknown_url_gets_a_hint(client: httpx.Client, path: str, said: str) -> None:
    assert client.get(path).json()["detail"] == said


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/jobs"), ("POST", "/v1/formats"), ("PATCH", "/healthz")])
def test_a_wrong_method_gets_the_allowed_methods(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert problem(answer, 405, "method-not-allowed") == {}
    assert "OPTIONS" in answer.headers["Allow"]


def test_a_bad_value_of_an_article_is_left_out_and_named(client: httpx.Client) -> None:
    articles = [
        ARTICLE | {"id": 17, "urgency": "high"},
        {"paragraphs": ["B"], "headline": "a\x07b", "published": "soon"},
    ]
    job = post(client, {"source": {"articles": articles}, "formats": ["csv"]})
    assert (job["status"], job["progress"]["done"]) == ("succeeded", 2)
    said = " ".join(one["detail"] for one in job["warnings"])
    for named in ("`urgency` of the source", "'high'", "U+0007", "`published` of the source", "'soon'"):
        assert named in said


@pytest.mark.parametrize(
    ("changed", "pointer", "detail"),
    [
        ({"formats": ["cvs"]}, "/formats/0", "did you mean 'csv'?"),
        ({"source": {"seeds": [SEED, "none"]}}, "/source/seeds/1", "there is no seed named 'none'"),
        ({"source": {"seeds": [SEED.replace("0", "O", 1)]}}, "/source/seeds/0", f"did you mean '{SEED}'?"),
        ({"source": {"seeds": ["../README.md"]}}, "/source/seeds/0", "there is no seed"),
        ({"sauce": 1}, "/sauce", "did you mean 'source'?"),
        ({"source": {"text": "   "}}, "/source/text", "there is no text in it"),
        ({"source": {"text": "{\\rtf1 A}"}}, "/source/text", "it is RTF, which is not read; save it as plain text"),
        ({"source": {"text": "a\x00b"}}, "/source/text", "byte 1: it has U+0000, which XML forbids"),
        ({"source": {"articles": [ARTICLE, {}]}}, "/source/articles/1/paragraphs", "required"),
        ({"source": {"articles": [ARTICLE | {"paragraphs": ["a\x07b"]}]}}, "/source/articles/0/paragraphs/0", "U+0007"),
        ({"source": {"articles": [ARTICLE | {"headlin": "x"}]}}, "/source/articles/0/headlin", "'headline'?"),
        ({"source": {"articles": [1]}}, "/source/articles/0", "must be an object"),
        ({"metadata": {"urgency": 11}}, "/metadata/urgency", "9"),
        ({"options": {"csv": {"profile": "open"}}}, "/options/csv/profile", "excel"),
        ({"options": {"csv": 1}}, "/options/csv", "must be an object"),
    ],
)
def test_an_invalid_request_is_refused_with_pointers(
    client: httpx.Client, changed: dict[str, Any], pointer: str, detail: str
) -> None:
    faults = problem(client.post("/v1/jobs", json=REQUEST | changed), 422, "invalid-request")
    assert list(faults) == [pointer]
    assert detail in faults[pointer]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "Line 1, column 1"),
        (b'{"source": {"text": "x"},\n"formats": ["csv",]}', "Line 2, column 18"),
        (b"{'source': 1}", "Line 1, column 2"),
        (b'{"source": {"text": "\xff"}}', "UTF-8"),
        (b'{"source": {"text": "\\ud800"}}', "surrogate"),
        (b"[" * 5000, "Line 1"),
        (b"NaN", "Line 1"),
    ],
)
def test_malformed_json_is_refused_with_its_place(client: httpx.Client, body: bytes, detail: str) -> None:
    answer = client.post("/v1/jobs", content=body, headers=JSON)
    problem(answer, 400, "malformed-json")
    assert detail.lower() in answer.json()["detail"].lower()


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_media_type_is_refused(client: httpx.Client, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    problem(client.post("/v1/jobs", content=orjson.dumps(REQUEST), headers=headers), 415, "unsupported-media-type")


def test_a_charset_in_the_media_type_is_ignored(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert client.post("/v1/jobs", content=orjson.dumps(REQUEST), headers=headers).status_code == 202


def test_a_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/jobs", content=b'"' + b"x" * MAX_BODY + b'"', headers=JSON)
    problem(answer, 413, "body-too-large")
    assert answer.json()["detail"] == "The body may have at most 200,000 bytes."


def test_a_body_of_unknown_length_is_read_up_to_the_limit(client: httpx.Client) -> None:
    def pieces(size: int) -> Iterator[bytes]:
        yield b'{"source": {"text": "'
        for _ in range(size // 1000):
            yield b"word " * 200
        yield b'"}, "formats": ["csv"]}'

    assert client.post("/v1/jobs", content=pieces(MAX_BODY // 2), headers=JSON).status_code == 202
    problem(client.post("/v1/jobs", content=pieces(MAX_BODY * 2), headers=JSON), 413, "body-too-large")


def test_an_upload_over_the_limit_is_refused(client: httpx.Client) -> None:
    files = [("file", ("a.txt", b"x" * MAX_UPLOAD)), ("request", (None, b'{"formats": ["csv"]}'))]
    answer = client.post("/v1/jobs", files=files)
    problem(answer, 413, "body-too-large")
    assert answer.json()["detail"] == "The body may have at most 1,000,000 bytes."


def test_chunked_upload_is_read_up_to_the_limit(client: httpx.Client) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="request"\r\n\r\n{"formats": ["csv"]}\r\n--x\r\n'
    head += b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'

    def pieces(size: int) -> Iterator[bytes]:
        yield head
        for _ in range(size // 1000):
            yield b"word " * 200
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/jobs", content=pieces(MAX_UPLOAD // 2), headers=headers).status_code == 202
    problem(client.post("/v1/jobs", content=pieces(MAX_UPLOAD * 2), headers=headers), 413, "body-too-large")


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        ([("request", (None, b'{"formats": ["csv"]}'))], "The part file is missing."),
        ([("file", ("a.txt", b"x"))], "The part request is missing."),
        (
            [("file", ("a.txt", b"x")), ("request", (None, b"{}")), ("metadata", (None, b"{}"))],
            "Unknown part 'metadata'; send only file (one or more) and request.",
        ),
    ],
)
def test_an_upload_with_a_wrong_part_is_refused(client: httpx.Client, files: list[Any], detail: str) -> None:
    answer = client.post("/v1/jobs", files=files)
    problem(answer, 400, "malformed-request")
    assert detail in answer.json()["detail"]


def test_an_upload_with_an_invalid_request_is_refused(client: httpx.Client) -> None:
    upload = ("file", ("a.txt", b"x"))
    answer = client.post("/v1/jobs", files=[upload, ("request", (None, b'{"formats": ["cvs"]}'))])
    assert set(problem(answer, 422, "invalid-request")) == {"/formats/0"}
    answer = client.post("/v1/jobs", files=[upload, ("request", (None, b"{"))])
    problem(answer, 400, "malformed-json")


def test_a_malformed_multipart_body_is_refused(client: httpx.Client) -> None:
    for media_type in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = client.post("/v1/jobs", content=b"not multipart", headers={"Content-Type": media_type})
        problem(answer, 400, "malformed-request")


def test_every_problem_type_has_a_page(client: httpx.Client) -> None:
    kind = client.get("/v1/jobs/none").json()["type"]
    page = client.get(kind)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert page.text.startswith("Not found (404)\n")
    problem(client.get("/problems/none"), 404, "not-found")


# Random requests

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["csv", "newsml-g2", "news-article", "*", SEED, "en", "2024-11-08", "https://news.example/a"])
)
_KEYS = st.text(max_size=8) | st.sampled_from(
    [
        "source",
        "formats",
        "metadata",
        "options",
        "seeds",
        "text",
        "articles",
        "csv",
        "profile",
        "newsml-g2",
        "schemes",
        "headline",
        "paragraphs",
        "subjects",
        "bylines",
        "provider",
        "name",
        "uri",
        "language",
        "urgency",
        "id",
    ]
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)
_REQUESTS = _VALUES | st.fixed_dictionaries(
    {
        "source": st.one_of(
            _VALUES,
            st.fixed_dictionaries({"text": st.text(max_size=30)}),
            st.fixed_dictionaries({"articles": st.lists(st.dictionaries(_KEYS, _VALUES, max_size=4), max_size=2)}),
        ),
        "formats": st.just(["csv"]) | _VALUES,
    },
    optional={
        "metadata": st.dictionaries(_KEYS, _VALUES, max_size=3) | _VALUES,
        "options": st.fixed_dictionaries({"csv": _VALUES}) | _VALUES,
    },
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=_REQUESTS)
def test_any_json_body_gets_a_described_response(client: httpx.Client, body: Any) -> None:
    answer = client.post("/v1/jobs", content=_json(body), headers=JSON)
    if answer.status_code == 202:
        assert answer.json()["status"] in STATUSES
    elif answer.status_code == 400:
        problem(answer, 400, "malformed-json")
    else:
        assert problem(answer, 422, "invalid-request")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_any_bytes_get_a_described_response(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/v1/jobs", content=body, headers=JSON)
    assert answer.status_code in (400, 422)


def _json(value: Any) -> bytes:
    # The standard library's json writes integers of any size; orjson does not.
    import json

    return json.dumps(value).encode()
