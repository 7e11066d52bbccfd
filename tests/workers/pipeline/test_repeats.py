"""Articles that an export has already: duplicates and conflicts, in flat memory."""

from __future__ import annotations

import json
import sqlite3
import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import Document
from schemas.errors import StoreError
from tests.exports import CONVERSION
from tests.sinks import Shelf
from workers.formats import FORMATS
from workers.pipeline import repeats
from workers.pipeline.pipe import Documents, Outcome, convert
from workers.pipeline.repeats import SeenArticles


def seen(articles: list[tuple[int, int]], in_memory: int) -> list[str | None]:
    """How each article repeats an earlier one; an article is the numbers of its key and its content."""
    with SeenArticles(in_memory) as known:
        return [known.repeat(bytes([key]) * 16, bytes([content]) * 16) for key, content in articles]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), max_size=30), st.integers(0, 12))
def test_an_article_is_compared_with_the_first_of_its_key(articles: list[tuple[int, int]], in_memory: int) -> None:
    first: dict[int, int] = {}
    expected: list[str | None] = []
    for key, content in articles:
        if key in first:
            expected.append("duplicate" if first[key] == content else "conflict")
        else:
            expected.append(None)
            first[key] = content
    assert seen(articles, in_memory) == expected


@pytest.mark.parametrize("in_memory", [0, 1, 9])
def test_article_that_could_not_be_written_bars_no_other(in_memory: int) -> None:
    one, two, first, other = (bytes([number]) * 16 for number in range(4))
    with SeenArticles(in_memory) as known:
        known.repeat(one, first)
        assert known.repeat(two, first) is None
        known.forget(two)
        assert known.repeat(two, other) is None
        assert [known.repeat(two, first), known.repeat(two, other)] == ["conflict", "duplicate"]
        assert known.repeat(one, first) == "duplicate"


def test_memory_is_flat() -> None:
    with SeenArticles(100) as known:
        tracemalloc.start()
        try:
            for number in range(20_000):
                known.repeat((number * 0x9E3779B97F4A7C15).to_bytes(16, "little"), bytes(16))
            assert tracemalloc.get_traced_memory()[1] < 100_000
        finally:
            tracemalloc.stop()


def test_full_folder_for_temporary_files_is_an_error_of_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def execute(self, *_: object) -> Any:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            pass

    monkeypatch.setattr(repeats, "_temporary_table", Full)
    with pytest.raises(StoreError, match="the folder for temporary files: database or disk is full"):
        seen([(1, 1)], in_memory=0)


def documents(*contents: list[dict[str, Any]]) -> Documents:
    """Documents of articles in JSON: 0.ndjson, 1.ndjson …"""
    for number, stated in enumerate(contents):
        lines = b"".join(json.dumps(one).encode() + b"\n" for one in stated)
        yield "articles-json", Document(name=f"{number}.ndjson", open=lambda lines=lines: BytesIO(lines))  # type: ignore[misc]


def export(*contents: list[dict[str, Any]], **more: Any) -> tuple[Outcome, dict[str, bytes]]:
    shelf = Shelf()
    options = FORMATS.load_options({}, ("news-article", "csv"))
    return convert(documents(*contents), options=options, conversion=CONVERSION, sink=shelf, **more), shelf.files


A = {"id": "urn:x:a", "paragraphs": "A", "headline": "H", "language": "en"}
B = {"paragraphs": "B", "headline": "H", "language": "en"}


def test_same_article_is_kept_once_and_named_with_its_places() -> None:
    outcome, files = export([A, B, A], [B, A], [A])
    assert (outcome.done, outcome.duplicates, outcome.failed) == (2, 4, ())
    [warning] = [one for one in outcome.warnings if one.type == "duplicate"]
    assert warning.articles == 4
    assert warning.values == ("0.ndjson, line 3", "1.ndjson, line 1", "1.ndjson, line 2")
    assert "1.ndjson, line 1" in warning.detail
    assert files == export([A, B])[1]


def test_same_text_with_other_fields_is_another_article() -> None:
    outcome, _ = export([B, B | {"published": "2024-05-06"}, B | {"published": "2024-05-07"}, B | {"version": 2}])
    assert (outcome.done, outcome.duplicates, outcome.failed) == (4, 0, ())


def test_same_id_and_version_with_other_content_is_a_conflict() -> None:
    outcome, _ = export([A, A | {"headline": "I"}, A, A | {"version": 2, "signal": "update"}, A | {"headline": "I"}])
    assert (outcome.done, outcome.duplicates) == (2, 1)
    assert [(one.place, one.kind) for one in outcome.failed] == [("line 2", "conflict"), ("line 5", "conflict")]


def test_derived_id_that_is_stated_later_is_the_same_article() -> None:
    _, files = export([B])
    stated = json.loads(files["articles.jsonld"])["@id"]
    outcome, _ = export([B, B | {"id": stated}, B | {"id": stated, "urgency": 1}])
    assert (outcome.done, outcome.duplicates, [one.kind for one in outcome.failed]) == (1, 1, ["conflict"])


def test_duplicates_do_not_end_an_export_that_ends_at_a_failure() -> None:
    assert export([A, A, B], on_error="fail")[0].done == 2
    outcome, files = export([A, A | {"headline": "I"}, B], on_error="fail")
    assert (outcome.done, len(outcome.failed), files) == (0, 1, {})


def test_an_article_that_failed_is_no_first_one() -> None:
    outcome, _ = export([A | {"paragraphs": ""}, A, A])
    assert (outcome.done, outcome.duplicates, len(outcome.failed)) == (1, 1, 1)


@pytest.mark.parametrize("split", [1, 2])
def test_split_export_has_each_article_once(split: int) -> None:
    outcome, files = export([A, A, B, B, A], split=split)
    assert (outcome.done, outcome.duplicates) == (2, 3)
    assert files == export([A, B], split=split)[1]
