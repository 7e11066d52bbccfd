"""Declare the fields of the Article and its parts: one declaration gives the type, the check and the JSON schema.

Each function declares one field of a dataclass. `broken_rules` checks a value by the declarations, and
`schemas.article.json_form` makes its schemas from them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Literal, get_args

from schemas.article.values import LARGEST_INTEGER, check_iri, check_line, check_text, shorten
from schemas.errors import Fault

Check = Callable[[Any], str | None]
"""A function that returns what is wrong with a value, or None."""

JsonKind = Literal["line", "text", "number", "decimal", "flag", "part", "lines", "parts"]


def line(description: str = "", check: Check = check_line, *, required: bool = False, **openapi: Any) -> Any:
    """Declare a string of one line."""
    return _declared("line", description, check, required=required, **openapi)


def text(description: str = "", *, required: bool = False) -> Any:
    """Declare a string of any number of lines."""
    return _declared("text", description, check_text, required=required)


def iri(description: str = "", *, required: bool = False) -> Any:
    """Declare an absolute IRI."""
    return _declared("line", description, check_iri, required=required)


def number(description: str = "", least: int = 0, most: int = LARGEST_INTEGER, *, default: int | None = None) -> Any:
    """Declare a whole number within bounds."""
    bounds: dict[str, Any] = {"minimum": least} | ({"maximum": most} if most < LARGEST_INTEGER else {})
    return _declared("number", description, check_whole_number(least, most), default=default, **bounds)


def decimal(description: str, least: float, most: float) -> Any:
    """Declare a required number within bounds."""
    check = _check_between(least, most)
    return _declared("decimal", description, check, required=True, minimum=least, maximum=most)


def flag(description: str = "", *, required: bool = False) -> Any:
    """Declare a boolean."""
    return _declared("flag", description, None, required=required)


def choice(names: Any, description: str = "", *, default: str | None = None, required: bool = False) -> Any:
    """Declare one of the values of a Literal."""
    allowed = get_args(names)
    return _declared(
        "line", description, _check_one_of(allowed), default=default, required=required, enum=list(allowed)
    )


def part(description: str = "") -> Any:
    """Declare a part that is a dataclass of its own."""
    return _declared("part", description, None)


def lines(description: str = "", check: Check = check_line) -> Any:
    """Declare any number of strings of one line."""
    return _declared("lines", description, check, default=())


def parts(description: str = "") -> Any:
    """Declare any number of parts of one kind."""
    return _declared("parts", description, None, default=())


def _declared(
    kind: JsonKind,
    description: str,
    check: Check | None,
    *,
    default: Any = None,
    required: bool = False,
    **openapi: Any,
) -> Any:
    described = {"description": description} if description else {}
    metadata = {"kind": kind, "check": check, "openapi": described | openapi}
    return dataclasses.field(default=dataclasses.MISSING if required else default, metadata=metadata)


def check_whole_number(least: int, most: int) -> Check:
    """Return the check of a whole number within bounds."""
    return lambda value: None if least <= value <= most else f"{value} is not a whole number from {least} to {most}"


def _check_between(least: float, most: float) -> Check:
    return lambda value: None if least <= value <= most else f"{value} is not a number from {least} to {most}"


def _check_one_of(allowed: tuple[str, ...]) -> Check:
    return lambda value: None if value in allowed else f"{shorten(str(value))!r} is not one of {', '.join(allowed)}"


@dataclasses.dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of a dataclass; `single` and `inner` fetch all values at once, which is faster than one by one."""

    single: Callable[[Any], tuple[Any, ...]]
    single_checks: tuple[tuple[str, Check], ...]
    inner: Callable[[Any], tuple[Any, ...]]
    inner_checks: tuple[tuple[str, Check | None], ...]
    needs_one_of: tuple[str, ...]


@cache
def _rules(shape: Any) -> _Rules:
    declared = [one for one in dataclasses.fields(shape) if "kind" in one.metadata]
    inner = tuple((one.name, one.metadata["check"]) for one in declared if one.metadata["kind"] in _WITH_PARTS)
    single = tuple(
        (one.name, one.metadata["check"])
        for one in declared
        if one.metadata["check"] and one.metadata["kind"] not in _WITH_PARTS
    )
    return _Rules(
        values_of([name for name, _ in single]),
        single,
        values_of([name for name, _ in inner]),
        inner,
        getattr(shape, "NEEDS_ONE_OF", ()),
    )


_WITH_PARTS = ("part", "lines", "parts")


def values_of(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of some attributes as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def broken_rules(value: Any, pointer: str = "") -> list[Fault]:
    """Return every broken rule of a dataclass and its parts, each with a JSON Pointer."""
    shape: Any = type(value)
    rules = _rules(shape)
    faults = [
        Fault(f"{pointer}/{name}", detail)
        for (name, check), stated in zip(rules.single_checks, rules.single(value), strict=True)
        if stated is not None and (detail := check(stated))
    ]
    if rules.needs_one_of and not any(getattr(value, name) for name in rules.needs_one_of):
        faults.insert(0, Fault(pointer, f"needs one of {', '.join(rules.needs_one_of)}"))
    for (name, inner_check), held in zip(rules.inner_checks, rules.inner(value), strict=True):
        if not held:
            continue
        if not isinstance(held, tuple):
            faults += broken_rules(held, f"{pointer}/{name}")
            continue
        for index, item in enumerate(held):
            at = f"{pointer}/{name}/{index}"
            if inner_check is None:
                faults += broken_rules(item, at)
            elif detail := inner_check(item):
                faults.append(Fault(at, detail))
    return faults
