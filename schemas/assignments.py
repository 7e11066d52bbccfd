"""Values that a command line or a URL states, each as a path and a text: `provider.uri=https://…`, `wordcount=300`."""

from __future__ import annotations

from typing import Any

import orjson


def assign(into: dict[str, Any], path: list[str], value: object) -> None:
    """Set the value at a path. A second value makes a list; a text beside the parts of an object is its name."""
    name, *rest = path
    if rest:
        inner = into.setdefault(name, {})
        if isinstance(inner, str):
            inner = into[name] = {"name": inner}
        if isinstance(inner, dict):
            assign(inner, rest, value)
        return
    before = into.get(name)
    if before is None:
        into[name] = value
    elif isinstance(before, dict) and isinstance(value, str):
        before["name"] = value
    else:
        into[name] = [*before, value] if isinstance(before, list) else [before, value]


def parse_value(text: str) -> object:
    """Return the JSON if a text is an object, a list or a boolean, else the text itself."""
    if text[:1] in ("{", "[") or text in ("true", "false"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text


def parse_character(text: str) -> object:
    """Return the value of a reading option. A backslash and a t are a tab."""
    return "\t" if text == "\\t" else parse_value(text)
