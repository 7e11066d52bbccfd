"""Relations within a document: what articles refer to by an id."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from schemas.article import AlternativeId, Byline, Media, Rendition
from schemas.article.body import Figure
from schemas.conversion import Document, ReadArticle
from workers.formats.articles_json.reader import read_json_articles

GHOST: Final = {
    "db": [
        {
            "meta": {"version": "5.80.0"},
            "data": {
                "posts": [
                    {"id": "p1", "title": "Ferry back", "html": "<p>It is back.</p>", "status": "published"},
                    {"id": "p2", "title": "Pier shut", "html": "<p>It is shut.</p>", "status": "published"},
                ],
                "tags": [{"id": "t1", "name": "Ferries"}, {"id": "t2", "name": "Piers"}, {"id": "t3", "name": "Ice"}],
                "posts_tags": [
                    {"id": "l1", "post_id": "p1", "tag_id": "t2", "sort_order": 1},
                    {"id": "l2", "post_id": "p1", "tag_id": "t1", "sort_order": 0},
                    {"id": "l3", "post_id": "p2", "tag_id": "t2", "sort_order": 0},
                ],
                "users": [{"id": "u1", "name": "Ada Reed", "email": "ada@h.example"}],
                "posts_authors": [{"id": "a1", "post_id": "p2", "author_id": "u1", "sort_order": 0}],
            },
        }
    ]
}


def read(content: Any) -> list[ReadArticle]:
    raw = json.dumps(content).encode()
    found = list(read_json_articles(Document(name="a.json", open=lambda: BytesIO(raw), whole_ledger=True)))
    assert all(isinstance(one, ReadArticle) for one in found), found
    return [one for one in found if isinstance(one, ReadArticle)]


def test_rows_that_a_table_links_are_of_the_article() -> None:
    first, second = (one.article for one in read(GHOST))
    assert (first.keywords, first.bylines) == (("Ferries", "Piers"), ())
    assert (second.keywords, second.bylines) == (("Piers",), (Byline(name="Ada Reed"),))


def test_rows_that_no_article_has_are_named_once() -> None:
    told = [entry.path for one in read(GHOST) for entry in one.ledger.entries if entry.value == "Ice"]
    assert told == ["db[1].data.tags[3].name"]


def test_objects_that_a_document_of_json_api_includes_are_of_the_article() -> None:
    content = {
        "data": [
            {
                "type": "articles",
                "id": "7",
                "attributes": {"title": "Ferry back", "body": "It is back."},
                "relationships": {
                    "author": {"data": {"type": "people", "id": "9"}},
                    "tags": {"data": [{"type": "tags", "id": "1"}, {"type": "tags", "id": "2"}]},
                },
            }
        ],
        "included": [
            {"type": "people", "id": "9", "attributes": {"name": "ada", "display_name": "Ada Reed"}},
            {"type": "tags", "id": "1", "attributes": {"name": "Ferries"}},
            {"type": "tags", "id": "3", "attributes": {"name": "Ice"}},
        ],
    }
    [found] = read(content)
    assert found.article.bylines == (Byline(name="Ada Reed"),)
    assert found.article.keywords == ("Ferries",)
    assert found.article.alternative_ids == (AlternativeId(id="7"),)
    told = {entry.path: entry.outcome for entry in found.ledger.entries}
    assert told["relationships.author.data.attributes.display_name"] == "kept"
    assert told["relationships.tags.data[2].id"] == told["included[3].attributes.name"] == "not-held"


def test_an_entry_has_its_assets_its_author_and_its_facts() -> None:
    def link(kind: str, name: str) -> dict[str, Any]:
        return {"sys": {"type": "Link", "linkType": kind, "id": name}}

    file = {"url": "//i.example/a.jpg", "contentType": "image/jpeg", "details": {"image": {"width": 4, "height": 3}}}
    content = {
        "sys": {"type": "Array"},
        "items": [
            {
                "sys": {"id": "e1", "type": "Entry", "createdAt": "2024-05-01T10:00:00Z", "locale": "en-GB"},
                "fields": {
                    "title": "Ferry back",
                    "author": link("Entry", "e2"),
                    "image": link("Asset", "a1"),
                    "body": {
                        "nodeType": "document",
                        "content": [
                            {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": "It is back."}]},
                            {"nodeType": "embedded-asset-block", "data": {"target": link("Asset", "a1")}},
                        ],
                    },
                },
            }
        ],
        "includes": {
            "Entry": [{"sys": {"id": "e2", "type": "Entry"}, "fields": {"name": "Ada Reed"}}],
            "Asset": [{"sys": {"id": "a1", "type": "Asset"}, "fields": {"description": "A ferry", "file": file}}],
        },
    }
    [found] = read(content)
    rendition = Rendition(href="https://i.example/a.jpg", width=4, height=3)
    picture = Media(kind="picture", alt="A ferry", renditions=(rendition,))
    typed = replace(picture, renditions=(replace(rendition, media_type="image/jpeg"),))
    article = found.article
    assert (article.bylines, article.media) == ((Byline(name="Ada Reed"),), (typed,))
    assert article.blocks == ("It is back.", Figure(picture))
    assert (article.first_created, article.language) == ("2024-05-01T10:00:00Z", "en-GB")
    assert article.alternative_ids == (AlternativeId(id="e1"),)


def test_what_a_relation_leads_to_may_stand_in_place() -> None:
    author = {"data": {"id": 4, "attributes": {"name": "Ada Reed"}}}
    tags = {"data": [{"id": 1, "attributes": {"name": "Ferries"}}]}
    content = {"data": [{"id": 1, "attributes": {"title": "A", "body": "B", "author": author, "tags": tags}}]}
    [found] = read(content)
    assert (found.article.bylines, found.article.keywords) == ((Byline(name="Ada Reed"),), ("Ferries",))


def test_connections_of_graphql_are_lists_of_their_nodes() -> None:
    post = {
        "title": "A",
        "content": "B",
        "author": {"node": {"name": "Ada Reed"}},
        "categories": {"nodes": [{"name": "Ferries"}]},
        "tags": {"edges": [{"node": {"name": "Ice"}}]},
    }
    [found] = read({"data": {"posts": {"nodes": [post]}}})
    assert (found.article.bylines, found.article.keywords) == ((Byline(name="Ada Reed"),), ("Ice", "Ferries"))


def test_copies_of_what_many_articles_refer_to_are_bounded() -> None:
    large = {"type": "people", "id": "9", "attributes": {"name": "Ada Reed", "bio": ["x"] * 6000}}
    one = {"type": "a", "id": "1", "attributes": {"title": "T", "body": "B"}}
    one["relationships"] = {"author": {"data": {"type": "people", "id": "9"}}}
    found = read({"data": [one] * 40, "included": [large]})
    named = [one for one in found if one.article.bylines]
    assert 1 <= len(named) < 20
    assert all("author.data.id" in str(one.ledger.entries) for one in found)
