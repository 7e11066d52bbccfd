from __future__ import annotations

import pytest

from schemas.article.json_form import ArticleSchema
from schemas.column_names import NAMES, ColumnError, find_columns, take_columns


def test_every_column_is_a_field_of_an_article() -> None:
    assert set(NAMES) < set(ArticleSchema().fields)


def test_no_name_stands_for_two_fields() -> None:
    names = [name for names in NAMES.values() for name in names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("header", "given", "found"),
    [
        (["body"], {}, {"paragraphs": 0}),
        (["Title", "Full Text"], {}, {"headline": 0, "paragraphs": 1}),
        (["ARTICLE_BODY", "Date-Published"], {}, {"paragraphs": 0, "published": 1}),
        (["text", "Body"], {}, {"paragraphs": 1}),
        (["x", "Text"], {"headline": "x"}, {"headline": 0, "paragraphs": 1}),
        (["X", "Text"], {"headline": "x"}, {"headline": 0, "paragraphs": 1}),
        (["title", "Text"], {"headline": ""}, {"paragraphs": 1}),
        (["text", "content"], {"headline": "text"}, {"headline": 0, "paragraphs": 1}),
    ],
)
def test_columns_are_found(header: list[str], given: dict[str, str], found: dict[str, int]) -> None:
    assert find_columns(header, given) == found


@pytest.mark.parametrize(
    ("header", "given", "said"),
    [
        (["a", "b"], {}, r"the columns are 'a', 'b'\. Name it: --set paragraphs=@COLUMN"),
        (["text"], {"headline": "Titel"}, r"/headline: no column is named 'Titel'; the columns are 'text'"),
        (
            ["text", "text"],
            {},
            r"/paragraphs: 2 columns are named 'text'; name the one to use: --set paragraphs=@COLUMN",
        ),
        (["a", "a", "text"], {"headline": "a"}, r"/headline: 2 columns are named 'a'; the columns are"),
    ],
)
def test_columns_that_do_not_say_enough_are_an_error(header: list[str], given: dict[str, str], said: str) -> None:
    with pytest.raises(ColumnError, match=said):
        find_columns(header, given)


def test_metadata_is_parted_into_values_and_columns() -> None:
    assert take_columns(
        {"headline": "@Title", "body": "@Text", "id": "@", "provider": {"name": "x"}, "genre": "@@g"}
    ) == (
        {"provider": {"name": "x"}, "genre": "@g"},
        {"headline": "Title", "paragraphs": "Text", "id": ""},
    )


def test_column_for_no_field_names_the_nearest_field() -> None:
    with pytest.raises(ColumnError, match="/headlin: no column can state 'headlin'; did you mean 'headline'"):
        take_columns({"headlin": "@Title"})
