"""The running service, tried by schemathesis with whatever its own description allows and forbids."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx

from tests.running import Service, clean_environ


def tried(service: Service, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A run against a service; its files go to a folder.

    Each operation of the description has a `default`, as who makes a client of it wants it. Here it is left out: with
    it, whatever came would be described.
    """
    description = httpx.get(f"{service.base}/openapi.json").raise_for_status().json()
    for operations in description["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation["responses"].pop("default")
    folder.mkdir(exist_ok=True)
    (folder / "openapi.json").write_text(json.dumps(description))
    command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", service.base]
    # A stream of events lasts as long as its job.
    always = ["--exclude-path-regex", "events$", "--request-timeout", "90", "--suppress-health-check", "all"]
    return subprocess.run(
        [*command, *always, *options], cwd=folder, env=clean_environ(), capture_output=True, text=True, check=False
    )
