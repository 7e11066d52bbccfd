"""Values as scripts write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.formats.json.literals import LiteralError, read_literal

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_json_is_read_as_json(value: Any) -> None:
    text = json.dumps(value)
    assert read_literal(f"={text};", 1) == (value, len(text) + 1)


@given(JSON_VALUES)
def test_json_with_what_scripts_write_is_read_alike(value: Any) -> None:
    assert read_literal(f"[{json.dumps(value)},undefined,]")[0] == [value, None]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:1,'b':'it\\'s',\"c\":`d`,$e:-.5,1:2}", {"a": 1, "b": "it's", "c": "d", "$e": -0.5, "1": 2}),
        ("[!0,!1,void 0,null,NaN,/* a */ 1, // b\n 2]", [True, False, None, None, None, 1, 2]),
        (r"['\u003Cp\u003E','\x41','\u{1F600}','a\nb']", ["<p>", "A", "\U0001f600", "a\nb"]),
        ('{d:new Date("2024-05-06"),s:new Set([1])}', {"d": "2024-05-06", "s": [1]}),
        ('{j:JSON.parse("{\\"a\\":1}")}', {"j": {"a": 1}}),
        ('(function(a,b){return {x:a,y:[b,a]}}("1",{z:2}))', {"x": "1", "y": [{"z": 2}, "1"]}),
        ('(function(a){return {x:a}})("1")', {"x": "1"}),
    ],
)
def test_what_serializers_write_is_read(text: str, value: Any) -> None:
    assert read_literal(text)[0] == value


@pytest.mark.parametrize(
    "text", ["{a:b}", "{a:f()}", "{a", "['x", "[" * 200, "(function(a){a.x='1';return a}({}))", ""]
)
def test_what_only_running_a_script_tells_is_no_literal(text: str) -> None:
    with pytest.raises(LiteralError):
        read_literal(text)


def test_a_long_literal_is_given_up() -> None:
    with pytest.raises(LiteralError):
        read_literal("[" + "'a'," * 100 + "]", most=100)
