"""The cases of tests/cases/text-and-foreign, and those of nitf-and-others that are documents of other formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.article import Byline
from tests.cases import CASES, export_case
from workers.formats.detection import HEAD, check_file
from workers.pipeline.packed import is_archive


@pytest.mark.parametrize(
    ("name", "taken_for"),
    [
        ("text-and-foreign/story.rtf", "RTF"),
    ],
)
def test_what_is_not_read_is_refused_by_its_name(name: str, taken_for: str) -> None:
    found = export_case(name)
    [failed] = found.failed
    assert (found.done, found.files, failed.document) == (0, {}, Path(name).name)
    said, _, advice = failed.reason.partition(", which is not read; ")
    assert said.startswith(f"it is {taken_for}")
    assert advice
    [fault] = check_file(CASES / name)
    assert failed.reason in fault.detail


def test_a_spreadsheet_is_a_table() -> None:
    raw = (CASES / "text-and-foreign/table.xlsx").read_bytes()
    assert not is_archive(raw[:HEAD])
    assert export_case("text-and-foreign/table.xlsx").article.headline == "Ferry"


def test_header_lines_are_read() -> None:
    article = export_case("text-and-foreign/header-lines.txt").article
    assert (article.headline, article.published, article.bylines) == (
        "Ferry back",
        "2024-05-06",
        (Byline(name="Ada Reed"),),
    )
    assert article.paragraphs == ("It is back.", "Crowds came.")
