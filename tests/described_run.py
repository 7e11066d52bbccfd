"""The running service, tried by schemathesis with whatever its own description allows and forbids.

python -m tests.described_run --examples N --seed N; the exit status is 0 where nothing is found.
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


def tried(base: str, folder: Path, *options: str, show: bool = False) -> subprocess.CompletedProcess[str]:
    """A run against a service; its files go to a folder.

    Each operation of the description has a `default`, as who makes a client of it wants it. Here it is left out: with
    it, whatever came would be described.

    Args:
        base: the service's address.
        folder: an empty folder, or one that is not there.
        options: more options of the run.
        show: whether to show what it says; else the answer has it.
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
    """Try a service that runs, or one of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.described_run")
    parser.add_argument("--examples", type=int, default=100, help="for each operation, in each phase")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--server", help="the address of a service that runs")
    given = parser.parse_args()
    options = ["--max-examples", str(given.examples), "--seed", str(given.seed), "--continue-on-failure"]
    with tempfile.TemporaryDirectory(prefix="newsmill-described-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if given.server:
            return tried(given.server, folder / "run", *options, show=True).returncode
        # Its jobs are of its own making: nobody else's are looked at, stopped or removed.
        with (folder / "log").open("w") as log, start_service(folder / "data", environ={}, log=log) as service:
            return tried(service.base, folder / "run", *options, show=True).returncode


if __name__ == "__main__":
    sys.exit(main())
