from __future__ import annotations

from collections import Counter

import pytest

from schemas.article.json_form import ArticleSchema
from schemas.columns.names import NAMES, TEXT, ColumnError, find_columns, take_columns

FOUR = ("headline", "paragraphs", "published", "keywords")


def test_every_column_is_a_field_of_an_article() -> None:
    assert set(NAMES) - {"access_free", "access_paid_parts"} < set(ArticleSchema().fields)


def test_a_name_that_stands_for_two_fields_is_the_name_of_the_second() -> None:
    names = Counter(name for names in NAMES.values() for name in names)
    twice = {name for name, count in names.items() if count > 1}
    assert twice == {"byline", "rights"}
    assert twice < set(NAMES)


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
        (["text", "text"], {}, {"paragraphs": 0}),
        (["text", "byline"], {}, {"paragraphs": 0, "bylines": 1}),
        (["text", "byline", "author"], {}, {"paragraphs": 0, "byline": 1, "bylines": 2}),
        (["text", "rights"], {}, {"paragraphs": 0, "copyright_notice": 1}),
        (
            ["Überschrift", "Autorin", "Inhalt", "Ressort"],
            {},
            {"headline": 0, "bylines": 1, "paragraphs": 2, "section": 3},
        ),
        (["Titre", "Texte", "Date de publication", "Mots-clés"], {}, dict(zip(FOUR, range(4), strict=True))),
        (["Título", "Texto", "Fecha", "Palabras clave"], {}, dict(zip(FOUR, range(4), strict=True))),
        (["Titolo", "Testo", "Data", "Parole chiave"], {}, dict(zip(FOUR, range(4), strict=True))),
        (["Título", "Conteúdo", "Data", "Palavras-chave"], {}, dict(zip(FOUR, range(4), strict=True))),
        (["Titel", "Tekst", "Datum", "Trefwoorden"], {}, dict(zip(FOUR, range(4), strict=True))),
        (["text", "content"], {"headline": "text"}, {"headline": 0, "paragraphs": 1}),
    ],
)
def test_columns_are_found(header: list[str], given: dict[str, str], found: dict[str, int]) -> None:
    assert find_columns(header, given) == found


@pytest.mark.parametrize(
    ("header", "given", "said"),
    [
        (
            ["a", "b"],
            {},
            r"the columns are 'a', 'b'\. Name it, such as: newsmill export FILE .* --set paragraphs=@COLUMN",
        ),
        (["text"], {"headline": "Titel"}, r"/headline: no column is named 'Titel'; the columns are 'text'"),
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


def test_a_description_is_the_text_of_a_table_of_short_news() -> None:
    assert find_columns(["Class Index", "Title", "Description"], {}) == {"headline": 1, TEXT: 2}
    assert find_columns(["headlines", "text"], {}) == {TEXT: 1, "headline": 0}
    with pytest.raises(ColumnError):
        find_columns(["name", "description"], {})
