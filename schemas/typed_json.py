"""Frozen dataclasses as JSON: values both ways, and their marshmallow schemas."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields, validate

T = TypeVar("T")

_SIMPLE: Mapping[Any, type[fields.Field[Any]]] = {
    str: fields.String,
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
}


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
    if dataclasses.is_dataclass(value):
        members = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
        return {name: to_json(member) for name, member in members if member is not None}
    return [to_json(member) for member in value] if isinstance(value, tuple | list) else value


def without_defaults(value: Any) -> Any:
    """Return a dataclass as a JSON object without the fields that have their defaults."""
    if dataclasses.is_dataclass(value):
        return {
            one.name: without_defaults(member)
            for one in dataclasses.fields(value)
            if (member := getattr(value, one.name)) != _default(one)
        }
    return [without_defaults(member) for member in value] if isinstance(value, tuple | list) else value


def _default(one: dataclasses.Field[Any]) -> Any:
    return one.default if one.default_factory is dataclasses.MISSING else one.default_factory()


def from_json(shape: type[T], value: Mapping[str, Any]) -> T:
    """Return the dataclass that a JSON object states. Unknown names are ignored: a later version may add some.

    Raises:
        TypeError: a field without a default is absent.
    """
    return shape(**{name: _load(type_, value[name]) for name, type_ in _types(shape).items() if name in value})


def salvage(shape: type[T], value: Any, place: str = "") -> tuple[T | None, tuple[str, ...]]:
    """Return what fits of a dataclass in a JSON value, and the places of what does not.

    Another version of newsmill may have written the value, or it may be damaged. A value that does not fit becomes the
    default of its field; a dataclass that needs it becomes None. Unknown names are ignored.
    """
    faults: list[str] = []
    found = _salvage(shape, value, place, faults)
    return (None if found is _UNFIT else found), tuple(faults)


_UNFIT: Any = object()


def _salvage(type_: Any, value: Any, place: str, faults: list[str]) -> Any:
    if value is None and isinstance(type_, UnionType):
        return None
    type_ = _without_none(type_)
    origin = get_origin(type_)
    if origin is tuple and isinstance(value, list):
        found = [_salvage(get_args(type_)[0], one, f"{place}/{index}", faults) for index, one in enumerate(value)]
        return tuple(one for one in found if one is not _UNFIT)
    if dataclasses.is_dataclass(type_) and isinstance(value, dict):
        members = {
            name: _salvage(of, value[name], f"{place}/{name}", faults)
            for name, of in _types(type_).items()
            if name in value
        }
        members = {name: member for name, member in members.items() if member is not _UNFIT}
        missing = [one.name for one in dataclasses.fields(type_) if _is_required(one) and one.name not in members]
        if not missing:
            shape: Any = type_
            return shape(**members)
        faults += [f"{place}/{name}" for name in missing if f"{place}/{name}" not in faults]
        return _UNFIT
    if _fits(type_, origin, value):
        return value
    faults.append(place)
    return _UNFIT


def _fits(type_: Any, origin: Any, value: Any) -> bool:
    if origin is Literal:
        return value in get_args(type_)
    if origin is tuple or dataclasses.is_dataclass(type_):
        return False
    if type_ in (int, float):
        return isinstance(value, int | type_) and not isinstance(value, bool)
    if type_ in _SIMPLE:
        return isinstance(value, type_)
    return not isinstance(origin, type) or isinstance(value, origin)


def _is_required(one: dataclasses.Field[Any]) -> bool:
    return one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING


def view_of(shape: type[T], value: Any, **more: Any) -> T:
    """Return a dataclass with the fields that it shares with another one, and more."""
    shared = {name: getattr(value, name) for name in _types(shape) if name not in more and hasattr(value, name)}
    return shape(**shared, **more)


@cache
def schema_of(shape: Any) -> type[Schema]:
    """Return the marshmallow schema of a dataclass, named by its `SCHEMA_NAME` if it has one."""
    types = _types(shape)
    members = {one.name: _field(one, types[one.name]) for one in dataclasses.fields(shape)}
    name = getattr(shape, "SCHEMA_NAME", shape.__name__)
    return type(f"{name}Schema", (Schema,), {"__doc__": shape.__doc__, **members})


def _field(one: dataclasses.Field[Any], type_: Any) -> fields.Field[Any]:
    shared = {"metadata": dict(one.metadata), "required": NoneType not in get_args(type_)}
    return _marshmallow(_without_none(type_), shared)


def _marshmallow(type_: Any, shared: dict[str, Any]) -> fields.Field[Any]:
    if get_origin(type_) is tuple:
        return fields.List(_marshmallow(get_args(type_)[0], {}), **shared)
    if get_origin(type_) is Literal:
        return fields.String(validate=validate.OneOf(get_args(type_)), **shared)
    return _SIMPLE[type_](**shared) if type_ in _SIMPLE else fields.Nested(schema_of(type_), **shared)


def _load(type_: Any, value: Any) -> Any:
    type_ = _without_none(type_)
    if value is None:
        return None
    if get_origin(type_) is tuple:
        return tuple(_load(get_args(type_)[0], member) for member in value)
    if dataclasses.is_dataclass(type_):
        shape: Any = type_
        return from_json(shape, value)
    return value


def _without_none(type_: Any) -> Any:
    if isinstance(type_, UnionType):
        [type_] = (member for member in get_args(type_) if member is not NoneType)
    return type_


def _types(shape: Any) -> Mapping[str, Any]:
    return _cached_types(shape)


@cache
def _cached_types(shape: Any) -> Mapping[str, Any]:
    hints = get_type_hints(shape)
    return {one.name: hints[one.name] for one in dataclasses.fields(shape)}
