"""The beginning of docs/formats.md: an example of an article in JSON, and the type of each of its fields."""

from __future__ import annotations

import json
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from schemas.article.json_form import ArticleSchema, article_fields

_EXAMPLE: Final = """{
  "headline": "Central bank keeps its rate",
  "description": "Four of nine members voted for a cut.",
  "bylines": ["Jane Doe", {"name": "John Roe", "job_title": "Economics editor"}],
  "published": "2024-11-08T16:30:00+01:00",
  "language": "en",
  "provider": {"name": "Example News", "uri": "https://www.example.com/about"},
  "section": "Business",
  "keywords": ["interest rates", "inflation"],
  "subjects": [{"name": "economy", "qcode": "medtop:04000000"}],
  "urgency": 4,
  "paragraphs": [
    "The central bank left its main rate at 3.25 per cent on Friday.",
    {"type": "heading", "level": 2, "content": ["The vote"]},
    {"type": "paragraph", "content": ["It was the ", {"type": "emphasis", "content": ["closest"]}, " in two years."]}
  ]
}"""
_FIRST: Final = ("paragraphs", "headline", "description", "bylines", "published", "language", "provider", "id")
_FORMS: Final = {"date": "day", "date-time": "date-time", "uri": "URI", "uri-reference": "URI"}


def example() -> str:
    """The example, which is an article, as a block of code."""
    article_fields(json.loads(_EXAMPLE))
    return f'```json title="article.json"\n{_EXAMPLE}\n```'


def types_table() -> str:
    """The table of the fields: the type and the meaning of each."""
    schemas = _schemas()
    known = schemas["Article"]["properties"]
    rows = ["| field | type | meaning |", "|---|---|---|"]
    for name in (*_FIRST, *(name for name in known if name not in _FIRST)):
        field = known[name]
        meaning = field.get("description", "").replace("\n", " ").replace("|", "\\|")
        rows.append(f"| `{name}` | {_type(field, schemas)} | {meaning} |")
    return "\n".join(rows)


def _schemas() -> dict[str, Any]:
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema("Article", schema=ArticleSchema)
    return dict(spec.to_dict()["components"]["schemas"])


def _type(field: dict[str, Any], schemas: dict[str, Any], *, inside: bool = False) -> str:
    """The type of a field in words: "list of texts"."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        parts = [] if inside else list(schemas[name]["properties"])
        return f"object of {', '.join(f'`{part}`' for part in parts)}" if parts else "object"
    for options in (field.get("anyOf"), field.get("oneOf")):
        if options:
            named = [_type(one, schemas, inside=inside) for one in options if one.get("type") != "null"]
            return " or ".join(dict.fromkeys(named))
    if known := [value for value in field.get("enum", ()) if value is not None]:
        return " or ".join(f"`{value}`" for value in known)
    stated = field.get("type", "any")
    kinds = [kind for kind in (stated if isinstance(stated, list) else [stated]) if kind != "null"]
    return " or ".join(_kind(kind, field, schemas) for kind in kinds)


def _kind(kind: str, field: dict[str, Any], schemas: dict[str, Any]) -> str:
    if kind == "array":
        return f"list, each {_type(field.get('items', {}), schemas)}"
    if kind == "string":
        return _FORMS.get(field.get("format", ""), "text")
    return {"integer": "whole number", "boolean": "true or false", "any": "value"}.get(kind, kind)
