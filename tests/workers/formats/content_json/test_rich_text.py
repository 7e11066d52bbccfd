"""Bodies of typed elements, as editors of content systems store them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import orjson
import pytest

from schemas.article import Heading, ItemList, Paragraph
from schemas.article.body import Link, Span
from schemas.conversion import Document, ReadArticle
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.content_json.rich_text import as_html


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
FORMS = {
    "Contentful": CONTENTFUL,
    "Sanity": SANITY,
    "Tiptap": TIPTAP,
    "Lexical": LEXICAL,
    "Editor.js": EDITOR_JS,
    "Gutenberg": GUTENBERG,
    "a broadcaster": BROADCASTER,
}


def blocks(value: Any) -> Any:
    raw = orjson.dumps({"title": "A", "body": value})
    [found] = read_json_articles(Document(name="a.json", open=lambda: BytesIO(raw)))
    assert isinstance(found, ReadArticle), found
    return found.article.blocks or found.article.paragraphs


@pytest.mark.parametrize("form", FORMS)
def test_elements_become_blocks(form: str) -> None:
    assert blocks(FORMS[form]) == (
        Heading(content=("One",), level=2),
        Paragraph(content=(Span(kind="strong", content=("Two",)),)),
        ItemList(items=(("Three",),)),
    )


def test_a_link_keeps_its_address_and_text_is_no_markup() -> None:
    link = {"type": "hyperlink", "data": {"uri": "https://h.example/"}, "content": [text("a < b")]}
    [paragraph] = blocks([{"type": "paragraph", "content": [text("See "), link]}])
    assert paragraph == Paragraph(content=("See ", Link(href="https://h.example/", content=("a < b",))))


def test_the_text_of_an_element_of_an_unknown_type_stays() -> None:
    assert blocks([{"type": "paragraph", "text": "One"}, {"type": "x-factbox", "text": "Two"}]) == ("One", "Two")


@pytest.mark.parametrize("value", [[], {}, "a", ["a"], [{"a": 1}], [{"type": "menu", "text": "a"}], {"type": "person"}])
def test_other_values_are_no_body(value: Any) -> None:
    assert as_html(value) is None
