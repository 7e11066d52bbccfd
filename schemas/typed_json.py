"""Frozen dataclasses as JSON, both ways. `schemas.typed_schemas` has their marshmallow schemas."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

_SIMPLE = (str, int, float, bool)

# The types of the JSON values that fit.
_EXACT: Mapping[Any, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}


def described(description: str = "", *, default: Any = dataclasses.MISSING, **openapi: Any) -> Any:
    """Declare a field of a dataclass with its description for the API.

    Args:
        description: a phrase or a sentence; "" for none.
        default: the value if none is stated.
        openapi: further keywords of the field's schema, such as `format` and `minimum`.
    """
    metadata = ({"description": description} if description else {}) | openapi
    return dataclasses.field(default=default, metadata=metadata)


def to_json(value: Any) -> Any:
    """Return a dataclass as a JSON object without the fields that are None; any other value as it is."""
    shape: Any = type(value)
    if (defaults := _defaults(shape)) is not None:
        return {
            name: member if type(member) in _SIMPLE else to_json(member)
            for name in defaults
            if (member := getattr(value, name)) is not None
        }
    return [to_json(member) for member in value] if isinstance(value, tuple | list) else value


def without_defaults(value: Any) -> Any:
    """Return a dataclass as a JSON object without the fields that have their defaults."""
    shape: Any = type(value)
    if (defaults := _defaults(shape)) is not None:
        return {
            name: member if type(member) in _SIMPLE else without_defaults(member)
            for name, default in defaults.items()
            if (member := getattr(value, name)) != default
        }
    return [without_defaults(member) for member in value] if isinstance(value, tuple | list) else value


@cache
def _defaults(shape: Any) -> Mapping[str, Any] | None:
    """Return the default of each field of a dataclass, `MISSING` for none; None if it is no dataclass."""
    if not dataclasses.is_dataclass(shape):
        return None
    return {
        one.name: one.default if one.default_factory is dataclasses.MISSING else one.default_factory()
        for one in dataclasses.fields(shape)
    }


def from_json(shape: type[T], value: Mapping[str, Any]) -> T:
    """Return the dataclass that a JSON object states. Unknown names are ignored: a later version may add some.

    Raises:
        TypeError: a field without a default is absent.
    """
    return shape(**{name: _load(type_, value[name]) for name, type_ in types_of(shape).items() if name in value})


def salvage(shape: type[T], value: Any, place: str = "") -> tuple[T | None, tuple[str, ...]]:
    """Return what fits of a dataclass in a JSON value, and the places of what does not.

    Another version of newsmill may have written the value, or it may be damaged. A value that does not fit becomes the
    default of its field; a dataclass that needs it becomes None. Unknown names are ignored.
    """
    faults: list[str] = []
    type_: Any = shape
    found = _salvager(type_)(value, faults)
    return (None if found is _UNFIT else found), tuple(f"{place}{fault}" for fault in faults)


_UNFIT: Any = object()

_Salvager = Callable[[Any, list[str]], Any]
"""Returns what fits of a value, or `_UNFIT`. It adds the places of what does not fit, relative to the value."""


@cache
def _salvager(type_: Any) -> _Salvager:
    """Return what salvages the values of a type. It is made once: the types of all fields take long to look at."""
    required = without_none(type_)
    if get_origin(required) is tuple:
        salvage_stated = _items(_salvager(get_args(required)[0]))
    elif dataclasses.is_dataclass(required):
        salvage_stated = _members(required)
    else:
        salvage_stated = _simple(required)
    if required is type_:
        return salvage_stated
    return lambda value, faults: None if value is None else salvage_stated(value, faults)


def _simple(type_: Any) -> _Salvager:
    fits = _fit(type_)

    def salvage_simple(value: Any, faults: list[str]) -> Any:
        if fits(value):
            return value
        faults.append("")
        return _UNFIT

    return salvage_simple


def _items(of: _Salvager) -> _Salvager:
    def salvage_items(value: Any, faults: list[str]) -> Any:
        if not isinstance(value, list):
            faults.append("")
            return _UNFIT
        found = [_part(index, of, one, faults) for index, one in enumerate(value)]
        return tuple(one for one in found if one is not _UNFIT)

    return salvage_items


def _members(shape: Any) -> _Salvager:
    of_names = {name: (_exact(type_), _salvager(type_)) for name, type_ in types_of(shape).items()}
    required = [name for name, default in (_defaults(shape) or {}).items() if default is dataclasses.MISSING]

    def salvage_members(value: Any, faults: list[str]) -> Any:
        if not isinstance(value, dict):
            faults.append("")
            return _UNFIT
        members = {}
        for name, stated in value.items():
            if name in of_names:
                exact, of = of_names[name]
                # Most members are plain and fit. To look at the others takes ten times as long.
                found = stated if type(stated) in exact else _part(name, of, stated, faults)
                if found is not _UNFIT:
                    members[name] = found
        missing = [name for name in required if name not in members]
        if not missing:
            return shape(**members)
        faults += [f"/{name}" for name in missing if f"/{name}" not in faults]
        return _UNFIT

    return salvage_members


def _part(name: str | int, of: _Salvager, value: Any, faults: list[str]) -> Any:
    """Salvage a member or an item. Its name or its number goes before the places of what does not fit."""
    within: list[str] = []
    found = of(value, within)
    faults += [f"/{name}{fault}" for fault in within]
    return found


def _exact(type_: Any) -> tuple[type, ...]:
    """Return the types of the plain JSON values that fit a field as they are."""
    exact = _EXACT.get(without_none(type_), ())
    return (*exact, NoneType) if exact and isinstance(type_, UnionType) else exact


def _fit(type_: Any) -> Callable[[Any], bool]:
    """Return whether a value is of a type that is neither a tuple nor a dataclass."""
    origin = get_origin(type_)
    if origin is Literal:
        return lambda value: value in get_args(type_)
    if type_ in (int, float):
        return lambda value: isinstance(value, int | type_) and not isinstance(value, bool)
    if type_ in _SIMPLE:
        return lambda value: isinstance(value, type_)
    return lambda value: not isinstance(origin, type) or isinstance(value, origin)


def view_of(shape: type[T], value: Any, **more: Any) -> T:
    """Return a dataclass with the fields that it shares with another one, and more."""
    shared = {name: getattr(value, name) for name in types_of(shape) if name not in more and hasattr(value, name)}
    return shape(**shared, **more)


def _load(type_: Any, value: Any) -> Any:
    type_ = without_none(type_)
    if value is None:
        return None
    if get_origin(type_) is tuple:
        return tuple(_load(get_args(type_)[0], member) for member in value)
    if dataclasses.is_dataclass(type_):
        shape: Any = type_
        return from_json(shape, value)
    return value


def without_none(type_: Any) -> Any:
    """Return the type of a field without None: str for `str | None`."""
    # Optional of a Literal is a Union, that of any other type a UnionType.
    if get_origin(type_) in (Union, UnionType):
        [type_] = (member for member in get_args(type_) if member is not NoneType)
    return type_


def types_of(shape: Any) -> Mapping[str, Any]:
    """Return the type of each field of a dataclass."""
    return _cached_types(shape)


@cache
def _cached_types(shape: Any) -> Mapping[str, Any]:
    hints = get_type_hints(shape)
    return {one.name: hints[one.name] for one in dataclasses.fields(shape)}
