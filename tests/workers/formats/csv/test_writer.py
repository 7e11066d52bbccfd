"""CSV: tables that the csv module reads back exactly, and their description."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from csvw import CSVW
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.article import (
    Article,
    Break,
    Byline,
    Cell,
    Figure,
    Heading,
    ItemList,
    Media,
    Paragraph,
    Place,
    Preformatted,
    Quotation,
    Rendition,
    Table,
)
from tests import strategies
from tests.exports import CONVERSION, FULL, SEED, joined, small, the_seed
from tests.field_table import EVERYTHING
from workers.formats.csv.cells import guard, read_items, read_named, unguard
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.tables import ARTICLE_COLUMNS, COLUMNS, FIRST_EDITION, PARAGRAPH_COLUMNS, csvw
from workers.formats.csv.writer import CsvWriter

PARAGRAPH_NAMES = [column.name for column in PARAGRAPH_COLUMNS]
BOM = b"\xef\xbb\xbf"
PROFILES = st.sampled_from(("default", "excel", "data"))
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def files(*articles: Article, profile: Any = "default") -> dict[str, bytes]:
    """The files of articles."""
    return joined(CsvWriter(CONVERSION, CsvOptions(profile=profile)), *articles)


def rows(table: bytes) -> list[dict[str, str]]:
    """A table as the csv module reads it, every row of the width of the heading."""
    text = table.removeprefix(BOM).decode()
    heading, *others = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [dict(zip(heading, row, strict=True)) for row in others]


def row(article: Article, profile: str = "default") -> dict[str, str]:
    """The row of an article, but for the cells that are empty."""
    [read] = rows(files(article, profile=profile)["articles.csv"])
    return {name: cell for name, cell in read.items() if cell}


def different(articles: list[Article]) -> list[Article]:
    """The same articles, each with an id of its own."""
    return [replace(article, id=f"urn:x:{number}") for number, article in enumerate(articles)]


def test_a_row_has_a_cell_for_each_column_in_its_order() -> None:
    written = files(FULL)["articles.csv"].decode()
    heading, cells = csv.reader(io.StringIO(written, newline=""))
    assert heading == [column.name for column in ARTICLE_COLUMNS]
    assert {name: cell for name, cell in zip(heading, cells, strict=True) if cell} == {
        "id": "tag:example.com,2024:17",
        "version": "2",
        "signal": "correction",
        "headline": "Bank <cuts> rates & more",
        "description": "A summary.",
        "slugline": "BANK-RATES",
        "bylines": "Jane Doe <https://example.com/jane?a=b&c=d> (Editor);John Roe",
        "dateline": "VIENNA (EN)",
        "located": "Austria [iso3166-1a2:AT]",
        "published": "2024-11-08",
        "modified": "2024-11-08T16:30:00+01:00",
        "embargoed": "2024-11-10T06:00:00Z",
        "status": "withheld",
        "language": "en-GB",
        "section": "Business",
        "genre": "Analysis",
        "keywords": r"rates;a\;b",
        "subjects": "central bank [medtop:20000350] (abstract);Jane Bull (person);"
        "Norland Bank <https://example.com/norland> (organisation);Rates Day (event);[medtop:04000000]",
        "provider": "Example News <https://example.com/>",
        "copyright_holder": "Example Holdings",
        "copyright_notice": "(c) 2024",
        "usage_terms": "For subscribers.",
        "url": "https://example.com/17?a=b&c=d",
        "urgency": "4",
        "ed_note": "Corrects the name.",
        "word_count": str(FULL.word_count),
        "body": 'VIENNA (EN) – Rates fell.\n\nThey said "so" <today> & left.\nAt once.',
        "source_name": "17.txt",
        "source_sha256": "ab" * 32,
    }


def test_a_paragraph_has_a_row_with_its_article_and_its_number() -> None:
    assert rows(files(FULL, small())["paragraphs.csv"]) == [
        dict(zip(PARAGRAPH_NAMES, cells, strict=True))
        for cells in (
            ("tag:example.com,2024:17", "2", "1", "VIENNA (EN) – Rates fell.", "paragraph", ""),
            ("tag:example.com,2024:17", "2", "2", 'They said "so" <today> & left.\nAt once.', "paragraph", ""),
            ("urn:x:1", "1", "1", "Text.", "paragraph", ""),
        )
    ]


def test_a_paragraph_has_the_kind_of_its_block() -> None:
    blocks = (
        Heading(("Times",), 3),
        "It left.",
        Break(),
        ItemList((("North",), (Paragraph(("South",)),))),
        Quotation(("We are glad.",), "Ann"),
        Table(((Cell(("Mon",)), Cell(("3",))), (Cell(), Cell(("5",))))),
        Figure(Media(kind="picture", caption="A boat")),
        Preformatted("a  b"),
    )
    article = small(paragraphs=(), blocks=blocks)
    made = rows(files(article)["paragraphs.csv"])
    assert [(one["text"], one["kind"], one["level"]) for one in made] == [
        ("Times", "heading", "3"),
        ("It left.", "paragraph", ""),
        ("North\nSouth", "list", ""),
        ("We are glad.\nAnn", "quotation", ""),
        ("Mon\t3\n\t5", "table", ""),
        ("a  b", "preformatted", ""),
    ]
    assert "\n\n".join(one["text"] for one in made) == row(article)["body"]


def test_a_file_of_a_medium_has_a_row_with_the_place_of_a_figure() -> None:
    files_of_one = (Rendition(href="urn:a", width=640, role="rnd:web"), Rendition(href="urn:b"))
    beside = Media(kind="video", caption="A boat", main=True, renditions=files_of_one)
    figure = Figure(Media(kind="picture", alt="A pier"))
    article = small(paragraphs=(), blocks=(figure, "One.", ItemList(((figure, "Two."),))), media=(beside,))
    made = [{name: cell for name, cell in one.items() if cell} for one in rows(files(article)["media.csv"])]
    key = {"id": "urn:x:1", "version": "1"}
    of_video = {**key, "medium": "1", "kind": "video", "main": "true", "caption": "A boat"}
    assert made == [
        {**of_video, "rendition": "1", "href": "urn:a", "width": "640", "role": "rnd:web"},
        {**of_video, "rendition": "2", "href": "urn:b"},
        {**key, "medium": "2", "rendition": "1", "paragraph": "0", "kind": "picture", "alt": "A pier"},
        {**key, "medium": "3", "rendition": "1", "paragraph": "2", "kind": "picture", "alt": "A pier"},
    ]
    assert files(FULL)["media.csv"].count(b"\n") == 1


def test_semicolons_stand_between_cells_for_excel_outside_of_english() -> None:
    made = files(EVERYTHING, profile="excel-semicolon")
    for name, columns in COLUMNS.items():
        text = made[name].removeprefix(BOM).decode()
        heading, *others = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=";")
        assert heading == [column.name for column in columns]
        assert {len(one) for one in others} == {len(columns)}
    described = json.loads(made["csv-metadata.json"])
    assert {table["dialect"]["delimiter"] for table in described["tables"]} == {";"}


def test_every_field_that_is_single_or_one_cell_has_its_cell() -> None:
    made = row(EVERYTHING)
    more = ARTICLE_COLUMNS[FIRST_EDITION["articles.csv"] :]
    assert {column.name: made[column.name] for column in more} == {
        "kind": "picture",
        "alternative_ids": "17 (desk)",
        "signals": "sig:alert",
        "headlines": "Rates: down (hldrole:sub) {language=en}",
        "descriptions": "Down. (drol:teaser) {language=en}",
        "byline": "By Jane Doe in Vienna",
        "contributors": "Ed Itor <https://example.com/ed> (Editor) {type=person, role=ctrol:editor}",
        "credit_line": "Example / Lens",
        "first_created": "2024-11-07T06:00:00Z",
        "version_created": "2024-11-08T06:00:00Z",
        "expires": "2025-11-08T06:00:00Z",
        "rights": r"\(c\) Lens (rscope:picture) {holder=Lens Ltd, terms=No web., language=en}",
        "data_mining": "plus:DMI-PROHIBITED-AIMLTRAINING",
        "digital_source_type": "digsrctype:trainedAlgorithmicMedia",
        "access_free": "false",
        "access_paid_parts": ".paywall",
        "media": r"A bank. (graphic) {credit=J. Lens, alt=A house, renditions=\<https://example.com/a.jpg\> \(rnd:web\)"
        r" \{media_type=image/jpeg\, width=640\, height=480\, size=9000\, duration=1\}, main=true}",
        "groups": r"g1 (group:main) {mode=pgrmod:bag, items=\{id=urn:x:2\}, groups=g2}",
        "links": "Before <https://example.com/16> (irel:seeAlso) {id=urn:x:16, version=2, media_type=text/html}",
        "corrections": "The rate was 4. <https://example.com/c> (2024-11-09)",
        "live_updates": "Cut <https://example.com/l> (2024-11-08) {text=It is cut.}",
        "ed_notes": "Call the desk. (edrole:desk) {constraints=pub:nonpublic}",
        "services": "svc:main",
        "audience": "aud:all",
        "profile": "text-only",
        "roles": "role:final",
        "inferred": "headline;bylines;published",
    }


def test_the_seed() -> None:
    seed = the_seed()
    made = files(seed)
    [read] = rows(made["articles.csv"])
    assert {name for name, cell in read.items() if cell} == {
        "id",
        "version",
        "published",
        "word_count",
        "body",
        "source_name",
        "source_sha256",
    }
    assert (read["published"], read["word_count"], read["source_name"]) == ("2024-11-08", "367", SEED.name)
    assert tuple(read["body"].split("\n\n")) == seed.paragraphs
    assert tuple(paragraph["text"] for paragraph in rows(made["paragraphs.csv"])) == seed.paragraphs


@given(strategies.articles(), PROFILES)
@example(FULL, "data")
def test_every_cell_is_read_back_exactly(article: Article, profile: str) -> None:
    undone: Callable[[str], str] = str if profile == "data" else unguard
    made = files(article, profile=profile)
    [read] = [{name: undone(cell) for name, cell in found.items()} for found in rows(made["articles.csv"])]
    plain = (
        "signal",
        "headline",
        "description",
        "slugline",
        "dateline",
        "published",
        "modified",
        "embargoed",
        "status",
    )
    more = ("language", "section", "genre", "copyright_notice", "usage_terms", "url", "ed_note", "id", "body")
    for name in plain + more:
        assert read[name] == (getattr(article, name) or "")
    assert (read["version"], read["word_count"]) == (str(article.version), str(article.word_count))
    assert read["urgency"] == ("" if article.urgency is None else str(article.urgency))
    assert read_items(read["keywords"]) == article.keywords
    assert [Byline(name=by.name or "", uri=by.uri, job_title=by.note) for by in read_named(read["bylines"])] == list(
        article.bylines
    )
    assert [(of.name, of.uri, of.qcode, of.note) for of in read_named(read["subjects"])] == [
        (of.name, of.uri, of.qcode, of.type) for of in article.subjects
    ]
    assert [Place(name=at.name, uri=at.uri, qcode=at.qcode) for at in read_named(read["located"])] == (
        [article.located] if article.located else []
    )
    for name, party in (("provider", article.provider), ("copyright_holder", article.copyright_holder)):
        assert [(of.name, of.uri) for of in read_named(read[name])] == ([(party.name, party.uri)] if party else [])
    source = article.source
    assert read["source_name"] == (source.name or "" if source else "")
    assert read["source_sha256"] == (source.sha256 if source else "")
    assert tuple(undone(found["text"]) for found in rows(made["paragraphs.csv"])) == article.paragraphs


@given(st.lists(strategies.articles(), min_size=1, max_size=3), PROFILES)
def test_rows_end_in_crlf(articles: list[Article], profile: str) -> None:
    made = files(*articles, profile=profile)
    for name, count in (("articles.csv", len(articles)), ("paragraphs.csv", sum(len(a.paragraphs) for a in articles))):
        outside = made[name].removeprefix(BOM).decode().split('"')[::2]
        assert made[name].endswith(b"\r\n")
        assert "".join(outside).count("\r\n") == count + 1
        assert "".join(outside).replace("\r\n", "").isascii()
        assert "\n" not in "".join(outside).replace("\r\n", "")


@pytest.mark.parametrize(("profile", "mark"), [("default", b""), ("data", b""), ("excel", BOM)])
def test_a_byte_order_mark_stands_before_tables_for_excel_alone(profile: str, mark: bytes) -> None:
    made = files(FULL, profile=profile)
    assert made["articles.csv"].startswith(mark + b"id,version,signal,headline,")
    assert made["paragraphs.csv"].startswith(mark + b"id,version,paragraph,text,kind,level\r\n")
    assert made["csv-metadata.json"].startswith(b"{")


@given(strategies.articles() | strategies.rich_articles(), st.sampled_from(("default", "excel")))
def test_no_cell_is_run_by_a_spreadsheet(article: Article, profile: str) -> None:
    made = files(article, profile=profile)
    cells = [cell for name in COLUMNS for read in rows(made[name]) for cell in read.values()]
    assert [cell for cell in cells if cell.startswith(RUN_BY_SPREADSHEETS)] == []


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "-", "+1", "@A1", '="a"&"b"', "＝1+1", "'＠A1", "－", "＋1"])
def test_a_formula_is_guarded_wherever_it_stands_but_in_data(text: str) -> None:
    article = small(headline=text, paragraphs=("a", text), keywords=(text,), bylines=(Byline(name=text),), ed_note=text)
    assert row(article)["headline"] == row(article)["ed_note"] == guard(text) == f"'{text}"
    assert row(article)["keywords"] == row(article)["bylines"] == f"'{text}"
    assert rows(files(article)["paragraphs.csv"])[1]["text"] == f"'{text}"
    assert row(article)["body"] == f"a\n\n{text}"
    assert row(small(paragraphs=(text,)))["body"] == f"'{text}"
    data = row(article, "data")
    assert data["headline"] == data["ed_note"] == data["keywords"] == data["bylines"] == text
    assert rows(files(article, profile="data")["paragraphs.csv"])[1]["text"] == text


@pytest.mark.parametrize(("profile", "guarded"), [("default", True), ("excel", True), ("data", False)])
def test_the_description_says_whether_cells_are_guarded(profile: str, guarded: bool) -> None:
    writer = CsvWriter(CONVERSION, CsvOptions(profile=profile))  # type: ignore[arg-type]
    assert json.loads(files(FULL, profile=profile)["csv-metadata.json"]) == csvw(guarded=guarded)
    assert writer.frame("csv-metadata.json", 1).media_type == "application/csvm+json"
    for name in COLUMNS:
        assert writer.frame(name, 1).media_type == "text/csv; charset=utf-8; header=present"


def test_there_is_one_description_of_however_many_articles() -> None:
    assert files(FULL, small())["csv-metadata.json"] == files(FULL)["csv-metadata.json"]


def complaints(made: dict[str, bytes]) -> list[str]:
    """What a CSVW validator has against an export."""
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in made.items():
            Path(folder, name).write_bytes(content)
        checked = CSVW(str(Path(folder, "csv-metadata.json")), validate=True)
        try:
            valid = checked.is_valid
        except ValueError as error:
            return [str(error)]
        return [] if valid else [str(warning.message) for warning in checked.warnings]


class TestAgainstAValidatorOfCsvw:
    @given(
        st.lists(strategies.articles() | strategies.rich_articles(), min_size=1, max_size=3).map(different),
        st.sampled_from(("default", "excel-semicolon", "data")),
    )
    @example([FULL, small(), replace(EVERYTHING, id="urn:x:2")], "default")
    def test_an_export_fits_its_description(self, articles: list[Article], profile: str) -> None:
        assert complaints(files(*articles, profile=profile)) == []

    def test_the_seed_fits(self) -> None:
        assert complaints(files(the_seed())) == []

    @pytest.mark.parametrize(
        ("was", "is_"),
        [
            (b",2024-11-08,", b",2024-11-8,"),
            (b",withheld,", b",cancelled,"),
            (b',4,"Corrects', b',10,"Corrects'),
            (b'"tag:example.com,2024:17",2,correction', b'"",2,correction'),
            (b"id,version,signal", b"id,versions,signal"),
        ],
    )
    def test_the_validator_would_see_a_fault(self, was: bytes, is_: bytes) -> None:
        made = files(FULL)
        assert was in made["articles.csv"]
        broken = {**made, "articles.csv": made["articles.csv"].replace(was, is_)}
        assert complaints(broken) != []


def test_the_columns_of_paragraphs() -> None:
    assert [column.name for column in PARAGRAPH_COLUMNS] == list(rows(files(FULL)["paragraphs.csv"])[0])
