"""Clients and models that generators make from the OpenAPI document, used against the service."""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running import Service
from tests.service.asking import REQUEST

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def generated(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a generated client and generated models, from which both can be imported."""
    folder = tmp_path_factory.mktemp("generated")
    document = folder / "openapi.json"
    document.write_bytes(httpx.get(f"{service.base}/openapi.json").raise_for_status().content)
    (folder / "config.yml").write_text("post_hooks: []\n")
    client = ["openapi_python_client", "generate", "--meta", "none", "--fail-on-warning", "--config", "config.yml"]
    models = ["datamodel_code_generator", "--input-file-type", "openapi", "--input", document.name]
    for command in (
        [*client, "--path", document.name, "--output-path", "made_client"],
        [*models, "--output", "made_models.py", "--output-model-type", "pydantic_v2.BaseModel"],
    ):
        run = subprocess.run([sys.executable, "-m", *command], check=False, cwd=folder, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def call(service: Service, generated: Path) -> Call:
    """Calls an operation of the generated client and returns what it parsed."""
    client = importlib.import_module("made_client").Client(base_url=service.base)

    def call(operation: str, *path: str, **given: Any) -> Any:
        return importlib.import_module(f"made_client.api.{operation}").sync(*path, client=client, **given)

    return call


@pytest.fixture(scope="module")
def job(call: Call, generated: Path) -> Any:
    """A job of two articles, one of which fails, posted and polled to its end."""
    models, types = (importlib.import_module(f"made_client.{name}") for name in ("models", "types"))
    lines = io.BytesIO(b'{"headline": "Bank keeps rates", "paragraphs": ["One."]}\n{"headline": 1}\n')
    body = models.ExportArticlesFilesBody(
        file=[types.File(payload=lines, file_name="two.ndjson")],
        request=models.UploadRequest.from_dict({"formats": ["csv", "news-article"]}),
    )
    posted = call("jobs.export_articles", body=body, prefer="wait=20")
    assert isinstance(posted, models.Job)
    return call("jobs.get_job", posted.id)


def test_a_generated_client_posts_polls_and_lists(call: Call, job: Any) -> None:
    assert (job.status, job.progress.done, job.progress.failed) == ("partial", 1, 1)
    assert job.id in [one.id for one in call("jobs.list_jobs", limit=100).jobs]
    models = importlib.import_module("made_client.models")
    seed = call("jobs.export_articles", body=models.ExportRequest.from_dict(REQUEST), prefer="wait=20")
    assert seed.status == "succeeded"


def test_a_generated_client_downloads_a_file_the_zip_and_the_errors(call: Call, job: Any) -> None:
    for file in job.files:
        assert len(call("files.download_file", job.id, file.name).payload.read()) == file.size
    with zipfile.ZipFile(call("files.download_all_files", job.id).payload) as archive:
        assert archive.namelist() == [file.name for file in job.files]
    lines = call("jobs.list_job_errors", job.id).payload.read().splitlines()
    assert [json.loads(line)["place"] for line in lines] == ["line 2"]
    assert call("jobs.read_ledger", job.id).payload.read().startswith(b"{")
    assert "event: done" in call("jobs.follow_job", job.id)


def test_bytes_are_the_first_media_type_of_a_response(generated: Path) -> None:
    # openapi-generator makes its return type of the first one.
    described = json.loads((generated / "openapi.json").read_bytes())
    contents = [
        list(response.get("content", {}))
        for operations in described["paths"].values()
        for operation in operations.values()
        if isinstance(operation, dict)
        for response in operation["responses"].values()
    ]
    of_bytes = [content for content in contents if "application/octet-stream" in content]
    assert len(of_bytes) > 5
    assert {content[0] for content in of_bytes} == {"application/octet-stream"}


def test_a_generated_client_has_problems(call: Call) -> None:
    problem = call("jobs.get_job", "0" * 32)
    assert (type(problem).__name__, problem.status, problem.type_) == ("Problem", 404, "/problems/not-found")


def test_generated_models_read_and_write(generated: Path, client: httpx.Client) -> None:
    models = importlib.import_module("made_models")
    body = models.ExportRequest.model_validate(REQUEST).model_dump_json(exclude_unset=True, by_alias=True)
    headers = {"Prefer": "wait=60", "Content-Type": "application/json"}
    job = models.Job.model_validate_json(client.post("/v1/jobs", content=body, headers=headers).content)
    assert job.files[0].format == "newsml-g2"
    models.JobList.model_validate_json(client.get("/v1/jobs").content)
    models.Preview.model_validate_json(client.get(f"/v1/jobs/{job.id}/preview").content)
    models.FormatList.model_validate_json(client.get("/v1/formats").content)
