"""Faults made of marshmallow's messages: a pointer, a sentence, and a suggestion for an unknown name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.article.values import shorten
from schemas.errors import Fault
from schemas.nearest import Suggestions

# Sentences for the messages of marshmallow that do not say what to do.
_UNKNOWN = "Unknown field."
_SENTENCES = {
    "Invalid input type.": "must be an object",
    "Missing data for required field.": "is missing, and required",
    "Field may not be null.": "must not be null",
    "Not a valid boolean.": "must be true or false",
    "Not a valid list.": "must be a list",
    "Not a valid mapping type.": "must be an object",
    "Not a valid string.": "must be a string",
    "Shorter than minimum length 1.": "must not be empty",
}


def faults_of(error: ValidationError, schema: Schema, base: str = "") -> tuple[Fault, ...]:
    """Return every fault of a value that does not fit its schema.

    Args:
        error: the error that `schema.load` raised.
        schema: the schema, for suggestions of its field names.
        base: the JSON Pointer of the loaded value.
    """
    return tuple(_walk(error.messages, schema, base, Suggestions()))


def _walk(messages: Any, schema: object, pointer: str, suggestions: Suggestions) -> Iterator[Fault]:
    if isinstance(messages, str):
        yield Fault(pointer, _SENTENCES.get(messages, messages))
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, schema, pointer, suggestions)
    elif isinstance(messages, dict):
        for key, inner in messages.items():
            if key == "_schema" or (isinstance(schema, _Member) and key in ("key", "value")):
                yield from _walk(inner, schema, pointer, suggestions)
                continue
            here = f"{pointer}/{escape_pointer(str(key))}"
            if isinstance(schema, fields.Mapping):
                # marshmallow has separate messages for the name and the value of a member.
                of_member = inner.values() if isinstance(inner, dict) else [inner]
                for found in of_member:
                    yield from _walk(found, _inside(schema.value_field), here, suggestions)
                continue
            if isinstance(schema, Schema) and key not in schema.fields and _UNKNOWN in inner:
                known = tuple(schema.fields)
                yield Fault(here, _unknown(str(key), known, suggestions), unknown=True)
            else:
                yield from _walk(inner, _schema_at(schema, key), here, suggestions)


class _Member:
    """A member of a mapping, whose key and value have separate messages."""


def _schema_at(schema: object, key: Any) -> object:
    """Return the schema of a member: the field of an object, or the item of a list (its key is its number)."""
    if isinstance(key, int):
        return schema
    if isinstance(schema, fields.Mapping):
        return _Member()
    if isinstance(schema, Schema):
        schema = schema.fields.get(key)
    return _inside(schema.inner if isinstance(schema, fields.List) else schema)


def _inside(field: object) -> object:
    """Return the schema within a field; the field itself if it has none."""
    return field.schema if isinstance(field, fields.Nested) else field


def _unknown(name: str, known: tuple[str, ...], suggestions: Suggestions) -> str:
    if near := suggestions.nearest(name, known):
        return f"unknown field {shorten(name)!r}; did you mean {near!r}?"
    return f"unknown field {shorten(name)!r}; the fields here are {', '.join(sorted(known))}"


def escape_pointer(key: str) -> str:
    """Return a key as a part of a JSON Pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")
