"""Jobs of `newsmill serve`, and starts of it that fail."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.exports import NEWS_FORMATS
from tests.running import ROOT, Seen, Service, clean_environ

SMALL: dict[str, Any] = {"source": {"seeds": "*"}, "formats": ["csv"]}
REQUEST = {"source": {"seeds": "*"}, "formats": [*NEWS_FORMATS]}


def post(service: Service, wait: int = 60, **changed: Any) -> dict[str, Any]:
    with service.client() as client:
        answer = client.post("/v1/jobs", json=REQUEST | changed, headers={"Prefer": f"wait={wait}"})
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def files(service: Service, job: dict[str, Any]) -> dict[str, bytes]:
    with service.client() as client:
        return {file["name"]: client.get(file["href"]).raise_for_status().content for file in job["files"]}


def run_serve(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "serve", *arguments],
        cwd=ROOT,
        env=clean_environ() | environ,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def make_a_job(service: Service) -> None:
    with service.client() as client:
        job = client.post("/v1/jobs", json=SMALL, headers={"Prefer": "wait=60"}).json()
        assert job["status"] == "succeeded"
        assert client.get(f"/v1/jobs/{job['id']}", params={"wait": 60}).json()["status"] == "succeeded"


def is_replaced(service: Service, name: str, killed: Seen) -> bool:
    """Whether a part that was killed has started again."""
    with suppress(StopIteration):
        return service.part(name) != killed
    return False
