"""Callers share the workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.running import until
from tests.service.keyed import ALICE, BOB, asking, keyed_service


def upload(client: httpx.Client, articles: int) -> str:
    lines = b"".join(b'{"paragraphs": ["Article %d of many."]}\n' % number for number in range(articles))
    parts: Any = [("file", ("many.ndjson", lines)), ("request", (None, b'{"formats": ["newsml-g2", "csv"]}'))]
    return str(client.post("/v1/jobs", files=parts).json()["id"])


def test_large_jobs_of_two_callers_share_the_workers(tmp_path: Path) -> None:
    with keyed_service(tmp_path) as service, asking(service, ALICE) as alice, asking(service, BOB) as bob:
        many = upload(alice, 60_000)
        assert until(lambda: alice.get(f"/v1/jobs/{many}").json()["progress"]["done"])
        few = upload(bob, 4_000)
        assert until(lambda: bob.get(f"/v1/jobs/{few}").json()["status"] == "succeeded")
        assert alice.get(f"/v1/jobs/{many}").json()["status"] == "running"
        assert alice.get(f"/v1/jobs/{many}").json()["progress"]["done"] < 60_000
