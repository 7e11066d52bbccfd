"""NewsArticle: three forms with the same facts, in the terms of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyld import jsonld

from schemas.article import Article, Byline, Party, Place, Subject
from schemas.article.model import Kind
from schemas.conversion import Conversion
from tests import strategies
from tests.exports import CONVERSION, FULL, joined, small, the_seed
from tests.field_table import EVERYTHING
from tests.reference import REFERENCE, needs_reference
from workers.formats import FORMATS
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import NewsArticleWriter
from workers.formats.schema_org.terms import ROLES

FOLDER = REFERENCE / "news-article"
COMPUTED = {"@type", "@id", "version", "wordCount", "articleBody", "sdDatePublished", "sdPublisher"}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, no key of which comes twice."""
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def document(*articles: Article, conversion: Conversion = CONVERSION) -> dict[str, Any]:
    """The one document of articles."""
    files = joined(NewsArticleWriter(conversion, NewsArticleOptions()), *articles)
    loaded: dict[str, Any] = json.loads(files["articles.jsonld"], object_pairs_hook=once)
    return loaded


def lines(*articles: Article) -> list[dict[str, Any]]:
    """The documents of articles, one a line."""
    written = joined(NewsArticleWriter(CONVERSION, NewsArticleOptions(lines=True)), *articles)["articles.ndjsonld"]
    assert written.endswith(b"}\n")
    return [json.loads(line, object_pairs_hook=once) for line in written[:-1].split(b"\n")]


def facts(article: Article) -> dict[str, Any]:
    """What the document of one article states beside its context."""
    return {key: value for key, value in document(article).items() if key != "@context"}


def without(name: str) -> Article:
    """The full article, but for one field."""
    empty: Any = () if isinstance(getattr(FULL, name), tuple) else None
    return replace(FULL, **{name: empty})


class TestForms:
    @given(st.lists(strategies.articles(), min_size=1, max_size=3))
    @example([FULL, the_seed()])
    def test_one_a_graph_and_lines_state_the_same(self, articles: list[Article]) -> None:
        alone = [facts(article) for article in articles]
        together = document(*articles, articles[0])
        assert together == {"@context": "https://schema.org", "@graph": [*alone, alone[0]]}
        assert lines(*articles) == [{"@context": "https://schema.org", **stated} for stated in alone]

    def test_one_is_a_document_and_several_are_a_graph(self) -> None:
        assert list(document(small())) == ["@context", *facts(small())]
        assert list(document(small(), FULL)) == ["@context", "@graph"]

    @pytest.mark.parametrize(
        ("options", "name", "media_type"),
        [
            (NewsArticleOptions(), "articles.jsonld", "application/ld+json"),
            (NewsArticleOptions(lines=True), "articles.ndjsonld", "application/x-ndjson"),
        ],
    )
    @pytest.mark.parametrize("articles", [1, 2])
    def test_the_name_and_the_media_type(
        self, options: NewsArticleOptions, name: str, media_type: str, articles: int
    ) -> None:
        writer = NewsArticleWriter(CONVERSION, options)
        assert writer.files == (name,)
        assert writer.frame(name, articles).media_type == media_type

    def test_characters_beyond_ascii_are_written_as_they_are(self) -> None:
        [written] = joined(NewsArticleWriter(CONVERSION, NewsArticleOptions()), small(headline="“é”")).values()
        assert "“é”".encode() in written


class TestWhereTheFieldsGo:
    def test_an_article_that_states_everything(self) -> None:
        assert facts(FULL) == {
            "@type": "NewsArticle",
            "@id": "tag:example.com,2024:17",
            "version": 2,
            "headline": "Bank <cuts> rates & more",
            "description": "A summary.",
            "author": [
                {
                    "@type": "Person",
                    "@id": "https://example.com/jane?a=b&c=d",
                    "name": "Jane Doe",
                    "url": "https://example.com/jane?a=b&c=d",
                    "jobTitle": "Editor",
                },
                {"@type": "Person", "name": "John Roe"},
            ],
            "dateline": "VIENNA (EN)",
            "locationCreated": {
                "@type": "Place",
                "@id": "http://cvx.iptc.org/iso3166-1a2/AT",
                "name": "Austria",
                "identifier": "iso3166-1a2:AT",
            },
            "datePublished": "2024-11-08",
            "dateModified": "2024-11-08T16:30:00+01:00",
            "creativeWorkStatus": "withheld",
            "inLanguage": "en-GB",
            "articleSection": "Business",
            "genre": "Analysis",
            "keywords": ["rates", "a;b"],
            "about": [
                {
                    "@type": "DefinedTerm",
                    "@id": "http://cv.iptc.org/newscodes/mediatopic/20000350",
                    "additionalType": "http://cv.iptc.org/newscodes/cpnature/abstract",
                    "name": "central bank",
                    "termCode": "medtop:20000350",
                },
                {"@type": "Person", "name": "Jane Bull"},
                {"@type": "Organization", "@id": "https://example.com/norland", "name": "Norland Bank"},
                {"@type": "Event", "name": "Rates Day"},
                {
                    "@type": "DefinedTerm",
                    "@id": "http://cv.iptc.org/newscodes/mediatopic/04000000",
                    "termCode": "medtop:04000000",
                },
            ],
            "publisher": {"@type": "Organization", "@id": "https://example.com/", "name": "Example News"},
            "copyrightHolder": {"@type": "Organization", "name": "Example Holdings"},
            "copyrightNotice": "(c) 2024",
            "usageInfo": {"@type": "CreativeWork", "text": "For subscribers."},
            "url": "https://example.com/17?a=b&c=d",
            "mainEntityOfPage": "https://example.com/17?a=b&c=d",
            "wordCount": FULL.word_count,
            "articleBody": 'VIENNA (EN) – Rates fell.\n\nThey said "so" <today> & left.\nAt once.',
            "encoding": {
                "@type": "MediaObject",
                "name": "17.txt",
                "encodingFormat": "text/plain",
                "contentSize": "17 B",
                "sha256": "ab" * 32,
            },
            "sdDatePublished": "2024-11-09",
            "sdPublisher": {"@type": "Organization", "name": "newsmill"},
        }

    @pytest.mark.parametrize(
        ("terms", "written"),
        [
            ("https://example.com/terms", "https://example.com/terms"),
            ("For subscribers.", {"@type": "CreativeWork", "text": "For subscribers."}),
            ("See https://example.com/terms", {"@type": "CreativeWork", "text": "See https://example.com/terms"}),
            ("www.example.com", {"@type": "CreativeWork", "text": "www.example.com"}),
        ],
    )
    def test_usage_terms_are_a_url_or_the_text_of_a_work(self, terms: str, written: Any) -> None:
        assert facts(small(usage_terms=terms))["usageInfo"] == written

    @pytest.mark.parametrize(
        ("stated", "key", "written"),
        [
            (
                {"bylines": (Byline(name="A", uri="urn:x:a"),)},
                "author",
                [{"@id": "urn:x:a", "name": "A"}],
            ),
            (
                {"subjects": (Subject(name="A", type="place", qcode="iso3166-1a2:AT", uri="urn:x:at"),)},
                "about",
                [{"@type": "Place", "@id": "urn:x:at", "name": "A", "identifier": "iso3166-1a2:AT"}],
            ),
            ({"subjects": (Subject(qcode="ex:1"),)}, "about", [{"@type": "DefinedTerm", "termCode": "ex:1"}]),
            (
                {"subjects": (Subject(qcode="medtop:<1>"),)},
                "about",
                [{"@type": "DefinedTerm", "termCode": "medtop:<1>"}],
            ),
            (
                {"subjects": (Subject(name="A", type="object"),)},
                "about",
                [
                    {
                        "@type": "DefinedTerm",
                        "additionalType": "http://cv.iptc.org/newscodes/cpnature/object",
                        "name": "A",
                    }
                ],
            ),
            ({"located": Place(uri="urn:x:at")}, "locationCreated", {"@type": "Place", "@id": "urn:x:at"}),
        ],
    )
    def test_people_subjects_and_places(self, stated: dict[str, Any], key: str, written: Any) -> None:
        assert facts(small(**stated))[key] == written

    def test_the_operator_and_the_day_of_the_conversion(self) -> None:
        operator = Party(name="Desk", uri="https://desk.example/")
        made = document(small(), conversion=Conversion(at="2024-12-31T23:59:59-05:00", operator=operator))
        assert made["sdDatePublished"] == "2024-12-31"
        assert made["sdPublisher"] == {"@type": "Organization", "@id": "https://desk.example/", "name": "Desk"}

    @given(strategies.articles())
    def test_text_is_found_exactly(self, article: Article) -> None:
        made = facts(article)
        assert tuple(made["articleBody"].split("\n\n")) == article.paragraphs
        assert made["wordCount"] == article.word_count
        assert made["@id"] == article.id
        assert made.get("headline") == article.headline
        assert made.get("description") == article.description
        names = [author if isinstance(author, str) else author["name"] for author in made.get("author", [])]
        assert names == [byline.name for byline in article.bylines]


class TestUnstatedFields:
    def test_a_small_article_has_nothing_but_what_is_computed(self) -> None:
        assert set(facts(small())) == COMPUTED

    def test_the_seed(self) -> None:
        seed = the_seed()
        made = facts(seed)
        assert set(made) == COMPUTED | {"datePublished", "encoding"}
        assert (made["datePublished"], made["wordCount"]) == ("2024-11-08", 367)
        assert tuple(made["articleBody"].split("\n\n")) == seed.paragraphs

    @pytest.mark.parametrize(
        ("name", "keys"),
        [
            ("headline", {"headline"}),
            ("description", {"description"}),
            ("bylines", {"author"}),
            ("dateline", {"dateline"}),
            ("located", {"locationCreated"}),
            ("published", {"datePublished"}),
            ("modified", {"dateModified"}),
            ("status", {"creativeWorkStatus"}),
            ("language", {"inLanguage"}),
            ("section", {"articleSection"}),
            ("genre", {"genre"}),
            ("keywords", {"keywords"}),
            ("subjects", {"about"}),
            ("provider", {"publisher"}),
            ("copyright_holder", {"copyrightHolder"}),
            ("copyright_notice", {"copyrightNotice"}),
            ("usage_terms", {"usageInfo"}),
            ("url", {"url", "mainEntityOfPage"}),
            ("source", {"encoding"}),
            *((name, set()) for name in ("signal", "slugline", "embargoed", "urgency", "ed_note")),
        ],
    )
    def test_a_field_that_is_absent_leaves_no_key(self, name: str, keys: set[str]) -> None:
        assert set(facts(FULL)) - set(facts(without(name))) == keys

    @given(strategies.articles())
    def test_no_value_is_null_or_empty(self, article: Article) -> None:
        assert [value for _, _, value in statements(facts(article)) if value in (None, "", [], {})] == []


def statements(node: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each type, property and value in a node and the nodes within it."""
    for key, value in node.items():
        types = node.get("@type", "")
        for type_ in types if isinstance(types, list) else [types]:
            yield type_, key, value
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from statements(inner)


_OF_ROLES = ("roleName", "linkRelationship")
STATED = (FULL, *(replace(EVERYTHING, kind=kind) for kind in get_args(Kind)))
"""Articles that state every field, of every kind."""


@needs_reference
class TestAgainstSchemaOrg:
    @staticmethod
    @cache
    def vocabulary() -> dict[str, dict[str, Any]]:
        """Every class and property of schema.org, by its name."""
        graph = json.loads((FOLDER / "schemaorg-current-https.jsonld").read_text())["@graph"]
        return {node["@id"].removeprefix("schema:"): node for node in graph}

    def all_of(self, name: str, key: str) -> set[str]:
        """The names that an entry of the vocabulary refers to."""
        referred = self.vocabulary()[name].get(key, [])
        return {one["@id"].removeprefix("schema:") for one in (referred if isinstance(referred, list) else [referred])}

    def classes_of(self, name: str) -> set[str]:
        """A class and all that it is a kind of."""
        above = {broader for broader in self.all_of(name, "rdfs:subClassOf") if broader in self.vocabulary()}
        return {name}.union(*map(self.classes_of, above))

    @pytest.mark.parametrize(
        ("type_", "key"),
        sorted(
            (
                {
                    (type_, key)
                    for article in STATED
                    for type_, key, _ in statements(facts(article))
                    # A Role has any property that it qualifies (schema.org, Role). A Thing of no type has any.
                    if not key.startswith("@") and type_ and not (type_ in ROLES and key not in _OF_ROLES)
                }
                | {("Person", "identifier"), ("Event", "identifier"), ("Organization", "identifier")}
            )
            # A LiveBlogPosting that is a NewsArticle has the properties of both.
            - {("LiveBlogPosting", "dateline"), ("NewsArticle", "liveBlogUpdate")}
        ),
    )
    def test_a_property_is_one_of_its_class(self, type_: str, key: str) -> None:
        assert self.all_of(key, "schema:domainIncludes") & self.classes_of(type_)

    @pytest.mark.parametrize(
        ("key", "type_"),
        sorted(
            {
                (key, inner["@type"])
                for article in STATED
                for _, key, value in statements(facts(article))
                for inner in (value if isinstance(value, list) else [value])
                if isinstance(inner, dict) and "@type" in inner and inner["@type"] not in ROLES
            }
        ),
    )
    def test_a_value_is_of_a_class_that_its_property_takes(self, key: str, type_: str) -> None:
        assert self.all_of(key, "schema:rangeIncludes") & self.classes_of(type_)

    @staticmethod
    def quads(written: dict[str, Any]) -> set[str]:
        """The RDF that a JSON-LD document states, in safe mode: nothing in it is dropped."""
        context = json.loads((FOLDER / "schemaorgcontext.jsonld").read_text())

        def load(url: str, _: Any) -> dict[str, Any]:
            assert url == "https://schema.org"
            return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}

        options = {"format": "application/n-quads", "documentLoader": load, "safe": True}
        return set(jsonld.normalize(written, options).splitlines())

    def test_every_form_states_the_same_rdf(self) -> None:
        # Each stands for itself: names of blank nodes depend on what else is in the document.
        articles = [
            replace(FULL, bylines=(), subjects=FULL.subjects[:1], copyright_holder=None, usage_terms=None, source=None)
        ]
        alone = self.quads(document(*articles))
        subjects = {quad.split(" ", 1)[0] for quad in alone}
        assert "<tag:example.com,2024:17>" in subjects
        assert any('<http://schema.org/headline> "Bank <cuts> rates & more"' in quad for quad in alone)
        assert self.quads(lines(*articles)[0]) == alone
        assert self.quads(document(*articles, the_seed())) >= {quad for quad in alone if "_:" not in quad}

    @pytest.mark.parametrize("article", [FULL, the_seed()], ids=["full", "seed"])
    def test_a_json_ld_processor_keeps_every_statement(self, article: Article) -> None:
        quads = self.quads(document(article))
        said = {quad.split(" ", 2)[1].rpartition("/")[2].rstrip(">") for quad in quads}
        assert {key for _, key, _ in statements(facts(article)) if not key.startswith("@")} == said - {
            "22-rdf-syntax-ns#type"
        }


def test_fields_without_a_place_are_the_unsupported_ones() -> None:
    stated = {field.name for field in fields(Article) if getattr(FULL, field.name) != field.default}
    unheld = set(FORMATS.get("news-article").places.unheld)
    assert {
        name for name in stated - {"paragraphs", "body", "id", "version"} if facts(without(name)) == facts(FULL)
    } == (unheld & stated)
