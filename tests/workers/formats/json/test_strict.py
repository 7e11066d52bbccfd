from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bounds import MOST_VALUES
from workers.formats.json.strict import DEEPEST, JsonError, parse_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("a", ":", '"', "\\", "é")), inner),
)


@given(_VALUES)
def test_valid_json_is_read(value: Any) -> None:
    assert parse_json(orjson.dumps(value)) == value
    assert parse_json(orjson.dumps(value, option=orjson.OPT_INDENT_2)) == value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "line 1, column 1: it is not JSON"),
        (b'{"a": 1,}', "it is not JSON: trailing comma"),
        (b'{"a":\n "\\ud800"}', "line 2, column 3: it is not JSON: no low surrogate"),
        (b'"\xff"', "it is not JSON: str is not valid UTF-8"),
        (b"NaN", "line 1, column 1: it is not JSON"),
        (b'{"a": 1,\n "b": {"c": ":", "a": {}, "a": 2}}', "line 2, column 27: the object has 'a' twice"),
        (b'[{"a": 1}, {"\\u0061": 1, "a": 2}]', "line 1, column 26: the object has 'a' twice"),
        ('{"é": 1, "é": 2}'.encode(), "line 1, column 10: the object has 'é' twice"),
        (b"[" * 1_000_000, "line 1, column 1026: it is not JSON: depth limit exceeded"),
        (b"[0" + b",0" * MOST_VALUES + b"]", "line 1, column 1: it has more than 2,000,000 values in one piece"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "it nests more than 100 deep"),
    ],
)
def test_invalid_json_is_refused_at_its_place(raw: bytes, said: str) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(raw)
    assert said in str(caught.value)


@pytest.mark.parametrize("raw", [b'"' + b"\\" * 2_000_000, b'{"a' * 300_000, b'{"a":"' + b'\\"' * 1_000_000 + b'"}'])
def test_slow_input_is_handled_in_linear_time(raw: bytes) -> None:
    before = time.process_time()
    with suppress(JsonError):
        parse_json(raw)
    assert time.process_time() - before < 1
