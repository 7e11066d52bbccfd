"""The marshmallow schemas of frozen dataclasses: what the API says of a JSON object, and checks of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from marshmallow import Schema, fields, validate

from schemas.typed_json import types_of, without_none

_SIMPLE: Mapping[Any, type[fields.Field[Any]]] = {
    str: fields.String,
    int: fields.Integer,
    float: fields.Float,
    bool: fields.Boolean,
}


@cache
def schema_of(shape: Any) -> type[Schema]:
    """Return the marshmallow schema of a dataclass, named by its `SCHEMA_NAME` if it has one."""
    types = types_of(shape)
    members = {one.name: _field(one, types[one.name]) for one in dataclasses.fields(shape)}
    name = getattr(shape, "SCHEMA_NAME", shape.__name__)
    return type(f"{name}Schema", (Schema,), {"__doc__": shape.__doc__, **members})


def _field(one: dataclasses.Field[Any], type_: Any) -> fields.Field[Any]:
    shared = {"metadata": dict(one.metadata), "required": NoneType not in get_args(type_)}
    return _marshmallow(without_none(type_), shared)


def _marshmallow(type_: Any, shared: dict[str, Any]) -> fields.Field[Any]:
    if get_origin(type_) is tuple:
        return fields.List(_marshmallow(get_args(type_)[0], {}), **shared)
    if get_origin(type_) is Literal:
        return fields.String(validate=validate.OneOf(get_args(type_)), **shared)
    return _SIMPLE[type_](**shared) if type_ in _SIMPLE else fields.Nested(schema_of(type_), **shared)
