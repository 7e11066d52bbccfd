"""GET /healthz and /readyz."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from schemas.settings import load_settings
from service.app import create_app
from tests.running import Service, Valkey
from workers.jobs.store import JobStore


def test_the_service_is_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "checks": {"redis": "ok", "store": "ok", "workers": "ok"}},
    )


def test_liveness_checks_no_other_part(service: Service, client: httpx.Client) -> None:
    before = {path for path in (service.data / "store").rglob("*") if path.is_file()}
    client.get("/readyz")
    assert {path for path in (service.data / "store").rglob("*") if path.is_file()} == before


def test_a_service_without_workers_is_not_ready(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path)}))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json == {
        "status": "not ready",
        "checks": {
            "redis": "ok",
            "store": "ok",
            "workers": "no worker has sent a heartbeat; start one",
        },
    }
    jobs.worker_seen("one:1")
    assert app.test_client().get("/readyz").status_code == 200


def test_a_service_without_a_store_accepts_no_job(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(store)}))
    client = app.test_client()
    shutil.rmtree(store)
    store.write_bytes(b"in the way")
    ready = client.get("/readyz").json
    assert ready is not None
    assert ready["checks"]["store"] in ("Not a directory", "File exists"), "the reason, and no path"
    refused = client.post("/v1/jobs", json={"source": {"seeds": "*"}, "formats": ["csv"]})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert refused.mimetype == "application/problem+json"
    assert valkey.client().keys("newsmill:job:*") == []


def test_a_failed_check_shows_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("ALLOW_HTTP", "true")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    unreachable = {"NEWSMILL_REDIS_URL": "redis://127.0.0.1:1/0", "NEWSMILL_STORE": "s3://news/kept"}
    answer = create_app(load_settings(unreachable)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"] == {
        "redis": "Redis does not respond",
        "store": "it cannot be reached",
        "workers": "unknown, as Redis is not ready",
    }


def test_a_full_queue_refuses_a_job_and_keeps_nothing(valkey: Valkey, jobs: JobStore, tmp_path: Path) -> None:
    app = create_app(
        load_settings({"NEWSMILL_REDIS_URL": valkey.url, "NEWSMILL_STORE": str(tmp_path), "NEWSMILL_MAX_QUEUED": "1"})
    )
    client = app.test_client()
    request = {"source": {"seeds": "*"}, "formats": ["csv"]}
    assert client.post("/v1/jobs", json=request).status_code == 202
    kept = set(tmp_path.rglob("*"))
    refused = client.post("/v1/jobs", json=request)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert refused.json is not None
    assert refused.json["type"] == "/problems/queue-full"
    assert set(tmp_path.rglob("*")) == kept
