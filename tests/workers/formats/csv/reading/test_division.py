"""A table that is divided into rows reads as it does in one piece."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import Defaults, Document, ReadArticle
from schemas.reading import ReadingOptions
from tests.workers.formats.documents import document
from workers.formats.csv.reading.division import divide_rows
from workers.formats.csv.reading.reader import read_csv
from workers.pipeline.records import each_singly


def whole_and_parts(table: bytes, **more: Any) -> tuple[list[Any], list[Any]]:
    """What the reader finds in a table, and in each of its rows as a document."""
    one = document(table, **more)
    parts = [part for _, part in each_singly([("csv", one)])]
    return _found([one]), _found(parts)


def _found(documents: list[Document]) -> list[Any]:
    return [
        (found.place, found.article, found.ledger.entries) if isinstance(found, ReadArticle) else found
        for one in documents
        for found in read_csv(one)
    ]


TABLES = [
    "Title,Text,Date\nA,B,5/6/2024\n\nC,D,25/6/2024\n",
    '\n"Title\n(x)",Text\r\nA,"B "C" D"\r\nA,"open\r\nA,B\r\nA,B,C\r\nA\r\n',
    "Title|Text\nA|B\nA|\xff\n",
    "\ufeffTitle;Text\nÄ;B\nC;D",
]


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_the_same_in_parts(table: str) -> None:
    raw = table.encode("latin-1") if "\xff" in table else table.encode()
    whole, parts = whole_and_parts(raw)
    assert parts == whole
    assert len(whole) >= 2
    assert divide_rows(raw, is_part=False, defaults=Defaults()) is not None


@given(st.lists(st.sampled_from(('A,"B "C" D"', 'A,"', "A,B", '"', ",", "A", 'A,"\n"', "", "5/6/2024,x", '"x"y,z'))))
def test_malformed_rows_are_the_same_in_parts(rows: list[str]) -> None:
    whole, parts = whole_and_parts("\n".join(["Date,Text", *rows, "25/6/2024,B", ""]).encode())
    assert parts == whole


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        (b"A,B\nC,D\n", ReadingOptions(header=False)),
        ("Text,Title\nB,A\n".encode("utf-16"), ReadingOptions()),
        ("Text,Title\nB,A\n".encode("utf-16-le"), ReadingOptions(encoding="utf-16-le")),
        ("Text,Größe\nB,A\n".encode("cp1252"), ReadingOptions(encoding="cp1252")),
        (b"sep=;\nText;Title\nB;A\n", ReadingOptions()),
        (b"Text,Title", ReadingOptions()),
        (b"", ReadingOptions()),
    ],
)
def test_other_tables_are_read_in_one_piece(raw: bytes, reading: ReadingOptions) -> None:
    assert divide_rows(raw, is_part=False, defaults=Defaults(reading=reading)) is None


def test_reading_options_hold_for_the_division() -> None:
    reading = ReadingOptions(encoding="cp1252", delimiter=":", quote="'")
    whole, parts = whole_and_parts("Title:Text\nA:'B: Ä'\nC:'D\nE'\n".encode("cp1252"), reading=reading)
    assert parts == whole
    assert [article.body for _, article, _ in whole] == ["B: Ä", "D\nE"]


def test_the_order_of_dates_is_that_of_the_first_rows_alone() -> None:
    table = b"Text,Date\n" + b"B,5/6/2024\n" * 10_000 + b"B,25/6/2024\n"
    [first, *_] = read_csv(Document(name=None, open=partial(io.BytesIO, table)))
    assert isinstance(first, ReadArticle)
    assert first.article.published is None
