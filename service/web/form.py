"""The data for the form of the page: the formats, and the schemas of their fields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import orjson

from schemas.columns.names import NAMES

_ROOTS: Final = ("Metadata", "UploadRequest")
_REFERENCE: Final = "#/components/schemas/"


class FormData:
    """The formats and schemas of the form, in JSON.

    Args:
        describe: returns the OpenAPI document. It is called when the page is first asked for.
        formats: returns the formats as GET /v1/formats does.
    """

    def __init__(self, describe: Callable[[], Mapping[str, Any]], formats: Callable[[], Any]) -> None:
        self._describe = describe
        self._formats = formats

    @cached_property
    def content(self) -> bytes:
        """The JSON: `formats`, `schemas` by their names in the OpenAPI document, and the fields of columns."""
        schemas = self._describe()["components"]["schemas"]
        needed: dict[str, Any] = {}
        waiting = list(_ROOTS)
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed[name] = schemas[name]
                waiting += _references(schemas[name])
        return orjson.dumps({"formats": self._formats(), "schemas": needed, "column_fields": list(NAMES)})

    @cached_property
    def sha256(self) -> str:
        """The digest of the JSON, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_REFERENCE):
            yield reference.removeprefix(_REFERENCE)
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
