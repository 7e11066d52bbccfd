"""NewsML-G2 of any article is valid by the official schema and catalog."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.article import Article, Party, Place, Subject
from schemas.article.newscodes import catalog_url, schemes
from schemas.conversion import Conversion
from tests import strategies
from tests.exports import FULL, small
from tests.field_table import EVERYTHING, PACKAGE
from tests.newsitems import NAMES, found, written
from tests.reference import REFERENCE, needs_reference

FOLDER = REFERENCE / "newsml-g2"
BODIES = st.sampled_from(("xhtml", "nitf"))


@cache
def schema() -> etree.XMLSchema:
    """The official schema."""
    return etree.XMLSchema(etree.parse(FOLDER / "NewsML-G2_2.35-spec-All-Power.xsd"))


@cache
def qcode_attributes() -> frozenset[str]:
    """The names of the attributes whose values are QCodes, or lists of them."""
    lines = (FOLDER / "qcode-attributes-2.35.txt").read_text().split()
    return frozenset(lines) - {"QCodeType", "QCodeListType"}


@needs_reference
class TestAgainstTheOfficialSchema:
    @given(strategies.articles(), BODIES)
    @example(FULL, "nitf")
    def test_item_of_any_article_is_valid(self, article: Article, body: str) -> None:
        schema().assertValid(written(article, body=body))

    @settings(max_examples=25)
    @given(strategies.rich_articles(), BODIES)
    @example(EVERYTHING, "xhtml")
    @example(PACKAGE, "xhtml")
    def test_item_of_a_rich_article_is_valid(self, article: Article, body: str) -> None:
        if article.groups and article.kind == "composite":
            article = replace(article, paragraphs=(), blocks=())
        schema().assertValid(written(article, body=body))

    @given(st.lists(strategies.articles(), min_size=2, max_size=4), BODIES)
    def test_a_message_of_several_is_valid(self, articles: list[Article], body: str) -> None:
        root = written(*articles, body=body)
        schema().assertValid(root)
        assert found(root, "/n:newsMessage/n:itemSet/n:newsItem/@guid") == [article.id for article in articles]

    @given(strategies.uris() | strategies.lines(), st.text(max_size=30))
    def test_item_is_valid_for_any_operator_and_catalog(self, name: str, code: str) -> None:
        uri = "https://example.com/codes?a=b&c='"
        conversion = Conversion(at="2024-11-09T08:00:00+14:00", operator=Party(name=name, uri=uri))
        root = written(FULL, conversion=conversion, schemes={"ex": uri, "b-2_x": "urn:x:"})
        schema().assertValid(root)
        assert found(root, "//n:scheme/@alias | //n:scheme/@uri") == ["b-2_x", "urn:x:", "ex", uri]

    @pytest.mark.parametrize(
        "uri",
        [
            "a:",
            "urn:x:y",
            "http://[::1]:80",
            "http://[1]/",
            "https://example.com:65535",
            "https://@/",
            "https://exa%41mple.com/?",
            "https://example.com/\u2028\u00a0\U0001f600",
            "https://user:pass@example.com//a//b",
            "tag:example.com,2024:a'b(c);d",
            "ni:///sha-256;abc",
            "https://example.com/?q=a'b&c=d#e?f",
        ],
    )
    def test_schema_accepts_every_uri_of_an_article(self, uri: str) -> None:
        party = Party(name="A", uri=uri)
        root = written(small(id=uri, url=uri, provider=party, located=Place(uri=uri), subjects=(Subject(uri=uri),)))
        schema().assertValid(root)
        assert set(found(root, "//@guid | //@href[not(contains(., 'catalog'))] | //@uri")) == {uri}

    @pytest.mark.parametrize(
        "moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999999+14:00", "2024-02-29T00:00:00-14:00"]
    )
    def test_schema_accepts_every_date_of_an_article(self, moment: str) -> None:
        schema().assertValid(written(small(published=moment[:10], modified=moment, embargoed=moment)))

    @pytest.mark.parametrize("language", ["en", "i-navajo", "x-klingon", "sl-rozaj-1994", "en-a-bbb-x-a"])
    def test_schema_accepts_every_language_of_an_article(self, language: str) -> None:
        schema().assertValid(written(small(language=language)))

    @given(strategies.articles())
    def test_every_qcode_resolves_in_the_catalogs_of_its_own_item(self, article: Article) -> None:
        coded = replace(article, subjects=(*article.subjects, Subject(qcode="ex:17")))
        for item in written(coded, coded, schemes={"ex": "https://example.com/codes/"}).iter(
            f"{{{NAMES['n']}}}newsItem"
        ):
            assert found(item, "n:catalogRef/@href") == [catalog_url()]
            known = {*schemes(), *found(item, "n:catalog/n:scheme/@alias")}
            used = {
                code.partition(":")[0]
                for element in item.iter(f"{{{NAMES['n']}}}*")
                for name in qcode_attributes().intersection(element.attrib)
                for code in element.attrib[name].split()
            }
            assert {"ninat", "ex"} <= used <= known

    def test_the_codes_that_we_write_are_in_the_catalogs_own_words(self) -> None:
        root = written(FULL)
        assert found(root, "//n:itemClass/@qcode") == ["ninat:text"]
        assert found(root, "//n:subject/@type") == [
            "cpnat:abstract",
            "cpnat:person",
            "cpnat:organisation",
            "cpnat:event",
        ]
        assert found(root, "//n:description/@role") == ["drol:summary"]
        assert found(root, "//n:link/@rel") == ["irel:seeAlso", "irel:derivedFrom"]
