"""Signed links: what they open, and what is refused."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from service.auth.links import LinkSecret, sign_link
from tests.running import Service, Valkey
from tests.service.asking import post, problem, waiting_job
from tests.service.keyed import routes
from workers.redis.connect import connect

FUTURE = 4_000_000_000


@pytest.fixture(scope="module")
def secret(keyed: Service) -> bytes:
    return LinkSecret(connect(keyed.redis_url())).get()


@pytest.fixture(scope="module")
def job(alice: httpx.Client) -> dict[str, Any]:
    return post(alice)


def links(client: httpx.Client, job: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = client.post(f"/v1/jobs/{job['id']}/links", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return dict(answer.json())


def test_a_link_needs_no_key(alice: httpx.Client, anonymous: httpx.Client, job: dict[str, Any]) -> None:
    made = links(alice, job)
    assert [link["name"] for link in made["links"]] == [*(file["name"] for file in job["files"]), "files.zip"]
    hrefs = {link["name"]: link["href"] for link in made["links"]}
    for file in job["files"]:
        assert urlsplit(hrefs[file["name"]]).path == file["href"]
        answer = anonymous.get(hrefs[file["name"]])
        assert (answer.status_code, answer.content) == (200, alice.get(file["href"]).content)
        assert anonymous.head(hrefs[file["name"]]).status_code == 200
        part = anonymous.get(hrefs[file["name"]], headers={"Range": "bytes=0-9"})
        assert (part.status_code, part.content) == (206, answer.content[:10])
        assert anonymous.get(file["href"]).status_code == 401
    if ("GET", "/v1/jobs/{job_id}/files.zip") in routes():
        assert anonymous.get(hrefs["files.zip"]).status_code == 200


def test_a_link_lasts_an_hour_or_as_requested(alice: httpx.Client, job: dict[str, Any]) -> None:
    for body, seconds in (({}, 3600), ({"seconds": 60}, 60), ({"seconds": 86_400}, 86_400)):
        made = links(alice, job, **body)
        ends = datetime.fromisoformat(made["expires"]).timestamp()
        assert 0 <= time.time() + seconds - ends < 20
        assert {parse_qs(urlsplit(link["href"]).query)["expires"][0] for link in made["links"]} == {str(int(ends))}


def test_a_link_expires_with_the_files_at_the_latest(alice: httpx.Client, job: dict[str, Any]) -> None:
    made = links(alice, job, seconds=10**9)
    assert made["expires"][:19] == job["expires"][:19]


def test_links_are_made_for_the_named_files(alice: httpx.Client, job: dict[str, Any]) -> None:
    made = links(alice, job, files=["articles.csv", "files.zip", "articles.csv"])
    assert [link["name"] for link in made["links"]] == ["articles.csv", "files.zip"]


def test_every_process_makes_the_same_link(valkey: Valkey) -> None:
    one, other = LinkSecret(valkey.client()).get(), LinkSecret(valkey.client()).get()
    assert one == other
    assert len(one) == 64
    valkey.client().config_set("maxmemory", "1")
    try:
        assert LinkSecret(valkey.client()).get() == one
    finally:
        valkey.client().config_set("maxmemory", "0")
    valkey.client().delete("newsmill:link-secret")
    assert LinkSecret(valkey.client()).get() != one


@pytest.mark.parametrize(
    ("body", "status", "kind", "pointer"),
    [
        ({"files": ["article.csv"]}, 422, "invalid-request", "/files/0"),
        ({"files": ["errors.ndjson"]}, 422, "invalid-request", "/files/0"),
        ({"files": ["../input-0"]}, 422, "invalid-request", "/files/0"),
        ({"files": []}, 422, "invalid-request", "/files"),
        ({"files": "articles.csv"}, 422, "invalid-request", "/files"),
        ({"seconds": 0}, 422, "invalid-request", "/seconds"),
        ({"seconds": 1.5}, 422, "invalid-request", "/seconds"),
        ({"seconds": 10**10}, 422, "invalid-request", "/seconds"),
        ({"second": 60}, 422, "invalid-request", "/second"),
        ([], 422, "invalid-request", ""),
    ],
)
def test_a_wrong_links_request_points_to_the_fault(
    alice: httpx.Client, job: dict[str, Any], body: Any, status: int, kind: str, pointer: str
) -> None:
    answer = alice.post(f"/v1/jobs/{job['id']}/links", json=body)
    assert list(problem(answer, status, kind)) == [pointer]


def test_an_unfinished_job_has_no_links(keyed: Service, alice: httpx.Client) -> None:
    waiting = waiting_job(keyed.jobs(), owner="alice")
    problem(alice.post(f"/v1/jobs/{waiting.id}/links"), 409, "not-finished")


def test_another_caller_cannot_make_a_link(bob: httpx.Client, anonymous: httpx.Client, job: dict[str, Any]) -> None:
    problem(bob.post(f"/v1/jobs/{job['id']}/links"), 404, "not-found")
    problem(anonymous.post(f"/v1/jobs/{job['id']}/links"), 401, "unauthorized")


def test_an_expired_link_is_reported_as_expired(anonymous: httpx.Client, job: dict[str, Any], secret: bytes) -> None:
    gone = sign_link(job["files"][0]["href"], int(time.time()) - 1, secret)
    problem(anonymous.get(gone), 410, "link-expired")


def test_a_link_to_a_deleted_job_is_not_found(alice: httpx.Client, anonymous: httpx.Client) -> None:
    job = post(alice)
    [link] = links(alice, job, files=["articles.csv"])["links"]
    assert anonymous.get(link["href"]).status_code == 200
    assert alice.delete(f"/v1/jobs/{job['id']}").status_code == 204
    problem(anonymous.get(link["href"]), 404, "not-found")


def test_a_link_opens_one_file_and_nothing_else(
    alice: httpx.Client, anonymous: httpx.Client, job: dict[str, Any]
) -> None:
    [link] = links(alice, job, files=["articles.csv"])["links"]
    query = urlsplit(link["href"]).query
    other = post(alice)
    for path in (f"/v1/jobs/{job['id']}/files/paragraphs.csv", f"/v1/jobs/{other['id']}/files/articles.csv"):
        problem(anonymous.get(f"{path}?{query}"), 403, "link-refused")
    for method, path in (("GET", ""), ("GET", "/errors"), ("GET", "/events"), ("DELETE", ""), ("POST", "/cancel")):
        problem(anonymous.request(method, f"/v1/jobs/{job['id']}{path}?{query}"), 401, "unauthorized")
    for method in ("POST", "DELETE", "PUT"):
        assert anonymous.request(method, link["href"]).status_code == 401


def test_a_link_to_the_zip_opens_no_single_file(anonymous: httpx.Client, job: dict[str, Any], secret: bytes) -> None:
    all_files = sign_link(f"/v1/jobs/{job['id']}/files.zip", FUTURE, secret)
    query = urlsplit(all_files).query
    assert anonymous.get(f"/v1/jobs/{job['id']}/files/files.zip?{query}").status_code == 403


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_link_is_refused(
    anonymous: httpx.Client, job: dict[str, Any], secret: bytes, data: st.DataObject
) -> None:
    link = sign_link(job["files"][0]["href"], FUTURE, secret)
    start = link.index("?expires=")
    at = data.draw(st.integers(start + 9, len(link) - 1))
    instead = data.draw(st.sampled_from("0123456789abcdefABCDEF-+. %"))
    changed = link[:at] + instead + link[at + 1 :]
    assume(changed != link)
    # It is refused as a link, or it is no longer a link and the file needs a key.
    assert anonymous.get(changed).status_code in (401, 403)


@given(
    expires=st.one_of(st.integers().map(str), st.text(max_size=20)),
    signature=st.one_of(st.text(max_size=70), st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_forged_signature_is_refused(
    anonymous: httpx.Client, job: dict[str, Any], expires: str, signature: str
) -> None:
    answer = anonymous.get(job["files"][0]["href"], params={"expires": expires, "signature": signature})
    problem(answer, 403, "link-refused")


@pytest.mark.parametrize("half", [{"expires": FUTURE}, {"signature": "0" * 64}])
def test_half_a_link_is_refused(anonymous: httpx.Client, job: dict[str, Any], half: dict[str, str]) -> None:
    problem(anonymous.get(job["files"][0]["href"], params=half), 403, "link-refused")


def test_a_key_does_not_make_a_bad_link_valid(alice: httpx.Client, job: dict[str, Any]) -> None:
    problem(alice.get(job["files"][0]["href"], params={"expires": FUTURE, "signature": "0" * 64}), 403, "link-refused")


def test_links_work_the_same_without_keys(client: httpx.Client) -> None:
    job = post(client)
    [link] = links(client, job, files=["articles.csv"])["links"]
    assert client.get(link["href"]).status_code == 200
    problem(client.get(link["href"][:-1] + ("0" if link["href"][-1] != "0" else "1")), 403, "link-refused")
