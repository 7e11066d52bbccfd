"""Options of a format: one frozen dataclass gives the type, the marshmallow schema and the documentation.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class CsvOptions:
        profile: Literal["default", "excel"] = option("default", "How cells are written")

Considered instead: marshmallow-dataclass 8.7 (brings typeguard and typing-inspect, and names no Python after 3.12) and
desert (last release in 2022). Both take constraints as marshmallow fields in a dataclass's metadata, as this
module does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Literal, get_args, get_origin, get_type_hints

from marshmallow import Schema, fields, post_load, validate

_FIELD: Final = "field"
_SHOWN: Final = "shown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    """The options of a format without options."""


def option(
    default: Any, description: str, *, title: str = "", field: type[fields.Field[Any]] | None = None, **constraints: Any
) -> Any:
    """Declare an option as a field of a frozen dataclass.

    Args:
        default: the value if a request gives none; a dict is copied.
        description: one sentence or phrase for the documentation.
        title: the label on the page; by default the option's name.
        field: the marshmallow field; not needed for bool and for a Literal of str.
        constraints: further arguments of the marshmallow field: `validate`, `keys`, `values`.
    """
    shown = {"description": description} | ({"title": title} if title else {})
    metadata = {_FIELD: (field, constraints), _SHOWN: shown}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


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
    field, constraints = one.metadata[_FIELD]
    shared = {
        "load_default": one.default if one.default is not dataclasses.MISSING else one.default_factory,
        "metadata": one.metadata[_SHOWN],
        **constraints,
    }
    if field is not None:
        return field(**shared)  # type: ignore[no-any-return]
    if type_ is bool:
        return fields.Boolean(truthy={True}, falsy={False}, **shared)
    if get_origin(type_) is Literal:
        return fields.String(validate=validate.OneOf(get_args(type_)), **shared)
    raise TypeError(f"option {one.name!r}: give the marshmallow field for {type_}")
