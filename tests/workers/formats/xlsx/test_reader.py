"""A spreadsheet is read as the table that it shows: its CSV gives the same articles."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from schemas.article import Byline
from schemas.conversion import UnreadArticle
from tests.workers.formats.documents import document, found_by, read_all, refusal, unread
from workers.formats.csv.reading.reader import read_csv
from workers.formats.detection import detect, is_document_in_zip
from workers.formats.xlsx.reader import MOST_COLUMNS, read_xlsx

HEADING = ["Title", "Text", "Author", "Date", "Tags"]


def xlsx(*sheets: Sequence[Sequence[Any]]) -> bytes:
    """A spreadsheet with these sheets."""
    book = Workbook(write_only=True)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_row_is_an_article() -> None:
    raw = xlsx([HEADING, ["Ferry", "One.\n\nTwo.", "Ada Reed", datetime(2024, 5, 6), "a; b"]])
    [article] = read_all(read_xlsx, raw)
    assert (article.headline, article.paragraphs) == ("Ferry", ("One.", "Two."))
    assert (article.bylines, article.published, article.keywords) == (
        (Byline(name="Ada Reed"),),
        "2024-05-06",
        ("a", "b"),
    )
    assert detect(raw[:65_536], None) == "xlsx"
    assert is_document_in_zip(raw[:65_536])


def test_the_first_sheet_with_a_column_of_texts_is_read() -> None:
    [article] = read_all(read_xlsx, xlsx([["notes"], ["x"]], [HEADING, ["Ferry", "One."]]))
    assert article.headline == "Ferry"


def test_a_row_without_a_text_is_named_by_sheet_and_row() -> None:
    raw = xlsx([HEADING, ["A", "One.\nTwo."], [], ["No text"]])
    failed = unread(read_xlsx, raw)
    assert failed.place == "sheet 'Sheet', row 4"


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_its_csv_gives_the_same_articles(rows: list[tuple[str, str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["title", "text"], *rows])
    of_csv = found_by(read_csv, document(stream.getvalue().encode()))
    of_xlsx = found_by(read_xlsx, document(xlsx([["title", "text"], *rows])))
    assert [replace(one, place="") if isinstance(one, UnreadArticle) else one for one in of_xlsx] == [
        replace(one, place="") if isinstance(one, UnreadArticle) else one for one in of_csv
    ]


def test_a_sheet_without_texts_is_refused_by_its_name() -> None:
    refused = refusal(read_xlsx, xlsx([["a", "b"], [1, 2]]))
    assert (refused.place, "no column" in refused.reason) == ("sheet 'Sheet'", True)
    assert "table is empty" in refusal(read_xlsx, xlsx([])).reason


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_spreadsheet_is_refused(cut: float) -> None:
    raw = xlsx([HEADING, ["Ferry", "One."]])
    assert "damaged" in refusal(read_xlsx, raw[: int(len(raw) * cut)]).reason


def test_a_sheet_with_cells_in_its_last_row_and_column_takes_no_memory() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "title", "text", "Ferry", "One."
    sheet["A1048576"] = "end"
    stream = io.BytesIO()
    book.save(stream)
    articles = read_xlsx(document(stream.getvalue()))
    assert next(articles)


def test_too_many_cells_in_a_row_are_refused() -> None:
    assert f"more than {MOST_COLUMNS}" in refusal(read_xlsx, xlsx([["title", "text", *["x"] * MOST_COLUMNS]])).reason


def test_entities_are_refused() -> None:
    raw = xlsx([HEADING, ["Ferry", "One."]])
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            begin = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' if part.startswith("xl/work") else b""
            new.writestr(part, begin + old.read(part))
    assert "DOCTYPE" in refusal(read_xlsx, stream.getvalue()).reason
