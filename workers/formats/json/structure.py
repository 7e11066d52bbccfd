"""The structure of JSON documents as data: the members of an object, and the values that they take.

A structure states what a JSON Schema states. `faults` is empty for a value that keeps it. The forms of texts (URI,
date-time) are annotations in JSON Schema, so they are checked only on request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from schemas.article.values import shorten
from schemas.nearest import nearest


class StructureFault(NamedTuple):
    """A broken rule, at a place in a value.

    Args:
        path: the place, such as "bodies[1].value"; "" for the value itself.
        rule: "type", "value", "member", "missing" or "form".
        detail: what is wrong and what would be right.
    """

    path: str
    rule: str
    detail: str


Faults = tuple[StructureFault, ...]


class Structure(Protocol):
    """The structure of a value."""

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value.

        Args:
            value: a JSON value.
            forms: whether to check the forms of texts.
        """
        ...


def _not(value: Any, expected: str) -> Faults:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return (StructureFault("", "type", f"it is {kinds.get(type(value), 'a number')}; it has to be {expected}"),)


@dataclass(frozen=True, slots=True)
class Text:
    """A string.

    Args:
        form: returns what is wrong with the form of a text, or None.
        one_of: the allowed texts, if there is a list of them.
        pattern: the pattern that the text has to have, if there is one.
    """

    form: Callable[[str], str | None] | None = None
    one_of: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value."""
        if not isinstance(value, str):
            return _not(value, "a string")
        if self.one_of and value not in self.one_of:
            detail = f"{shorten(value)!r} is not one of {', '.join(self.one_of)}"
        elif self.pattern and not self.pattern.search(value):
            detail = f"{shorten(value)!r} has another pattern than {self.pattern.pattern}"
        elif forms and self.form and (fault := self.form(value)):
            return (StructureFault("", "form", fault),)
        else:
            return ()
        return (StructureFault("", "value", detail),)


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `whole` asks for an integer, `least` and `most` bound it."""

    whole: bool = False
    least: int | None = None
    most: int | None = None

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _not(value, "a number")
        if self.whole and not float(value).is_integer():
            return (StructureFault("", "value", f"{value} is not a whole number"),)
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            return (StructureFault("", "value", f"{value} is not from {self.least} to {self.most}"),)
        return ()


@dataclass(frozen=True, slots=True)
class Many:
    """A list, each member of which has one structure."""

    of: Structure
    least: int = 0

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value."""
        if not isinstance(value, list):
            return _not(value, "a list")
        if len(value) < self.least:
            return (StructureFault("", "value", f"the list has {len(value)} members; it needs {self.least} or more"),)
        found: Faults = ()
        for number, inner in enumerate(value, 1):
            if inside := self.of.faults(inner, forms=forms):
                found += _within(f"[{number}]", inside)
        return found


@dataclass(frozen=True, slots=True)
class Shape:
    """An object.

    Args:
        members: the structure of each member, by its name.
        named: the structure of members whose names a pattern finds.
        required: the names that have to be there.
        exactly_one: groups of names; one group at least has exactly one of its names.
        closed: whether a member with another name is a fault.
    """

    members: Mapping[str, Structure] = field(default_factory=dict)
    named: tuple[tuple[re.Pattern[str], Structure], ...] = ()
    required: tuple[str, ...] = ()
    exactly_one: tuple[tuple[str, ...], ...] = ()
    closed: bool = True

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value."""
        if not isinstance(value, dict):
            return _not(value, "an object")
        found: Faults = ()
        members = self.members
        for name, inner in value.items():
            structure = members.get(name) or self._by_pattern(name)
            if structure is None:
                if self.closed:
                    found += (StructureFault(name, "member", self._unknown(name)),)
            elif inside := structure.faults(inner, forms=forms):
                found += _within(name, inside)
        for name in self.required:
            if name not in value:
                found += (StructureFault("", "missing", f"it has no {name}; state one"),)
        if self.exactly_one and not any(sum(name in value for name in group) == 1 for group in self.exactly_one):
            groups = "; or of ".join(" and ".join(group) for group in self.exactly_one)
            found += (StructureFault("", "missing", f"it needs exactly one of {groups}"),)
        return found

    def _by_pattern(self, name: str) -> Structure | None:
        return next((structure for pattern, structure in self.named if pattern.search(name)), None)

    def _unknown(self, name: str) -> str:
        near = nearest(name, tuple(self.members))
        return f"there is no member {shorten(name)!r} here" + (f"; did you mean {near!r}?" if near else "")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A value that has one of several structures; its faults are those of the last."""

    choices: tuple[Structure, ...]

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return every fault of a value."""
        found: Faults = ()
        for choice in self.choices:
            found = choice.faults(value, forms=forms)
            if not found:
                return ()
        return found


@dataclass(frozen=True, slots=True)
class Never:
    """A value that no document can have, by a slip of its schema."""

    def faults(self, value: Any, *, forms: bool) -> Faults:
        """Return the fault of any value."""
        return (StructureFault("", "value", "the schema allows no value here; leave it out"),)


def _within(name: str, inside: Iterable[StructureFault]) -> Faults:
    return tuple(StructureFault(_joined(name, path), rule, detail) for path, rule, detail in inside)


def _joined(name: str, path: str) -> str:
    return f"{name}{path}" if not path or path.startswith("[") else f"{name}.{path}"
