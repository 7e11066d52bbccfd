"""Bodies of typed elements, as editors of content systems store them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.article import Heading, ItemList, Media, Paragraph, Quotation, Rendition, Table
from schemas.article.body import Break, Cell, Embed, Figure, LineBreak, Link, Preformatted, Span
from schemas.conversion import Document, ReadArticle
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.content_json.rich_text import as_html, read_rich_text
from workers.formats.json.leaves import leaves


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


CONTENTFUL = {
    "nodeType": "document",
    "content": [
        {"nodeType": "heading-2", "content": [{"nodeType": "text", "value": "One"}]},
        {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "Two", "marks": [{"type": "bold"}]}]},
        {
            "nodeType": "unordered-list",
            "content": [{"nodeType": "list-item", "content": [{"nodeType": "paragraph", "content": [text("Three")]}]}],
        },
    ],
}
SANITY = [
    {"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "One"}]},
    {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": "Two", "marks": ["strong"]}]},
    {"_type": "list", "items": ["Three"]},
]
TIPTAP = {
    "type": "doc",
    "content": [
        {"type": "heading", "attrs": {"level": 2}, "content": [text("One")]},
        {"type": "paragraph", "content": [text("Two", marks=[{"type": "bold"}])]},
        {
            "type": "bulletList",
            "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [text("Three")]}]}],
        },
    ],
}
LEXICAL = {
    "root": {
        "type": "root",
        "children": [
            {"type": "heading", "tag": "h2", "children": [text("One")]},
            {"type": "paragraph", "children": [text("Two", format=1)]},
            {"type": "list", "listType": "bullet", "children": [{"type": "listitem", "children": [text("Three")]}]},
        ],
    }
}
EDITOR_JS = {
    "blocks": [
        {"type": "header", "data": {"text": "One", "level": 2}},
        {"type": "paragraph", "data": {"text": "<b>Two</b>"}},
        {"type": "list", "data": {"style": "unordered", "items": ["Three"]}},
    ]
}
GUTENBERG = [
    {"name": "core/heading", "attributes": {"content": "One", "level": 2}},
    {"name": "core/paragraph", "attributes": {"content": "<strong>Two</strong>"}},
    {"name": "core/list", "innerBlocks": [{"name": "core/list-item", "attributes": {"content": "Three"}}]},
]
BROADCASTER = {
    "model": {
        "blocks": [
            {"type": "subheadline", "model": {"text": "One"}},
            {
                "type": "text",
                "model": {
                    "blocks": [
                        {
                            "type": "paragraph",
                            "model": {"blocks": [{"type": "fragment", "model": {"text": "Two"}, "bold": True}]},
                        }
                    ]
                },
            },
            {"type": "unorderedList", "model": {"blocks": [{"type": "listItem", "model": {"text": "Three"}}]}},
        ]
    }
}
SLATE = [
    {"type": "h2", "children": [{"text": "One"}]},
    {"children": [{"text": "Two", "bold": True}]},
    {"type": "ul", "children": [{"type": "li", "children": [{"type": "lic", "children": [{"text": "Three"}]}]}]},
]
DRAFT = {
    "blocks": [
        {"text": "One", "type": "header-two"},
        {"text": "Two", "type": "unstyled", "inlineStyleRanges": [{"offset": 0, "length": 3, "style": "BOLD"}]},
        {"text": "Three", "type": "unordered-list-item", "depth": 0},
    ],
    "entityMap": {},
}
PRISMIC = [
    {"type": "heading2", "text": "One", "spans": []},
    {"type": "paragraph", "text": "Two", "spans": [{"start": 0, "end": 3, "type": "strong"}]},
    {"type": "list-item", "text": "Three", "spans": []},
]
QUILL = {
    "ops": [
        {"insert": "One"},
        {"insert": "\n", "attributes": {"header": 2}},
        {"insert": "Two", "attributes": {"bold": True}},
        {"insert": "\nThree"},
        {"insert": "\n", "attributes": {"list": "bullet"}},
    ]
}
ANS = [
    {"type": "header", "level": 2, "content": "One"},
    {"type": "text", "content": "<b>Two</b>"},
    {"type": "list", "list_type": "unordered", "items": [{"type": "text", "content": "Three"}]},
]
NOTION = [
    {"type": "heading_2", "heading_2": {"rich_text": [{"type": "text", "plain_text": "One"}]}},
    {"type": "paragraph", "paragraph": {"rich_text": [{"plain_text": "Two", "annotations": {"bold": True}}]}},
    {"type": "bulleted_list_item", "bulleted_list_item": {"rich_text": [{"plain_text": "Three"}]}},
]
MOBILEDOC = {
    "version": "0.3.1",
    "markups": [["strong"]],
    "atoms": [],
    "cards": [],
    "sections": [[1, "h2", [[0, [], 0, "One"]]], [1, "p", [[0, [0], 1, "Two"]]], [3, "ul", [[[0, [], 0, "Three"]]]]],
}
FORMS = {
    "Mobiledoc": MOBILEDOC,
    "Slate": SLATE,
    "Draft.js": DRAFT,
    "Prismic": PRISMIC,
    "Quill": QUILL,
    "ANS": ANS,
    "Notion": NOTION,
    "Contentful": CONTENTFUL,
    "Sanity": SANITY,
    "Tiptap": TIPTAP,
    "Lexical": LEXICAL,
    "Editor.js": EDITOR_JS,
    "Gutenberg": GUTENBERG,
    "a broadcaster": BROADCASTER,
}


def read(value: Any) -> ReadArticle:
    raw = orjson.dumps({"title": "A", "body": value})
    [found] = read_json_articles(Document(name="a.json", open=lambda: BytesIO(raw), whole_ledger=True))
    assert isinstance(found, ReadArticle), found
    return found


def blocks(value: Any) -> Any:
    found = read(value)
    return found.article.blocks or found.article.paragraphs


def outcomes(value: Any) -> dict[str, str]:
    return {entry.path: entry.outcome for entry in read(value).ledger.entries}


@pytest.mark.parametrize("form", FORMS)
def test_elements_become_blocks(form: str) -> None:
    assert blocks(FORMS[form]) == (
        Heading(content=("One",), level=2),
        Paragraph(content=(Span(kind="strong", content=("Two",)),)),
        ItemList(items=(("Three",),)),
    )


@pytest.mark.parametrize("form", FORMS)
def test_each_leaf_of_a_body_has_one_outcome(form: str) -> None:
    found = [entry.path for entry in read(FORMS[form]).ledger.entries]
    assert sorted(found) == sorted(["title", *(path for path, _ in leaves(FORMS[form], "body"))])


def test_marks_refer_to_definitions_of_their_block() -> None:
    block = {
        "_type": "block",
        "style": "normal",
        "markDefs": [
            {"_key": "l1", "_type": "link", "href": "https://h.example/a"},
            {"_key": "n1", "_type": "footnote", "note": "See page 2"},
        ],
        "children": [
            {"_type": "span", "text": "The ", "marks": []},
            {"_type": "span", "text": "old", "marks": ["strong", "l1"]},
            {"_type": "span", "text": " pier", "marks": ["l1"]},
            {"_type": "span", "text": " burns", "marks": ["n1", "underline"]},
        ],
    }
    link = Link(href="https://h.example/a", content=(Span(kind="strong", content=("old",)), " pier"))
    assert blocks([block]) == (Paragraph(content=("The ", link, " burns")),)
    told = outcomes([block])
    assert told["body[1].markDefs[1].href"] == "kept"
    lost = {"body[1].markDefs[2].note", "body[1].children[4].marks[1]", "body[1].children[4].marks[2]"}
    assert {told[path] for path in lost} == {"not-held"}


def test_ranges_count_in_units_of_utf_16_and_may_overlap() -> None:
    value = {
        "blocks": [
            {
                "text": "A \U0001f600 red ferry",
                "type": "unstyled",
                "inlineStyleRanges": [{"offset": 5, "length": 6, "style": "ITALIC"}],
                "entityRanges": [{"offset": 9, "length": 5, "key": 0}],
            }
        ],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "https://h.example/"}}},
    }
    red = Span(kind="emphasis", content=("red ",))
    link = Link(href="https://h.example/", content=(Span(kind="emphasis", content=("fe",)), "rry"))
    assert blocks(value) == (Paragraph(content=("A \U0001f600 ", red, link)),)


FLAT = [("bullet", 1, "One"), ("number", 2, "In"), ("number", 2, "on"), ("bullet", 1, "Two"), ("number", 1, "Three")]


@pytest.mark.parametrize(
    "value",
    [
        [
            {"_type": "block", "listItem": kind, "level": level, "children": [{"_type": "span", "text": words}]}
            for kind, level, words in FLAT
        ],
        {
            "blocks": [
                {"type": f"{'un' * (kind == 'bullet')}ordered-list-item", "depth": level - 1, "text": words}
                for kind, level, words in FLAT
            ]
        },
        {
            "ops": [
                one
                for kind, level, words in FLAT
                for one in (
                    {"insert": words},
                    {"insert": "\n", "attributes": {"list": kind.replace("number", "ordered"), "indent": level - 1}},
                )
            ]
        },
    ],
    ids=["Portable Text", "Draft.js", "Quill"],
)
def test_items_beside_each_other_are_lists_by_their_depth(value: Any) -> None:
    inner = ItemList(items=(("In",), ("on",)), ordered=True)
    assert blocks(value) == (
        ItemList(items=(("One", inner), ("Two",))),
        ItemList(items=(("Three",),), ordered=True),
    )


def test_pictures_quotations_tables_code_and_embeds_are_blocks_of_their_own() -> None:
    picture = {"type": "image", "url": "https://h.example/a.jpg", "width": 12, "height": 8, "caption": "Pier"}
    picture |= {"credits": {"by": [{"name": "Ann Poe"}], "affiliation": [{"name": "HN"}]}}
    value = [
        {"type": "text", "content": "It burns."},
        picture,
        {"type": "quote", "content_elements": [text("We saw it.")], "citation": {"type": "text", "content": "Lee"}},
        {"type": "table", "header": [text("Year")], "rows": [[text("1999")]]},
        {"type": "code", "language": "js", "code": "a\n  b"},
        {"type": "oembed_response", "raw_oembed": {"url": "https://v.example/1", "provider_name": "V"}},
        {"type": "divider"},
    ]
    file = Rendition(href="https://h.example/a.jpg", width=12, height=8)
    assert blocks(value) == (
        "It burns.",
        Figure(Media(kind="picture", caption="Pier", credit="Ann Poe/HN", renditions=(file,))),
        Quotation(("We saw it.",), "Lee"),
        Table(rows=((Cell(("Year",), header=True),), (Cell(("1999",)),))),
        Preformatted("a\n  b"),
        Embed("https://v.example/1", "V"),
        Break(),
    )


@pytest.mark.parametrize(
    "value",
    [
        {
            "blocks": [
                {"__component": "shared.rich-text", "body": "One"},
                {"__component": "shared.quote", "body": "Two"},
            ]
        },
        {
            "slices": [
                {"slice_type": "text", "primary": {"text": [{"type": "paragraph", "text": "One", "spans": []}]}},
                {"slice_type": "quote", "primary": {"quote": [{"type": "paragraph", "text": "Two", "spans": []}]}},
            ]
        },
        {
            "content": [
                {"component": "text", "text": {"type": "doc", "content": [{"type": "paragraph", "text": "One"}]}},
                {"component": "quote", "text": "Two"},
            ]
        },
    ],
    ids=["Strapi", "Prismic", "Storyblok"],
)
def test_components_are_read_by_the_bodies_that_their_members_are(value: Any) -> None:
    raw = orjson.dumps({"title": "A", **value})
    [found] = read_json_articles(Document(name="a.json", open=lambda: BytesIO(raw)))
    assert isinstance(found, ReadArticle), found
    assert found.article.blocks == ("One", Quotation(("Two",)))


def test_pictures_in_an_element_or_a_paragraph_are_figures_at_their_place() -> None:
    def picture(number: int) -> dict[str, Any]:
        return {"type": "image", "url": f"https://h.example/{number}.jpg"}

    def figure(number: int) -> Figure:
        return Figure(Media(kind="picture", renditions=(Rendition(href=f"https://h.example/{number}.jpg"),)))

    value = [
        {"type": "gallery", "content_elements": [picture(1), picture(2)]},
        {"type": "paragraph", "children": [text("One"), picture(3), text("Two")]},
    ]
    assert blocks(value) == (figure(1), figure(2), "One", figure(3), "Two")


def test_elements_may_stand_in_a_string_as_json() -> None:
    told = outcomes(orjson.dumps(LEXICAL).decode())
    assert blocks(orjson.dumps(LEXICAL).decode()) == blocks(LEXICAL)
    assert told["body"] == "changed"
    assert blocks('[1] "A" and {"B"}') == ('[1] "A" and {"B"}',)


def test_elements_below_the_deepest_level_are_named() -> None:
    value: Any = {"type": "paragraph", "text": "Deep"}
    for _ in range(20):
        value = {"type": "ul", "children": [{"type": "li", "children": [value, {"type": "li", "children": []}]}]}
    told = outcomes([{"type": "paragraph", "text": "One"}, value])
    assert set(told.values()) == {"kept", "not-held"}
    assert told["body[1].text"] == "kept"


def test_markers_open_and_close_marks_and_cards_are_elements() -> None:
    value = MOBILEDOC | {
        "markups": [["em"], ["a", ["href", "https://h.example/"]], ["u"]],
        "atoms": [["soft-return", "", {}]],
        "cards": [["image", {"src": "https://h.example/a.jpg", "caption": "Pier"}], ["email", {"html": "x"}]],
        "sections": [
            [1, "p", [[0, [1], 0, "See "], [0, [0, 2], 3, "it"], [1, [], 0, 0], [0, [], 0, "now"]]],
            [10, 0],
            [10, 7],
        ],
    }
    link = Link(href="https://h.example/", content=("See ", Span(kind="emphasis", content=("it",))))
    file = Rendition(href="https://h.example/a.jpg")
    assert blocks(value) == (
        Paragraph(content=(link, LineBreak(), "now")),
        Figure(Media(kind="picture", caption="Pier", renditions=(file,))),
    )
    told = outcomes(value)
    assert (told["body.markups[3][1]"], told["body.cards[2][2].html"]) == ("not-held", "not-held")


def _portable(address: str, times: int) -> Any:
    spans = [{"_type": "span", "text": "a", "marks": ["l"]}, {"_type": "span", "text": "b"}] * times
    return [{"_type": "block", "markDefs": [{"_key": "l", "_type": "link", "href": address}], "children": spans}]


def _draft(address: str, times: int) -> Any:
    ranges = [{"offset": number, "length": 1, "key": 0} for number in range(0, 2 * times, 2)]
    block = {"type": "unstyled", "text": "ab" * times, "entityRanges": ranges}
    return {"blocks": [block], "entityMap": {"0": {"type": "LINK", "data": {"url": address}}}}


def _mobiledoc(address: str, times: int) -> Any:
    cards = [["html", {"html": f"<p>{address}</p>"}]]
    sections = [[1, "p", [[0, [0], 1, "a"], [0, [], 0, "b"]] * times], *[[10, 0]] * times]
    return {"version": "0.3.1", "markups": [["a", ["href", address]]], "cards": cards, "sections": sections}


@pytest.mark.parametrize("form", [_portable, _draft, _mobiledoc])
def test_what_a_body_refers_to_many_times_is_bounded(form: Any) -> None:
    body = form("https://h.example/" + "a" * 30_000, 400)
    found = read_rich_text(body, "body")
    assert found is not None
    assert 30_000 < len(found.html) < 12 * len(orjson.dumps(body))


def test_attributes_of_quill_of_other_forms_are_named() -> None:
    told = outcomes({"ops": [{"insert": "One\n", "attributes": {"list": ["a"], "script": {"b": "c"}}}]})
    assert told["body.ops[1].attributes.list[1]"] == told["body.ops[1].attributes.script.b"] == "not-held"


def test_an_address_that_no_link_can_have_is_named_at_its_own_place() -> None:
    linked = text("us", marks=[{"type": "link", "attrs": {"href": "/about"}}])
    value = {"type": "doc", "content": [{"type": "paragraph", "content": [linked]}]}
    assert outcomes(value)["body.content[1].content[1].marks[1].attrs.href"] == "not-held"


def test_a_link_keeps_its_address_and_text_is_no_markup() -> None:
    link = {"type": "hyperlink", "data": {"uri": "https://h.example/"}, "content": [text("a < b")]}
    [paragraph] = blocks([{"type": "paragraph", "content": [text("See "), link]}])
    assert paragraph == Paragraph(content=("See ", Link(href="https://h.example/", content=("a < b",))))


def test_the_text_of_an_element_of_an_unknown_type_stays() -> None:
    assert blocks([{"type": "paragraph", "text": "One"}, {"type": "x-factbox", "text": "Two"}]) == ("One", "Two")


_NAMES = st.sampled_from(
    "type text children content marks markDefs _key style level listItem items data attrs rows cells url caption "
    "credits blocks entityMap entityRanges inlineStyleRanges offset length key ops insert attributes format "
    "markups sections".split()
)
_WORDS = st.sampled_from(
    "paragraph text list listItem list-item table tableRow tableCell image embed video quote code link bold atomic "
    "span heading bullet https://h.example/1 //h.example/2".split()
)
_VALUES = st.recursive(
    _WORDS | st.integers(-2, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=24,
)


@given(st.lists(st.dictionaries(_NAMES, _VALUES, max_size=5), max_size=4).map(lambda made: [{"type": "p"}, *made]))
@settings(max_examples=50)
def test_any_elements_are_read_and_each_leaf_is_accounted_for(value: Any) -> None:
    for body in (value, {"blocks": value}, {"ops": value}, {"sections": value, "markups": value, "cards": value}):
        if found := read_rich_text(body, "body"):
            told = [*found.kept, *found.changed, *found.left]
            assert sorted(told) == sorted(path for path, _ in leaves(body, "body"))


@pytest.mark.parametrize("value", [[], {}, "a", ["a"], [{"a": 1}], [{"type": "menu", "text": "a"}], {"type": "person"}])
def test_other_values_are_no_body(value: Any) -> None:
    assert as_html(value) is None
