"""`newsmill convert`: files beside their sources, under their own names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli.main import cli

STORY = "date 2024-11-08 The bank kept its rate.\n\nIt was expected, said an analyst.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    return path


def newsmill(*arguments: str | Path, answer: str = "") -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments)], input=answer, prog_name="newsmill")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_written_beside_its_source_under_its_name(story: Path) -> None:
    ran = newsmill("convert", story)
    assert ran.exit_code == 0
    assert str(story.with_name("story.newsml.xml")) in ran.stdout
    assert names(story.parent) == {"story.txt", "story.newsml.xml"}
    assert newsmill("convert", story, "--to", "news-article", "--set", "language=en").exit_code == 0
    assert json.loads((story.parent / "story.jsonld").read_text())["inLanguage"] == "en"


def test_tables_are_described_under_their_names(story: Path) -> None:
    made = json.loads(newsmill("convert", story, "--to", "csv", "--json").stdout)["files"]
    tables = ["story.csv", "story.paragraphs.csv", "story.media.csv"]
    assert [file["name"] for file in made] == [*tables, "story.csv-metadata.json"]
    described = json.loads((story.parent / "story.csv-metadata.json").read_text())
    assert [table["url"] for table in described["tables"]] == tables
    keys = [key for table in described["tables"] for key in table["tableSchema"].get("foreignKeys", ())]
    assert {key["reference"]["resource"] for key in keys} == {"story.csv"}


def test_a_folder_is_converted_file_by_file(story: Path) -> None:
    below = story.parent / "below"
    below.mkdir()
    (below / "story.txt").write_text("Another text.")
    (story.parent / "story.json").write_text('{"paragraphs": ["A third."]}')
    (story.parent / "empty.txt").write_text(" ")
    ran = newsmill("convert", story.parent)
    assert ran.exit_code == 1
    assert "failed: empty.txt" in ran.stderr
    assert ran.stderr.count("No headline is stated") == 1
    assert "(3 articles)" in ran.stderr
    written = {"story.txt.newsml.xml", "story.json.newsml.xml"}
    assert names(story.parent) == {"story.txt", "story.json", "empty.txt", "below"} | written
    assert names(below) == {"story.txt", "story.newsml.xml"}


def test_no_file_is_overwritten_unasked(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = story.with_name("story.newsml.xml")
    target.write_text("mine")
    ran = newsmill("convert", story)
    assert (ran.exit_code, target.read_text()) == (2, "mine")
    assert f"{target} exists; --force overwrites it" in ran.stderr
    monkeypatch.setattr("service.cli.beside._can_ask", lambda: True)
    assert newsmill("convert", story, answer="n\n").exit_code == 1
    assert target.read_text() == "mine"
    assert newsmill("convert", story, answer="y\n").exit_code == 0
    assert target.read_text().startswith("<?xml")
    target.write_text("mine")
    assert newsmill("convert", story, "--force").exit_code == 0
    assert target.read_text().startswith("<?xml")
    assert names(story.parent) == {"story.txt", "story.newsml.xml"}


def test_a_source_is_never_overwritten(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("headline,body\nA,One.\n")
    ran = newsmill("convert", table, "--to", "csv", "--force")
    assert ran.exit_code == 1
    assert "is a source itself" in ran.stderr
    assert names(tmp_path) == {"table.csv"}
    assert table.read_text() == "headline,body\nA,One.\n"


def test_standard_input_has_no_place_beside_it() -> None:
    ran = newsmill("convert", "-", answer=STORY)
    assert ran.exit_code == 2
    assert "newsmill export -" in ran.stderr


@pytest.mark.parametrize("split", [(), ("--split", "1"), ("--split", "2")])
def test_export_names_what_it_would_overwrite(story: Path, split: tuple[str, ...]) -> None:
    out = story.parent / "out"
    export: list[str | Path] = ["export", story, "--to", "newsml-g2", "--out", out, *split]
    assert newsmill(*export).exit_code == 0
    [before] = out.iterdir()
    before.write_text("mine")
    again = newsmill(*export)
    assert again.exit_code == 2
    assert f"{out} has {before.name} already" in again.stderr
    assert before.read_text() == "mine"
    assert newsmill(*export, "--force").exit_code == 0
    assert before.read_bytes() != b"mine"
    assert newsmill("export", story, "--to", "news-article", "--out", out).exit_code == 0
