"""What is struck out of texts that people see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.settings import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:secret@redis:6379/0", "redis://:***@redis:6379/0"),
        ("cannot reach rediss://me:se:c@ret@redis: timed out", "cannot reach rediss://me:***@redis: timed out"),
        (
            "sentinel://:a@x;sentinel://:b@y and amqp://u:c@z//",
            "sentinel://:***@x;sentinel://:***@y and amqp://u:***@z//",
        ),
        (
            "https://www.example.com/about at 12:30, me@example.com",
            "https://www.example.com/about at 12:30, me@example.com",
        ),
        ("redis+socket:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
    ],
)
def test_the_passwords_of_urls_are_struck_out_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1).filter(lambda text: "://" not in text))
def test_any_password_is_masked(password: str) -> None:
    assert masked(f"redis://newsmill:{password}@redis:6379/0") == "redis://newsmill:***@redis:6379/0"
