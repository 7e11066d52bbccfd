"""Our tables in the programs that people open tables with: no cell changes.

Each program is imported by the test of it: all of them take half a second, in each process that collects tests.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from benchmarks.web_writers import full_article, seed_article
from schemas.article import Article, RoleText
from schemas.conversion import Conversion
from tests.field_table import EVERYTHING
from tests.strategies import HURTFUL
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.tables import (
    ARTICLE_COLUMNS,
    ARTICLES,
    MEDIA,
    MEDIA_COLUMNS,
    PARAGRAPH_COLUMNS,
    PARAGRAPHS,
    Column,
)
from workers.formats.csv.writer import CsvWriter

Rows = list[list[str]]


def hurtful_articles() -> list[Article]:
    """The seed, all fields, and the texts that hurt in a headline and in paragraphs of their own."""
    hurt = tuple(text for text in HURTFUL if text == text.strip())
    lines = [text for text in hurt if not set(text) & set("\r\n\t")]
    made = [Article(paragraphs=hurt, id=f"tag:{number}", headline=line) for number, line in enumerate(lines)]
    rich = replace(EVERYTHING, id="tag:rich", headlines=tuple(RoleText(text=text) for text in hurt))
    return [
        rich,
        seed_article(),
        full_article(),
        replace(full_article(), id="tag:quiet", description="A\r\nB\rC"),
        *made,
    ]


@pytest.fixture(params=["default", "excel", "data"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with an export in each profile."""
    writer = CsvWriter(Conversion(at="2024-11-08T16:30:00Z"), CsvOptions(profile=request.param))
    articles = hurtful_articles()
    for number, name in enumerate(writer.files):
        pieces = b"".join(writer.pieces(article)[number] for article in articles)
        tmp_path.joinpath(name).write_bytes(writer.frame(name, len(articles)).head + pieces)
    return tmp_path


def as_written(path: Path) -> Rows:
    """The rows of a table by the rules of RFC 4180 alone, without any library."""
    text = path.read_bytes().decode("utf-8-sig")
    rows: Rows = [[]]
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while text[end : end + 2] == '""' or text[end] != '"':
                end += 2 if text[end] == '"' else 1
            cell, at = text[at + 1 : end].replace('""', '"'), end + 1
        else:
            end = min(found for mark in (",", "\r\n") if (found := text.find(mark, at)) >= 0)
            cell, at = text[at:end], end
        rows[-1].append(cell)
        if text[at] == ",":
            at += 1
        else:
            assert text[at : at + 2] == "\r\n"
            rows.append([])
            at += 2
    return rows[:-1]


def by_csv(path: Path) -> Rows:
    return list(csv.reader(StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


def by_pandas(path: Path) -> Rows:
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return [list(frame.columns), *frame.to_numpy().tolist()]


def by_polars(path: Path) -> Rows:
    import polars as pl

    frame = pl.read_csv(path, infer_schema=False, empty_string_is_null=False)
    return [frame.columns, *map(list, frame.rows())]


def by_pyarrow(path: Path) -> Rows:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    names = by_csv(path)[0]
    table = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )
    return [table.column_names, *map(list, zip(*(column.to_pylist() for column in table.columns), strict=True))]


def by_duckdb(path: Path) -> Rows:
    import duckdb

    options = "all_varchar=true, header=true, delim=',', quote='\"', escape='\"', new_line='\\r\\n', auto_detect=false"
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in by_csv(path)[0])
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_csv(?, columns={{{columns}}}, {options})", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [names, *([cell or "" for cell in row] for row in found.fetchall())]


@pytest.mark.parametrize("table", [ARTICLES, PARAGRAPHS, MEDIA])
@pytest.mark.parametrize("read", [by_csv, by_pandas, by_polars, by_pyarrow, by_duckdb])
def test_every_cell_comes_out_as_it_went_in(read: Callable[[Path], Rows], table: str, folder: Path) -> None:
    assert read(folder / table) == as_written(folder / table)


def data_package() -> dict[str, Any]:
    """The tables as a Frictionless Data Package, made from the same columns."""

    def resource(path: str, columns: tuple[Column, ...], key: list[str]) -> dict[str, Any]:
        fields = []
        for column in columns:
            said = column.datatype if isinstance(column.datatype, dict) else {"base": column.datatype}
            limits = {name: said[name] for name in ("minimum", "maximum") if name in said}
            pattern = {"pattern": said["format"]} if "format" in said else {}
            fields.append(
                {
                    "name": column.name,
                    "type": "integer" if said["base"] == "integer" else "string",
                    "constraints": {"required": column.required} | limits | pattern,
                }
            )
        schema = {"primaryKey": key, "fields": fields, "missingValues": [""]}
        dialect = {"csv": {"lineTerminator": "\r\n"}}
        return {
            "name": path.partition(".")[0],
            "path": path,
            "type": "table",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8-sig",
            "dialect": dialect,
            "schema": schema,
        }

    paragraphs = resource(PARAGRAPHS, PARAGRAPH_COLUMNS, ["id", "version", "paragraph"])
    media = resource(MEDIA, MEDIA_COLUMNS, ["id", "version", "medium", "rendition"])
    for table in (paragraphs, media):
        table["schema"]["foreignKeys"] = [
            {"fields": ["id", "version"], "reference": {"resource": "articles", "fields": ["id", "version"]}}
        ]
    articles = resource(ARTICLES, ARTICLE_COLUMNS, ["id", "version"])
    return {"name": "articles", "resources": [articles, paragraphs, media]}


def test_frictionless_finds_nothing_wrong(folder: Path) -> None:
    assert _faults(folder) == []


def test_frictionless_finds_what_is_wrong(folder: Path) -> None:
    path = folder / PARAGRAPHS
    path.write_bytes(path.read_bytes().replace(b'"tag:quiet",2,1,', b'"tag:nowhere",2,1,'))
    assert any("foreign key" in fault.lower() for fault in _faults(folder))


def _faults(folder: Path) -> list[str]:
    from frictionless import Package, system

    descriptor = folder / "datapackage.json"
    descriptor.write_text(json.dumps(data_package()))
    with system.use_context(trusted=True):
        report = Package(str(descriptor)).validate()
    return [
        str(fault) for fault in (*report.errors, *(error.message for task in report.tasks for error in task.errors))
    ]
