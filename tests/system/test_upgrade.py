"""Upgrade to a newer version and rollback, on one data folder, with jobs that run: real services in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.newer import make_newer
from tests.running import FAST_TIMINGS, ROOT, Service, start_service, until

ARTICLES = 8_000
TEXT = {"source": {"text": "A headline\n\nA text."}, "formats": ["csv"]}


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A copy of newsmill whose records are those of a newer version."""
    return make_newer(tmp_path / "newer")


@contextmanager
def version(data: Path, house: Path) -> Iterator[tuple[Service, httpx.Client]]:
    """The service of a checkout on a data folder."""
    environ = FAST_TIMINGS | {"PYTHONPATH": str(house), "NEWSMILL_SEEDS": str(ROOT / "seeds")}
    with start_service(data, environ=environ, cwd=house) as service:
        assert service.base, service.lines
        with service.client() as client:
            yield service, client


def ended(client: httpx.Client) -> dict[str, Any]:
    """A small job that has ended."""
    return dict(client.post("/v1/jobs", json=TEXT, headers={"Prefer": "wait=60"}).json())


def running(client: httpx.Client) -> str:
    """A large job that runs."""
    text = "A text. " * 40
    lines = "".join(
        f'{{"id": "urn:x:{number}", "headline": "Headline {number}", "paragraphs": ["{text}"]}}\n'
        for number in range(ARTICLES)
    )
    parts: Any = {"file": ("a.jsonl", lines.encode()), "request": (None, '{"formats": ["csv", "newsml-g2"]}')}
    job_id = str(client.post("/v1/jobs", files=parts).json()["id"])
    assert until(lambda: client.get(f"/v1/jobs/{job_id}").json()["status"] != "queued")
    return job_id


def check_files(client: httpx.Client, job_id: str, articles: int) -> None:
    """Check that a job ends with all its articles, and the bytes of its files by their digests."""
    assert until(lambda: client.get(f"/v1/jobs/{job_id}?wait=30").json()["status"] == "succeeded", 120)
    job = client.get(f"/v1/jobs/{job_id}").json()
    assert (job["progress"]["done"], job["progress"]["failed"]) == (articles, 0)
    assert job["files"]
    for file in job["files"]:
        assert hashlib.sha256(client.get(file["href"]).content).hexdigest() == file["sha256"]


def test_jobs_survive_an_upgrade_and_a_rollback(tmp_path: Path, newer: Path) -> None:
    data = tmp_path / "data"
    with version(data, ROOT) as (_, client):
        old_ended, old_running = ended(client), running(client)
    with version(data, newer) as (_, client):
        check_files(client, old_running, ARTICLES)
        check_files(client, old_ended["id"], 1)
        new_ended, new_running = ended(client), running(client)
        assert new_ended["status"] == "succeeded"
    with version(data, ROOT) as (_, client):
        # The request of the newer version has a field that this one does not know.
        check_files(client, new_running, ARTICLES)
        check_files(client, old_ended["id"], 1)
        listed = {job["id"]: job["status"] for job in client.get("/v1/jobs").json()["jobs"]}
        assert set(listed) == {old_ended["id"], old_running, new_ended["id"], new_running}
        unreadable = client.get(f"/v1/jobs/{new_ended['id']}").json()
        assert [warning["type"] for warning in unreadable["warnings"]] == ["unreadable-record"]
        assert client.delete(f"/v1/jobs/{new_ended['id']}").status_code == 204
        assert not (data / "store" / "jobs" / new_ended["id"]).exists()
