"""Several requests on one connection: an unread request body does not spoil the next response."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import MAX_BODY, MAX_UPLOAD
from tests.running import Service

LARGE = b"x" * 1_000_000
PART = b'--a\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=a"}
AGAIN = 50

FAULTS = {
    "no media type that is taken": ("POST", "/v1/jobs", {"Content-Type": "text/plain"}, LARGE, 415),
    "no key of a request": ("POST", "/v1/jobs", JSON | {"Idempotency-Key": "two words"}, LARGE, 400),
    "no boundary": ("POST", "/v1/jobs", {"Content-Type": "multipart/form-data"}, LARGE, 400),
    "a broken part": ("POST", "/v1/jobs", FORM, b"--a\r\nbroken\r\n\r\n" + LARGE[: MAX_UPLOAD // 2], 400),
    "a value that is wrong": ("POST", "/v1/jobs", JSON, b'{"a": "%s"}' % LARGE[: MAX_BODY // 2], 422),
    "too large": ("POST", "/v1/jobs", JSON, LARGE, 413),
    "too large a form": ("POST", "/v1/jobs", FORM, PART + LARGE * 2, 413),
    "nothing there": ("POST", "/v1/nothing", JSON, LARGE, 404),
    "no such method": ("PUT", "/v1/jobs", JSON, LARGE, 405),
    "another site": ("POST", "/v1/jobs", JSON | {"Origin": "http://elsewhere.example"}, LARGE, 403),
    "a body where none is wanted": ("GET", "/healthz", {}, LARGE, 200),
}


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), FAULTS.values(), ids=FAULTS)
def test_request_after_an_unread_body_is_answered(
    client: httpx.Client, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    for _ in range(AGAIN):
        assert client.request(method, path, headers=headers, content=body).status_code == status


def test_each_request_without_a_key_is_answered(keyed: Service) -> None:
    with httpx.Client(base_url=keyed.base) as client:
        for _ in range(AGAIN):
            assert client.post("/v1/jobs", headers=JSON, content=LARGE).status_code == 401


def test_connection_stays_open_after_a_read_body(client: httpx.Client) -> None:
    answer = client.post("/v1/jobs", headers=JSON, content=b'{"a": 1}')
    assert (answer.status_code, answer.headers.get("Connection")) == (422, None)


@pytest.mark.parametrize(("given", "closes"), [(b"{", "close"), (b"", None)])
def test_unread_body_of_unknown_length_closes_the_connection(
    client: httpx.Client, given: bytes, closes: str | None
) -> None:
    content = iter([given]) if given else None
    answer = client.post("/v1/jobs", headers={"Content-Type": "text/plain"}, content=content)
    assert (answer.status_code, answer.headers.get("Connection")) == (415, closes)


@pytest.mark.parametrize(("path", "methods"), [("/v1/jobs", {"GET", "HEAD", "OPTIONS", "POST"}), ("/v1/nothing", None)])
def test_options_are_answered_without_a_body(client: httpx.Client, path: str, methods: set[str] | None) -> None:
    answer = client.options(path)
    if methods is None:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer.content, "Content-Type" in answer.headers) == (204, b"", False)
        assert set(answer.headers["Allow"].split(", ")) == methods
