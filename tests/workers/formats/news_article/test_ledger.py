"""The ledger of JSON-LD: each leaf of a document is kept, changed or not held, and none is unaccounted for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.conversion import Document, ReadArticle
from schemas.ledger import Entry
from tests.field_table import EVERYTHING
from tests.reference import REFERENCE, needs_reference
from tests.strategies import rich_articles
from tests.workers.formats.news_article.test_reader import written
from workers.formats.news_article.reader import read_news_article


def leaves(value: Any) -> Iterator[str]:
    """Each string, number and boolean of a JSON value that is not empty: a walker that knows nothing of the reader."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            stack += one.values()
        elif isinstance(one, list):
            stack += one
        elif isinstance(one, bool):
            yield str(one).lower()
        elif one is not None and one != "":
            yield str(one)


def entries(raw: bytes) -> list[Entry]:
    """The entries of all articles of a document."""
    document = Document(name=None, open=lambda: BytesIO(raw), whole_ledger=True)
    found = list(read_news_article(document))
    return [entry for one in found if isinstance(one, ReadArticle) for entry in one.ledger.entries]


@needs_reference
@pytest.mark.parametrize(
    "name", ["article.jsonld", "article-with-derived.jsonld", "bulk-graph.jsonld", "bulk.ndjsonld"]
)
def test_every_leaf_of_the_reference_is_accounted_for(name: str) -> None:
    raw = (REFERENCE / "news-article" / name).read_bytes()
    values = [json.loads(line) for line in raw.splitlines()] if name.endswith("ndjsonld") else [json.loads(raw)]
    assert Counter(entry.value for entry in entries(raw)) == Counter(leaf for one in values for leaf in leaves(one))


@given(rich_articles())
def test_every_leaf_of_an_own_export_is_accounted_for(article: Any) -> None:
    raw = written([article])
    found = entries(raw)
    if found:  # an article without a text is none
        assert Counter(entry.value for entry in found) == Counter(leaves(json.loads(raw)))
        assert {entry.outcome for entry in found} == {"kept"}


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(("", "x", "https://x.example/", "#a", "2024")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("@id", "@type", "name", "url", "text", "value", "@value", "author", "hasPart", "unknown")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
_PROPERTIES = sorted(orjson.loads(written([EVERYTHING])).keys() | {"creator", "name", "text", "license", "x"})


@given(st.dictionaries(st.sampled_from(_PROPERTIES), _ANYTHING, max_size=5))
def test_every_leaf_of_odd_values_is_accounted_for(odd: dict[str, Any]) -> None:
    node = odd | {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "B"}
    found = entries(orjson.dumps(node))
    assert Counter(entry.value for entry in found) == Counter(leaves(node))


def test_leaves_of_objects_that_refer_to_each_other_are_counted_once() -> None:
    story: dict[str, Any] = {"@type": "NewsArticle", "@id": "https://x.example/a", "articleBody": "B"}
    story |= {"mainEntityOfPage": {"@id": "https://x.example/a"}, "author": {"@id": "#j"}, "publisher": {"@id": "#o"}}
    person = {"@type": "Person", "@id": "#j", "name": "Jane", "worksFor": {"@id": "#o"}}
    organisation = {"@type": "Organization", "@id": "#o", "name": "O", "founder": {"@id": "#j"}}
    other = {"@type": "NewsArticle", "@id": "https://x.example/b", "articleBody": "C", "publisher": {"@id": "#o"}}
    for graph in ([story, person, organisation, other], [organisation, other, person, story]):
        node = {"@context": "https://schema.org", "@graph": graph}
        found = entries(orjson.dumps(node))
        assert Counter(entry.value for entry in found) == Counter(leaves(node))


def test_leaf_has_its_place_and_its_field() -> None:
    raw = orjson.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "articleBody": "B",
            "author": [{"@type": "Person", "name": "Ada Reed", "email": "a@x.example"}],
            "datePublished": "6 May 2024 08:00",
            "inLanguage": "klingonese",
        }
    )
    assert {(one.path, one.outcome, one.field) for one in entries(raw)} == {
        ("@context", "kept", None),
        ("@type", "kept", "kind"),
        ("articleBody", "kept", "paragraphs"),
        ("author[1].@type", "kept", "bylines.type"),
        ("author[1].name", "kept", "bylines.name"),
        ("author[1].email", "not-held", None),
        ("datePublished", "changed", "published"),
        ("inLanguage", "not-held", None),
    }


def test_objects_beside_the_article_are_named_by_their_type() -> None:
    page = {"@type": "BreadcrumbList", "name": "Trail"}
    graph = [{"@type": "NewsArticle", "articleBody": "B"}, page]
    found = entries(orjson.dumps({"@context": "https://schema.org", "@graph": graph}))
    assert [one.value for one in found if one.path == "BreadcrumbList"] == ["BreadcrumbList", "Trail"]
