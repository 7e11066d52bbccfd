"""The values of a JSON document, each with the names that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson


def walk_json(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each string, number and boolean: "author.name". A list adds nothing to a path."""
    yield from walk_values(orjson.loads(raw))


def walk_values(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the same of a parsed document, below a path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk_values(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from walk_values(inner, path)
    else:
        yield path, str(value)
