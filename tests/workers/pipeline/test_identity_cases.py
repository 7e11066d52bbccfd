"""The cases of repeated articles: tests/cases/README.md has a row for each."""

from __future__ import annotations

import pytest

from tests.cases import export_case


@pytest.mark.parametrize(
    ("name", "dates", "place"),
    [
        ("csv/same-text-other-date.csv", ["2024-05-06", "2024-05-07"], ""),
        ("csv/same-row-twice.csv", [], "line 4"),
        ("json/same-text-other-fields.ndjson", ["2024-05-06", "2024-05-07"], "line 3"),
        ("newsml-g2/message-same-item-twice.xml", [], "article 2"),
    ],
)
def test_articles_that_state_the_same_are_one(name: str, dates: list[str], place: str) -> None:
    case = export_case(name)
    assert case.failed == ()
    kept = list(dict.fromkeys(case.articles))
    assert (case.done, case.duplicates) == (len(kept), 1 if place else 0)
    if dates:
        assert [one.published for one in kept] == dates
    named = [one for one in case.warnings if one.type == "duplicate"]
    assert [(one.articles, place in one.detail) for one in named] == ([(1, True)] if place else [])
