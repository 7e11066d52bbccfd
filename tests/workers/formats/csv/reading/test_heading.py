"""What is a table of articles, and how its cells are separated."""

from __future__ import annotations

import pytest

from schemas.formats import Evidence, Head
from workers.formats.csv import FORMAT
from workers.formats.csv.reading.heading import find_day_order, find_delimiter, is_table
from workers.formats.csv.reading.splitting import Dialect


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("Title,Text", ","),
        ("Title;Text", ";"),
        ("Title\tText", "\t"),
        ("Title|Text", "|"),
        ("a;b;c|Text", "|"),
        ("a;b;c", ";"),
        ("a", ","),
        ('"Title\n', ","),
    ],
)
def test_the_delimiter_gives_most_known_names_and_then_most_names(line: str, delimiter: str) -> None:
    assert find_delimiter(line) == delimiter


def test_a_name_that_the_user_gives_counts_as_known() -> None:
    assert find_delimiter("Nadpis|a;b;c", ["Nadpis"]) == "|"
    assert find_delimiter("Nadpis|a;b;c") == ";"


@pytest.mark.parametrize(
    ("text", "table", "prose"),
    [
        ("title,text\nA,B\n", True, True),
        ("title,text\nA,B", True, True),
        ("\n \ntitle|text\r\nA|B\r\n", True, True),
        ("sep=;\nA;B\n", True, True),
        ("Titel,Text,Ressort\nA,B,C\n", True, True),
        ("title,text\n", True, False),
        ("Title, text\nOne line, that ends, here and there.\nAnd another.\n", True, False),
        ("Ferry, text, and more.\nA, b, c.\n", False, False),
        ("Nadpis,Obsah\nA,B\n", False, False),
        ("Titel,Inhalt\nA,B\n", True, True),
        ("Text\nA\n", False, False),
        ("The ferry left at nine.\n\nIt is back.", False, False),
        ("", False, False),
    ],
)
def test_a_table_is_known_by_its_heading_and_its_rows(text: str, table: bool, prose: bool) -> None:
    assert is_table(text, prose=False) is table
    assert is_table(text, prose=True) is prose
    evidence = FORMAT.sniff(Head.of(text.encode()), "notes.txt")
    assert evidence is (Evidence.LIKELY if prose else Evidence.NONE)
    assert FORMAT.sniff(Head.of(text.encode()), "notes.csv") >= Evidence.NAME


def test_dates_prove_the_order_of_day_and_month_in_columns_of_dates_alone() -> None:
    names = ["Text", "Date", "When"]
    rows = "B,5/6/2024,25/6/2024\nB 25/6/2024,7/6/2024,x\n"
    assert find_day_order(rows, Dialect(), names, ()) is None
    assert find_day_order(rows, Dialect(), names, ("When",)) == "day-first"
    assert find_day_order("B,6/25/2024,\n", Dialect(), names, ()) == "month-first"
