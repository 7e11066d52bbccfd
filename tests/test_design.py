"""docs/design.md names every setting of Celery and every state of a job."""

from __future__ import annotations

import ast
import re

import pytest

from schemas.jobs.job import STATUSES
from tests.documentation.excerpts import with_imports
from tests.test_architecture import MAY_IMPORT, ROOT
from workers.celery.broker import broker_settings

PAGE = (ROOT / "docs" / "design.md").read_text()
NAMED = set(re.findall(r"`([\w.]+)`", PAGE))


def test_design_explains_every_celery_setting() -> None:
    source = (ROOT / "workers" / "celery" / "app.py").read_text()
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    [update] = [call for call in calls if ast.unparse(call.func) == "app.conf.update"]
    given = {keyword.arg: keyword.value for keyword in update.keywords}
    settings = {*given} - {None}
    made = broker_settings("redis://one")
    settings |= {*made, *made["broker_transport_options"]} - {"broker_url", "broker_transport_options"}
    assert len(settings) > 15
    assert settings - NAMED == set()


@pytest.mark.parametrize("status", STATUSES)
def test_design_shows_every_job_state(status: str) -> None:
    assert re.search(rf"\b{status}\b", PAGE)


def test_package_table_has_every_package() -> None:
    table = PAGE.partition("## Packages")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)
    assert sorted(listed) == sorted(set(MAY_IMPORT) - {"workers", "service"})


def test_package_table_has_the_imports_of_each() -> None:
    assert with_imports(PAGE) == PAGE, "write them anew: python -m tests.documentation.excerpts"


def test_paths_named_in_pages_exist() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for name in re.findall(
            r"`((?:schemas|workers|service|newsmill|tests|benchmarks)/[a-z0-9_./-]+)`", page.read_text()
        ):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_modules_named_in_pages_exist() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for name in re.findall(r"`((?:schemas|workers|service|benchmarks|tests)\.[\w.]+)`", page.read_text()):
            path = ROOT.joinpath(*name.split("."))
            there = path.is_dir() or path.with_suffix(".py").exists() or path.parent.with_suffix(".py").exists()
            assert there, f"{page.name} names {name}"
