"""A text document of OpenDocument is one article: its headings, lists, tables and letters stay."""

from __future__ import annotations

import io

import pytest
from odfdo import Document as Text
from odfdo import Header, List, Paragraph
from odfdo import Table as Cells

from schemas.article import Byline, Heading, ItemList, Table
from schemas.article import Paragraph as Block
from schemas.conversion import ReadArticle
from tests.workers.formats.documents import document, read_one, refusal
from tests.workers.formats.odt.documents import odt
from workers.formats.detection import detect, is_document_in_zip
from workers.formats.odt.reader import read_odt


def test_a_document_of_another_program() -> None:
    text = Text("text")
    text.body.clear()
    text.body.append(Header(1, "Ferry back"))
    text.body.append(Paragraph("The ferry returned  on Monday."))
    text.body.append(List(["one", "two"]))
    text.body.append(Cells("T", 1, 1))
    text.meta.title = "A draft"
    text.meta.creator = "Ada Reed"
    stream = io.BytesIO()
    text.save(stream)
    raw = stream.getvalue()
    article = read_one(read_odt, raw)
    assert (article.headline, article.bylines) == ("Ferry back", (Byline(name="Ada Reed"),))
    assert article.paragraphs[:2] == ("The ferry returned  on Monday.", "one\ntwo")
    assert detect(raw[:65_536], None) == "odt"
    assert is_document_in_zip(raw[:65_536])


def test_letters_by_their_styles() -> None:
    style = '<style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
    article = read_one(
        read_odt, odt('<text:p>It <text:span text:style-name="T1">is</text:span><text:s/>back.</text:p>', style)
    )
    [paragraph] = article.blocks
    assert isinstance(paragraph, Block)
    assert article.paragraphs == ("It is back.",)
    assert len(paragraph.content) == 3


def test_ordered_lists_links_and_notes() -> None:
    style = '<text:list-style style:name="L"><text:list-level-style-number text:level="1"/></text:list-style>'
    article = read_one(
        read_odt,
        odt(
            '<text:p>See <text:a xlink:href="https://x.example/">this</text:a><text:note><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body></text:note>.</text:p>"
            '<text:list text:style-name="L"><text:list-item><text:p>one</text:p></text:list-item></text:list>',
            style,
        ),
    )
    assert article.paragraphs == ("See this.", "one", "A note.")
    lists = [block for block in article.blocks if isinstance(block, ItemList)]
    assert [one.ordered for one in lists] == [True]


def test_a_title_by_its_style_and_headings_by_their_level() -> None:
    article = read_one(
        read_odt,
        odt(
            '<text:p text:style-name="Title">Ferry back</text:p>'
            '<text:h text:outline-level="3">Inside</text:h><text:p>It is.</text:p>'
        ),
    )
    assert article.headline == "Ferry back"
    assert article.blocks[0] == Heading(level=3, content=("Inside",))


def test_what_is_repeated_is_bounded() -> None:
    cell = '<table:table-cell table:number-columns-repeated="{}">{}</table:table-cell>'
    rows = "<table:table><table:table-row>{}</table:table-row></table:table>"
    [plain] = read_one(read_odt, odt(rows.format(cell.format(3, '<text:p>a<text:s text:c="3"/>b</text:p>')))).blocks
    assert isinstance(plain, Table)
    assert [[one.content for one in row] for row in plain.rows] == [[("a   b",)] * 3]
    nested = "<text:p>a</text:p>"
    for _ in range(30):
        nested = rows.format(cell.format(100, nested))
    for text in (f"<text:p>A text.</text:p>{nested}", '<text:p>a<text:s text:c="1000"/>b</text:p>' * 3_000):
        [found] = read_odt(document(odt(text)))
        assert isinstance(found, ReadArticle)
        assert "the document repeats too much" in {entry.reason for entry in found.ledger.entries}


def test_tracked_deletions_and_remarks_are_no_text() -> None:
    article = read_one(
        read_odt,
        odt(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
            "</text:changed-region></text:tracked-changes>"
            "<text:p>It<office:annotation><text:p>sure?</text:p></office:annotation> is back.</text:p>"
        ),
    )
    assert article.paragraphs == ("It is back.",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (odt(""), "no text in it"),
        (odt("<text:section>" * 5_000 + "</text:section>" * 5_000), "not XML"),
        (odt("<text:section>" * 240 + "<text:p>A</text:p>" + "</text:section>" * 240), "nest deeper"),
        (odt("<text:p/>" * 500_001), "more than 500,000 tags and attributes"),
        (odt("<text:p>A</text:p>")[:-40], "damaged"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused(raw: bytes, reason: str) -> None:
    assert reason in refusal(read_odt, raw).reason


@pytest.mark.parametrize("count", ["1000000000", "x", "-1", "²"])
def test_a_wild_number_of_blanks_is_bounded(count: str) -> None:
    [text] = read_one(read_odt, odt(f'<text:p>a<text:s text:c="{count}"/>b</text:p>')).paragraphs
    assert len(text) < 1100
