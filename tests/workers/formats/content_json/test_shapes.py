"""The shapes of content systems and news APIs: what an article of each becomes."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, Final

import pytest

from schemas.article import Article, Byline, Party
from schemas.conversion import Document, ReadArticle
from tests.workers.formats.documents import read_all, refusal
from workers.formats.articles_json.reader import read_json_articles
from workers.formats.content_json.columnar import as_rows
from workers.formats.content_json.shapes import SHAPES, shape_of

DOCUMENTS: Final[dict[str, Any]] = {
    "drupal": {
        "jsonapi": {"version": "1.0"},
        "data": [
            {
                "type": "node--article",
                "id": "1c7b6f7e-1111-4222-8333-444455556666",
                "links": {"self": {"href": "https://h.example/jsonapi/node/article/1c7b"}},
                "attributes": {
                    "drupal_internal__nid": 12,
                    "langcode": "en",
                    "status": True,
                    "title": "Ferry back",
                    "created": "2024-05-06T08:00:00+00:00",
                    "changed": "2024-05-06T09:00:00+00:00",
                    "path": {"alias": "/ferry-back", "pid": 3, "langcode": "en"},
                    "body": {
                        "value": "<p>It is back.</p>\r\n\r\n<p>Crowds came.</p>",
                        "format": "basic_html",
                        "processed": "<p>It is back.</p>\n\n<p>Crowds came.</p>",
                        "summary": "Back.",
                    },
                },
                "relationships": {"field_tags": {"data": [{"type": "taxonomy_term--tags", "id": "aa"}]}},
            }
        ],
        "included": [{"type": "taxonomy_term--tags", "id": "aa", "attributes": {"name": "Ferries"}}],
        "links": {"self": {"href": "https://h.example/jsonapi/node/article"}},
    },
    "newscatcher": {
        "status": "ok",
        "articles": [
            {
                "title": "Ferry back",
                "published_date": "2024-05-06 08:00:00",
                "link": "https://h.example/1",
                "clean_url": "h.example",
                "excerpt": "Back.",
                "summary": "It is back.",
            }
        ],
    },
    "thenewsapi": {
        "meta": {"found": 1},
        "data": [
            {
                "uuid": "u-1",
                "title": "Ferry back",
                "description": "It is back.",
                "snippet": "It is …",
                "url": "https://h.example/1",
                "published_at": "2024-05-06T08:00:00.000000Z",
                "source": "h.example",
            }
        ],
    },
    "news category": {
        "link": "https://h.example/1",
        "headline": "Ferry back",
        "category": "WORLD NEWS",
        "short_description": "It is back.",
        "authors": "Ada Reed",
        "date": "2024-05-06",
    },
    "trafilatura": {
        "title": "Ferry back",
        "hostname": "h.example",
        "date": "2024-05-06",
        "fingerprint": "a1",
        "text": "It is back.",
        "source": "https://h.example/1",
        "source-hostname": "Harbour News",
        "excerpt": "Back.",
    },
    "newsapi": {
        "status": "ok",
        "totalResults": 1,
        "articles": [
            {
                "source": {"id": "harbour", "name": "Harbour News"},
                "author": "Ada Reed",
                "title": "Ferry back",
                "description": "Back.",
                "url": "https://h.example/1",
                "urlToImage": "https://h.example/1.jpg",
                "publishedAt": "2024-05-06T08:00:00Z",
                "content": "It is back. Crowds came… [+1204 chars]",
            }
        ],
    },
    "gnews": {
        "totalArticles": 1,
        "articles": [
            {
                "id": "a1",
                "title": "Ferry back",
                "description": "Back.",
                "content": "It is back.",
                "url": "https://h.example/1",
                "image": "https://h.example/1.jpg",
                "publishedAt": "2024-05-06T08:00:00Z",
                "lang": "en",
                "source": {"id": "x", "name": "Harbour News", "url": "https://h.example"},
            }
        ],
    },
    "guardian": {
        "response": {
            "status": "ok",
            "userTier": "developer",
            "total": 1,
            "results": [
                {
                    "id": "travel/2024/may/06/ferry",
                    "type": "article",
                    "sectionId": "travel",
                    "sectionName": "Travel",
                    "webPublicationDate": "2024-05-06T08:00:00Z",
                    "webTitle": "Ferry back",
                    "webUrl": "https://h.example/1",
                    "apiUrl": "https://api.h.example/1",
                    "fields": {
                        "headline": "Ferry back",
                        "trailText": "Back.",
                        "byline": "Ada Reed",
                        "body": "<p>It is back.</p><p>Crowds came.</p>",
                        "wordcount": "5",
                        "thumbnail": "https://h.example/1.jpg",
                        "lastModified": "2024-05-06T09:00:00Z",
                        "bodyText": "It is back. Crowds came.",
                    },
                    "tags": [
                        {"id": "travel/ferries", "type": "keyword", "webTitle": "Ferries"},
                        {"id": "profile/ada", "type": "contributor", "webTitle": "Ada Reed"},
                    ],
                    "isHosted": False,
                    "pillarName": "Lifestyle",
                }
            ],
        }
    },
    "nyt": {
        "status": "OK",
        "copyright": "(c) NYT",
        "response": {
            "docs": [
                {
                    "abstract": "Back.",
                    "web_url": "https://h.example/1",
                    "snippet": "Back again.",
                    "lead_paragraph": "It is back.",
                    "source": "Harbour Times",
                    "multimedia": [{"url": "images/1.jpg", "type": "image"}],
                    "headline": {"main": "Ferry back", "kicker": "Travel", "print_headline": "Ferry returns"},
                    "keywords": [
                        {"name": "subject", "value": "Ferries", "rank": 1},
                        {"name": "glocations", "value": "Lyme", "rank": 2},
                    ],
                    "pub_date": "2024-05-06T08:00:00+0000",
                    "document_type": "article",
                    "news_desk": "Travel",
                    "section_name": "Travel",
                    "byline": {"original": "By Ada Reed", "person": [{"firstname": "Ada", "lastname": "Reed"}]},
                    "type_of_material": "News",
                    "_id": "nyt://article/1c7b6f7e-1111-4222-8333-444455556666",
                    "word_count": 300,
                    "uri": "nyt://article/1c7b6f7e-1111-4222-8333-444455556666",
                }
            ],
            "meta": {"hits": 1},
        },
    },
    "mediastack": {
        "pagination": {"limit": 1, "offset": 0, "count": 1, "total": 1},
        "data": [
            {
                "author": "Ada Reed",
                "title": "Ferry back",
                "description": "It is back.",
                "url": "https://h.example/1",
                "source": "Harbour News",
                "image": None,
                "category": "general",
                "language": "en",
                "country": "gb",
                "published_at": "2024-05-06T08:00:00+00:00",
            }
        ],
    },
    "newsdata": {
        "status": "success",
        "totalResults": 1,
        "results": [
            {
                "article_id": "abc",
                "title": "Ferry back",
                "link": "https://h.example/1",
                "keywords": ["ferry"],
                "creator": ["Ada Reed"],
                "video_url": None,
                "description": "Back.",
                "content": "It is back.",
                "pubDate": "2024-05-06 08:00:00",
                "pubDateTZ": "UTC",
                "image_url": "https://h.example/1.jpg",
                "source_id": "harbour",
                "source_name": "Harbour News",
                "source_url": "https://h.example",
                "language": "english",
                "country": ["united kingdom"],
                "category": ["top"],
            }
        ],
        "nextPage": "x",
    },
    "jsonfeed": {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour News",
        "home_page_url": "https://h.example/",
        "language": "en",
        "items": [
            {
                "id": "https://h.example/1",
                "url": "https://h.example/1",
                "title": "Ferry back",
                "content_html": "<p>It is back.</p>",
                "content_text": "It is back.",
                "summary": "Back.",
                "image": "https://h.example/1.jpg",
                "date_published": "2024-05-06T08:00:00Z",
                "date_modified": "2024-05-06T09:00:00Z",
                "authors": [{"name": "Ada Reed", "url": "https://h.example/ada"}],
                "tags": ["ferry"],
                "attachments": [{"url": "https://h.example/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}],
            }
        ],
    },
    "newsplease": {
        "authors": ["Ada Reed"],
        "date_download": "2024-05-07 08:00:00",
        "date_modify": "2024-05-06 09:00:00",
        "date_publish": "2024-05-06 08:00:00",
        "description": "Back.",
        "filename": "x.json",
        "image_url": "https://h.example/1.jpg",
        "language": "en",
        "localpath": None,
        "maintext": "It is back.\nCrowds came.",
        "source_domain": "h.example",
        "title": "Ferry back",
        "title_page": None,
        "title_rss": None,
        "url": "https://h.example/1",
    },
    "strapi": {
        "data": [
            {
                "id": 1,
                "attributes": {
                    "title": "Ferry back",
                    "slug": "f",
                    "content": "It is back.",
                    "publishedAt": "2024-05-06T08:00:00.000Z",
                    "createdAt": "2024-05-05T08:00:00.000Z",
                    "updatedAt": "2024-05-06T09:00:00.000Z",
                    "locale": "en",
                },
            }
        ],
        "meta": {"pagination": {"page": 1}},
    },
    "contentful": {
        "sys": {"type": "Array"},
        "total": 1,
        "items": [
            {
                "sys": {
                    "id": "x1",
                    "type": "Entry",
                    "createdAt": "2024-05-06T08:00:00Z",
                    "updatedAt": "2024-05-06T09:00:00Z",
                    "locale": "en-US",
                },
                "fields": {"title": "Ferry back", "body": "It is back.", "publishDate": "2024-05-06"},
            }
        ],
    },
    "eventregistry": {
        "articles": {
            "results": [
                {
                    "uri": "81",
                    "lang": "eng",
                    "isDuplicate": False,
                    "date": "2024-05-06",
                    "time": "08:00:00",
                    "dateTime": "2024-05-06T08:00:00Z",
                    "dateTimePub": "2024-05-06T07:59:00Z",
                    "dataType": "news",
                    "sim": 0,
                    "url": "https://h.example/1",
                    "title": "Ferry back",
                    "body": "It is back.",
                    "source": {"uri": "h.example", "dataType": "news", "title": "Harbour News"},
                    "authors": [{"uri": "ada@h.example", "name": "Ada Reed", "type": "author"}],
                    "image": "https://h.example/1.jpg",
                    "sentiment": 0.1,
                }
            ],
            "totalResults": 1,
        }
    },
    "arc": {
        "type": "story",
        "version": "0.10.9",
        "_id": "ABC",
        "canonical_url": "/travel/ferry/",
        "website_url": "/travel/ferry/",
        "headlines": {"basic": "Ferry back", "mobile": "Back"},
        "subheadlines": {"basic": "Hourly"},
        "description": {"basic": "Back."},
        "language": "en",
        "first_publish_date": "2024-05-06T08:00:00Z",
        "display_date": "2024-05-06T08:00:00Z",
        "last_updated_date": "2024-05-06T09:00:00Z",
        "credits": {"by": [{"type": "author", "name": "Ada Reed"}]},
        "content_elements": [
            {"type": "text", "content": "It is <b>back</b>."},
            {"type": "header", "level": 2, "content": "Crowds"},
            {"type": "list", "list_type": "unordered", "items": [{"type": "text", "content": "a"}]},
            {"type": "image", "url": "https://h.example/1.jpg", "caption": "A boat"},
        ],
        "taxonomy": {"tags": [{"text": "ferry"}], "primary_section": {"name": "Travel"}},
    },
    "currents": {
        "status": "ok",
        "news": [
            {
                "id": "e1",
                "title": "Ferry back",
                "description": "It is back.",
                "url": "https://h.example/1",
                "author": "Ada Reed",
                "image": "None",
                "language": "en",
                "category": ["regional"],
                "published": "2024-05-06 08:00:00 +0000",
            }
        ],
        "page": 1,
    },
    "bing": {
        "_type": "News",
        "value": [
            {
                "name": "Ferry back",
                "url": "https://h.example/1",
                "image": {"thumbnail": {"contentUrl": "https://h.example/1.jpg", "width": 80, "height": 60}},
                "description": "It is back.",
                "provider": [{"_type": "Organization", "name": "Harbour News"}],
                "datePublished": "2024-05-06T08:00:00.0000000Z",
                "category": "World",
            }
        ],
    },
    "webz": {
        "posts": [
            {
                "thread": {
                    "uuid": "a",
                    "url": "https://h.example/1",
                    "site": "h.example",
                    "site_full": "www.h.example",
                    "title": "Ferry back",
                    "main_image": "https://h.example/1.jpg",
                },
                "uuid": "a1",
                "url": "https://h.example/1",
                "author": "Ada Reed",
                "published": "2024-05-06T08:00:00.000+00:00",
                "title": "Ferry back",
                "text": "It is back.",
                "language": "english",
                "crawled": "2024-05-06T09:00:00Z",
            }
        ],
        "totalResults": 1,
    },
    "elastic": {
        "took": 1,
        "hits": {
            "total": {"value": 1},
            "hits": [
                {
                    "_index": "news",
                    "_id": "1",
                    "_score": 1.0,
                    "_source": {"title": "Ferry back", "text": "It is back.", "date": "2024-05-06"},
                }
            ],
        },
    },
}
EXPECTED: Final[dict[str, dict[str, Any]]] = {
    "drupal": {
        "id": "urn:uuid:1c7b6f7e-1111-4222-8333-444455556666",
        "headline": "Ferry back",
        "description": "Back.",
        "language": "en",
        "published": "2024-05-06T08:00:00+00:00",
        "modified": "2024-05-06T09:00:00+00:00",
        "paragraphs": ("It is back.", "Crowds came."),
    },
    "newsapi": {
        "headline": "Ferry back",
        "byline": None,
        "url": "https://h.example/1",
        "published": "2024-05-06T08:00:00Z",
    },
    "gnews": {"headline": "Ferry back", "paragraphs": ("It is back.",), "language": "en"},
    "guardian": {
        "headline": "Ferry back",
        "url": "https://h.example/1",
        "byline": "Ada Reed",
        "keywords": ("Ferries",),
        "section": "Travel",
        "paragraphs": ("It is back.", "Crowds came."),
        "modified": "2024-05-06T09:00:00Z",
    },
    "nyt": {
        "headline": "Ferry back",
        "byline": "By Ada Reed",
        "keywords": ("Ferries", "Lyme"),
        "section": "Travel",
        "paragraphs": ("It is back.",),
        "id": "nyt://article/1c7b6f7e-1111-4222-8333-444455556666",
    },
    "mediastack": {"headline": "Ferry back", "paragraphs": ("It is back.",), "section": "general", "language": "en"},
    "newsdata": {
        "headline": "Ferry back",
        "paragraphs": ("It is back.",),
        "published": "2024-05-06T08:00:00Z",
        "keywords": ("ferry",),
    },
    "jsonfeed": {
        "headline": "Ferry back",
        "paragraphs": ("It is back.",),
        "language": "en",
        "id": "https://h.example/1",
        "description": "Back.",
    },
    "newsplease": {"headline": "Ferry back", "paragraphs": ("It is back.", "Crowds came."), "language": "en"},
    "newscatcher": {"paragraphs": ("It is back.",), "description": "Back.", "published": "2024-05-06T08:00:00Z"},
    "thenewsapi": {
        "headline": "Ferry back",
        "paragraphs": ("It is back.",),
        "published": "2024-05-06T08:00:00.000000Z",
    },
    "news category": {"headline": "Ferry back", "paragraphs": ("It is back.",), "section": "WORLD NEWS"},
    "trafilatura": {
        "paragraphs": ("It is back.",),
        "url": "https://h.example/1",
        "provider": Party(name="Harbour News"),
    },
    "strapi": {"headline": "Ferry back", "paragraphs": ("It is back.",)},
    "contentful": {"headline": "Ferry back", "paragraphs": ("It is back.",), "published": "2024-05-06"},
    "eventregistry": {"headline": "Ferry back", "paragraphs": ("It is back.",), "published": "2024-05-06T07:59:00Z"},
    "arc": {
        "headline": "Ferry back",
        "paragraphs": ("It is back.", "Crowds", "a"),
        "section": "Travel",
        "keywords": ("ferry",),
        "description": "Back.",
    },
    "currents": {"headline": "Ferry back", "paragraphs": ("It is back.",), "published": "2024-05-06T08:00:00+00:00"},
    "bing": {"headline": "Ferry back", "paragraphs": ("It is back.",), "section": "World"},
    "webz": {"headline": "Ferry back", "paragraphs": ("It is back.",), "url": "https://h.example/1"},
    "elastic": {"headline": "Ferry back", "paragraphs": ("It is back.",), "published": "2024-05-06"},
}
ROWS: Final = (
    {"columns": ["title", "text", "date"], "index": [0, 1], "data": [["A", "One.", "2024-05-06"], ["B", "Two.", None]]},
    {"fields": [{"name": "title"}, {"name": "text"}], "rows": [["A", "One."], ["B", "Two."]]},
    {"title": {"0": "A", "1": "B"}, "text": {"0": "One.", "1": "Two."}},
    {"title": ["A", "B"], "text": ["One.", "Two."]},
    [["title", "text"], ["A", "One."], ["B", "Two."]],
)


def whole(content: Any) -> list[ReadArticle]:
    raw = json.dumps(content, indent=1).encode()
    document = Document(name="a.json", open=lambda: BytesIO(raw), whole_ledger=True)
    return [one for one in read_json_articles(document) if isinstance(one, ReadArticle)]


def one(name: str) -> Article:
    [found] = whole(DOCUMENTS[name])
    return found.article


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_article_of_a_shape_is_read(name: str) -> None:
    article = one(name)
    assert {field: getattr(article, field) for field in EXPECTED[name]} == EXPECTED[name]


@pytest.mark.parametrize("name", ["nyt", "mediastack", "bing", "currents", "newsapi"])
def test_a_summary_in_place_of_a_text_is_said_to_be_one(name: str) -> None:
    [found] = whole(DOCUMENTS[name])
    assert any(each.outcome == "changed" and "no full text" in each.reason for each in found.ledger.entries)


def test_what_the_document_states_holds_for_its_articles() -> None:
    assert (one("jsonfeed").provider, one("jsonfeed").language) == (Party(name="Harbour News"), "en")


def test_people_of_a_shape_are_authors() -> None:
    assert one("nyt").bylines == (Byline(name="Ada Reed"),)
    assert one("arc").bylines == (Byline(name="Ada Reed"),)


def test_an_answer_with_one_item_is_read_as_one_of_a_list() -> None:
    item = json.loads(json.dumps(DOCUMENTS["guardian"]))["response"]["results"][0]
    main = '<figure><img src="https://h.example/2.jpg" alt="A ferry"><figcaption>Back</figcaption></figure>'
    item["fields"]["main"] = main
    [found] = whole({"response": {"status": "ok", "content": item}})
    assert found.article.paragraphs == ("It is back.", "Crowds came.")
    assert found.article.bylines == (Byline(name="Ada Reed"),)
    assert [(each.caption, each.alt) for each in found.article.media] == [("Back", "A ferry")]
    assert "response.status" in {each.path for each in found.ledger.entries}


def test_headlines_and_descriptions_beside_the_main_ones_have_their_members_as_roles() -> None:
    assert [(each.text, each.role) for each in one("nyt").headlines] == [
        ("Travel", "headline.kicker"),
        ("Ferry returns", "headline.print_headline"),
    ]


def test_keywords_that_name_a_thing_are_subjects_of_its_type_too() -> None:
    assert [(each.name, each.type) for each in one("nyt").subjects] == [("Lyme", "place")]


def test_a_page_of_drupal_that_is_not_published_is_withheld() -> None:
    content = json.loads(json.dumps(DOCUMENTS["drupal"]))
    content["data"][0]["attributes"]["status"] = False
    [found] = whole(content)
    assert found.article.status == "withheld"


def test_what_is_beside_an_article_is_named() -> None:
    [found] = whole(DOCUMENTS["elastic"])
    lost = {each.path for each in found.ledger.entries if each.outcome == "not-held"}
    assert {"took", "hits.total.value", "_score"} <= lost


@pytest.mark.parametrize("content", ROWS)
def test_a_table_in_json_is_read_by_its_columns(content: Any) -> None:
    articles = [found.article for found in whole(content)]
    assert [(each.headline, each.paragraphs) for each in articles] == [("A", ("One.",)), ("B", ("Two.",))]


@pytest.mark.parametrize(
    "content", [{"title": "T", "text": ["One.", "Two."]}, [["a"], ["b"]], {"title": ["A"], "x": ["B"]}]
)
def test_what_is_no_table_is_not_read_as_one(content: Any) -> None:
    assert as_rows(content) is None


def test_a_shape_that_is_not_known_is_refused_with_its_members_and_a_command() -> None:
    content = json.dumps([{"kop": "Ferry", "rumpf": {"lang": "It is back, and it left again."}}])
    reason = refusal(read_json_articles, content).reason
    assert "'kop', 'rumpf.lang'" in reason
    assert "--set paragraphs=@rumpf.lang" in reason


def test_a_command_names_no_member_whose_value_is_no_text() -> None:
    content = json.dumps({"build": "2024.05.01-1f6dd2a4-3c75", "kop": "Ferry back"})
    assert refusal(read_json_articles, content).reason.endswith("--set paragraphs=@kop")
    assert refusal(read_json_articles, '{"build": "2024.05.01-1f6dd2a4"}').reason.endswith("--set paragraphs=@NAME")


def test_members_that_a_request_names_come_before_those_of_a_shape() -> None:
    content = json.dumps(DOCUMENTS["guardian"])
    [article] = read_all(read_json_articles, content, columns={"headline": "pillarName"})
    assert article.headline == "Lifestyle"


def test_each_shape_says_what_it_is_and_where_it_is_documented() -> None:
    for shape in SHAPES:
        assert shape.name
        assert shape.page.startswith("https://")
        assert shape.needs or shape.document
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)


def test_our_own_articles_have_no_shape() -> None:
    assert shape_of({"paragraphs": ["One."], "headline": "T"}) is None
