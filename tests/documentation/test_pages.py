"""Every command of the documentation is run, as it stands, against the real service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running import ROOT, Service, clean_environ

DOCS = ROOT / "docs"
ADDRESS = "http://127.0.0.1:8080"

IN_A_TERMINAL = {"make serve"}
"""What is to be run beside the rest: the tests of the whole service and `make demo` do."""


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
    script = "".join(block.commands for block in blocks(page) if not block.title)
    # As in a checkout: the command is where `make install` puts it.
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, service.base)],
        cwd=tmp_path,
        env=clean_environ() | {"NEWSMILL_SERVER": service.base},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_what_is_to_run_beside_the_rest_is_what_other_tests_run(page: Path) -> None:
    beside = {block.commands.strip() for block in blocks(page) if block.title == "in a terminal of its own"}
    assert beside <= IN_A_TERMINAL


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
