"""Run the commands of a page as a reader does: in order, in one folder, against the real service."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.documentation.blocks import RUN_ELSEWHERE, name_of, shell_blocks
from tests.running import ROOT, Service, clean_environ

ADDRESS = "http://127.0.0.1:8080"

ALREADY = "make serve"
"""The command for which the shared test service stands in."""

NOT_RUN = {
    "with Docker": "needs an engine and base images; tests/system/composition.py uses them where they exist",
    "on Kubernetes": "needs a cluster; a test looks at what kubectl would send to one",
    "with systemd": "needs a machine of systemd's and root; tests/system/test_systemd.py checks the unit",
    "from the package index": "needs a network",
    "to compare": "needs a network, and minutes",
}
"""Titles of blocks that are not run, and why. Other tests check what these blocks name."""

NOT_RUN_LINES = {
    "make test": "runs this test",
    "make lint": "runs beside this test, over the same tree",
    "make cluster": "needs several machines, root, and hours",
}
"""Single commands that are not run, and why."""

_CURL = """\
#!/usr/bin/env bash
# A refused request fails the page.
exec {curl} --fail-with-body "$@"
"""

_MAKE = """\
#!/usr/bin/env bash
# Skip installation: no test asks the package index.
exec {make} --old-file=.venv/.installed --old-file=.venv/.installed-dev "$@"
"""

_START = """\
export NEWSMILL_DATA={data} NEWSMILL_PORT={port} NEWSMILL_WORKERS=1 NEWSMILL_SERVER=http://127.0.0.1:{port}
{command} > served.txt 2> served.log &
SERVED=$!
disown $SERVED
trap 'kill $SERVED; while kill -0 $SERVED 2> /dev/null; do sleep 0.05; done' EXIT
until curl -s http://127.0.0.1:{port}/readyz > /dev/null 2>&1; do kill -0 $SERVED; sleep 0.3; done
"""


def is_followed(page: Path) -> bool:
    """Return whether a page has commands that are run."""
    return any(block.title not in NOT_RUN for block in shell_blocks(page))


def follow(page: Path, service: Service, folder: Path, addresses: Mapping[str, str]) -> None:
    """Run the commands of a page. `addresses` maps each address in the page to its stand-in here."""
    _prepare(page, folder)
    # A short path: the command finds the embedded broker's socket by it.
    with tempfile.TemporaryDirectory(prefix="newsmill-") as data:
        script = script_of(page, service, data)
        for named, here in addresses.items():
            script = script.replace(named, here)
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=folder,
            env=clean_environ()
            | {
                "NEWSMILL_SERVER": service.base,
                "NEWSMILL_DATA": str(service.data),
                "PATH": f"{folder / 'shims'}:{os.environ['PATH']}",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=150)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            said, _ = process.communicate(timeout=90)
            raise AssertionError(f"{name_of(page)} did not end within 150 s:\n{said}") from None
    served = folder / "served.log"
    assert process.returncode == 0, said + (served.read_text() if served.exists() else "")


def script_of(page: Path, service: Service, data: str) -> str:
    """Return the commands of a page, each with the address of the service that runs at that point."""
    script, base = "", service.base
    for block in shell_blocks(page):
        command = block.text.strip()
        if block.title == RUN_ELSEWHERE and command != ALREADY:
            port = free_port()
            base = f"http://127.0.0.1:{port}"
            script += _START.format(command=command, data=data, port=port)
        elif not block.title:
            script += "".join(
                line for line in block.text.replace(ADDRESS, base).splitlines(keepends=True) if not _is_not_run(line)
            )
    return script


def _is_not_run(line: str) -> bool:
    return re.sub(r" +#.*", "", line).strip() in NOT_RUN_LINES


def _prepare(page: Path, folder: Path) -> None:
    """Give a folder those files of a checkout that pages need."""
    # The command is where `make install` puts it.
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    for name in ("Makefile", "seeds", "pyproject.toml", "requirements.txt"):
        (folder / name).symlink_to(ROOT / name)
    shims = folder / "shims"
    shims.mkdir()
    for name, text in (("curl", _CURL), ("make", _MAKE)):
        shim = shims / name
        shim.write_text(text.format(**{name: shutil.which(name)}))
        shim.chmod(0o755)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
