"""The tables of a CSV export and their description."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from schemas.article import SIGNALS, STATUSES, Article
from tests.reference import REFERENCE, needs_reference
from workers.formats.csv.places import PLACES
from workers.formats.csv.tables import ARTICLE_COLUMNS, MEDIA_COLUMNS, PARAGRAPH_COLUMNS, Column, csvw

COLUMNS = (*ARTICLE_COLUMNS, *PARAGRAPH_COLUMNS, *MEDIA_COLUMNS)


def columns_of(table: int) -> dict[str, dict[str, Any]]:
    """A table's columns as its description has them, by name."""
    return {column["name"]: column for column in csvw(guarded=True)["tables"][table]["tableSchema"]["columns"]}


def test_every_field_with_a_place_has_a_column() -> None:
    computed = {"word_count", "body", "source_name", "source_sha256", "access_free", "access_paid_parts"}
    in_paragraphs = {"paragraphs", "source", "access"}
    held = {field.name for field in fields(Article)} - set(PLACES.unheld)
    assert {column.name for column in ARTICLE_COLUMNS} == (held | computed) - in_paragraphs


def test_no_column_comes_twice() -> None:
    assert len({column.name for column in ARTICLE_COLUMNS}) == len(ARTICLE_COLUMNS)


def test_the_description_has_every_column_in_its_order() -> None:
    assert list(columns_of(0)) == [column.name for column in ARTICLE_COLUMNS]
    assert list(columns_of(1)) == ["id", "version", "paragraph", "text", "kind", "level"]
    assert list(columns_of(2)) == [column.name for column in MEDIA_COLUMNS]


@pytest.mark.parametrize(("name", "values"), [("signal", SIGNALS), ("status", STATUSES)])
def test_a_column_of_codes_has_the_codes_that_there_are(name: str, values: tuple[str, ...]) -> None:
    assert columns_of(0)[name]["datatype"]["format"] == "|".join(values)


def test_cells_of_every_row_are_required() -> None:
    required = [[name for name, column in columns_of(table).items() if column.get("required")] for table in range(3)]
    assert required == [
        ["id", "version", "word_count"],
        ["id", "version", "paragraph", "text", "kind"],
        ["id", "version", "medium", "rendition", "kind"],
    ]


def test_paragraphs_and_media_belong_to_their_articles() -> None:
    articles, *others = csvw(guarded=False)["tables"]
    assert articles["tableSchema"]["primaryKey"] == ["id", "version"]
    for table, more in zip(others, (["paragraph"], ["medium", "rendition"]), strict=True):
        assert table["tableSchema"]["primaryKey"] == ["id", "version", *more]
        [key] = table["tableSchema"]["foreignKeys"]
        assert key["columnReference"] == key["reference"]["columnReference"] == ["id", "version"]
        assert key["reference"]["resource"] == articles["url"] == "articles.csv"


def test_the_guard_is_described_where_there_is_one() -> None:
    assert "one more apostrophe" in csvw(guarded=True)["dc:description"]
    assert "dc:description" not in csvw(guarded=False)


@needs_reference
@pytest.mark.parametrize("column", [column for column in COLUMNS if column.property], ids=lambda column: column.name)
def test_the_property_of_a_column_is_one_of_schema_org(column: Column) -> None:
    vocabulary = json.loads((REFERENCE / "news-article" / "schemaorg-current-https.jsonld").read_text())
    known = {node["@id"] for node in vocabulary["@graph"] if node["@type"] == "rdf:Property"}
    assert f"schema:{column.property}" in known
