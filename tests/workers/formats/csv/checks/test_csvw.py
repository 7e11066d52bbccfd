"""Descriptions of tables of any origin (CSVW)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workers.formats.csv.checks.files import check_csv

CONTEXT = "http://www.w3.org/ns/csvw"


def faults(folder: Path, columns: Any, cell: str = "1", **schema: Any) -> list[str]:
    """The faults of a table with one cell, by a description of it."""
    table = folder / "t.csv"
    table.write_bytes(f"id\r\n{cell}\r\n".encode())
    described = {"@context": CONTEXT, "url": "t.csv", "tableSchema": {"columns": columns, **schema}}
    (folder / "t.csv-metadata.json").write_text(json.dumps(described))
    return [fault.detail for fault in check_csv(table)]


def of(base: Any, **described: Any) -> list[Any]:
    return [{"name": "id", "datatype": {"base": base, **described}}]


@pytest.mark.parametrize(
    ("columns", "right", "wrong"),
    [
        (of("string", format="(a+)+$"), "a" * 30, "a" * 5_000 + "!"),
        (of("string", format="[0-9]{4}-[A-Z]"), "2024-A", "2024-a"),
        (of("date", format="dd.MM.yyyy"), "31.12.2024", "2024-12-31"),
        (of("date", format="M/d/yyyy"), "2/29/2024", "2/30/2024"),
        (of("boolean", format="Y|N"), "Y", "true"),
        (of("integer", minimum="1"), "2", "0"),
    ],
)
def test_cell_is_checked_by_its_format(tmp_path: Path, columns: Any, right: str, wrong: str) -> None:
    assert faults(tmp_path, columns, right) == []
    [fault] = faults(tmp_path, columns, wrong)
    assert "it has to be" in fault


@pytest.mark.parametrize(
    "columns",
    [
        5,
        [1],
        of(["x"]),
        of("integer", minimum="abc"),
        of("integer", minimum={"a": 1}),
        of("string", format="(" * 3000),
        of("string", format="(?=a)b"),
    ],
)
def test_description_that_is_none_is_one_fault(tmp_path: Path, columns: Any) -> None:
    [fault] = faults(tmp_path, columns)
    assert fault.startswith("the description cannot be used: ")


def test_keys_of_a_description_stay_in_its_folder(tmp_path: Path) -> None:
    assert "cannot be used" in faults(tmp_path, of("string"), foreignKeys=[1])[0]
    key = {"columnReference": "id", "reference": {"resource": "../other.csv", "columnReference": "x"}}
    assert "is in another folder" in faults(tmp_path, of("string"), foreignKeys=[key])[0]
