"""Options of a format: one frozen dataclass gives the type, the marshmallow schema and the documentation.

`schemas.option_schemas` makes the schema: a process that only passes jobs on needs none.

    @dataclass(frozen=True, slots=True, kw_only=True)
    class CsvOptions:
        profile: Literal["default", "excel"] = option("default", "How cells are written")

Considered instead: marshmallow-dataclass 8.7 (brings typeguard and typing-inspect, and names no Python after 3.12) and
desert (last release in 2022). Both take constraints as marshmallow fields in a dataclass's metadata, as this
module does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marshmallow import fields

Check = Callable[[Any], str | None]
"""Returns what is wrong with a value, or None."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What `option` declares beside the default.

    Args:
        field: the marshmallow field; None if the type says which.
        check: the check of a value.
        constraints: further arguments of the field.
        shown: the description and the label.
    """

    field: type[fields.Field[Any]] | None
    check: Check | None
    constraints: dict[str, Any]
    shown: dict[str, str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    """The options of a format without options."""


def option(
    default: Any,
    description: str,
    *,
    title: str = "",
    check: Check | None = None,
    field: type[fields.Field[Any]] | None = None,
    **constraints: Any,
) -> Any:
    """Declare an option as a field of a frozen dataclass.

    Args:
        default: the value if a request gives none; a dict is copied.
        description: one sentence or phrase for the documentation.
        title: the label on the page; by default the option's name.
        check: says what is wrong with a value that is stated.
        field: the marshmallow field; not needed for bool, str and a Literal of str.
        constraints: further arguments of the marshmallow field: `validate`, `keys`, `values`.
    """
    shown = {"description": description} | ({"title": title} if title else {})
    metadata = {"declared": Declared(field=field, check=check, constraints=constraints, shown=shown)}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=default.copy, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
