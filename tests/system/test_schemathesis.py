"""The running service, tried with whatever its own description allows and forbids; `make schemathesis` tries more."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.running import Service, clean_environ

CHECKS: Final = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "unsupported_method", "allow_header_conformance"),
)


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="needs schemathesis: make test installs it")
def test_no_request_has_an_answer_that_is_not_described(service: Service, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.base}/openapi.json"]
    options = ["--phases", "examples,fuzzing", "--max-examples", "4", "--checks", ",".join(CHECKS)]
    # A stream of events lasts as long as its job.
    more = [
        "--exclude-path-regex",
        "events",
        "--request-timeout",
        "90",
        "--suppress-health-check",
        "all",
        "--seed",
        "1",
    ]
    run = subprocess.run(
        [*command, *options, *more], cwd=tmp_path, env=clean_environ(), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
