"""Hostile markup: no crash, a test that ends, no more text than was sent, and blocks that an Article accepts."""

from __future__ import annotations

import pytest
from lxml import etree

from schemas.article.body import Block, check_blocks, plain_blocks
from schemas.ledger import Ledger
from workers.formats.markup import find_html, plain_text, read_blocks, read_html

MANY = 30_000


def accepted(blocks: tuple[Block, ...]) -> str:
    assert list(check_blocks(blocks, "")) == []
    return "\n".join(plain_blocks(blocks))


@pytest.mark.parametrize(
    "markup",
    [
        "<b>" * MANY + "x",
        "<div>x" * MANY,
        "<b>" * 200 + "</i>x" * MANY,
        "<b>x</b>" * MANY,
        "<p class=a>x<b>y</b>" * MANY,
        "<b>\u00a0</b>" * MANY + "x",
        "<p>" + "<sub>" * 50 + "x<br><br>" * 300,
        "<ul><li>x" * 120,
        "<blockquote>" * 120 + "x",
        "<table><td>" * 80 + "x",
        "<x>" * 200 + "y",
        "<p>x" + "<foo></foo>" * MANY,
        "<p>x" + "<img src=//a.b/c>" * 3000,
        "<p><a href='http://x/" + "y|" * MANY + "'>z</a>",
        "<p><img srcset='" + "a.b, " * MANY + "'>",
        "<ruby>x" + "<rt>yx" * MANY,
        "<p>" + " " * 1_000_000 + "x",
        "<p>" + "a\n" * 300_000,
        "<" * 1_000_000,
        "<p>" + "<a " * 300_000,
        "<p>" + "<!--" * 200_000,
        "<p>" + "&#3;" * 200_000,
        "<p>" + "&lt;" * 200_000,
        "<p " + "class=a " * 100_000 + ">x",
    ],
    ids=lambda markup: markup[:20],
)
def test_large_html_is_read(markup: str) -> None:
    find_html(markup)
    plain_text(markup)
    accepted(read_html(markup, Ledger(whole=True), "body"))


@pytest.mark.parametrize(
    ("markup", "longest"),
    [
        ("<table>" + "<td rowspan=1000000000 colspan=99>x" * MANY + "</table>", 500_000),
        ("<table>" + ("<tr>" + "<td>x" * 10_000) * 3 + "</table>", 60_000),
        ("<table>" + "<tr><td rowspan=1000 colspan=1000>x" * 1000 + "</table>", 500_000),
    ],
    ids=["cells that span", "columns", "rows that span"],
)
def test_a_table_is_not_larger_than_its_source(markup: str, longest: int) -> None:
    assert len(accepted(read_html(markup, Ledger(), "body"))) <= longest


def test_xml_that_nests_deep_is_read_to_its_end() -> None:
    root = inner = etree.Element("x")
    for _ in range(5000):
        inner = etree.SubElement(inner, "x")
    inner.extend(etree.fromstring("<x><p class='x'>One</p>two<script>x</script></x>"))
    ledger = Ledger()
    assert accepted(read_blocks(root, ledger, "body")) == "One\ntwo"
    assert [(entry.outcome, entry.value) for entry in ledger.entries] == [
        ("not-held", "x"),
        ("changed", "One"),
        ("changed", "two"),
        ("not-held", "x"),
    ]


def test_lists_that_nest_too_deep_for_an_article_are_flattened() -> None:
    root = etree.fromstring("<ul><li>x" * 40 + "</li></ul>" * 40)
    assert accepted(read_blocks(root, Ledger(), "body")).split("\n") == ["x"] * 40
