"""The body of an article: its blocks, their plain text, their rules, their JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from schemas.article import (
    Article,
    Break,
    Cell,
    Embed,
    Figure,
    Heading,
    Inline,
    ItemList,
    LineBreak,
    Link,
    Media,
    Paragraph,
    Preformatted,
    Quotation,
    Rendition,
    Ruby,
    Span,
    Table,
)
from schemas.article.body import DEEPEST, Block, plain_block, plain_inlines
from schemas.article.json_form import article_fields, dump_article
from schemas.errors import ArticleError
from tests import strategies

PICTURE = Media(kind="picture", caption="A boat.", renditions=(Rendition(href="https://example.com/a.jpg"),))


def row(*cells: str) -> tuple[Cell, ...]:
    return tuple(Cell((cell,) if cell else ()) for cell in cells)


def faults_of(*blocks: Block) -> list[tuple[str, str]]:
    with pytest.raises(ArticleError) as caught:
        Article(blocks=("Text.", *blocks))
    return [(fault.pointer, fault.detail) for fault in caught.value.faults]


class TestPlainText:
    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (("10", Span("sup", ("3",)), " kg"), "10³ kg"),
            (("H", Span("sub", ("2",)), "O"), "H₂O"),
            (("2023", Span("sup", ("a",))), "2023^a"),
            (("x", Span("sup", ("*",))), "x*"),
            (("It is ", Span("deleted", ("5",)), Span("inserted", ("7",)), "."), "It is 7."),
            ((Span("quoted", ("Fair",)), ", she said"), "“Fair”, she said"),
            ((Ruby("港", "みなと"), "が"), "港(みなと)が"),
            (("One", LineBreak(), "two"), "One\ntwo"),
            ((Link("https://example.com/", (Span("strong", ("the plan",)),)), "."), "the plan."),
        ],
    )
    def test_inline_elements_keep_words_apart(self, content: tuple[Inline, ...], text: str) -> None:
        assert plain_inlines(content) == text

    @pytest.mark.parametrize(
        ("block", "text"),
        [
            ("Text.", "Text."),
            (
                ItemList((("North", ItemList((("pier",), ("quay",)))), ("South",)), ordered=True),
                "North\npier\nquay\nSouth",
            ),
            (Quotation(("We are glad.",), attribution="Nora"), "We are glad.\nNora"),
            (Table((row("", "Mon"), row("North", "3")), caption="Boats"), "Boats\n\tMon\nNorth\t3"),
            (Preformatted("a  1\nb  2"), "a  1\nb  2"),
            (Figure(PICTURE), ""),
            (Embed("https://example.com/post"), ""),
            (Break(), ""),
        ],
    )
    def test_each_block_has_its_lines(self, block: Block, text: str) -> None:
        assert plain_block(block) == text

    def test_columns_stand_below_each_other_where_cells_span(self) -> None:
        head = (Cell(("Line",), rows=2), Cell(("Passengers",), columns=2))
        table = Table((head, row("Total", "Daily"), row("A", "900", "30")))
        lines = [line.split("\t") for line in plain_block(table).split("\n")]
        assert lines == [["Line", "Passengers", ""], ["", "Total", "Daily"], ["A", "900", "30"]]

    def test_body_is_the_text_of_all_blocks(self) -> None:
        article = Article(blocks=("One.", Figure(PICTURE), Heading(("Two",)), "Three."))
        assert article.paragraphs == ("One.", "Two", "Three.")
        assert article.body == "One.\n\nTwo\n\nThree."
        assert article.word_count == 3


class TestRules:
    def test_blocks_that_are_plain_are_paragraphs(self) -> None:
        assert Article(blocks=("One.", "Two.")) == Article(paragraphs=("One.", "Two."))

    def test_paragraphs_follow_from_the_blocks(self) -> None:
        article = Article(blocks=(Heading(("One",)),))
        assert replace(article, headline="A").blocks == article.blocks
        with pytest.raises(ArticleError, match="/paragraphs: are computed from the blocks"):
            replace(article, paragraphs=("Other.",))

    @pytest.mark.parametrize(
        ("block", "pointer", "wrong"),
        [
            (Quotation((" blank around ",)), "/blocks/0", "white space around it"),
            (Heading(("A",), level=7), "/level", "from 1 to 6"),
            (Heading((" ",)), "/content", "has no text"),
            (Paragraph(("a\x07",)), "/content/0", "U+0007"),
            (Paragraph(("a", Link("x", ("b",)))), "/content/1/href", "not an absolute URI"),
            (ItemList(()), "/items", "needs items"),
            (ItemList((("a", " b"),)), "/items/0/1", "white space"),
            (Quotation(()), "/blocks", "needs a block"),
            (Table(((),)), "/rows", "needs a row with a cell"),
            (Table(((Cell(("a",), columns=0),),)), "/rows/0/0/columns", "from 1 to 1000"),
            (Figure(Media(kind="picture")), "/media", "needs one of renditions, caption, alt"),
            (Embed("x"), "/url", "not an absolute URI"),
            (
                Paragraph((Link("urn:x:1", ("a", Span("strong", (Link("urn:x:2", ("b",)),)))),)),
                "/content/0/content/1/content/0",
                "a link stands in a link",
            ),
            (Preformatted(" "), "/text", "is blank"),
        ],
    )
    def test_broken_rule_names_its_place(self, block: Block, pointer: str, wrong: str) -> None:
        [(found, detail)] = faults_of(block)
        assert found == f"/paragraphs/1{pointer}"
        assert wrong in detail

    @pytest.mark.parametrize("span", [(1000, 1000), (10**9, 1), (1, 10**9), (-(10**9), 1)])
    def test_spanning_cells_cover_a_bounded_number_of_places(self, span: tuple[int, int]) -> None:
        columns, rows = span
        table = Table(((Cell(("A",), columns=columns, rows=rows), Cell(("B",))), (Cell(("C",)),)))
        assert plain_block(table) == "A\tB\nC"
        assert "/paragraphs/1/rows" in [pointer for pointer, _ in faults_of(table)]

    def test_blocks_nest_to_a_bound(self) -> None:
        block: Block = "Text."
        for _ in range(DEEPEST + 2):
            block = Quotation((block,))
        [(_, detail)] = faults_of(block)
        assert detail == f"blocks nest deeper than {DEEPEST} levels"

    @pytest.mark.parametrize(
        "stated", [{"media": (PICTURE,), "kind": "picture"}, {"status": "canceled"}, {"blocks": (Figure(PICTURE),)}]
    )
    def test_article_without_text_needs_an_excuse(self, stated: dict[str, Any]) -> None:
        assert Article(**stated).body == ""
        with pytest.raises(ArticleError, match="/paragraphs: an article needs at least one paragraph"):
            Article(language="en")


class TestJson:
    @given(article=strategies.rich_articles())
    def test_article_with_all_it_can_state_is_the_same(self, article: Article) -> None:
        assert Article(**article_fields(dump_article(article))) == article

    def test_plain_paragraph_is_a_string(self) -> None:
        table = Table(((Cell(("A",), header=True), Cell(("B", Span("strong", ("c",))))),))
        article = Article(blocks=("One.", Heading(("Two",)), ItemList((("a",),)), table))
        assert dump_article(article)["paragraphs"] == [
            "One.",
            {"type": "heading", "level": 2, "content": "Two"},
            {"type": "list", "ordered": False, "items": [["a"]]},
            {"type": "table", "rows": [[{"content": "A", "header": True}, ["B", {"type": "strong", "content": "c"}]]]},
        ]

    @pytest.mark.parametrize(
        ("block", "fault"),
        [
            ({"type": "headin"}, "/1/type: there is no type 'headin'; did you mean 'heading'?"),
            ({"level": 2}, "/1/type: there is no type None; the types are paragraph"),
            ({"type": "heading", "content": "A", "size": 2}, "/1/size: unknown field 'size'; the fields here are type"),
            ({"type": "heading", "content": "A", "level": "2"}, "/1/level: must be a whole number"),
            ({"type": "list", "items": "a"}, "/1/items: must be a list"),
            ({"type": "list", "items": [[{"type": "x"}]]}, "/1/items/0/0/type: there is no type 'x'"),
            ({"type": "table", "rows": ["a"]}, "/1/rows/0: must be a list of cells"),
            ({"type": "paragraph", "content": [3]}, "/1/content/0: must be a string or an object with a type"),
            ({"type": "figure"}, "/1/media: is missing, and required"),
            ({"type": "figure", "media": {"kind": "picture", "titel": "x"}}, "/1/media/titel: Unknown field."),
            (3, "/1: must be a string"),
        ],
    )
    def test_fault_of_a_block_has_its_pointer(self, block: object, fault: str) -> None:
        with pytest.raises(ArticleError) as caught:
            article_fields({"paragraphs": ["One.", block]})
        assert str(caught.value).startswith(f"/paragraphs{fault}")
