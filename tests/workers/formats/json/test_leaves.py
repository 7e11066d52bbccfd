"""The leaves of JSON values: their paths and texts."""

from __future__ import annotations

from typing import Any

import pytest

from workers.formats.json.leaves import is_stated, leaves


def test_leaves_have_paths_with_indexes_from_1() -> None:
    value = {"a": "x", "b": [{"c": 1.5}, True, None, ["y", ""]], "d": {}, "e": " "}
    assert list(leaves(value)) == [("a", "x"), ("b[1].c", "1.5"), ("b[2]", "true"), ("b[4][1]", "y")]
    assert list(leaves(7, "n")) == [("n", "7")]


@pytest.mark.parametrize(
    ("value", "stated"),
    [
        (None, False),
        ("", False),
        (" \n", False),
        ([], False),
        ({}, False),
        (0, True),
        (False, True),
        ("a", True),
        ([None], True),
    ],
)
def test_a_number_and_a_boolean_are_stated(value: Any, stated: bool) -> None:
    assert is_stated(value) is stated


def test_a_value_of_any_depth_has_leaves() -> None:
    value: Any = "x"
    for _ in range(5000):
        value = [value]
    [(path, text)] = leaves(value, "a")
    assert (path, text) == ("a" + "[1]" * 5000, "x")
