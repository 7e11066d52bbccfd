"""The JSON form of an Article: accepted values, and the faults of others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from schemas.article import Article, Byline, Party, Place, Source, Subject, json_form
from schemas.article import json_form as article_json
from schemas.article.json_form import article_fields, dump_article, metadata_fields
from schemas.article.metadata import Metadata
from schemas.errors import ArticleError
from tests import strategies

SHA256 = "0" * 64


def article(**stated: Any) -> dict[str, Any]:
    """Return the fields of a JSON article, without its paragraphs."""
    read = article_fields({"paragraphs": "Text.", **stated})
    assert read.pop("paragraphs") == ("Text.",)
    return read


def faults_of(value: Any) -> list[str]:
    """Return the faults of a JSON article, each with its pointer."""
    with pytest.raises(ArticleError) as caught:
        article_fields(value)
    return [str(fault) for fault in caught.value.faults]


@given(strategies.articles())
def test_an_article_comes_back_from_its_json(given_article: Article) -> None:
    dumped = dump_article(given_article)
    assert Article(**article_fields(json.loads(json.dumps(dumped)))) == given_article


@given(strategies.articles())
def test_json_has_what_the_article_states_and_no_more(given_article: Article) -> None:
    def blanks(value: Any) -> bool:
        if isinstance(value, dict):
            return any(map(blanks, value.values()))
        if isinstance(value, list):
            return any(map(blanks, value))
        return value is None or value == ""

    dumped = dump_article(given_article)
    assert not blanks(dumped)
    assert [] not in dumped.values()
    assert {} not in dumped.values()


def test_json_of_a_small_article() -> None:
    assert dump_article(
        Article(paragraphs=("A", "B"), bylines=(Byline(name="Jane Doe"),), located=Place(qcode="iso3166-1a2:AT"))
    ) == {
        "version": 1,
        "bylines": [{"name": "Jane Doe"}],
        "located": {"qcode": "iso3166-1a2:AT"},
        "paragraphs": ["A", "B"],
    }


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("name", sorted(set(Article.__slots__) - {"paragraphs", "blocks", "body", "word_count"}))
def test_null_and_the_empty_string_are_not_stated(name: str, nothing: str | None) -> None:
    assert article(**{name: nothing}) == {}


@pytest.mark.parametrize(
    "stated",
    [
        {"headline": " \n "},
        {"bylines": []},
        {"bylines": [None, "", {}]},
        {"keywords": ["", None, " "]},
        {"subjects": [{"name": None, "qcode": ""}]},
        {"located": {}},
        {"provider": {"name": None, "uri": ""}},
        {"provider": {"name": ""}},
        {"source": {"sha256": "", "name": None}},
    ],
)
def test_blank_object_is_not_stated(stated: dict[str, Any]) -> None:
    assert article(**stated) == {}


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ({"provider": "Example News"}, {"provider": Party(name="Example News")}),
        ({"copyright_holder": " A \n B "}, {"copyright_holder": Party(name="A   B")}),
        ({"bylines": "Jane Doe"}, {"bylines": (Byline(name="Jane Doe"),)}),
        ({"bylines": {"name": "Jane", "job_title": "Editor"}}, {"bylines": (Byline(name="Jane", job_title="Editor"),)}),
        ({"bylines": ["Jane", {"name": "John"}]}, {"bylines": (Byline(name="Jane"), Byline(name="John"))}),
        ({"keywords": "inflation"}, {"keywords": ("inflation",)}),
        ({"subjects": "inflation"}, {"subjects": (Subject(name="inflation"),)}),
        ({"subjects": ["medtop:20000350"]}, {"subjects": (Subject(qcode="medtop:20000350"),)}),
        ({"subjects": ["Exclusive: a report"]}, {"subjects": (Subject(name="Exclusive: a report"),)}),
        ({"located": "Vienna"}, {"located": Place(name="Vienna")}),
        ({"located": "iso3166-1a2:AT"}, {"located": Place(qcode="iso3166-1a2:AT")}),
        ({"located": "https://example.com/vienna"}, {"located": Place(name="https://example.com/vienna")}),
        ({"bylines": "medtop:20000350"}, {"bylines": (Byline(name="medtop:20000350"),)}),
        ({"urgency": " 4 "}, {"urgency": 4}),
        ({"version": 3}, {"version": 3}),
        ({"headline": "A\r\n headline\t"}, {"headline": "A  headline"}),
        ({"description": " A\n\nB "}, {"description": "A\n\nB"}),
        ({"source": {"sha256": SHA256, "size": "17"}}, {"source": Source(sha256=SHA256, size=17)}),
    ],
)
def test_shorthand_loads_as_the_full_form(stated: dict[str, Any], read: dict[str, Any]) -> None:
    assert article(**stated) == read


@pytest.mark.parametrize(
    ("given_paragraphs", "read"),
    [
        ("A\n\nB", ("A", "B")),
        (["A", "B"], ("A", "B")),
        (["A\n\nB", "", " C "], ("A", "B", "C")),
        ("A\nB", ("A\nB",)),
    ],
)
def test_paragraphs_are_a_list_or_one_text(given_paragraphs: Any, read: tuple[str, ...]) -> None:
    assert article_fields({"paragraphs": given_paragraphs}) == {"paragraphs": read}


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"paragraphs": "x", "headlin": "x"}, "/headlin: unknown field 'headlin'; did you mean 'headline'?"),
        (
            {"paragraphs": "x", "usage-terms": "x"},
            "/usage-terms: unknown field 'usage-terms'; did you mean 'usage_terms'?",
        ),
        ({"paragraphs": "x", "Language": "x"}, "/Language: unknown field 'Language'; did you mean 'language'?"),
        (
            {"paragraphs": "x", "a/b~c": 1},
            "/a~1b~0c: unknown field 'a/b~c'; the fields here are access, alternative_ids",
        ),
        ({"paragraphs": "x", "word_count": 1}, "/word_count: unknown field 'word_count'"),
        (
            {"paragraphs": "x", "provider": {"nam": "A", "name": "B"}},
            "/provider/nam: unknown field 'nam'; did you mean 'name'?",
        ),
        (
            {"paragraphs": "x", "bylines": [{"name": "A"}, {"name": "B", "jobtitle": "C"}]},
            "/bylines/1/jobtitle: unknown field 'jobtitle'; did you mean 'job_title'?",
        ),
        ({}, "/paragraphs: is missing, and required"),
        ({"paragraphs": None}, "/paragraphs: is missing, and required"),
        (
            {"paragraphs": 5},
            "/paragraphs: must be a list of strings, or one string with blank lines between paragraphs",
        ),
        ({"paragraphs": ["x", 5]}, "/paragraphs/1: must be a string"),
        ({"paragraphs": ["x", "y\0"]}, "/paragraphs/1: has U+0000 at character 1"),
        ({"paragraphs": "\ud800"}, "/paragraphs: has U+D800 at character 0"),
        ({"paragraphs": "x", "headline": 5}, "/headline: must be a string"),
        ({"paragraphs": "x", "headline": ["x"]}, "/headline: must be a string"),
        ({"paragraphs": "x", "headline": "a\x1b"}, "/headline: has U+001B at character 1"),
        ({"paragraphs": "x", "urgency": 1.5}, "/urgency: must be a whole number"),
        ({"paragraphs": "x", "urgency": True}, "/urgency: must be a whole number"),
        ({"paragraphs": "x", "version": "two"}, "/version: must be a whole number"),
        ({"paragraphs": "x", "keywords": 5}, "/keywords: must be a string"),
        ({"paragraphs": "x", "keywords": ["a", 5]}, "/keywords/1: must be a string"),
        ({"paragraphs": "x", "located": 5}, "/located: must be an object"),
        ({"paragraphs": "x", "located": ["Vienna"]}, "/located: must be an object"),
        ({"paragraphs": "x", "bylines": [{"uri": "https://example.com"}]}, "/bylines/0/name: is missing, and required"),
        ({"paragraphs": "x", "bylines": {"name": "", "uri": "urn:x:y"}}, "/bylines/name: is missing, and required"),
        ({"paragraphs": "x", "source": {"name": "a.txt"}}, "/source/sha256: is missing, and required"),
        ({"paragraphs": "x", "source": {"sha256": SHA256, "size": "big"}}, "/source/size: must be a whole number"),
        ([], "must be an object"),
        ("text", "must be an object"),
        (None, "must be an object"),
        (5, "must be an object"),
    ],
)
def test_fault_has_the_pointer_of_its_value(value: Any, wrong: str) -> None:
    [fault] = faults_of(value)
    assert fault.startswith(wrong)


def test_all_faults_are_reported_together() -> None:
    found = faults_of({"headline": 5, "bylines": [{"name": 5}, "B", {"url": "x", "name": "C"}], "colour": "red"})
    assert [fault.partition(":")[0] for fault in sorted(found)] == [
        "/bylines/0/name",
        "/bylines/2/url",
        "/colour",
        "/headline",
        "/paragraphs",
    ]


class TestMetadata:
    def test_is_the_fields_of_an_article_but_for_its_text(self) -> None:
        assert metadata_fields({"provider": "Example News", "language": "en", "headline": ""}) == {
            "provider": Party(name="Example News"),
            "language": "en",
        }

    def test_may_be_empty(self) -> None:
        assert metadata_fields({}) == {}

    @pytest.mark.parametrize(
        ("value", "wrong"),
        [
            ({"paragraphs": "x"}, "/paragraphs: unknown field 'paragraphs'"),
            ({"source": {"sha256": SHA256}}, "/source: unknown field 'source'"),
            ({"languge": "en"}, "/languge: unknown field 'languge'; did you mean 'language'?"),
            ({"language": "en_GB"}, "/language: 'en_GB' is not a language tag"),
            ({"published": "2024-02-30"}, "/published: '2024-02-30' is not a day of the calendar"),
            ({"subjects": [{"type": "person"}]}, "/subjects/0: needs one of name, qcode, uri"),
            ({"signal": "update", "version": 1}, "/signal: version 1 cannot be"),
            ({"signal": "kill"}, "/signal: 'kill' is not one of update, correction"),
            ([], "must be an object"),
        ],
    )
    def test_is_checked_before_any_article_is_read(self, value: Any, wrong: str) -> None:
        with pytest.raises(ArticleError) as caught:
            metadata_fields(value)
        [fault] = caught.value.faults
        assert str(fault).startswith(wrong)

    def test_signal_applies_to_articles_with_a_version(self) -> None:
        assert metadata_fields({"signal": "correction"}) == {"signal": "correction"}


_PARTLY_RIGHT = st.fixed_dictionaries(
    {},
    optional={
        "paragraphs": st.none() | st.text() | st.lists(st.text() | st.none()),
        "headline": st.none() | st.text() | st.integers(),
        "version": st.none() | st.integers() | st.text("0123456789"),
        "keywords": st.none() | st.text() | st.lists(st.text() | st.none()),
        "provider": st.none() | st.text() | st.fixed_dictionaries({}, optional={"name": st.none() | st.text()}),
        "subjects": st.lists(st.text() | st.fixed_dictionaries({}, optional={"qcode": st.text(), "nmae": st.text()})),
        "source": st.none() | st.fixed_dictionaries({}, optional={"sha256": st.none() | st.text()}),
        "haedline": st.text(),
    },
)


@given(st.builds(dump_article, strategies.articles()) | _PARTLY_RIGHT | st.none() | st.lists(st.text()))
def test_fast_article_loading_matches_its_schema(value: object) -> None:
    quick = article_json._loaded(article_json._ARTICLE_SCHEMA, value)
    try:
        slow = article_json._ARTICLE_SCHEMA.load(value)
    except ValidationError:
        assert quick is None
    else:
        assert quick in (slow, None)


def test_the_type_of_metadata_has_each_of_its_fields() -> None:
    stated = set(Metadata.__annotations__) - {"paragraphs"}
    assert stated == set(json_form._METADATA_SCHEMA.fields)
