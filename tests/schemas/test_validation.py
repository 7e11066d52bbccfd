"""From marshmallow's messages to pointers and sentences."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from schemas.nearest import nearest
from schemas.validation import escape_pointer, faults_of


class Inner(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1))


class Outer(Schema):
    one = fields.Nested(Inner)
    many = fields.List(fields.Nested(Inner))
    named = fields.Dict(keys=fields.String(validate=validate.Length(max=3)), values=fields.Nested(Inner))
    number = fields.Integer(strict=True)


def faults(value: Any, base: str = "") -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as raised:
        Outer().load(value)
    return [(fault.pointer, fault.detail) for fault in faults_of(raised.value, Outer(), base)]


@pytest.mark.parametrize(
    ("value", "pointer", "detail"),
    [
        ([], "", "must be an object"),
        ({"one": 1}, "/one", "must be an object"),
        ({"one": None}, "/one", "must not be null"),
        ({"one": {}}, "/one/name", "is missing, and required"),
        ({"one": {"name": ""}}, "/one/name", "must not be empty"),
        ({"one": {"name": 1}}, "/one/name", "must be a string"),
        ({"one": {"name": "x", "nam": 1}}, "/one/nam", "unknown field 'nam'; did you mean 'name'?"),
        ({"many": {}}, "/many", "must be a list"),
        ({"many": [{"name": "x"}, {}]}, "/many/1/name", "is missing, and required"),
        ({"many": [{"name": "x", "Name": 1}]}, "/many/0/Name", "unknown field 'Name'; did you mean 'name'?"),
        ({"named": []}, "/named", "must be an object"),
        ({"named": {"a": 1}}, "/named/a", "must be an object"),
        ({"named": {"a": {}}}, "/named/a/name", "is missing, and required"),
        ({"named": {"a": {"name": "x", "nmae": 1}}}, "/named/a/nmae", "unknown field 'nmae'; did you mean 'name'?"),
        ({"named": {"long/~name": {"name": "x"}}}, "/named/long~1~0name", "Longer than maximum length 3."),
        ({"xyz": 1}, "/xyz", "unknown field 'xyz'; the fields here are many, named, number, one"),
        ({"~/": 1}, "/~0~1", "unknown field '~/'; the fields here are many, named, number, one"),
    ],
)
def test_fault_has_a_pointer_and_an_expectation(value: Any, pointer: str, detail: str) -> None:
    assert faults(value) == [(pointer, detail)]


def test_faults_are_reported_together() -> None:
    assert {pointer for pointer, _ in faults({"one": {}, "many": 1, "number": "1", "x": 0})} == {
        "/one/name",
        "/many",
        "/number",
        "/x",
    }


def test_pointers_begin_where_the_value_stood() -> None:
    assert faults({"one": 1}, "/options/csv") == [("/options/csv/one", "must be an object")]


@pytest.mark.parametrize(
    ("name", "near"),
    [("headlin", "headline"), ("HEADLINE", "headline"), ("ed-note", "ed_note"), ("zzz", None), ("", None)],
)
def test_the_nearest_name(name: str, near: str | None) -> None:
    assert nearest(name, ("headline", "ed_note", "url")) == near


@pytest.mark.parametrize(("key", "escaped"), [("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("", "")])
def test_keys_are_escaped_as_rfc_6901_has_it(key: str, escaped: str) -> None:
    assert escape_pointer(key) == escaped
