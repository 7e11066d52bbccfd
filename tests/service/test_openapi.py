"""The description of the API, and whether the answers are what it says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemas.settings import load_settings
from service.app import create_app
from tests.conftest import MAX_BODY
from tests.running import Service
from tests.service.asking import REQUEST, post

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def described(service: Service) -> dict[str, Any]:
    with service.client() as client:
        return dict(client.get("/openapi.json").raise_for_status().json())


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def check(described: dict[str, Any], path: str, method: str, answer: httpx.Response) -> None:
    """An answer against its description."""
    responses = described["paths"][path][method]["responses"]
    said = responses.get(str(answer.status_code))
    assert said is not None, f"{method} {path} {answer.status_code} is not described"
    while "$ref" in said:
        said = described["components"]["responses"][said["$ref"].rpartition("/")[2]]
    media_type = answer.headers["Content-Type"]
    assert media_type in said["content"], f"{media_type} is not among {list(said['content'])}"
    schema = said["content"][media_type].get("schema", {})
    validator = OAS31Validator({**schema, "components": described["components"]})
    assert [error.message for error in validator.iter_errors(answer.json())] == []


def test_it_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_resource_is_described(described: dict[str, Any]) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"}))
    there = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith("page.")
    }
    assert there - {name for name, _ in operations(described)} == {"GET /openapi.json"}
    assert {name for name, _ in operations(described)} <= there


def test_every_operation_has_a_summary_a_success_and_a_problem(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation.get("summary"), name
        assert any(status.startswith("2") for status in operation["responses"]), name
        default = operation["responses"]["default"]
        while "$ref" in default:
            default = described["components"]["responses"][default["$ref"].rpartition("/")[2]]
        assert list(default["content"]) == ["application/problem+json"], name


def test_every_operation_says_more_than_its_summary(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation.get("description"), name
        assert operation["description"] != operation["summary"], name
    summaries = [operation["summary"] for _, operation in operations(described)]
    assert len(set(summaries)) == len(summaries)


def test_every_answer_says_what_it_is(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        for status, answer in operation["responses"].items():
            assert answer.get("description") or "$ref" in answer, f"{name} {status}"
            if status.startswith(("4", "5")) and name != "GET /readyz":
                assert list(answer["content"]) == ["application/problem+json"], f"{name} {status}"


def test_the_options_of_every_format_have_their_schema(described: dict[str, Any]) -> None:
    for schema in ("ExportRequest", "UploadRequest"):
        validator = OAS31Validator(
            {"$ref": f"#/components/schemas/{schema}/properties/options", "components": described["components"]}
        )
        assert list(validator.iter_errors({"csv": {"profile": "data"}, "newsml-g2": {"body": "nitf"}})) == []
        faulty: tuple[dict[str, Any], ...] = (
            {"csv": {"profile": "dato"}},
            {"csv": {"body": "nitf"}},
            {"csw": {}},
            {"news-article": True},
        )
        for wrong in faulty:
            assert list(validator.iter_errors(wrong)), wrong


def test_answers_are_as_described(described: dict[str, Any], client: httpx.Client) -> None:
    job = post(client)
    for path, method, answer in (
        ("/v1/jobs", "post", client.post("/v1/jobs", json=REQUEST)),
        ("/v1/jobs", "post", client.post("/v1/jobs", json={"sauce": 1})),
        ("/v1/jobs", "post", client.post("/v1/jobs", content=b"{")),
        ("/v1/jobs/{job_id}", "get", client.get(f"/v1/jobs/{job['id']}")),
        ("/v1/jobs/{job_id}", "get", client.get("/v1/jobs/none")),
        ("/v1/jobs", "post", client.post("/v1/jobs", content=b"x", headers={"Content-Type": "text/plain"})),
        ("/v1/jobs", "post", client.post("/v1/jobs", json={"x": "x" * MAX_BODY})),
        ("/v1/jobs/{job_id}", "get", client.get(f"/v1/jobs/{job['id']}?wait=x")),
        ("/v1/jobs/{job_id}/cancel", "post", client.post(f"/v1/jobs/{job['id']}/cancel")),
        ("/v1/jobs/{job_id}", "delete", client.delete("/v1/jobs/none")),
        ("/v1/jobs/{job_id}/files/{name}", "get", client.get(f"/v1/jobs/{job['id']}/files/none")),
        ("/v1/seeds", "get", client.get("/v1/seeds")),
        ("/v1/seeds/{name}", "get", client.get("/v1/seeds/none")),
        ("/problems/{name}", "get", client.get("/problems/none")),
        ("/v1/formats", "get", client.get("/v1/formats")),
        ("/healthz", "get", client.get("/healthz")),
        ("/readyz", "get", client.get("/readyz")),
    ):
        check(described, path, method, answer)


def test_the_example_of_a_request_fits_its_own_schema(described: dict[str, Any]) -> None:
    schema = described["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = OAS31Validator({**schema, "components": described["components"]})
    assert [error.message for error in validator.iter_errors(REQUEST)] == []
    assert list(validator.iter_errors({"formats": ["csv"]}))
    assert list(validator.iter_errors(REQUEST | {"sauce": 1}))
