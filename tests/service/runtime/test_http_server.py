"""The HTTP server of the API: how it stops."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.parts import free_port
from tests.running import ROOT, clean_environ, until


@pytest.mark.parametrize("module", ["service.cli", "tests.ignore_first_sigterm"])
def test_api_stops_right_after_its_first_response(tmp_path: Path, module: str) -> None:
    port = free_port()
    # It is alive without a Redis.
    environ = {"NEWSMILL_REDIS_URL": f"redis+socket://{tmp_path}/none", "NEWSMILL_DATA": str(tmp_path)}
    api = subprocess.Popen(
        [sys.executable, "-m", module, "api"], cwd=ROOT, env=clean_environ() | environ | {"NEWSMILL_PORT": str(port)}
    )

    def answers() -> bool:
        with suppress(httpx.TransportError):
            return httpx.get(f"http://127.0.0.1:{port}/healthz").is_success
        return False

    try:
        assert until(answers, 30)
        api.terminate()
        assert api.wait(30) == 0
    finally:
        api.kill()
        api.wait()
