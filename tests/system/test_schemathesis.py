"""A short run of schemathesis against the running service; `make schemathesis` runs more examples."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.described_run import run_schemathesis
from tests.running import service_at

CHECKS: Final = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "unsupported_method", "allow_header_conformance"),
)


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="needs schemathesis: make test installs it")
def test_every_response_is_documented(tmp_path: Path) -> None:
    # A service of its own, as the run cancels and deletes jobs.
    options = ["--phases", "examples,fuzzing", "--max-examples", "4", "--checks", ",".join(CHECKS), "--seed", "1"]
    with service_at(tmp_path / "data") as service:
        run = run_schemathesis(service.base, tmp_path / "run", *options)
    assert run.returncode == 0, run.stdout + run.stderr
