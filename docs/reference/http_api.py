"""Make the page of the HTTP API from the OpenAPI document: requests by tag, then the shapes of bodies."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_METHODS = ("post", "get", "head", "put", "delete")
_PROBLEM = "application/problem+json"
_NAMED = re.compile(r"`([A-Z]\w+)`")
_INTRODUCTION = """\
After this page you can call every operation of the service. The page is made from the service's OpenAPI document,
`GET /openapi.json`; a running service shows it at `/docs`, where you can try each request.

Bodies are JSON in UTF-8 unless stated otherwise. If [keys](../security.md#keys) are set, send yours as
`Authorization: Bearer KEY`. Every answer has `X-Request-Id`. Every error is a [problem](problems.md) of the media type
`application/problem+json`.
"""


def http_page(document: Json) -> str:
    """Return the page: each request with its parameters, bodies, answers and examples, and each shape once."""
    api = _Api(document)
    return "\n".join(["# HTTP API", "", _INTRODUCTION, *api.overview(), *api.requests(), *api.shapes(), *api.headers()])


class _Api:
    """Render an OpenAPI document as Markdown."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._operations = [
            (f"{method.upper()} {path}", operation, [*found.get("parameters", []), *operation.get("parameters", [])])
            for path, found in document["paths"].items()
            for method in _METHODS
            if (operation := found.get(method))
        ]
        asked = [operation for _, operation, _ in self._operations if operation.get("security") != []]
        counted = Counter(kind for operation in asked for kind in self._problems(operation))
        self._shapes = document["components"]["schemas"]
        # Shapes that a description names. `Link` in a description is the header.
        self._named = {*self._shapes} - {*document["components"]["headers"]}
        self._everywhere = {kind: status for kind, status in self._all_problems(asked) if counted[kind] == len(asked)}

    def overview(self) -> Iterator[str]:
        """Yield a line for each request, and the problems that all requests share."""
        yield from ("| request | what it does |", "|---|---|")
        for request, operation, _ in self._operations:
            yield f"| [`{request}`](#{_anchor(operation)}) | {operation['summary']} |"
        kinds = ", ".join(f"{_kind(kind)} ({status})" for kind, status in self._everywhere.items())
        yield from ("", f"Problems of every request that needs a key: {kinds}.", "")

    def requests(self) -> Iterator[str]:
        """Yield each request, by tag."""
        descriptions = {tag["name"]: tag.get("description", "") for tag in self._document["tags"]}
        tags = dict.fromkeys(tag for _, operation, _ in self._operations for tag in operation["tags"])
        for tag in tags:
            yield from (f"## {tag}", "", f"{descriptions[tag]}.", "")
            for request, operation, parameters in self._operations:
                if tag in operation["tags"]:
                    yield from self._request(request, operation, parameters)

    def shapes(self) -> Iterator[str]:
        """Yield each shape that an answer or another shape refers to."""
        yield from (
            "## Shapes",
            "",
            "A field with * is always present. Any other field is absent if it has no value.",
            "",
        )
        shown = self._referred() - {*self._bodies()}
        for name, schema in sorted(self._shapes.items()):
            if name in shown:
                yield from (f"### {name} {{ #{name.lower()} }}", "", *self._fields(schema))

    def headers(self) -> Iterator[str]:
        """Yield each header of an answer."""
        yield from ("## Headers of answers", "", "| header | what it is |", "|---|---|")
        for name, header in sorted(self._document["components"]["headers"].items()):
            yield f"| `{name}` | {_cell(header.get('description', ''))} |"
        yield ""

    def _request(self, request: str, operation: Json, parameters: list[Json]) -> Iterator[str]:
        yield from (f"### {operation['summary']} {{ #{_anchor(operation)} }}", "", f"`{request}`{{ .request }}", "")
        if operation.get("description"):
            yield from (operation["description"], "")
        if parameters:
            yield from ("| parameter | in | type | what it is |", "|---|---|---|---|")
            yield from (self._parameter(self._resolved(one)) for one in parameters)
            yield ""
        for media, content in self._resolved(operation.get("requestBody", {})).get("content", {}).items():
            yield from (
                f"**Body**, as `{media}`:",
                "",
                *self._fields(self._resolved(content["schema"])),
                *_examples(content),
            )
        yield from self._answers(operation)

    def _parameter(self, one: Json) -> str:
        star = " *" if one.get("required") and one["in"] != "path" else ""
        said = self._said(one.get("description", ""), one["schema"])
        return f"| `{one['name']}`{star} | {one['in']} | {self._type(one['schema'])} | {said} |"

    def _answers(self, operation: Json) -> Iterator[str]:
        yield from ("| status | meaning | body | headers |", "|---|---|---|---|")
        examples: list[str] = []
        for status, given in sorted(operation["responses"].items()):
            answer = self._resolved(given)
            content = answer.get("content", {})
            if status == "default" or _PROBLEM in content:
                continue
            bodies = ", ".join(f"`{media}`: {self._type(one.get('schema', {}))}" for media, one in content.items())
            headers = ", ".join(f"`{name}`" for name in answer.get("headers", {}) if name != "X-Request-Id")
            yield f"| {status} | {_cell(answer.get('description', ''))} | {bodies or '–'} | {headers or '–'} |"
            for one in content.values():
                examples += _examples(one)
        yield from ("", *examples)
        kinds = {kind: status for kind, status in self._problems(operation).items() if kind not in self._everywhere}
        if kinds:
            yield from (f"Problems: {', '.join(f'{_kind(kind)} ({status})' for kind, status in kinds.items())}.", "")

    def _problems(self, operation: Json) -> dict[str, str]:
        """Return the kinds of problems of a request, and their statuses."""
        found: dict[str, str] = {}
        for status, given in sorted(operation["responses"].items()):
            content = self._resolved(given).get("content", {}).get(_PROBLEM, {}) if status != "default" else {}
            found |= dict.fromkeys(content.get("examples", {}), status)
        return found

    def _all_problems(self, operations: list[Json]) -> Iterator[tuple[str, str]]:
        for operation in operations:
            yield from self._problems(operation).items()

    def _fields(self, schema: Json) -> list[str]:
        properties = schema.get("properties", {})
        if not properties:
            return [f"{self._type(schema)}", ""]
        required = schema.get("required", [])
        made = ["| field | type | what it is |", "|---|---|---|"]
        for name, field in properties.items():
            star = " *" if name in required else ""
            said = self._said(field.get("description", ""), field)
            made.append(f"| `{name}`{star} | {self._type(field)} | {said} |")
        return [*made, ""]

    def _said(self, said: str, schema: Json) -> str:
        """Return the description of a value and its limits, with links to the shapes that it names."""
        limits = _limits(schema)
        whole = f"{said} ({limits})" if said and limits else said or limits
        return _cell(_NAMED.sub(lambda named: self._link(named[1]) if named[1] in self._named else named[0], whole))

    def _link(self, name: str) -> str:
        return f"[{name}](#{name.lower()})"

    def _type(self, schema: Json) -> str:
        """Return the type of a value in a few words, with links to the shapes."""
        if reference := schema.get("$ref"):
            return self._link(reference.rpartition("/")[2])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return " or ".join(self._type(one) for one in schema[several] if one != {"type": "null"})
        if "const" in schema:
            return f"`{json.dumps(schema['const'])}`"
        if "enum" in schema:
            return "one of " + ", ".join(f"`{one}`" for one in schema["enum"] if one is not None)
        kinds = schema.get("type", "any")
        kind = next(one for one in kinds if one != "null") if isinstance(kinds, list) else kinds
        if kind == "array":
            items = self._type(schema.get("items", {}))
            return "list" if items == "any" else f"list of {items}"
        if kind == "object" and "properties" in schema:
            return "<br>".join(f"`{name}`: {self._type(one)}" for name, one in schema["properties"].items())
        values = schema.get("additionalProperties")
        if kind == "object" and isinstance(values, dict) and values:
            return f"object of {self._type(values)}"
        return f"{kind} ({schema['format']})" if "format" in schema else str(kind)

    def _resolved(self, value: Json) -> Json:
        reference = value.get("$ref")
        if not reference:
            return value
        found: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return self._resolved(found)

    def _bodies(self) -> Iterator[str]:
        """Yield the shapes of whole request bodies, which stand with their request."""
        for _, operation, _ in self._operations:
            for content in self._resolved(operation.get("requestBody", {})).get("content", {}).values():
                yield content["schema"].get("$ref", "").rpartition("/")[2]

    def _referred(self) -> set[str]:
        """Return the shapes that a body or another shape refers to."""
        found: set[str] = set()
        left: list[Any] = [self._document["paths"], self._document["components"]["responses"]]
        while left:
            value = left.pop()
            if isinstance(value, dict):
                names = _NAMED.findall(str(value.get("description", "")))
                names.append(str(value.get("$ref", "")).partition("#/components/schemas/")[2])
                for name in {*names} & {*self._shapes} - found:
                    found.add(name)
                    left.append(self._shapes[name])
                left += value.values()
            elif isinstance(value, list):
                left += value
        return found


def _examples(content: Json) -> list[str]:
    """Return the examples of a body, each collapsed under its name."""
    made = []
    for name, example in content.get("examples", {}).items():
        text = example["value"]
        shown, language = (text, "text") if isinstance(text, str) else (_pretty(text), "json")
        lines = [f"```{language}", *shown.splitlines(), "```"]
        made += [f'??? example "{name}"', "", *(f"    {line}" if line else "" for line in lines), ""]
    return made


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _limits(schema: Json) -> str:
    """Return the default, the bounds and an example in words."""
    said = []
    if "default" in schema:
        said.append(f"default `{json.dumps(schema['default'])}`")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        said.append(f"{low:,} to {high:,}")
    elif low is not None:
        said.append(f"{low:,} or more")
    if schema.get("minItems"):
        said.append(f"at least {schema['minItems']}")
    if "maxLength" in schema:
        said.append(f"at most {schema['maxLength']:,} characters")
    if examples := schema.get("examples"):
        said.append("such as " + ", ".join(f"`{_plain(one)}`" for one in examples))
    return "; ".join(said)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _anchor(operation: Json) -> str:
    return str(operation["operationId"]).lower()


def _kind(name: str) -> str:
    return f"[{name}](problems.md#{name})"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
