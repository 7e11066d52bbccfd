"""A full disk: the job fails, no partial file is handed out, and the space is freed."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.exports import NEWS_FORMATS
from tests.running import Service, needs_proc, service_at, until
from tests.service.asking import post, problem

pytestmark = needs_proc

MEGABYTE = 1 << 20
ROOM = 4 * MEGABYTE


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(
            f"mounts a small disk: needs root, or a container with --cap-add SYS_ADMIN ({mounted.stderr.strip()})"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def full(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service_at(tmp_path_factory.mktemp("data"), NEWSMILL_STORE=str(disk), NEWSMILL_LOG_LEVEL="error") as service:
        yield service


def used(disk: Path) -> int:
    found = os.statvfs(disk)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def lines(megabytes: float) -> bytes:
    line = b'{"paragraphs": ["%d ' + b"word " * 60 + b'"]}\n'
    return b"".join(line % number for number in range(int(megabytes * MEGABYTE / len(line))))


def upload(client: httpx.Client, content: bytes) -> httpx.Response:
    body: Any = {"file": ("a.ndjson", content), "request": (None, json.dumps({"formats": NEWS_FORMATS}))}
    return client.post("/v1/jobs", files=body)


def test_job_fails_on_full_disk_and_succeeds_on_retry(full: Service, disk: Path) -> None:
    with full.client() as client:
        content = lines(1)
        job_id = upload(client, content).json()["id"]
        assert until(lambda: "finished" in client.get(f"/v1/jobs/{job_id}").json(), every=0.2)
        job = client.get(f"/v1/jobs/{job_id}").json()
        assert (job["status"], job["files"], job["error"]["type"]) == ("failed", [], "/problems/store-failed")
        assert job["error"]["detail"] == "The artifact store failed: No space left on device."
        # Only the input remains, for a retry.
        assert until(lambda: used(disk) < len(content) + MEGABYTE / 2), used(disk)
        assert [path.name for path in (disk / "jobs" / job_id).iterdir()] == ["input-0"]
        for name in ("articles.newsml.xml", "articles.csv"):
            assert client.get(f"/v1/jobs/{job_id}/files/{name}").status_code == 404

        # The operator enlarges the disk.
        subprocess.run(["mount", "-o", f"remount,size={64 * MEGABYTE}", disk], check=True)
        # A worker may still be busy with a chunk for a moment.
        assert until(lambda: client.post(f"/v1/jobs/{job_id}/retry").status_code == 202, every=0.2)
        assert until(lambda: "finished" in client.get(f"/v1/jobs/{job_id}").json(), every=0.2)
        job = client.get(f"/v1/jobs/{job_id}").json()
        count = content.count(b"\n")
        assert (job["status"], job["progress"]["done"]) == ("succeeded", count)
        files = {file["name"]: client.get(file["href"]).content for file in job["files"]}
        assert files["articles.newsml.xml"].count(b"<newsItem ") == files["articles.csv"].count(b"\r\n") - 1 == count
        assert client.delete(f"/v1/jobs/{job_id}").status_code == 204
        assert until(lambda: used(disk) < MEGABYTE / 2)
        subprocess.run(["mount", "-o", f"remount,size={ROOM}", disk], check=True)


def test_upload_on_full_disk_is_refused_and_removed(full: Service, disk: Path) -> None:
    with full.client() as client:
        refused = upload(client, lines(6))
        problem(refused, 503, "store-unreachable")
        assert refused.headers["Retry-After"] == "30"
        assert used(disk) < MEGABYTE / 2
        assert post(client)["status"] == "succeeded"


def test_a_full_disk_is_not_ready_and_says_so(full: Service, disk: Path) -> None:
    with full.client() as client:
        filling = disk / "filling"
        with filling.open("wb", buffering=0) as stream, suppress(OSError):
            while True:
                stream.write(b"\0" * 4096)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["store"]) == (503, "No space left on device")
        filling.unlink()
        assert client.get("/readyz").status_code == 200
