"""The OpenAPI document, and responses checked against it."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemas.settings import load_settings
from service.app import create_app
from tests.described import Description
from tests.running import Service
from tests.service.asking import REQUEST

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


def test_the_document_is_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_every_resource_is_described(described: dict[str, Any]) -> None:
    app = create_app(load_settings({"NEWSMILL_REDIS_URL": "redis://localhost:1/0"}))
    there = {
        f"{method} {rule.rule.replace('<', '{').replace('>', '}')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith(("page.", "reading."))
    }
    assert there - {name for name, _ in operations(described)} == {"GET /openapi.json"}
    assert {name for name, _ in operations(described)} <= there


def test_operations_have_summaries_and_responses(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation.get("summary"), name
        assert any(status.startswith("2") for status in operation["responses"]), name
        default = operation["responses"]["default"]
        while "$ref" in default:
            default = described["components"]["responses"][default["$ref"].rpartition("/")[2]]
        assert list(default["content"]) == ["application/problem+json"], name


def test_every_operation_has_a_description(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        assert operation.get("description"), name
        assert operation["description"] != operation["summary"], name
    summaries = [operation["summary"] for _, operation in operations(described)]
    assert len(set(summaries)) == len(summaries)


def test_every_response_has_a_description(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        for status, answer in operation["responses"].items():
            assert answer.get("description") or "$ref" in answer, f"{name} {status}"
            if status.startswith(("4", "5")) and name != "GET /readyz":
                assert list(answer["content"]) == ["application/problem+json"], f"{name} {status}"


def test_every_operation_under_v1_states_its_security(described: dict[str, Any]) -> None:
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert described["security"] == [{"key": []}, {}]
    for name, operation in operations(described):
        if " /v1/" in name:
            assert "security" not in operation, name
            assert {"401", "421", "429"} <= set(operation["responses"]), name
        else:
            assert operation["security"] == [], name


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


def test_responses_are_checked_against_the_document(described: dict[str, Any]) -> None:
    """`Service.client` checks every response of every test like this."""
    there = Description(described)

    def answer(method: str, path: str, status: int, **given: Any) -> httpx.Response:
        return httpx.Response(status, request=httpx.Request(method, f"http://x{path}"), **given)

    problem = {"type": "/problems/not-found", "title": "x", "detail": "x"}
    media_type = {"Content-Type": "application/problem+json"}
    there.check(answer("GET", "/v1/jobs/a", 404, json=problem, headers=media_type))
    there.check(answer("HEAD", "/v1/jobs/a", 200, headers={"Retry-After": "1"}))
    for wrong in (
        answer("GET", "/v1/jobs/a", 418, json=problem, headers=media_type),
        answer("GET", "/v1/jobs/a", 404, json={"title": "x"}, headers=media_type),
        answer("GET", "/v1/jobs/a", 404, text="x"),
        answer("GET", "/v1/jobs/a", 404, json=problem, headers=media_type | {"Location": "/x"}),
        answer("GET", "/v1/jobs/a", 200, json={"id": "a"}),
        answer("GET", "/v1/others", 200, json={}),
        answer("POST", "/v1/jobs/a", 200, json={}),
    ):
        with pytest.raises(AssertionError):
            there.check(wrong)


def bodies(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return every body of a request or response: its place, media type and description."""
    there = Description(described)
    found = []
    for name, operation in operations(described):
        for where, said in [("request", operation.get("requestBody", {})), *operation["responses"].items()]:
            found += [(f"{name} {where}", *body) for body in there.resolved(said).get("content", {}).items()]
    return found


def test_every_response_body_has_a_media_type(described: dict[str, Any]) -> None:
    for name, operation in operations(described):
        for status, answer in operation["responses"].items():
            assert ("content" in answer) is not (status in ("204", "304", "307")) or "$ref" in answer, (
                f"{name} {status}"
            )


def test_bytes_have_no_schema(described: dict[str, Any]) -> None:
    files = [said for where, _, said in bodies(described) if where.startswith("GET /v1/jobs/{job_id}/files")]
    assert sum(said == {} for said in files) == 4
    # Generators of clients know bytes by this media type and this schema only.
    octets = {"schema": {"type": "string", "format": "binary"}}
    assert files.count(octets) == 4


def test_every_body_has_examples_that_fit_its_schema(described: dict[str, Any]) -> None:
    for where, media_type, said in bodies(described):
        if media_type in ("*/*", "application/zip", "application/octet-stream"):
            continue
        assert said.get("examples"), f"{where} {media_type}"
        validator = OAS31Validator({**said["schema"], "components": described["components"]})
        for name, example in said["examples"].items():
            faults = [error.message for error in validator.iter_errors(example["value"])]
            assert faults == [], f"{where} {media_type}, {name}"


def test_the_request_examples_are_accepted(described: dict[str, Any], client: httpx.Client) -> None:
    content = described["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        assert client.post("/v1/jobs", json=example["value"]).status_code == 202
    for example in content["multipart/form-data"]["examples"].values():
        parts: list[Any] = [("file", ("a.ndjson", b'{"paragraphs": ["One."]}')) for _ in example["value"]["file"]]
        as_said = content["multipart/form-data"]["encoding"]["request"]["contentType"]
        parts.append(("request", (None, json.dumps(example["value"]["request"]), as_said)))
        answer = client.post("/v1/jobs", files=parts)
        assert answer.status_code == 202


def test_every_operation_has_an_id_and_a_described_group(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(described)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]*)*", name) for name in names), names
    assert {"exportArticles", "getJob", "listJobs", "cancelJob", "downloadFile", "downloadAllFiles"} <= set(names)
    groups = {tag["name"] for tag in described["tags"]}
    assert {tag for _, operation in operations(described) for tag in operation["tags"]} == groups


def test_every_header_and_parameter_has_a_description(described: dict[str, Any]) -> None:
    there = Description(described)
    for name, operation in operations(described):
        for answer in operation["responses"].values():
            for header, said in there.resolved(answer).get("headers", {}).items():
                assert there.resolved(said)["description"], f"{name} {header}"
    for path, of_path in described["paths"].items():
        every = [
            *of_path.get("parameters", ()),
            *(p for m in METHODS for p in of_path.get(m, {}).get("parameters", ())),
        ]
        assert all(parameter.get("description") for parameter in every), path


def test_the_request_of_the_tests_fits_its_schema(described: dict[str, Any]) -> None:
    schema = described["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = OAS31Validator({**schema, "components": described["components"]})
    assert [error.message for error in validator.iter_errors(REQUEST)] == []
    assert list(validator.iter_errors({"formats": ["csv"]}))
    assert list(validator.iter_errors(REQUEST | {"sauce": 1}))
