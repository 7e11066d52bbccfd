"""CSV: each rule by one change to a good export; rows against their article; tables as streams."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given

from schemas.article import Article, Byline, Heading, Media, Rendition, Source
from schemas.conversion import Conversion
from schemas.errors import FileFault
from tests.reference import REFERENCE, needs_reference
from tests.strategies import articles, rich_articles
from tests.workers.formats.newsml_g2.items import broken
from workers.formats.csv.checks.export import CsvChecker
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.tables import ARTICLES, FIRST_EDITION, MEDIA, METADATA, PARAGRAPHS
from workers.formats.csv.writer import CsvWriter
from workers.formats.detection import check_file

CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
ARTICLE = Article(
    id="tag:example.com,2024:story",
    paragraphs=('The "first"\none.', "=2+3 is five."),
    headline="Two, paragraphs",
    published="2024-11-08",
    language="en",
    bylines=(Byline(name="Jane Doe", uri="https://example.com/jane", job_title="Editor"),),
    keywords=("bank", "a;b"),
    embargoed="2024-11-08T16:30:00Z",
    urgency=4,
    source=Source(sha256="0" * 64, name="=story.txt"),
    media=(
        Media(
            kind="picture",
            caption="=A boat",
            renditions=(
                Rendition(href="https://example.com/a.jpg", width=640),
                Rendition(href="https://example.com/b.jpg"),
            ),
        ),
    ),
)
RICH = replace(ARTICLE, paragraphs=(), blocks=(Heading(("One",), 3), "Two."))
OTHER = Article(id="tag:example.com,2024:other", paragraphs=("One.",), ed_note="-")


def export(folder: Path, profile: str = "default") -> None:
    """Write the files of an export of two articles."""
    writer = CsvWriter(CONVERSION, CsvOptions(profile=profile))  # type: ignore[arg-type]
    for name, pieces in zip(writer.files, zip(writer.pieces(ARTICLE), writer.pieces(OTHER), strict=True), strict=True):
        frame = writer.frame(name, 2)
        (folder / name).write_bytes(frame.head + frame.between.join(pieces) + frame.tail)


def faults(folder: Path, name: str) -> list[FileFault]:
    return list(check_file(folder / name))


def change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


@pytest.mark.parametrize("profile", ["default", "data"])
@pytest.mark.parametrize("name", [ARTICLES, PARAGRAPHS, MEDIA, METADATA])
def test_the_export_keeps_every_rule(name: str, profile: str, tmp_path: Path) -> None:
    export(tmp_path, profile)
    assert faults(tmp_path, name) == []


@pytest.mark.parametrize("described", [True, False])
@pytest.mark.parametrize("profile", ["excel", "excel-semicolon"])
def test_byte_order_mark_of_the_excel_profiles_is_advice(profile: str, described: bool, tmp_path: Path) -> None:
    export(tmp_path, profile)
    if not described:
        (tmp_path / METADATA).unlink()
    for name in (ARTICLES, PARAGRAPHS, MEDIA):
        assert [(fault.rule, fault.severity) for fault in faults(tmp_path, name)] == [("csv-bom", "advice")]


@pytest.mark.parametrize(
    ("rule", "line", "name", "old", "new"),
    [
        ("csv-heading", 1, ARTICLES, b"id,version", b"version,id"),
        ("csv-heading", 1, PARAGRAPHS, b"paragraph,text", b"paragraph,paragraph"),
        ("csv-ragged", 6, ARTICLES, b'"tag:example.com,2024:other",1,', b'"tag:example.com,2024:other",1,,'),
        ("csv-required", 2, PARAGRAPHS, b",1,1,", b",1,,"),
        ("csv-datatype", 2, ARTICLES, b'"tag:example.com,2024:story",1,', b'"story",1,'),
        ("csv-datatype", 2, ARTICLES, b"2024-11-08,,2024", b"8 November,,2024"),
        ("csv-datatype", 2, ARTICLES, b"2024-11-08T16:30:00Z", b"2024-11-08T16:30:00"),
        ("csv-datatype", 2, ARTICLES, b",4,", b",10,"),
        ("csv-datatype", 2, ARTICLES, b"0" * 64, b"0" * 63),
        ("csv-datatype", 4, PARAGRAPHS, b",1,2,", b",1,0,"),
        ("csv-key", 4, PARAGRAPHS, b",1,2,", b",1,1,"),
        ("csv-foreign-key", 2, PARAGRAPHS, b"2024:story", b"2024:tale"),
        ("csv-formula", 4, PARAGRAPHS, b"\"'=2+3", b'"=2+3'),
        ("csv-formula", 2, ARTICLES, b"\"'=story.txt", b'"=story.txt'),
        ("csv-count", 2, ARTICLES, b",6,", b",7,"),
        ("csv-line-end", 4, PARAGRAPHS, b"five.\",paragraph,\r\n", b"five.\",paragraph,\n"),
        ("csv-datatype", 2, PARAGRAPHS, b'one.",paragraph,', b'one.",verse,'),
        ("csv-required", 2, MEDIA, b",1,1,,picture", b",1,,,picture"),
        ("csv-datatype", 2, MEDIA, b",640,", b",wide,"),
        ("csv-key", 3, MEDIA, b",1,2,", b",1,1,"),
        ("csv-foreign-key", 2, MEDIA, b"2024:story", b"2024:tale"),
        ("csv-nul", 4, PARAGRAPHS, b"is five", b"is\0five"),
        ("csv-utf8", 4, PARAGRAPHS, b"is five", b"is \xfcnf"),
        ("csv-quote", 4, PARAGRAPHS, b"five.\"", b"five.\"\""),
        ("csv-quote", 2, PARAGRAPHS, b'""first""', b'"first"'),
    ],
)  # fmt: skip
def test_one_change_breaks_one_rule(rule: str, line: int, name: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    export(tmp_path)
    change(tmp_path / name, old, new)
    found = faults(tmp_path, name)
    assert (rule, line) in [(fault.rule, fault.line) for fault in found]
    assert broken(found) - {"csv-key", "csv-ragged"} <= {rule}


def test_a_last_row_has_its_end_too(tmp_path: Path) -> None:
    export(tmp_path)
    path = tmp_path / PARAGRAPHS
    path.write_bytes(path.read_bytes()[:-2])
    assert broken(faults(tmp_path, PARAGRAPHS)) == {"csv-line-end"}


def test_formulas_are_kept_without_a_guard_in_the_description(tmp_path: Path) -> None:
    export(tmp_path, "data")
    assert b'"=2+3' in (tmp_path / PARAGRAPHS).read_bytes()
    assert faults(tmp_path, PARAGRAPHS) == []


def test_heading_names_the_columns_without_a_description(tmp_path: Path) -> None:
    export(tmp_path)
    (tmp_path / METADATA).unlink()
    assert faults(tmp_path, ARTICLES) == []
    change(tmp_path / ARTICLES, b"0" * 64, b"0" * 63)
    assert broken(faults(tmp_path, ARTICLES)) == {"csv-datatype"}


@pytest.mark.parametrize("name", [ARTICLES, PARAGRAPHS])
def test_a_table_of_newsmill_0_1_keeps_its_rules(name: str, tmp_path: Path) -> None:
    export(tmp_path)
    (tmp_path / METADATA).unlink()
    path = tmp_path / name
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row[: FIRST_EDITION[name]] for row in csv.reader(stream)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert faults(tmp_path, name) == []
    change(path, b"tag:example.com,2024:story", b"story")
    assert broken(faults(tmp_path, name)) == {"csv-datatype"}


def test_foreign_table_gets_strict_checks_and_advice(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_bytes(b"name,change\r\nBank,-5\r\nCrown,=A1\r\n")
    found = faults(tmp_path, "prices.csv")
    assert [(fault.rule, fault.line, fault.severity) for fault in found] == [
        ("csv-formula", 2, "advice"),
        ("csv-formula", 3, "advice"),
    ]


@pytest.mark.parametrize(
    ("content", "rules"),
    [(b"", {"kind"}), (b"a,b", {"csv-line-end"}), (b"\r\n", {"csv-heading"}), (b"a,a\r\n", {"csv-heading"})],
)
def test_a_table_of_nothing(content: bytes, rules: set[str], tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(content)
    assert broken(faults(tmp_path, "table.csv")) <= rules | {"csv-heading"}


def test_a_description_names_tables_that_are_there(tmp_path: Path) -> None:
    export(tmp_path)
    (tmp_path / PARAGRAPHS).unlink()
    (fault,) = faults(tmp_path, METADATA)
    assert fault.rule == "csvw-table"
    assert PARAGRAPHS in fault.detail


def test_invalid_description_is_a_fault_of_its_table_too(tmp_path: Path) -> None:
    export(tmp_path)
    described = orjson.loads((tmp_path / METADATA).read_bytes())
    described["tables"][0]["tableSchema"]["primaryKey"] = "number"
    (tmp_path / METADATA).write_bytes(orjson.dumps(described))
    assert broken(faults(tmp_path, METADATA)) == {"csvw"}
    assert broken(faults(tmp_path, ARTICLES)) == {"csvw"}


def test_a_long_table_is_read_in_pieces(tmp_path: Path) -> None:
    rows = [f'"row {number}","a ""quoted""\n{"text " * (number % 500)}"\r\n' for number in range(4000)]
    (tmp_path / "long.csv").write_bytes(("name,text\r\n" + "".join(rows) + '"last","=1"\r\n').encode())
    (fault,) = faults(tmp_path, "long.csv")
    assert (fault.rule, fault.line) == ("csv-formula", 2 * 4000 + 2)


@needs_reference
@pytest.mark.parametrize("name", ["articles.csv", "paragraphs.csv", "csv-metadata.json"])
def test_the_targets_have_no_fault(name: str, tmp_path: Path) -> None:
    for path in (REFERENCE / "csv").iterdir():
        shutil.copyfile(path, tmp_path / path.name)
    assert faults(tmp_path, name) == []


@pytest.mark.parametrize("profile", ["default", "excel-semicolon", "data"])
@given(article=articles() | rich_articles())
def test_any_article_is_written_without_an_error(profile: str, article: Article) -> None:
    options = CsvOptions(profile=profile)  # type: ignore[arg-type]
    assert CsvChecker(CONVERSION, options).check(article, CsvWriter(CONVERSION, options).pieces(article)) == ()


@pytest.mark.parametrize(
    ("rule", "piece", "old", "new"),
    [
        ("csv-text", 0, b"Two, par", b"Three, par"),
        ("csv-text", 0, b'""first""', b"first"),
        ("csv-text", 0, b"Editor", b"Writer"),
        ("csv-text", 0, b"bank;", b""),
        ("csv-text", 0, b"\"'=story", b"\"''=story"),
        ("csv-text", 1, b"five", b"six"),
        ("csv-text", 1, b",1,2,", b",1,3,"),
        ("csv-formula", 0, b"\"'=story", b'"=story'),
        ("csv-formula", 1, b"\"'=2", b'"=2'),
        ("csv-line-end", 0, b"\r\n", b"\n"),
        ("csv-quote", 1, b'"The', b'"T"he'),
        ("csv-ragged", 0, b',"Two', b',,"Two'),
    ],
)
def test_rows_unlike_their_article_are_a_fault(rule: str, piece: int, old: bytes, new: bytes) -> None:
    _check_faults(replace(ARTICLE, media=()), rule, piece, old, new)


@pytest.mark.parametrize(
    ("rule", "piece", "old", "new"),
    [
        ("csv-text", 0, b"=A boat (", b"=A ship ("),
        ("csv-text", 0, b"width=640", b"width=641"),
        ("csv-text", 1, b",heading,3", b",heading,2"),
        ("csv-text", 1, b",paragraph,", b",list,"),
        ("csv-text", 2, b",640,", b",641,"),
        ("csv-text", 2, b",1,2,", b",1,3,"),
        ("csv-formula", 2, b"\"'=A boat", b'"=A boat'),
        ("csv-line-end", 2, b"\r\n", b"\n"),
        ("csv-ragged", 2, b",picture", b",,picture"),
    ],
)
def test_rows_unlike_a_rich_article_are_a_fault(rule: str, piece: int, old: bytes, new: bytes) -> None:
    _check_faults(RICH, rule, piece, old, new)


def _check_faults(article: Article, rule: str, piece: int, old: bytes, new: bytes) -> None:
    checker = CsvChecker(CONVERSION, CsvOptions())
    pieces = list(CsvWriter(CONVERSION, CsvOptions()).pieces(article))
    assert old in pieces[piece]
    assert checker.check(article, tuple(pieces)) == ()
    pieces[piece] = new.join(pieces[piece].rsplit(old, 1))
    found = broken(checker.check(article, tuple(pieces)))
    assert rule in found
    assert found <= {rule, "csv-text"}
