"""The marshmallow schemas of options: `load` checks what a request states, and returns the dataclass of the options."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from marshmallow import Schema, ValidationError, fields, post_load, validate

from schemas.options import Check, Declared
from schemas.typed_json import without_none


def options_schema(options: type[Any]) -> Schema:
    """Return the marshmallow schema of a dataclass of options: `load` gives an instance of the dataclass."""
    types = get_type_hints(options)
    members: dict[str, Any] = {one.name: _field(one, types[one.name]) for one in dataclasses.fields(options)}
    schema = type(f"{options.__name__}Schema", (_OptionsSchema,), {**members, "options": options})
    made: Schema = schema()
    return made


class _OptionsSchema(Schema):
    options: ClassVar[type[Any]]

    @post_load
    def _make(self, data: Mapping[str, Any], **_: Any) -> Any:
        return self.options(**data)


def _field(one: dataclasses.Field[Any], type_: Any) -> fields.Field[Any]:
    declared: Declared = one.metadata["declared"]
    shared = {
        "load_default": one.default if one.default is not dataclasses.MISSING else one.default_factory,
        "metadata": declared.shown,
        **declared.constraints,
    }
    if declared.check:
        shared["validate"] = _validator(declared.check)
    if declared.field is not None:
        return declared.field(**shared)
    required = without_none(type_)
    if required is bool:
        return fields.Boolean(truthy={True}, falsy={False}, **shared)
    if required is str:
        return fields.String(**shared)
    if get_origin(required) is Literal:
        return fields.String(validate=validate.OneOf(get_args(required)), **shared)
    raise TypeError(f"option {one.name!r}: give the marshmallow field for {type_}")


def _validator(check: Check) -> Callable[[Any], None]:
    def validate_option(value: Any) -> None:
        if detail := check(value):
            raise ValidationError(detail)

    return validate_option
