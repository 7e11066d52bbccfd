"""Access over HTTP: keys on every route, and jobs of other callers."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.jobs.record import JobRecord
from schemas.settings.api_keys import hashed_entry, new_key
from service.client.client import Client, ServerRefusedError
from tests.running import Service, start_job
from tests.service.asking import post, problem, waiting_job
from tests.service.keyed import ALICE, BOB, BOB_TOO, asking, filled, routes

ROUTES = routes()
# The open routes, which show no caller's data. Every other route must need a key.
FOR_ALL = re.compile(
    r"/|/help|/openapi\.json|/docs(/\{\w+\})?|/static/(form-)?\{\w+\}(\.json)?|/problems/\{\w+\}|/healthz|/readyz"
)
OF_A_JOB = [(method, path) for method, path in ROUTES if "{job_id}" in path]


@pytest.fixture(scope="module")
def jobs_of_alice(keyed: Service, alice: httpx.Client) -> dict[str, str]:
    """The ids of a queued, a running and an ended job of Alice."""
    made = {"ended": post(alice)["id"]}
    jobs = keyed.jobs()
    for state in ("queued", "running"):
        made[state] = waiting_job(jobs, owner="alice").id
    start_job(jobs, made["running"])
    return made


def test_the_routes_are_found() -> None:
    assert len(OF_A_JOB) >= 8
    assert not [path for _, path in ROUTES if path.startswith("/v1/") and FOR_ALL.fullmatch(path)]


@pytest.mark.parametrize(("method", "path"), [(m, p) for m, p in ROUTES if not FOR_ALL.fullmatch(p)])
def test_every_route_needs_a_key_except_the_open_ones(
    anonymous: httpx.Client, alice: httpx.Client, jobs_of_alice: dict[str, str], method: str, path: str
) -> None:
    where = filled(path, jobs_of_alice["ended"])
    for headers in ({}, {"Authorization": f"Bearer {new_key()}"}):
        answer = anonymous.request(method, where, headers=headers)
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="newsmill"')
        assert answer.status_code == 401
        if method != "HEAD":
            problem(answer, 401, "unauthorized")
    assert alice.get(f"/v1/jobs/{jobs_of_alice['ended']}").status_code == 200  # the job is unchanged


@pytest.mark.parametrize("path", [p for m, p in ROUTES if m == "GET" and FOR_ALL.fullmatch(p)])
def test_open_routes_need_no_key(anonymous: httpx.Client, path: str) -> None:
    assert anonymous.get(filled(path)).status_code in (200, 404)


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v2/jobs", "/v1/jobs/", "/admin", "/v1/../v1/jobs", "//v1/jobs"])
def test_an_unknown_path_needs_a_key_too(anonymous: httpx.Client, path: str) -> None:
    assert anonymous.get(path).status_code == 401


@pytest.mark.parametrize("state", ["queued", "running", "ended"])
@pytest.mark.parametrize(("method", "path"), OF_A_JOB)
def test_the_job_of_another_caller_is_not_found(
    bob: httpx.Client, alice: httpx.Client, jobs_of_alice: dict[str, str], method: str, path: str, state: str
) -> None:
    theirs, none = filled(path, jobs_of_alice[state]), filled(path, "0" * 32)
    before = alice.get(f"/v1/jobs/{jobs_of_alice[state]}").json()
    body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    body["headers"] = {"X-Request-Id": "the-same"}
    answer, unknown = bob.request(method, theirs, **body), bob.request(method, none, **body)
    assert answer.status_code == 404
    # The response is the same as for a job that never existed.
    assert answer.content == unknown.content
    told = {"date", "connection"}
    assert {k: v for k, v in answer.headers.items() if k not in told} == {
        k: v for k, v in unknown.headers.items() if k not in told
    }
    after = alice.get(f"/v1/jobs/{jobs_of_alice[state]}").json()
    assert after | {"progress": {}} == before | {"progress": {}}


def test_the_jobs_of_another_caller_are_not_listed(bob: httpx.Client, jobs_of_alice: dict[str, str]) -> None:
    for method, path in ROUTES:
        if method == "GET" and path.startswith("/v1/") and "{" not in path:
            shown = bob.get(path).text
            assert not [job_id for job_id in jobs_of_alice.values() if job_id in shown], path


def test_two_keys_of_one_caller_see_the_same_jobs(keyed: Service, bob: httpx.Client) -> None:
    job = post(bob)
    with asking(keyed, BOB_TOO) as other, asking(keyed, f"bob:{BOB}") as named:
        for client in (other, named):
            assert client.get(f"/v1/jobs/{job['id']}").json() == job
            assert client.get(job["files"][0]["href"]).status_code == 200


def test_a_job_belongs_to_a_caller_and_does_not_show_it(keyed: Service, alice: httpx.Client) -> None:
    job = post(alice)
    record: JobRecord = keyed.jobs().get(job["id"])
    assert record.spec.owner == "alice"
    assert "alice" not in alice.get(f"/v1/jobs/{job['id']}").text


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", f"Basic {ALICE}", ALICE, f"Bearer {ALICE} {ALICE}", f"bearer,{ALICE}"],
    ids=["nothing", "no key", "Basic", "no scheme", "two keys", "a comma"],  # no key of a run is in a test's name
)
def test_a_header_without_a_bearer_token_is_refused(anonymous: httpx.Client, header: str) -> None:
    problem(anonymous.get("/v1/formats", headers={"Authorization": header}), 401, "unauthorized")


def test_the_scheme_is_case_insensitive(anonymous: httpx.Client) -> None:
    assert anonymous.get("/v1/formats", headers={"Authorization": f"bearer {ALICE}"}).status_code == 200


@given(st.lists(st.integers(0x21, 0xFF).filter(lambda byte: byte != 0x7F), min_size=1, max_size=60).map(bytes))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_unknown_token_is_refused(anonymous: httpx.Client, token: bytes) -> None:
    answer = anonymous.get("/v1/formats", headers={b"Authorization": b"Bearer " + token})
    assert answer.status_code in (400, 401)  # the server itself refuses an invalid header


def test_an_upload_without_a_key_is_refused_unread(keyed: Service, anonymous: httpx.Client) -> None:
    stored = set((keyed.data / "store").rglob("*"))
    try:
        answer = anonymous.post("/v1/jobs", files={"file": ("a.txt", b"x" * 3_000_000)}, data={"request": "{}"})
    except httpx.WriteError:
        pass  # the server closed the connection during the upload
    else:
        problem(answer, 401, "unauthorized")
    assert set((keyed.data / "store").rglob("*")) == stored


def test_the_client_sends_its_key(keyed: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with Client(keyed.base, key=ALICE) as client:
        job = client.wait(client.submit_seeds("*", formats=["csv"]).id)
        assert job.status == "succeeded"
    monkeypatch.setenv("NEWSMILL_API_KEY", BOB)
    with Client(keyed.base) as client, pytest.raises(ServerRefusedError, match="404"):
        client.job(job.id)
    monkeypatch.delenv("NEWSMILL_API_KEY")
    with Client(keyed.base) as client, pytest.raises(ServerRefusedError, match="NEWSMILL_API_KEY"):
        client.job(job.id)


def test_a_key_is_removed_while_the_service_runs(keyed: Service, bob: httpx.Client, alice: httpx.Client) -> None:
    file = keyed.data / "keys"
    before, new = file.read_text(), new_key()
    try:
        file.write_text(f"{hashed_entry('alice', ALICE)}\n{hashed_entry('bob', new)}\n")
        assert [client.get("/v1/formats").status_code for client in (alice, bob)] == [200, 401]
        with asking(keyed, new) as renewed:
            assert renewed.get("/v1/formats").status_code == 200
    finally:
        file.write_text(before)
    assert bob.get("/v1/formats").status_code == 200


def test_keys_in_the_setting_itself_are_accepted(tmp_path_factory: pytest.TempPathFactory) -> None:
    from schemas.settings import load_settings
    from service.app import create_app

    app = create_app(
        load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0", "NEWSMILL_API_KEYS": f"{ALICE},bob:{BOB}"})
    )
    client = app.test_client()
    for key in (ALICE, BOB):
        assert client.get("/v1/formats", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get("/v1/formats", headers={"Authorization": f"Bearer {BOB_TOO}"}).status_code == 401
