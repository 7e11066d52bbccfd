"""The parts of an article (people, concepts, rights, media …) in the notation of `workers.formats.csv.cells`, and back.

Four fields of a part stand in the name and the brackets of the notation; `SLOTS` says which. Each other field is a
labelled value: a list repeats its label, and a part within a part is a value in the same notation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, get_args, get_type_hints

from schemas.article import (
    AlternativeId,
    Byline,
    Concept,
    Correction,
    EdNote,
    Group,
    ItemLink,
    LiveUpdate,
    Media,
    Party,
    Place,
    Position,
    Rendition,
    Rights,
    RoleText,
    Subject,
)
from schemas.article.declare import Check, values_of
from schemas.article.values import shorten
from workers.formats.csv.cells import Named, read_each_named, write_named

SLOTS: Final[Mapping[type[Any], tuple[str | None, str | None, str | None, str | None]]] = {
    # the fields in:  name <uri> [qcode] (note)
    Party: ("name", "uri", None, None),
    Byline: ("name", "uri", None, "job_title"),
    Concept: ("name", "uri", "qcode", None),
    Place: ("name", "uri", "qcode", None),
    Subject: ("name", "uri", "qcode", "type"),
    RoleText: ("text", None, None, "role"),
    Rights: ("notice", None, None, "scope"),
    AlternativeId: ("id", None, None, "type"),
    ItemLink: ("title", "href", None, "rel"),
    Group: ("id", None, None, "role"),
    Correction: ("text", "url", None, "published"),
    LiveUpdate: ("headline", "url", None, "published"),
    EdNote: ("text", None, None, "role"),
    Media: ("caption", None, None, "kind"),
    Rendition: (None, "href", None, "role"),
    Position: (None, None, None, None),
}
_LONGEST_CACHED: Final = 200
_PLACES_OF_SLOTS: Final = ("{}", "<{}>", "[{}]", "({})")


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A field that is a labelled value.

    Args:
        read: takes the text of a value; raises a ValueError if it is none.
        many: whether the field holds any number of values.
    """

    read: Callable[[str], Any]
    many: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    """A dataclass of parts: its slots with their checks, and its labelled fields."""

    make: Callable[..., Any]
    slots: tuple[str | None, ...]
    checks: tuple[Check | None, ...]
    labelled: Mapping[str, _Labelled]
    values: Callable[[Any], tuple[Any, ...]]
    unstated: tuple[Any, ...]


def write_parts(parts: Iterable[Any]) -> str:
    """Return parts as one cell."""
    return write_named(map(to_named, parts))


def read_parts(make: Any, cell: str, *, labels: bool = True) -> tuple[Any, ...]:
    """Return the parts of a cell, all of one kind.

    An item in another notation, or with a value that breaks a rule, is a name as a whole, if a part of this kind has
    a name.

    Args:
        make: the dataclass of the parts.
        cell: the cell, without its guard.
        labels: whether braces hold labelled values, which newsmill 0.1 did not write.

    Raises:
        ValueError: a part of this kind has no name, and an item is in another notation.
    """
    return (_read_cached if len(cell) <= _LONGEST_CACHED else _read)(make, cell, labels)


def _read(make: Any, cell: str, labels: bool) -> tuple[Any, ...]:  # noqa: FBT001
    return tuple(_from_named(make, whole, thing) for whole, thing in read_each_named(cell, labels=labels))


# Many articles have the same author, provider or subject.
_read_cached = lru_cache(maxsize=1024)(_read)


def to_named(part: Any) -> Named:
    """Return a part in the notation."""
    make: Any = type(part)
    shape = _shape(make)
    stated = shape.values(part)
    labelled: tuple[tuple[str, str], ...] = ()
    if stated != shape.unstated:
        labelled = tuple(
            (label, _as_text(one))
            for label, value in zip(shape.labelled, stated, strict=True)
            if value is not None
            for one in (value if isinstance(value, tuple) else (value,))
        )
    name, uri, qcode, note = (getattr(part, slot) if slot else None for slot in shape.slots)
    return Named(name, uri, qcode, note, labelled)


def describe(make: Any) -> str:
    """Return the notation of a kind of part, for the description of a column: `name <uri> (job_title) {role=…}`."""
    shape = _shape(make)
    places = [place.format(slot) for place, slot in zip(_PLACES_OF_SLOTS, shape.slots, strict=True) if slot]
    labels = ", ".join(f"{label}=…" for label in shape.labelled)
    return " ".join([*places, f"{{{labels}}}"] if labels else places)


def _from_named(make: Any, whole: str, thing: Named) -> Any:
    shape = _shape(make)
    try:
        return _make(shape, thing)
    except (ValueError, TypeError):
        # A TypeError says that a required field is missing.
        name = shape.slots[0]
    try:
        return make(**({name: whole} if name else {}))
    except TypeError:
        raise ValueError(f"{shorten(whole)!r} is not written as {describe(make)}") from None


def _make(shape: _Shape, thing: Named) -> Any:
    stated: dict[str, Any] = {}
    for slot, value, check in zip(shape.slots, thing[:4], shape.checks, strict=True):
        if value is None:
            continue
        if slot is None or (check and check(value)):
            raise ValueError(value)
        stated[slot] = value
    for label, text in thing.labelled:
        field = shape.labelled.get(label)
        if field is None or (label in stated and not field.many):
            raise ValueError(label)
        value = field.read(text)
        stated[label] = (*stated.get(label, ()), value) if field.many else value
    return shape.make(**stated)


def _as_text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return repr(value)
        case Position():
            return f"{value.latitude!r} {value.longitude!r}"
        case _:
            return write_parts((value,))


@cache
def _shape(make: Any) -> _Shape:
    types = get_type_hints(make)
    fields = {one.name: one for one in dataclasses.fields(make) if "kind" in one.metadata}
    slots = SLOTS[make]
    labelled = {
        name: _Labelled(_reader(one, types[name]), one.metadata["kind"] in ("lines", "parts"))
        for name, one in fields.items()
        if name not in slots
    }
    return _Shape(
        make,
        slots,
        tuple(fields[slot].metadata["check"] if slot else None for slot in slots),
        labelled,
        values_of(tuple(labelled)),
        tuple(fields[name].default for name in labelled),
    )


def _reader(field: dataclasses.Field[Any], type_: Any) -> Callable[[str], Any]:
    """Return the function that reads one value of a labelled field."""
    kind, check = field.metadata["kind"], field.metadata["check"]
    if kind in ("part", "parts"):
        part = next(filter(dataclasses.is_dataclass, get_args(type_)))
        return _read_position if part is Position else lambda text: _read_one(part, text)
    converters: dict[str, Callable[[str], Any]] = {"number": int, "decimal": float, "flag": _read_flag}
    convert = converters.get(kind, str)

    def read(text: str) -> Any:
        value = convert(text)
        if check and check(value):
            raise ValueError(text)
        return value

    return read


def _read_one(make: Any, text: str) -> Any:
    parts = read_parts(make, text)
    if len(parts) != 1:
        raise ValueError(text)
    return parts[0]


def _read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _read_position(text: str) -> Position:
    latitude, longitude = text.split(" ")
    return Position(latitude=float(latitude), longitude=float(longitude))
