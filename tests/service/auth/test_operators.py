"""The keys of operators, over HTTP: they list, read, cancel and delete the jobs of all callers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schemas.errors import SettingsError
from schemas.settings import load_settings
from schemas.settings.api_keys import new_key
from service.app import create_app
from tests.running import Service, needs_proc
from tests.service.asking import post, problem, waiting_job
from tests.service.keyed import ALICE, BOB, asking, keyed_service

OPERATOR = new_key()
TEXT = {"source": {"text": "A text."}, "formats": ["csv"]}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with keyed_service(tmp_path_factory.mktemp("operators"), NEWSMILL_OPERATOR_KEYS=f"root:{OPERATOR}") as running:
        yield running


@pytest.fixture
def operator(keyed: Service) -> Iterator[httpx.Client]:
    with asking(keyed, OPERATOR) as client:
        yield client


def owners(client: httpx.Client, address: str = "/v1/jobs?limit=1") -> dict[str, str]:
    """The jobs of every page from this one on, with their owners."""
    found: dict[str, str] = {}
    following: str | None = address
    while following:
        answer = client.get(following)
        found |= {job["id"]: job["owner"] for job in answer.json()["jobs"]}
        following = answer.links.get("next", {}).get("url")
    return found


def test_an_operator_lists_the_jobs_of_all_callers(keyed: Service, operator: httpx.Client) -> None:
    made = {waiting_job(keyed.jobs(), owner=owner).id: owner for owner in ("alice", "bob", "", "alice")}
    assert made.items() <= owners(operator).items()
    of_alice = {job for job, owner in made.items() if owner == "alice"}
    assert of_alice <= set(owners(operator, "/v1/jobs?owner=alice&limit=1"))
    assert not of_alice & set(owners(operator, "/v1/jobs?owner=bob"))
    for key in (ALICE, BOB):
        with asking(keyed, key) as caller:
            problem(caller.get("/v1/jobs?owner=carol"), 400, "malformed-request")
            assert all("owner" not in job for job in caller.get("/v1/jobs").json()["jobs"])


def test_an_operator_stops_and_deletes_any_job(keyed: Service, operator: httpx.Client) -> None:
    first, second = (waiting_job(keyed.jobs(), owner="alice").id for _ in range(2))
    answer = operator.post(f"/v1/jobs/{first}/cancel")
    assert (answer.status_code, answer.json()["status"], answer.json()["owner"]) == (202, "canceled", "alice")
    assert operator.delete(f"/v1/jobs/{second}").status_code == 204
    with asking(keyed, ALICE) as alice:
        assert alice.get(f"/v1/jobs/{first}").json()["status"] == "canceled"
        assert alice.get(f"/v1/jobs/{second}").status_code == 404


def test_the_jobs_of_an_operator_are_its_own(keyed: Service, operator: httpx.Client) -> None:
    job = post(operator, TEXT)
    assert job["owner"] == "root"
    with asking(keyed, ALICE) as alice:
        assert alice.get(f"/v1/jobs/{job['id']}").status_code == 404


def test_jobs_from_before_there_were_keys_are_the_operators(keyed: Service, operator: httpx.Client) -> None:
    job = waiting_job(keyed.jobs(), owner="")
    with asking(keyed, ALICE) as alice:
        assert alice.get(f"/v1/jobs/{job.id}").status_code == 404
    assert operator.get(f"/v1/jobs/{job.id}").json()["owner"] == ""
    assert operator.delete(f"/v1/jobs/{job.id}").status_code == 204


@needs_proc
def test_workers_receive_no_keys(keyed: Service) -> None:
    workers = [one for one in keyed.all() if "service.cli worker" in one.command]
    assert workers
    for one in workers:
        environ = Path(f"/proc/{one.pid}/environ").read_bytes()
        assert b"NEWSMILL_DATA=" in environ
        assert b"_KEYS=" not in environ


def test_keys_of_operators_alone_are_keys(keyed: Service) -> None:
    environ = {"NEWSMILL_REDIS_URL": keyed.redis_url(), "NEWSMILL_OPERATOR_KEYS": OPERATOR}
    client = create_app(load_settings(environ)).test_client()
    assert client.get("/v1/jobs").status_code == 401
    assert client.get("/v1/jobs", headers={"Authorization": f"Bearer {ALICE}"}).status_code == 401
    assert client.get("/v1/jobs", headers={"Authorization": f"Bearer {OPERATOR}"}).status_code == 200


def test_a_wrong_file_of_operators_keys_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("short")
    environ = {"NEWSMILL_REDIS_URL": "redis://localhost:1/0", "NEWSMILL_OPERATOR_KEYS": str(tmp_path / "keys")}
    with pytest.raises(SettingsError, match="NEWSMILL_OPERATOR_KEYS="):
        create_app(load_settings(environ))
