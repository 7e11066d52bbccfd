"""A Redis that refuses writes: the workers wait, the API says why, and a full Redis drains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts import Parts, parts_at
from tests.running import FAST_TIMINGS, needs_proc, until
from tests.service.asking import post

pytestmark = needs_proc

WORKERS = ("jobs", "chunks", "callbacks")
SMALL: dict[str, Any] = {"source": {"text": "One."}, "formats": ["csv"]}
REFUSALS = {
    "full": (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0"), "Redis is full"),
    "replica": (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE"), "Redis is read-only"),
    "lonely": (
        ("CONFIG", "SET", "min-replicas-to-write", "1"),
        ("CONFIG", "SET", "min-replicas-to-write", "0"),
        "fewer replicas than min-replicas-to-write",
    ),
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    with parts_at(tmp_path_factory.mktemp("refusing"), NEWSMILL_RETENTION="3s", **FAST_TIMINGS) as parts:
        parts.start("api", "api")
        for role in WORKERS:
            parts.start(role, "worker", "--only", role)
        assert parts.ready()
        yield parts


@pytest.mark.parametrize("refusal", REFUSALS)
def test_workers_come_back_when_redis_takes_writes_again(parts: Parts, refusal: str) -> None:
    refuse, accept, reason = REFUSALS[refusal]
    with parts.client() as client:
        assert post(client, SMALL)["status"] == "succeeded"
        parts.redis().execute_command(*refuse)
        refused = client.post("/v1/jobs", json=SMALL)
        assert refused.status_code == 503
        assert reason in refused.json()["detail"]
        assert reason in client.get("/readyz").json()["checks"]["redis"]
        # Each worker has noticed. A worker takes messages from a full Redis, and notices nothing.
        lost = {"full": "", "replica": "read only", "lonely": "NOREPLICAS"}[refusal]
        assert until(lambda: all(lost in parts.log(role) for role in WORKERS), every=0.2)
        assert [parts.running[role].poll() for role in WORKERS] == [None] * 3
        parts.redis().execute_command(*accept)
        assert parts.ready()
        assert post(client, SMALL)["status"] == "succeeded"
        assert [parts.running[role].poll() for role in WORKERS] == [None] * 3


def test_full_redis_expires_and_deletes_jobs(parts: Parts) -> None:
    with parts.client() as client:
        expiring, deleted = post(client, SMALL)["id"], post(client, SMALL)["id"]
        parts.redis().config_set("maxmemory", 1)
        files = parts.data / "store" / "jobs" / expiring
        assert until(lambda: not files.exists(), every=0.1)
        assert client.get(f"/v1/jobs/{expiring}").json()["status"] == "expired"
        # The first list of a Redis looks for records of earlier versions.
        assert deleted in [job["id"] for job in client.get("/v1/jobs").json()["jobs"]]
        assert client.delete(f"/v1/jobs/{deleted}").status_code == 204
        assert parts.redis().exists(f"newsmill:job:{deleted}") == 0
        parts.redis().config_set("maxmemory", 0)
