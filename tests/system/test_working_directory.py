"""The service in a folder with modules of the same names as newsmill's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.running import NEWSMILL, clean_environ, start_service

PACKAGES = ("newsmill", "schemas", "service")
MODULES = (
    "celery",
    "flask",
    "httptools",
    "lxml",
    "marshmallow",
    "orjson",
    "redis",
    "structlog",
    "uvicorn",
    "workers",
    "xmlrpc",
    "zipfile",
)
POISON = """
from pathlib import Path
Path(__file__).with_suffix(".imported").touch()
raise SystemExit("imported from the working directory")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a wrong module for every import."""
    folder = tmp_path / "poisoned"
    for name in PACKAGES:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(POISON)
    for name in MODULES:
        (folder / f"{name}.py").write_text(POISON)
    return folder


def test_the_service_imports_nothing_from_its_folder(folder: Path, tmp_path: Path) -> None:
    # With DJANGO_SETTINGS_MODULE set, Celery would import Django from the working directory.
    with start_service(tmp_path / "data", environ={"DJANGO_SETTINGS_MODULE": "settings"}, cwd=folder) as service:
        body = {"source": {"articles": [{"paragraphs": ["One."]}]}, "formats": ["csv"]}
        with service.client() as client:
            job = client.post("/v1/jobs", json=body, headers={"Prefer": "wait=60"}).json()
            assert job["status"] == "succeeded", job
            [table] = [file for file in job["files"] if file["name"] == "articles.csv"]
            assert "One." in client.get(table["href"]).text
        assert service.stop() == 0
    assert [*folder.rglob("*.imported")] == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_export_imports_nothing_from_its_folder(folder: Path, tmp_path: Path, jobs: str) -> None:
    source = tmp_path / "a.txt"
    source.write_text("One.")
    command: list[str | Path] = [
        NEWSMILL,
        "export",
        source,
        "--to",
        "newsml-g2",
        "--jobs",
        jobs,
        "--out",
        str(tmp_path / "out"),
    ]
    subprocess.run(command, cwd=folder, env=clean_environ(), check=True, timeout=120)
    assert (tmp_path / "out" / "articles.newsml.xml").is_file()
    assert [*folder.rglob("*.imported")] == []
