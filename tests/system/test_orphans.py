"""`newsmill sweep` on a running service: files left by a killed upload and by a Redis that lost its data."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.running import NEWSMILL, Service, clean_environ, fast_service_at, needs_proc, until
from tests.system.serving import SMALL, post

pytestmark = needs_proc

HALF_AN_UPLOAD = (
    b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n"
    b"Content-Type: multipart/form-data; boundary=B\r\n\r\n"
    b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"word " * 100_000
)


def sweep(service: Service, *arguments: str) -> list[str]:
    command = [str(NEWSMILL), "sweep", "--data", str(service.data), *arguments]
    ran = subprocess.run(command, env=clean_environ(), capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


def folders(service: Service) -> set[str]:
    return {path.name for path in (service.data / "store" / "jobs").glob("*")}


def test_sweep_shows_and_removes_what_no_job_has(tmp_path: Path) -> None:
    with fast_service_at(tmp_path) as service:
        kept, lost = post(service, **SMALL)["id"], post(service, **SMALL)["id"]
        host, _, port = service.base.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(HALF_AN_UPLOAD)
            [broken] = until(lambda: folders(service) - {kept, lost})
            [line] = sweep(service, "--dry-run")
            assert line.startswith(f"{broken}: an upload without a job yet, seen ")
            assert sweep(service) == []
            os.kill(service.part("api").pid, signal.SIGKILL)
        redis = service.jobs()._client
        redis.zincrby("newsmill:arriving", -601, broken)  # its last sign of life is long ago
        redis.delete(f"newsmill:job:{lost}")
        assert set(sweep(service, "--dry-run")) == {f"{one}: files without a job" for one in (broken, lost)}
        assert folders(service) == {kept, lost, broken}
        redis.zrem("newsmill:expiring", lost)
        assert set(sweep(service)) == {f"{one}: files without a job, removed" for one in (broken, lost)}
        assert folders(service) == {kept}
        shutil.rmtree(tmp_path / "store" / "jobs" / kept)
        assert sweep(service, "--dry-run") == [f"{kept}: a job without its files"]
