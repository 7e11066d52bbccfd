"""The command and the service: the same input gives the same articles, warnings and failures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import NewsmillError
from tests.cases import CASES
from tests.running import Service
from tests.service.cli.test_jobs import newsmill

FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir() and not path.name.startswith("_"))
FILES = sorted(
    f"{folder}/{path.name}" for folder in ("csv", "json", "text-and-foreign") for path in (CASES / folder).iterdir()
)
FORMATS = ("--to", "articles-json", "--to", "csv")


def outcome(service: Service, out: Path, *arguments: str | Path) -> dict[str, Any]:
    """What a conversion made: the bytes of its files, its warnings, its failed articles and its exit status."""
    ran = newsmill(service, *arguments, *FORMATS, "--out", out, "--json")
    if isinstance(ran.exception, NewsmillError):
        return {"refused": str(ran.exception)}
    made = json.loads(ran.stdout)
    return {
        "files": {Path(file["path"]).name: Path(file["path"]).read_bytes() for file in made["files"]},
        "warnings": sorted((one["type"], one["detail"], one["articles"]) for one in made["warnings"]),
        "failed": sorted((one["document"], one["place"], one["reason"]) for one in made["failed"]),
        "done": made["done"],
        "status": ran.exit_code,
    }


def assert_same(service: Service, source: Path, tmp_path: Path) -> None:
    here = outcome(service, tmp_path / "here", "export", source)
    there = outcome(service, tmp_path / "there", "submit", source)
    if "refused" in there:
        # The service refuses at once what has no article in any file.
        assert (here["done"], here["status"]) == (0, 1)
        assert all(reason in there["refused"] for _, _, reason in here["failed"])
    else:
        assert there == here


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_cases_is_converted_alike(service: Service, folder: str, tmp_path: Path) -> None:
    assert_same(service, CASES / folder, tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_case_is_converted_alike(service: Service, name: str, tmp_path: Path) -> None:
    assert_same(service, CASES / name, tmp_path)
