"""A run of schemathesis against a service: requests that its OpenAPI document allows and forbids.

python -m tests.described_run --examples N --seed N; the exit status is 0 if no fault is found.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import httpx

from tests.running import clean_environ, start_service

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")


def run_schemathesis(base: str, folder: Path, *options: str, show: bool = False) -> subprocess.CompletedProcess[str]:
    """Run schemathesis against a service, with its files in a folder.

    Each operation of the document has a response `default`, for generators of clients. It is left out here: with it,
    every response would be documented.

    Args:
        base: the service's URL.
        folder: a folder that is empty or does not exist.
        options: more options of schemathesis.
        show: whether to show its output. Otherwise the result has it.
    """
    description = httpx.get(f"{base}/openapi.json").raise_for_status().json()
    for operations in description["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation["responses"].pop("default")
    folder.mkdir(exist_ok=True)
    (folder / "openapi.json").write_text(json.dumps(description))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", "openapi.json"]
    always = ["--url", base, "--request-timeout", "90", "--suppress-health-check", "all"]
    return subprocess.run(
        [*command, *always, *options], cwd=folder, env=clean_environ(), capture_output=not show, text=True, check=False
    )


def main() -> int:
    """Test a running service, or start one."""
    parser = argparse.ArgumentParser(prog="python -m tests.described_run")
    parser.add_argument("--examples", type=int, default=100, help="examples for each operation, in each phase")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--server", help="the URL of a running service")
    given = parser.parse_args()
    options = ["--max-examples", str(given.examples), "--seed", str(given.seed), "--continue-on-failure"]
    with tempfile.TemporaryDirectory(prefix="newsmill-described-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if given.server:
            return run_schemathesis(given.server, folder / "run", *options, show=True).returncode
        # A service of its own, as the run cancels and deletes jobs.
        with (folder / "log").open("w") as log, start_service(folder / "data", environ={}, log=log) as service:
            return run_schemathesis(service.base, folder / "run", *options, show=True).returncode


if __name__ == "__main__":
    sys.exit(main())
