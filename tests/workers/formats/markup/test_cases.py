"""The bodies of the cases: their text, line by line, and their elements, written again as XHTML."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from schemas.article.body import Block, plain_blocks
from schemas.ledger import Ledger
from tests.cases import CASES
from workers.formats.markup import find_html, read_blocks, read_html, write_xhtml


def lines(blocks: tuple[Block, ...]) -> list[str]:
    return [line for paragraph in plain_blocks(blocks) for line in paragraph.split("\n")]


def body(name: str) -> tuple[tuple[Block, ...], Ledger]:
    content = next(etree.parse(CASES / name).iter("{*}inlineXML"))
    ledger = Ledger()
    return read_blocks(content, ledger, "contentSet/inlineXML"), ledger


@pytest.mark.parametrize(
    ("name", "text", "elements"),
    [
        ("body-list-nested", ["North", "pier", "quay", "South"], {"ol": 1, "ul": 1, "li": 4}),
        (
            "body-table-empty-corner",
            ["Sailings", "\tMon\tTue", "North pier\t3\t5", "South pier\t\t7"],
            {"table": 1, "caption": 1, "th": 3, "td": 6},
        ),
        (
            "body-table-spans",
            ["Line\tPassengers\t", "\tTotal\tDaily", "A\t900\t30"],
            {"th[@rowspan='2']": 1, "th[@colspan='2']": 1},
        ),
        (
            "body-heading-quotation-link",
            ["Fares rise.", "Timetable", "We are glad.", "See the plan of the new pier."],
            {"h2": 1, "blockquote": 1, "a[@href='https://harbour.example/plan?x=1&y=2']": 1, "strong/em": 1},
        ),
        (
            "body-figure-caption-credit",
            ["It came.", "It left."],
            {"img[@src='https://harbour.example/boat.jpg'][@alt='A boat']": 1, "p[.='The boat at dawn.']": 1},
        ),
        ("body-superscript", ["The deck is 40 m² and weighs 10³ kg; fares rose in 2023¹."], {"sup": 3}),
        ("body-deleted-inserted", ["The toll is 7 euros."], {"del": 1, "ins": 1}),
        ("body-inline-quotation", ["“Fair”, said Nora."], {"q": 1}),
        ("body-ruby", ["港(みなと)が再開した。"], {"ruby": 1}),
        ("body-unknown-inline-element", ["Shares of Acme rose 3 4 percent."], {}),
    ],
)
def test_xhtml_keeps_its_structure_and_its_words_apart(name: str, text: list[str], elements: dict[str, int]) -> None:
    blocks, _ = body(f"newsml-g2/{name}.xml")
    assert lines(blocks) == text
    written = etree.fromstring(f"<body>{write_xhtml(blocks)}</body>")
    assert {path: len(written.xpath(f"//{path}")) for path in elements} == elements


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nitf-table-empty-corner", ["Sailings:", "\tMon", "North\t3"]),
        ("nitf-fraction-and-subscript", ["He waited 2 1/2 hours for 1 3/4 litres of H₂O. “Fine”, he said."]),
        (
            "nitf-media-quotation-footnote",
            ["The ferry left at nine.", "Fares", "We are glad.", "It came back.", "Note one."],
        ),
        (
            "body-of-capital-elements",
            [
                "Ferry returns",
                "PORT LYME",
                "The ferry left at nine.",
                "We are glad, says Nora.",
                "So am I, says Tom.",
                "Fares rise",
                "It costs four.",
                "Nora Field",
                "A boat.",
            ],
        ),
    ],
)
def test_nitf_and_unknown_vocabularies_keep_their_words_apart(name: str, text: list[str]) -> None:
    assert lines(body(f"nitf-and-others/{name}.xml")[0]) == text


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("newsml-g2/body-unknown-inline-element", "html/body/p/endash"),
        ("nitf-and-others/body-of-capital-elements", "BODY/TEXT/RUBRIK"),
        ("nitf-and-others/nitf-media-quotation-footnote", "nitf/body/body.content/media/media-reference/@source"),
    ],
)
def test_what_a_body_does_not_hold_is_named(name: str, path: str) -> None:
    assert f"contentSet/inlineXML/{path}" in [entry.path for entry in body(f"{name}.xml")[1].entries]


def article_body(name: str) -> str:
    page = (CASES / "news-article" / name).read_text()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    text: str = json.loads(found[1])["articleBody"]
    return text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "html-in-body.html",
            ["Start", "One bold word.", "Second line", "a", "b", "\tMon", "North\t3", "End & done."],
        ),
        ("escaped-markup-in-body.html", ['The ferry "Swan" is back.', "5 < 6."]),
    ],
)
def test_html_in_a_string_is_read_as_html(name: str, text: list[str]) -> None:
    html = find_html(article_body(name))
    assert html is not None
    assert lines(read_html(html, Ledger(), "articleBody")) == text


def test_addresses_in_angle_brackets_are_no_html() -> None:
    assert find_html(article_body("addresses-in-angle-brackets.html")) is None
