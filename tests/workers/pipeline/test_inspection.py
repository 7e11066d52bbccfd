"""What a document is before it is converted: its format, the documents of an archive, the columns of a table."""

from __future__ import annotations

import io
import json
import zipfile

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from schemas.columns.names import ColumnError, find_columns
from schemas.reading import ReadingOptions
from tests.workers.formats.xlsx.test_reader import xlsx
from workers.pipeline.inspection import Inspection, inspect_document


def inspect(content: bytes, name: str | None = None, *, is_part: bool = False, **reading: str) -> Inspection:
    return inspect_document(content, name, is_part=is_part, reading=ReadingOptions(**reading))  # type: ignore[arg-type]


def mapped(found: Inspection) -> dict[str, str | None]:
    assert found.table is not None
    return {column.name: column.field for column in found.table.columns}


def packed(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


GERMAN = "Titel;Datum;Inhalt;Foo\nFähre;08.11.2024;Die Fähre fährt.;1\n"


def test_a_table_has_columns_with_values_and_a_guessed_encoding() -> None:
    found = inspect(GERMAN.encode("cp1252"), "a.csv")
    assert mapped(found) == {"Titel": "headline", "Datum": "published", "Inhalt": "paragraphs", "Foo": None}
    assert found.table is not None
    assert (found.table.encoding, found.table.guessed, found.table.delimiter) == ("cp1252", True, ";")
    assert found.table.columns[0].values == ("Fähre",)


def test_whole_columns_prove_the_order_of_their_dates() -> None:
    rows = "".join(f"Text;{day}.11.2024;{day}/11/2024;{day}/11/2024;{day}-11-2024\n" for day in range(1, 10)) * 12
    last = "Text;9.11.2024;9/11/2024;25/11/2024;11-25-2024\n"
    found = inspect(f"Text;Datum;a;b;c\n{rows}{last}".encode(), "a.csv")
    assert found.table is not None
    orders = [column.day_order for column in found.table.columns]
    assert orders == [None, None, "open", "day-first", "month-first"]
    keys = inspect(b'[{"text": "A", "day": "5/6/2024"}, {"text": "B", "day": "6/25/2024"}]', "a.json")
    assert keys.table is not None
    assert [column.day_order for column in keys.table.columns] == [None, "month-first"]


def test_stated_reading_options_count() -> None:
    found = inspect("Titel|Inhalt,x\nŁódź|Text\n".encode("cp1250"), "a.csv", encoding="cp1250", delimiter="|")
    assert mapped(found) == {"Titel": "headline", "Inhalt,x": None}
    assert found.table is not None
    assert not found.table.guessed
    assert found.table.columns[0].values == ("Łódź",)


def test_a_table_without_a_known_column_of_texts_has_columns() -> None:
    assert mapped(inspect(b"Kopf;Prosa\nA;B\n", "a.csv")) == {"Kopf": None, "Prosa": None}


def test_keys_of_json_that_is_cut_off_are_found_as_the_reader_finds_them() -> None:
    posts = [
        {"id": number, "title": {"rendered": f"T{number}"}, "content": {"rendered": "<p>Text</p>"}, "tags": ["a", "b"]}
        for number in range(99)
    ]
    whole = json.dumps({"meta": {"total": 99}, "posts": posts}).encode()
    fields = {"id": "id", "title.rendered": "headline", "content.rendered": "paragraphs", "tags": "keywords"}
    assert mapped(inspect(whole[:4000], "a.json", is_part=True)) == fields
    assert mapped(inspect(whole, "a.json")) == fields


def test_tables_of_libraries_are_read_in_their_own_process() -> None:
    rows = io.BytesIO()
    parquet.write_table(pa.table({"titel": ["a"], "body": ["Text"], "autor": [["x", "y"]]}), rows)
    assert mapped(inspect(rows.getvalue())) == {"titel": "headline", "body": "paragraphs", "autor": "bylines"}
    assert mapped(inspect(packed(a__xlsx=xlsx([["notes"], ["x"]], [["Titel", "Text"], ["A", "B"]])))) == {
        "Titel": "headline",
        "Text": "paragraphs",
    }


def test_an_archive_says_what_is_in_it() -> None:
    found = inspect(packed(a__csv=GERMAN.encode(), b__txt=b"A story.", c__txt=b"Another.", d__pdf=b"%PDF-1.7"))
    assert (found.archive, found.format) == (True, None)
    assert found.contents == {"csv": 1, "text": 2}
    assert found.table_name == "a.csv"


def test_what_is_not_read_is_named() -> None:
    found = inspect(b"%PDF-1.7\n", "a.pdf")
    assert found.format is None
    assert found.reason == "it is a PDF document, which is not read; save its text as plain text"


@given(
    st.lists(st.sampled_from(("Titel", "headline", "body", "text", "Autor", "byline", "date", "x y", "")), min_size=2)
)
def test_columns_are_those_that_the_reader_finds(header: list[str]) -> None:
    found = inspect((";".join(header) + "\n" + ";".join("v" for _ in header)).encode(), "a.csv")
    if not any(header) or found.table is None:
        return
    try:
        expected = {header[number]: field for field, number in find_columns(header, {}).items()}
    except ColumnError:
        return
    assert {name: field for name, field in mapped(found).items() if field} == expected


@given(st.binary(max_size=200), st.sampled_from(("a.csv", "a.json", "a.zip", "a.txt", None)), st.booleans())
def test_any_bytes_are_inspected(content: bytes, name: str | None, is_part: bool) -> None:
    inspect(content, name, is_part=is_part)
