"""The description of the API, and whether the answers are what it says."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

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
    said = responses.get(str(answer.status_code), responses.get("default"))
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
    assert {
        "/v1/jobs",
        "/v1/jobs/{job_id}",
        "/v1/jobs/{job_id}/errors",
        "/v1/jobs/{job_id}/files/{name}",
        "/v1/seeds",
        "/v1/seeds/{name}",
        "/v1/formats",
        "/healthz",
        "/readyz",
    } <= set(described["paths"])


def test_every_operation_has_a_summary_a_success_and_a_problem(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation.get("summary"), name
        assert any(status.startswith("2") for status in operation["responses"]), name
        default = operation["responses"]["default"]
        while "$ref" in default:
            default = described["components"]["responses"][default["$ref"].rpartition("/")[2]]
        assert list(default["content"]) == ["application/problem+json"], name


def test_answers_are_as_described(described: dict[str, Any], client: httpx.Client) -> None:
    job = post(client)
    for path, method, answer in (
        ("/v1/jobs", "post", client.post("/v1/jobs", json=REQUEST)),
        ("/v1/jobs", "post", client.post("/v1/jobs", json={"sauce": 1})),
        ("/v1/jobs", "post", client.post("/v1/jobs", content=b"{")),
        ("/v1/jobs/{job_id}", "get", client.get(f"/v1/jobs/{job['id']}")),
        ("/v1/jobs/{job_id}", "get", client.get("/v1/jobs/none")),
        ("/v1/seeds", "get", client.get("/v1/seeds")),
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
