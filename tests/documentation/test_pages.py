"""Every command of the documentation is run, as it stands, against the real service."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import ROOT, Service, clean_environ, service_at

DOCS = ROOT / "docs"
ADDRESS = "http://127.0.0.1:8080"

IN_A_TERMINAL = {"make serve", "NEWSMILL_CALLBACK_ALLOW=127.0.0.0/8 make serve"}
"""What is to be run beside the rest: the service, as `service` and `SETTINGS` have it here."""

ELSEWHERE = {
    "with Docker": "tests/system/test_compose.py runs the composition, where there is a Docker engine",
    "on Kubernetes": "tests/system/test_kubernetes.py checks the manifests; there is no cluster to run them on",
}
"""Blocks for what a machine may lack, and what tests them instead."""

SETTINGS = {"how-to/callbacks.md": {"NEWSMILL_CALLBACK_ALLOW": "127.0.0.0/8"}}
"""What the service of a page is run with."""


class Block(NamedTuple):
    """A block of commands: what stands above it, and its lines."""

    title: str
    commands: str


def blocks(page: Path) -> list[Block]:
    """The blocks for a shell, in order."""
    found = re.finditer(r'^```sh(?: title="([^"]*)")?\n(.*?)^```$', page.read_text(), re.MULTILINE | re.DOTALL)
    return [Block(match[1] or "", match[2]) for match in found]


PAGES = [page for page in sorted(DOCS.rglob("*.md")) if any(not block.title for block in blocks(page))]


def test_there_are_commands_to_be_run() -> None:
    assert {"tutorial.md", "corpus.md", "excel.md"} <= {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_command_of_a_page_does_what_it_says(page: Path, service: Service, tmp_path: Path) -> None:
    with service_of(page, service) as here:
        run(page, here, tmp_path)


@contextmanager
def service_of(page: Path, service: Service) -> Iterator[Service]:
    """The service that a page is tried with: one of its own, where it needs settings."""
    settings = SETTINGS.get(page.relative_to(DOCS).as_posix())
    if settings is None:
        yield service
        return
    # A short path: the command finds the embedded broker's socket by it.
    with tempfile.TemporaryDirectory(prefix="newsmill-") as data, service_at(Path(data), **settings) as own:
        yield own


def run(page: Path, service: Service, tmp_path: Path) -> None:
    """Run the commands of a page, in order, in a folder of their own."""
    script = "".join(block.commands for block in blocks(page) if not block.title)
    # As in a checkout: the command is where `make install` puts it.
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, service.base).replace(*free_receiver())],
        cwd=tmp_path,
        env=clean_environ() | {"NEWSMILL_SERVER": service.base, "NEWSMILL_DATA": str(service.data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def free_receiver() -> tuple[str, str]:
    """The address that the pages receive at, for one that is free; and its port alone, as a program has it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "9000", str(probe.getsockname()[1])


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_what_is_to_run_beside_the_rest_is_what_other_tests_run(page: Path) -> None:
    beside = {block.commands.strip() for block in blocks(page) if block.title == "in a terminal of its own"}
    assert beside <= IN_A_TERMINAL
    assert {block.title for block in blocks(page)} <= {"", "in a terminal of its own", *ELSEWHERE}


def test_a_path_that_is_named_is_there() -> None:
    for page in sorted(DOCS.rglob("*.md")):
        for block in blocks(page):
            for path in re.findall(r"deploy/[\w/-]+", block.commands):
                assert (ROOT / path / "kustomization.yaml").exists(), path


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_documentation_builds_with_no_fault_and_no_asset_of_another_host(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="needs MkDocs: make docs installs it")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path)]
    built = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        loaded = re.findall(
            r'<(?:script|img|iframe|link rel="stylesheet")[^>]*(?:src|href)="(https?:[^"]*)"', page.read_text()
        )
        assert loaded == [], page


def test_what_is_claimed_beside_other_services_has_a_test() -> None:
    table = (DOCS / "compare.md").read_text().partition("<!-- tests -->")[2].partition("<!-- end -->")[0]
    rows = [row.split("|") for row in table.strip().splitlines()[2:]]
    assert len(rows) > 15
    for row in rows:
        path = ROOT / row[-2].strip().strip("`")
        tests = [path] if path.suffix else sorted(path.glob("test_*.py"))
        assert any("def test_" in one.read_text() for one in tests if one.exists()), row
