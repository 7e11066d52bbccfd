"""Ranges of a stream and chained chunks behave as streams."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.archives.ranges import Chained, open_range

CONTENT = bytes(range(256)) * 2


@given(st.integers(0, 512), st.integers(0, 512), st.binary(max_size=5), st.integers(1, 70))
def test_range_gives_head_then_its_bytes(start: int, size: int, head: bytes, at_once: int) -> None:
    stream = open_range(io.BytesIO(CONTENT), start, start + size, head)
    assert b"".join(iter(lambda: stream.read(at_once), b"")) == head + CONTENT[start : start + size]


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, None, b"a\nb\nc"), (2, None, b"b\nc"), (2, 4, b"b\n"), (5, 5, b"")]
)
def test_a_range_may_go_on_to_the_end(start: int, end: int | None, expected: bytes) -> None:
    assert open_range(io.BytesIO(b"a\nb\nc"), start, end).readlines() == expected.splitlines(keepends=True)


def test_closing_a_range_closes_the_stream() -> None:
    stream = io.BytesIO(CONTENT)
    open_range(stream, 1, 2).close()
    assert stream.closed


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_chunks_read_as_one_stream(parts: list[bytes], at_once: int) -> None:
    stream = io.BufferedReader(Chained(parts), 16)
    assert b"".join(iter(lambda: stream.read(at_once), b"")) == b"".join(parts)
