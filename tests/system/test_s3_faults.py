"""The whole service when its bucket fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.running import service_at, until
from tests.s3_server import s3_at
from tests.service.asking import post, problem
from tests.system.test_s3 import accepted, environ_of, lines


def test_killed_store_fails_requests_until_restarted(tmp_path: Path) -> None:
    with (
        s3_at(tmp_path / "s3") as server,
        service_at(tmp_path / "service", **environ_of(server)) as service,
        service.client(timeout=90) as client,
    ):
        before = post(client)
        running = accepted(client, "a.jsonl", lines(20_000, words=100))
        assert until(lambda: client.get(f"/v1/jobs/{running}").json()["progress"]["done"])
        server.kill()
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"]["store"] == "it cannot be reached"
        parts: Any = {"file": ("a.jsonl", lines(30_000)), "request": (None, '{"formats": ["csv"]}')}
        problem(client.post("/v1/jobs", files=parts), 503, "store-unreachable")
        problem(client.get(before["files"][0]["href"]), 503, "store-unreachable")
        assert until(lambda: service.jobs().get(running).ended)
        job = client.get(f"/v1/jobs/{running}").json()
        assert (job["status"], job["error"]["type"], job["files"]) == ("failed", "/problems/store-failed", [])
        # The store's address is in the log only, not in the job.
        assert job["error"]["detail"] in (
            "The artifact store failed: it cannot be reached.",
            "The artifact store failed: it does not answer.",
            "The artifact store failed: it cannot be used.",
        )
        assert "127.0.0.1" not in job["error"]["detail"]
        server.start()
        assert until(lambda: client.get("/readyz").status_code == 200)
        assert post(client)["status"] == "succeeded"
        assert client.get(before["files"][0]["href"]).status_code == 200
