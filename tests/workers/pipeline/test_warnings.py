"""Warnings about converted articles: how many, and the remedy."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from schemas.article import Party
from schemas.job import JobWarning
from tests.exports import FULL, small
from tests.field_table import EVERYTHING
from workers.formats import FORMATS
from workers.pipeline.warnings import Notes, warnings_of

GOOD = {"headline": "A headline", "language": "en"}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (GOOD, ()),
        ({}, ("absent:headline", "absent:language")),
        ({"language": "en"}, ("absent:headline",)),
        (GOOD | {"version": 2}, ("absent:signal",)),
        (GOOD | {"version": 2, "signal": "update"}, ()),
    ],
)
def test_absent_fields_are_warnings(stated: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert Notes(("csv",)).of(small(**stated)) == expected


@pytest.mark.parametrize("format_id", FORMATS.writable.ids)
def test_stated_unsupported_field_is_a_warning(format_id: str) -> None:
    places = FORMATS.get(format_id).places
    without = [leaf for leaf, held in places.of.items() if not held and not leaf.startswith("source.")]
    names = {name if (name := leaf.partition(".")[0]) in places.unheld else leaf for leaf in without}
    assert set(Notes((format_id,)).of(EVERYTHING)) == {f"{format_id}:{name}" for name in names}
    assert set(Notes((format_id,)).of(small(**GOOD))) == set()


def test_at_least_one_format_lacks_a_field() -> None:
    assert any(FORMATS.get(format_id).places.unheld for format_id in FORMATS.writable.ids)


def test_each_format_is_counted_by_itself() -> None:
    together = Notes(FORMATS.writable.ids).of(FULL)
    assert sorted(together) == sorted(
        note for format_id in FORMATS.writable.ids for note in Notes((format_id,)).of(FULL)
    )


def test_counts_become_sentences_in_one_order() -> None:
    notes = Notes(("csv",))
    counts = Counter([*notes.of(small()), *notes.of(small(language="en", provider=Party(name="P")))])
    counts["news-article:urgency"] = 3
    assert warnings_of(counts) == (
        JobWarning(
            type="no-headline",
            detail="No headline is stated; newsrooms and search engines look for one. Give it in the source, or in "
            "`metadata.headline`.",
            articles=2,
            field="headline",
        ),
        JobWarning(
            type="no-language",
            detail="No language is stated; software that indexes or reads the text aloud has to guess it. Give it in "
            "the source, or in `metadata.language`.",
            articles=1,
            field="language",
        ),
        JobWarning(
            type="not-held-urgency",
            detail="news-article has no place for `urgency`; it is not in the file.",
            articles=3,
            format="news-article",
            field="urgency",
        ),
    )


def test_complete_article_has_no_warning() -> None:
    assert warnings_of({}) == ()
