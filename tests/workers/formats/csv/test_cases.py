"""Tables as people have them: what must come out of each case (tests/cases/README.md)."""

from __future__ import annotations

import csv
import io
from functools import partial

import pytest

from schemas.article import Media, Rendition
from schemas.conversion import Defaults, ReadArticle, UnreadArticle
from schemas.reading import ReadingOptions
from tests.cases import CASES, Case, export_case
from tests.reference import REFERENCE, needs_reference
from workers.pipeline.pipe import read_documents

NAMES = [
    *("columns-without-a-field", "date-time-without-zone", "dates-of-many-forms", "lists-in-cells", "nan-and-none"),
    *("one-byte-not-utf8-row-20", "pipes", "quote-by-backslash-row-3", "quote-in-quotes-row-3"),
    *("quote-never-closed-row-3", "rows-shorter-than-heading", "two-text-columns"),
]


@pytest.fixture(params=[True, False], ids=["file", "stdin"])
def named(request: pytest.FixtureRequest) -> bool:
    """Whether the document has its file's name, or comes from standard input."""
    return bool(request.param)


def rows(case: Case) -> list[dict[str, str]]:
    """The rows of the written articles.csv."""
    return list(csv.DictReader(io.StringIO(case.files["articles.csv"].decode(), newline="")))


@pytest.mark.parametrize("name", ["quote-by-backslash-row-3", "quote-in-quotes-row-3"])
def test_a_row_with_quotes_that_are_not_doubled_is_read(name: str, named: bool) -> None:
    case = export_case(f"csv/{name}.csv", named=named)
    assert case.done == 40
    assert not case.failed
    assert [article.body for article in case.articles[1:4]] == [
        "Boat 2 left the pier.",
        'The "Swan" sails, they say.',
        "Boat 4 left the pier.",
    ]
    assert case.articles[39].body == "Boat 40 left the pier."
    assert case.is_named("text", "line 4")


def test_a_quote_that_is_never_closed_costs_its_row_alone(named: bool) -> None:
    case = export_case("csv/quote-never-closed-row-3.csv", named=named)
    assert case.done == 39
    assert [one.place for one in case.failed] == ["line 4"]
    assert {article.headline for article in case.articles} == {f"Story {number}" for number in range(1, 41)} - {
        "Story 3"
    }
    assert all(article.body == f"Boat {(article.headline or '')[6:]} left the pier." for article in case.articles)


def test_a_bad_byte_costs_its_row_alone(named: bool) -> None:
    case = export_case("csv/one-byte-not-utf8-row-20.csv", named=named)
    assert case.done == 39
    assert [one.place for one in case.failed] == ["line 21"]
    assert not any(b"\xef\xbf\xbd" in content for content in case.files.values())
    windows = export_case("csv/one-byte-not-utf8-row-20.csv", named=named, reading=ReadingOptions(encoding="cp1252"))
    assert windows.done == 40
    assert windows.articles[19].body == "Die Fähre left."


def test_short_rows_are_padded(named: bool) -> None:
    case = export_case("csv/rows-shorter-than-heading.csv", named=named)
    assert [(len(one.bylines), one.url) for one in case.articles] == [
        (0, None),
        (1, None),
        (1, "https://harbour.example/g"),
    ]
    assert not case.failed


def test_columns_without_a_field_are_named(named: bool) -> None:
    case = export_case("csv/columns-without-a-field.csv", named=named)
    assert (case.article.headline, case.article.body) == ("Ferry", "It is back.")
    for name, value in (("label", "fake"), ("sentiment", "0.3"), ("likes", "12"), ("lat", "51.2"), ("id", "17")):
        assert case.is_named(name, value)
    assert [one.id for one in case.article.alternative_ids] == ["17"]
    assert case.article.media == (Media(kind="picture", renditions=(Rendition(href="https://harbour.example/i.jpg"),)),)


def test_lists_in_cells_are_lists(named: bool) -> None:
    first, second = export_case("csv/lists-in-cells.csv", named=named).articles
    assert [by.name for by in first.bylines] == ["Ada Reed", "Bo Lim"]
    assert [by.name for by in second.bylines] == ["Ada Reed"]
    assert (first.keywords, second.keywords) == (("ferry", "swan"), ())


def test_words_for_no_value_are_no_values(named: bool) -> None:
    case = export_case("csv/nan-and-none.csv", named=named)
    assert [(one.bylines, one.published, one.url) for one in case.articles] == [((), None, None)] * 2
    for name, value in (("author", "NaN"), ("author", "None"), ("date", "NaT"), ("date", "null"), ("url", "N/A")):
        assert case.is_named(name, value)
    for word in (b"NaN", b"NaT", b"None", b">null<", b'"null"', b"N/A"):
        assert not any(word in content for content in case.files.values())


def test_a_time_without_a_zone_keeps_its_day_and_time(named: bool) -> None:
    case = export_case("csv/date-time-without-zone.csv", named=named)
    assert case.article.published == "2017-06-20T07:45:00"
    assert rows(case)[0]["published"] == "2017-06-20T07:45:00"
    assert case.is_named("date", "2017-06-20 07:45:00")
    zoned = export_case("csv/date-time-without-zone.csv", named=named, reading=ReadingOptions(zone="Europe/Paris"))
    assert zoned.article.published == "2017-06-20T07:45:00+02:00"
    assert not zoned.is_named("date", "2017")


def test_dates_of_many_forms(named: bool) -> None:
    case = export_case("csv/dates-of-many-forms.csv", named=named)
    assert [article.published for article in case.articles] == [
        *["2024-05-06"] * 3,
        "2024-05-06T08:00:00+02:00",
        None,
        None,
    ]
    document = "dates-of-many-forms.csv" if named else "document"
    assert case.is_named("date", f"'5/6/2024 8:00 AM' ({document}, line 6)")
    assert case.is_named("date", f"'soon' ({document}, line 7)")


def test_the_second_text_column_is_named(named: bool) -> None:
    case = export_case("csv/two-text-columns.csv", named=named)
    assert case.article.body == "Short one."
    assert case.is_named("content", "Long one of it.")


def test_cells_separated_by_vertical_bars(named: bool) -> None:
    case = export_case("csv/pipes.csv", named=named)
    assert [(one.headline, one.published) for one in case.articles] == [
        ("Ferry", "2024-05-06"),
        ("Swan", "2024-05-07"),
    ]


def test_a_table_is_a_table_whatever_its_name(named: bool) -> None:
    case = export_case("text-and-foreign/table-with-commas.txt", named=named)
    assert [(one.headline, one.body, one.published) for one in case.articles] == [
        ("Ferry", "The ferry is back at the pier.", "2024-05-06"),
        ("Swan", "The Swan sails again.", "2024-05-07"),
    ]


def test_a_table_of_own_columns_is_read_and_mapped(named: bool) -> None:
    case = export_case("text-and-foreign/table-of-own-columns.txt", named=named)
    assert [one.body for one in case.articles] == ["Die Fähre fährt wieder.", "Der Schwan ist da."]
    assert [one.headline for one in case.articles] == ["Fähre", "Schwan"]
    assert case.articles[1].section == "Natur"
    assert not case.is_named("Titel")
    mapped = export_case("text-and-foreign/table-of-own-columns.txt", named=named, metadata={"headline": "@Ressort"})
    assert mapped.articles[1].headline == "Natur"
    assert mapped.is_named("Titel", "Fähre")


def test_a_mapping_of_columns_makes_a_text_a_table() -> None:
    opener = partial(io.BytesIO, "Titel;Inhalt\nFähre;Sie fährt.\n".encode())
    columns = {"headline": "Titel", "paragraphs": "Inhalt"}
    [read] = read_documents([(None, Defaults(columns=columns).document("notes.txt", opener))])
    assert isinstance(read.found, ReadArticle)
    assert (read.found.article.headline, read.found.article.body) == ("Fähre", "Sie fährt.")
    [missing] = read_documents([(None, Defaults(columns={"headline": "Title"}).document("notes.txt", opener))])
    assert isinstance(missing.found, UnreadArticle)
    assert "no column is named 'Title'" in missing.found.reason


def test_a_table_of_a_spreadsheet_in_utf_16(named: bool) -> None:
    case = export_case("text-and-foreign/table-with-tabs-utf16.txt", named=named)
    assert (case.article.headline, case.article.published) == ("Fähre", "2024-05-06")
    assert case.article.body == 'Die Fähre "Schwan" fährt.\nUnd wie.'


SOUND = sorted(set(NAMES) - {name for name in NAMES if name.startswith(("quote-", "one-byte"))})


@pytest.mark.parametrize("name", [*SOUND, "same-row-twice", "same-text-other-date"])
def test_every_cell_of_a_case_has_one_entry_in_the_ledger(name: str) -> None:
    raw = (CASES / "csv" / f"{name}.csv").read_bytes()
    _check_ledgers(raw, "|" if name == "pipes" else ",")


@needs_reference
def test_every_cell_of_the_reference_table_has_one_entry_in_the_ledger() -> None:
    _check_ledgers((REFERENCE / "csv" / "articles.csv").read_bytes(), ",")


def _check_ledgers(raw: bytes, delimiter: str) -> None:
    """Count the cells of a table by the csv module alone, and compare them with the ledgers."""
    heading, *others = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    leaves = [
        sorted((name, cell) for name, cell in zip(heading, cells, strict=False) if cell.strip()) for cells in others
    ]
    document = Defaults(whole_ledger=True).document("table.csv", partial(io.BytesIO, raw))
    found = [one.found for one in read_documents([(None, document)])]
    entries = [
        sorted((entry.path, entry.value) for entry in one.ledger.entries)
        for one in found
        if isinstance(one, ReadArticle)
    ]
    assert entries == leaves
    assert entries
