"""A format that is added by one folder and one line is in everything that newsmill offers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import NEWSMILL, Service, clean_environ, start_service
from tests.system.toy import copy_with_toy

TOY = b"TOY: Rates fall | The bank cut its rates.\nTOY: Rates rise | The bank raised its rates.\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of newsmill with the toy format."""
    return copy_with_toy(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def toy_service(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with the toy format; a browser can open its page at `base`."""
    data = tmp_path_factory.mktemp("toy-data")
    with start_service(data, environ={"PYTHONPATH": str(house)}, cwd=house) as service:
        assert service.base, service.lines
        yield service


def newsmill(house: Path, *arguments: str | Path, status: int = 0) -> str:
    ran = subprocess.run(
        [NEWSMILL, *arguments],
        cwd=house,
        env=clean_environ() | {"PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == status, ran.stderr
    return ran.stdout


def python(house: Path, *arguments: str) -> str:
    environ = clean_environ() | {"PYTHONPATH": str(house)}
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=house, env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def export(service: Service, content: bytes, **request: Any) -> tuple[dict[str, Any], dict[str, str]]:
    with service.client() as client:
        parts: Any = {"file": ("feed", content), "request": (None, json.dumps(request))}
        job = client.post("/v1/jobs", files=parts, headers={"Prefer": "wait=60"}).json()
        assert job.get("status") == "succeeded", job
        return job, {file["name"]: client.get(file["href"]).text for file in job["files"]}


def test_job_reads_the_toy_by_detection(toy_service: Service) -> None:
    _, files = export(toy_service, TOY, formats=["articles-json"])
    headlines = [json.loads(line)["headline"] for line in files["articles.ndjson"].splitlines()]
    assert headlines == ["Rates fall", "Rates rise"]


def test_job_writes_the_toy_with_its_option(toy_service: Service) -> None:
    job, files = export(toy_service, TOY, formats=["toy"], options={"toy": {"loud": True}}, metadata={"genre": "News"})
    assert files["articles.toy"].splitlines()[0] == "TOY: RATES FALL | The bank cut its rates."
    assert "toy has no place for `genre`; it is not in the file." in [one["detail"] for one in job["warnings"]]


def test_job_refuses_an_option_that_the_toy_does_not_have(toy_service: Service) -> None:
    body = {"source": {"text": "One."}, "formats": ["toy"], "options": {"toy": {"lout": True}}}
    with toy_service.client() as client:
        answer = client.post("/v1/jobs", json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/options/toy/lout"]


def test_api_lists_the_toy_with_its_option(toy_service: Service) -> None:
    with toy_service.client() as client:
        listed = {one["id"]: one for one in client.get("/v1/formats").json()["formats"]}
    assert listed["toy"]["options"]["properties"]["loud"]["type"] == "boolean"
    assert "headline" not in listed["toy"]["unheld"]
    assert "genre" in listed["toy"]["unheld"]


def test_openapi_describes_the_toy_and_its_option(toy_service: Service) -> None:
    with toy_service.client() as client:
        described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert "loud" in schemas["ToyOptions"]["properties"]
    for name in ("ExportRequest", "UploadRequest"):
        assert "toy" in schemas[name]["properties"]["formats"]["items"]["enum"]
        assert "toy" in schemas[name]["properties"]["options"]["properties"]
    assert "Toy" in described["info"]["description"]


def test_metrics_count_the_toy(toy_service: Service) -> None:
    export(toy_service, TOY, formats=["toy"])
    with toy_service.client() as client:
        metrics = client.get("/metrics").text
    assert 'newsmill_articles_total{format="toy"}' in metrics


def test_command_lists_exports_and_validates_the_toy(house: Path, tmp_path: Path) -> None:
    listed = newsmill(house, "formats")
    assert "toy: Toy 1.0" in listed
    assert "--option toy.loud=" in listed
    assert "toy" in newsmill(house, "export", "--help")
    source = tmp_path / "feed"
    source.write_bytes(TOY)
    newsmill(house, "export", source, "--to", "toy", "--option", "toy.loud=true", "--out", tmp_path / "out")
    made = tmp_path / "out" / "articles.toy"
    assert made.read_text().startswith("TOY: RATES FALL | ")
    newsmill(house, "validate", made)
    made.write_text("TOY: no bar\n")
    assert "toy-bar" in newsmill(house, "validate", made, status=1)


def test_documentation_tables_have_the_toy(house: Path) -> None:
    # To write the page takes many seconds: tests/test_field_table.py makes its tables, of all formats there are.
    code = (
        "from tests.field_table import TABLES, default_places\n"
        "print(TABLES['unheld'](), TABLES['options'](), default_places('headline', 'toy'), sep='\\n')"
    )
    tables = python(house, "-c", code)
    assert "| Toy | " in tables
    assert "| `toy.loud` | `false` | The headline in capitals |" in tables
    assert "('line/headline',)" in tables


def test_fuzz_targets_have_the_toy(house: Path) -> None:
    code = (
        "from tests.hostile.fuzz import TARGETS, trier\n"
        "from tests.hostile.corpus import documents, tokens\n"
        "assert 'toy' in TARGETS and tokens('toy')\n"
        "print(trier('toy')(documents('toy')[0]))"
    )
    assert python(house, "-c", code).strip() == "(1, 0)"
