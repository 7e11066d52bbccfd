"""The identity of an article: its content, and the id of an article that states none."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given

from schemas.article import Article, Heading, Media, Party, Source, Subject, content_digest, identify, stated_fields
from schemas.article.json_form import article_fields, dump_article
from tests import strategies

TEXT = ("Text.",)
EXAMPLE = Party(name="Example News", uri="https://example.com/")


def digest(article: Article) -> bytes:
    return content_digest(stated_fields(article))


def id_of(**stated: Any) -> str:
    return identify(Article(**{"paragraphs": TEXT, **stated}))


def content_of(article: Article) -> bytes:
    """The JSON form of what counts, made in the plain way."""
    form = dump_article(replace(article, id=None, source=None))
    if article.version == 1:
        del form["version"]
    return orjson.dumps(form, option=orjson.OPT_SORT_KEYS)


@given(strategies.rich_articles())
def test_digest_is_that_of_the_json_form(article: Article) -> None:
    assert digest(article) == hashlib.sha256(content_of(article)).digest()


@given(strategies.rich_articles())
def test_article_written_and_read_back_has_the_same_digest(article: Article) -> None:
    again = Article(**article_fields(dump_article(article)))
    assert digest(again) == digest(article)


@given(strategies.rich_articles(), strategies.rich_articles())
def test_only_equal_articles_have_the_same_digest(one: Article, other: Article) -> None:
    same = replace(one, id=None, source=None) == replace(other, id=None, source=None)
    assert (digest(one) == digest(other)) == same


def test_id_and_source_are_no_content() -> None:
    article = Article(paragraphs=TEXT, published="2024-05-06")
    read = replace(article, id="urn:x:1", source=Source(sha256="0" * 64, name="a.csv"))
    assert digest(read) == digest(article)
    assert identify(read) == identify(article)


def test_stated_fields_have_no_default_values() -> None:
    assert stated_fields(Article(paragraphs=TEXT, version=1, kind="text", keywords=())) == {"paragraphs": TEXT}
    assert list(stated_fields(Article(paragraphs=TEXT, version=2, headline="H"))) == [
        "headline",
        "paragraphs",
        "version",
    ]


class TestTheIdOfAnArticleThatStatesNone:
    def test_is_a_uuid_of_version_5(self) -> None:
        made = id_of()
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made)
        assert Article(paragraphs=TEXT, id=made).id == made

    @given(strategies.rich_articles())
    def test_is_the_one_of_rfc_9562(self, article: Article) -> None:
        without = replace(article, provider=None)
        name = f"urn:sha256:{digest(without).hex()}"
        assert identify(without) == uuid.uuid5(uuid.NAMESPACE_URL, name).urn
        of_example = replace(article, provider=EXAMPLE)
        name = f"urn:sha256:{digest(of_example).hex()}"
        assert identify(of_example) == uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, "example.com"), name).urn

    @pytest.mark.parametrize(
        "more",
        [
            {"paragraphs": ("Text!",)},
            {"blocks": (Heading(level=2, content=("Text.",)),), "paragraphs": ()},
            {"published": "2024-05-06"},
            {"headline": "Text."},
            {"description": "Text."},
            {"version": 2},
            {"kind": "picture"},
            {"provider": EXAMPLE},
            {"provider": Party(name="Example News")},
            {"keywords": ("a", "b")},
            {"keywords": ("b", "a")},
            {"keywords": ("a, b",)},
            {"subjects": (Subject(name="a"),)},
            {"subjects": (Subject(uri="urn:a"),)},
            {"media": (Media(kind="picture", caption="A boat"),)},
            {"media": (Media(kind="picture", caption="A boat", main=False),)},
        ],
    )
    def test_is_another_where_anything_stated_is(self, more: dict[str, Any]) -> None:
        others: list[dict[str, Any]] = [
            {},
            {"published": "2024-05-07"},
            {"keywords": ("a",)},
            {"subjects": (Subject(name="b"),)},
        ]
        assert id_of(**more) not in {id_of(**other) for other in others}

    @pytest.mark.parametrize(
        "uri", ["https://www.example.com/", "http://[1]/", "http://a\u2100b/", "http://[::1]:80/", "http://%41@x"]
    )
    def test_is_made_for_any_uri_of_a_provider(self, uri: str) -> None:
        assert id_of(provider=Party(name="Example News", uri=uri)) not in {id_of(), id_of(provider=EXAMPLE)}

    def test_does_not_change_from_one_release_to_the_next(self) -> None:
        assert id_of() == "urn:uuid:ae817746-c7c8-54a6-bfac-3b229e2c21fd"
        assert (
            id_of(provider=EXAMPLE, published="2024-05-06", keywords=("a",))
            == "urn:uuid:ad87a4c6-c61c-5056-bd69-52dd910989bd"
        )
