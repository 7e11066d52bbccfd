"""A table in Parquet has a row for each article, and gives the same articles back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from schemas.article import Article, Byline
from schemas.options import NoOptions
from tests import strategies
from tests.exports import CONVERSION, FULL, joined, small
from tests.workers.formats.documents import document, found_by, read_all, read_one, refusal, unread
from workers.formats.detection import check_file
from workers.formats.parquet.checks import ParquetChecker
from workers.formats.parquet.reader import MOST_COLUMNS, read_parquet
from workers.formats.parquet.schema import arrow_schema
from workers.formats.parquet.writer import MOST_ROWS, NAME, ParquetWriter, RowGroups

WRITER = ParquetWriter(CONVERSION, NoOptions())
CHECKER = ParquetChecker(CONVERSION, NoOptions())


def table(columns: Mapping[str, Any], **more: Any) -> bytes:
    """A table of another program."""
    stream = io.BytesIO()
    parquet.write_table(pa.table(columns), stream, **more)
    return stream.getvalue()


def written(*articles: Article) -> bytes:
    """A table of newsmill."""
    return joined(WRITER, *articles)[NAME]


@given(st.lists(strategies.articles() | strategies.rich_articles(), min_size=1, max_size=3))
def test_articles_written_and_read_back_are_the_same(articles: list[Article]) -> None:
    for article in articles:
        assert CHECKER.check(article, WRITER.pieces(article)) == ()
    assert list(found_by(read_parquet, document(written(*articles)))) == articles


def test_other_programs_read_it(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(written(FULL, small()))
    assert parquet.read_table(path).schema == arrow_schema()
    found = duckdb.sql(f"select id, bylines[1].name, text from '{path}'")
    assert found is not None
    full = (FULL.id, FULL.bylines[0].name, "\n\n".join(FULL.paragraphs))
    assert found.fetchall() == [full, ("urn:x:1", None, "Text.")]
    assert list(check_file(path)) == []


@given(st.data())
@settings(max_examples=20)
def test_the_bytes_do_not_depend_on_how_the_pieces_arrive(data: st.DataObject) -> None:
    articles = [small(id=f"urn:x:{number}", paragraphs=("Text.",) * number) for number in range(1, 9)]
    frame = WRITER.frame(NAME, len(articles))
    pieces = [WRITER.pieces(article)[0] for article in articles]
    whole = frame.between.join(pieces) + frame.tail
    rest, encoding, made = whole, RowGroups(), b""
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        made += encoding.add(rest[:size])
        rest = rest[size:]
    assert made + encoding.end() == frame.file_of(*pieces)


def test_row_groups_are_bounded() -> None:
    raw = written(*(small(id=f"urn:x:{number}") for number in range(MOST_ROWS + 1)))
    metadata = parquet.ParquetFile(io.BytesIO(raw)).metadata
    assert [metadata.row_group(number).num_rows for number in range(2)] == [MOST_ROWS, 1]
    assert len(read_all(read_parquet, raw)) == MOST_ROWS + 1


def test_large_values_that_a_table_states_many_times_are_weighed_before_they_are_made() -> None:
    large = "A word. " * 100_000
    rows = [{"headline": f"H{number}", "body": large, "keywords": ["a", None]} for number in range(100)]
    found = read_all(read_parquet, table({name: [row[name] for row in rows] for name in rows[0]}))
    assert [article.headline for article in found] == [row["headline"] for row in rows]
    assert {article.paragraphs for article in found} == {(large.strip(),)}
    many = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), [large])
    lists = pa.ListArray.from_arrays([0, 500, 1_000], many)
    raw = table({"headline": ["A", "B"], "body": ["a", "b"], "keywords": lists}, store_schema=False)
    assert str(refusal(read_parquet, raw)) == (
        "doc, row 1: the row has more than 16,777,216 bytes unpacked; divide it into several articles"
    )


def test_a_table_of_another_program_is_read_by_the_names_of_its_columns() -> None:
    article = read_one(
        read_parquet,
        table(
            {
                "title": ["Ferry back"],
                "text": ["One.\n\nTwo."],
                "authors": [["Ada Reed", "Bo Lim"]],
                "date": [datetime(2024, 5, 6, 8, tzinfo=UTC)],
                "score": [float("nan")],
                "price": [Decimal("1.5")],
                "day": [date(2024, 5, 6)],
            }
        ),
    )
    assert (article.headline, article.paragraphs) == ("Ferry back", ("One.", "Two."))
    assert article.bylines == (Byline(name="Ada Reed"), Byline(name="Bo Lim"))
    assert article.published == "2024-05-06T08:00:00+00:00"


def test_columns_are_named_by_the_request() -> None:
    raw = table({"Inhalt": ["Es regnet."], "Titel": ["Regen"]})
    article = read_one(read_parquet, raw, columns={"paragraphs": "Inhalt", "headline": "Titel"})
    assert (article.headline, article.paragraphs) == ("Regen", ("Es regnet.",))


def test_a_row_without_a_text_is_named() -> None:
    assert unread(read_parquet, table({"title": ["A", "B"], "text": ["One.", None]})).place == "row 2"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (table({"title": ["A"], "text": ["B"]})[:-9], "cut off"),
        (b"PAR1", "cut off"),
        (b"PAR1" + b"\0" * 40 + (2**30).to_bytes(4, "little") + b"PAR1", "description"),
        (b"PAR1" + b"\xff" * 40 + (30).to_bytes(4, "little") + b"PAR1", "damaged"),
        (table({f"c{number}": [1] for number in range(MOST_COLUMNS + 1)}), "columns"),
        (table({"a": [1]}), "no member has a known name"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(raw: bytes, reason: str) -> None:
    assert reason in refusal(read_parquet, raw).reason


@pytest.mark.parametrize(
    ("piece", "rule"), [(b'{"id": "urn:x:1", "paragraphs": ["Other."]}', "pq-same"), (b"{", "pq-article")]
)
def test_a_wrong_row_is_a_fault(piece: bytes, rule: str) -> None:
    assert [fault.rule for fault in CHECKER.check(small(), (piece,))] == [rule]


def test_faults_of_a_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(written(small(), small()))
    assert [(fault.line, fault.rule) for fault in check_file(path)] == [(2, "pq-unique")]
    path.write_bytes(table({"titel": ["A"]}))
    assert {fault.rule for fault in check_file(path)} == {"pq-article"}
    path.write_bytes(table({"paragraphs": pa.array([], pa.string())}))
    assert {fault.rule for fault in check_file(path)} == {"pq-article"}
    path.write_bytes(written(small())[:-9])
    assert {fault.rule for fault in check_file(path)} == {"pq-file"}
