"""The leaves of a JSON value for a ledger: each string, number and boolean that is stated, with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson


def is_stated(value: Any) -> bool:
    """Return whether a JSON value states something: it is not null, a blank string, an empty list or object."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and not (isinstance(value, list | dict) and not value)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each leaf, in order: "author[1].name". It needs no recursion at any depth."""
    pending = [(path, value)]
    while pending:
        here, one = pending.pop()
        if isinstance(one, dict):
            pending += [(member_path(here, name), inner) for name, inner in reversed(one.items())]
        elif isinstance(one, list):
            pending += [(f"{here}[{number}]", one[number - 1]) for number in range(len(one), 0, -1)]
        elif is_stated(one):
            yield here, shown(one)


def member_path(path: str, name: str) -> str:
    """Return the path of a member of the object at a path."""
    return f"{path}.{name}" if path else name


def shown(scalar: Any) -> str:
    """Return a scalar as text: a string as it is, a number or a boolean as JSON."""
    return scalar if isinstance(scalar, str) else orjson.dumps(scalar).decode()
