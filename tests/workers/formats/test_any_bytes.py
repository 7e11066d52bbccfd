"""Any bytes give articles, named faults, or one error for the document."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article
from schemas.columns.names import NAMES
from schemas.conversion import UnreadArticle
from schemas.errors import InputError
from tests.workers.formats.documents import document, found_by
from workers.formats import FORMATS
from workers.formats.csv.reading.reader import read_csv
from workers.formats.detection import detect
from workers.formats.news_article.reader import read_news_article

_WORDS = (
    *("@id", "@type", "@value", "@graph", "@context", "mainEntity", "headline", "author", "name", "url", "sameAs"),
    *("about", "identifier", "termCode", "version", "datePublished", "inLanguage", "alternateName", "keywords"),
    *("articleBody", "encoding", "sha256", "contentSize", "usageInfo", "text", "publisher", "NewsArticle", "Person"),
    *("https://schema.org", "#a", "tag:a", "medtop:04000000", "2024-11-08", "12"),
)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=5)
)
_JSON = st.recursive(
    _SCALARS | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=6),
    max_leaves=30,
)
_STORIES = st.dictionaries(st.sampled_from(_WORDS), _JSON, max_size=12).map(
    lambda story: {**story, "@type": "NewsArticle", "articleBody": "B"}
)
_CELLS = st.text(max_size=6) | st.sampled_from(("a <b> [c] (d)", ";", "\\", '"', "2024-11-08", "'=1", "1"))


def check(reader: Any, content: bytes) -> None:
    with suppress(InputError):
        for found in found_by(reader, document(content)):
            assert isinstance(found, Article) or (isinstance(found, UnreadArticle) and found.reason)


@pytest.mark.parametrize("name", FORMATS.readable.ids)
@given(content=st.binary(max_size=80) | st.text(max_size=60).map(str.encode))
def test_any_bytes(name: str, content: bytes) -> None:
    check(FORMATS.reader(name), content)


@given(
    st.binary(max_size=60) | st.text("<!->? \"'DOCTYPEhtml{[,;\n:@a", max_size=40).map(str.encode), st.text(max_size=5)
)
def test_any_bytes_have_a_reader_or_are_refused(head: bytes, name: str) -> None:
    with suppress(InputError):
        assert detect(head, name) in FORMATS.readable.ids


@given(_STORIES | _JSON | st.lists(_STORIES), st.booleans())
def test_any_json_ld(value: Any, page: bool) -> None:
    content = orjson.dumps(value)
    check(read_news_article, b'<script type="application/ld+json">' + content + b"</script>" if page else content)


@given(
    st.lists(
        st.sampled_from([name for names in NAMES.values() for name in names] + list(NAMES)), min_size=1, unique=True
    ),
    st.lists(st.lists(_CELLS, min_size=1, max_size=5), max_size=4),
)
def test_any_table(header: list[str], rows: list[list[str]]) -> None:
    padded = [(row * len(header))[: len(header)] for row in rows]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *padded]]
    check(read_csv, "\n".join(quoted).encode(errors="replace"))
