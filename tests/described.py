"""Checks of every response of a running service against its own OpenAPI document."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

import httpx
from openapi_schema_validator import OAS31Validator

# The headers that the document must name if a response has them. Others belong to the transport or to every response.
DESCRIBED_HEADERS: Final = {
    "accept-ranges",
    "cache-control",
    "content-digest",
    "content-disposition",
    "content-location",
    "content-range",
    "etag",
    "link",
    "location",
    "newsmill-warnings",
    "preference-applied",
    "ratelimit",
    "ratelimit-policy",
    "repr-digest",
    "retry-after",
    "www-authenticate",
    "x-request-id",
}


class Description:
    """The OpenAPI document of a service, and checks of responses against it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._paths = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path)
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
        ]
        self.validator = cache(self._validator)

    def _validator(self, schema: str) -> OAS31Validator:
        return OAS31Validator({"$ref": schema, "components": self.document["components"]})

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the target of a reference, or a value that is none."""
        while "$ref" in value:
            _, *path = value["$ref"].split("/")
            value = self.document
            for part in path:
                value = value[part]
        return value

    def path_of(self, address: str) -> str | None:
        """Return the documented path that a URL path matches."""
        return next((path for form, path in self._paths if form.fullmatch(address)), None)

    def check(self, response: httpx.Response) -> None:
        """Check a response. A status, header or media type that is not documented is an error."""
        address, method = response.request.url.path, response.request.method.lower()
        path = self.path_of(address)
        operations = self.document["paths"].get(path, {})
        operation = operations.get("get" if method == "head" else method)
        if operation is None:
            expected = (204, 404) if method == "options" else (404, 405) if path is None else (405,)
            assert response.status_code in expected or not address.startswith("/v1/"), f"{method} {address}"
            return
        where = f"{method} {path} {response.status_code}"
        status = str(response.status_code)
        said = operation["responses"].get(status)
        assert said is not None, f"{where} is not described"
        said = self.resolved(said)
        unknown = (DESCRIBED_HEADERS & set(response.headers)) - {name.lower() for name in said.get("headers", {})}
        assert not unknown, f"{where}: {sorted(unknown)} are not described"
        self._check_body(response, said.get("content", {}), where)

    def _check_body(self, response: httpx.Response, content: dict[str, Any], where: str) -> None:
        media_type = response.headers.get("Content-Type", "")
        if response.request.method == "HEAD" or response.status_code == 304:
            return
        if not content:
            assert not media_type, f"{where}: {media_type}, and no body is described"
            return
        # A type without its parameters stands for it with any (RFC 9110, section 8.3.1; OpenAPI 3.1, section 4.8.14).
        known = content.get(media_type) or content.get(media_type.partition(";")[0])
        if known is None:
            assert "*/*" in content, f"{where}: {media_type} of {list(content)}"
            return
        schema = known.get("schema", {})
        if media_type in ("application/json", "application/problem+json") and "$ref" in schema:
            response.read()
            faults = [
                f"{error.json_path}: {error.message}"
                for error in self.validator(schema["$ref"]).iter_errors(response.json())
            ]
            assert faults == [], f"{where}: {faults}"
