"""Guesses of the fields that columns without a known name state."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.columns.guesses import guess_fields
from schemas.columns.names import NAMES

TEXT = "Die Bank senkt den Leitzins. Das teilte sie am Freitag in Frankfurt am Main mit."


@pytest.mark.parametrize(
    ("values", "found", "guesses"),
    [
        # A key of an inner object, by its last name.
        (
            {"titel": ["Zins"], "texto": [TEXT], "meta.author": ["Jane Doe"], "meta.id": ["7"]},
            {"titel": "headline", "texto": "paragraphs"},
            {"meta.author": "bylines"},
        ),
        # A field that another key states is not guessed again, nor one whose values do not look like it.
        (
            {"autor": ["Jane Doe"], "meta.author": ["John Roe"], "info.datum": ["bald"]},
            {"autor": "bylines"},
            {},
        ),
        # The words of a name.
        (
            {"inhaltDerMeldung": ["Kurz gesagt."], "haupt_titel": ["Zins"], "datumDerMeldung": ["08.11.2024"]},
            {},
            {"inhaltDerMeldung": "paragraphs", "haupt_titel": "headline", "datumDerMeldung": "published"},
        ),
        # The values alone.
        (
            {
                "t": ["Zins sinkt am Freitag", "Zins steigt am Montag"],
                "x": [TEXT, TEXT],
                "who": ["Clara Whitmore", "Paul van Dyk"],
                "when": ["2024-11-08T10:00:00Z", "2024-11-09"],
                "l": ["de", "en"],
                "w": ["https://example.com/1"],
                "nr": ["7", "8"],
            },
            {},
            {
                "t": "headline",
                "x": "paragraphs",
                "who": "bylines",
                "when": "published",
                "l": "language",
                "w": "url",
            },
        ),
        # Of two columns that look alike, none is chosen; the longer text is.
        (
            {"a": ["2024-11-08"], "b": ["2024-11-09"], "c": [TEXT], "d": [TEXT * 3]},
            {},
            {"d": "paragraphs"},
        ),
        ({"a": ["", "  "]}, {}, {}),
    ],
)
def test_guesses(values: dict[str, list[str]], found: dict[str, str], guesses: dict[str, str]) -> None:
    assert guess_fields(values, found) == guesses


@given(
    values=st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=80), max_size=3), max_size=8),
    data=st.data(),
)
def test_a_guess_takes_no_known_column_and_no_field_twice(values: dict[str, list[str]], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True)) if values else []
    found = dict(zip(names, NAMES, strict=False))
    guesses = guess_fields(values, found)
    assert not guesses.keys() & found.keys()
    fields = [*found.values(), *guesses.values()]
    assert len(set(fields)) == len(fields)
