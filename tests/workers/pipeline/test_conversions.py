"""From any form of an article to any other: only unsupported fields are lost."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from schemas.article import Article, Source
from schemas.article.json_form import dump_article
from schemas.conversion import Document
from tests.exports import CONVERSION, FULL, SEED, the_seed
from tests.sinks import Shelf
from tests.workers.formats.documents import found_by
from tests.workers.formats.news_article.held import as_held
from workers.formats import FORMATS
from workers.formats.detection import HEAD, detect
from workers.pipeline.pipe import convert


@dataclass(frozen=True)
class Form:
    """A form that articles come in: the reader that has to be found for it, and how it is written."""

    reader: str
    format_id: str
    options: dict[str, Any]
    file: str


FORMS = {
    "newsml-g2": Form("newsml-g2", "newsml-g2", {}, "articles.newsml.xml"),
    "newsml-g2 with NITF": Form("newsml-g2", "newsml-g2", {"body": "nitf"}, "articles.newsml.xml"),
    "news-article": Form("news-article", "news-article", {}, "articles.jsonld"),
    "news-article in lines": Form("news-article", "news-article", {"lines": True}, "articles.ndjsonld"),
    "csv": Form("csv", "csv", {}, "articles.csv"),
    "csv for Excel": Form("csv", "csv", {"profile": "excel"}, "articles.csv"),
    "articles-json": Form("articles-json", "articles-json", {}, "articles.ndjson"),
}
PAIRS = list(itertools.product(FORMS, FORMS))

ONE = {"the seed": [the_seed()], "every field": [FULL], "both": [the_seed(), FULL]}


def document(raw: bytes) -> Document:
    """A document that has nothing but its content to be told by."""
    return Document(name=None, open=lambda: io.BytesIO(raw))


def read(raw: bytes) -> list[Article]:
    """The articles of a document, by the reader that its content asks for."""
    found = list(found_by(FORMATS.reader(detect(raw[:HEAD], None)), document(raw)))
    assert all(isinstance(one, Article) for one in found), found
    return [one for one in found if isinstance(one, Article)]


def as_form(raw: bytes, form: Form) -> bytes:
    """A document of any form, made one of this form."""
    shelf = Shelf()
    outcome = convert(
        [(None, document(raw))],
        options=FORMATS.load_options({form.format_id: form.options}, (form.format_id,)),
        conversion=CONVERSION,
        sink=shelf,
    )
    assert outcome.failed == ()
    return shelf.files[form.file]


def held(articles: Iterable[Article], *forms: Form) -> list[Article]:
    """What is left of articles once they have been through forms."""
    for form in forms:
        unheld = FORMATS.get(form.format_id).places.unheld
        articles = [replace(article, **{name: getattr(_NOTHING, name) for name in unheld}) for article in articles]
        if form.format_id == "news-article":
            articles = [as_held(article) for article in articles]
        if form.format_id == "csv":
            articles = [replace(article, source=_named(article.source)) for article in articles]
    return list(articles)


def _named(source: Source | None) -> Source | None:
    """What a table has of a source: no media type and no size."""
    return source and Source(sha256=source.sha256, name=source.name)


_NOTHING = Article(paragraphs=("-",))


@pytest.mark.parametrize("articles", ONE.values(), ids=ONE)
@pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda name: name)
def test_any_form_becomes_any_other_and_nothing_is_lost(before: str, after: str, articles: list[Article]) -> None:
    start = b"".join(orjson.dumps(dump_article(article)) + b"\n" for article in articles)
    first, second = FORMS[before], FORMS[after]
    raw = as_form(start, first)
    assert detect(raw[:HEAD], None) == first.reader
    assert read(as_form(raw, second)) == held(articles, first, second)


@pytest.mark.parametrize("form", FORMS)
def test_seed_text_comes_back_whole_from_every_form(form: str) -> None:
    [seed] = found_by(FORMATS.reader("text"), Document(name=SEED.name, open=lambda: SEED.open("rb")))
    assert isinstance(seed, Article)
    [back] = read(as_form(SEED.read_bytes(), FORMS[form]))
    assert back.paragraphs == seed.paragraphs
    assert len(back.paragraphs) == 10
    assert back.published == "2024-11-08"
    assert back.source is not None
    assert seed.source is not None
    assert back.source.sha256 == seed.source.sha256
    stated = {name for name in dump_article(back) if name != "id"}
    assert stated == {"paragraphs", "version", "published", "source"}, "nothing is made up on the way"


def test_through_every_form_in_turn_and_back_to_the_first() -> None:
    raw = start = as_form(orjson.dumps(dump_article(FULL)), FORMS["newsml-g2"])
    for form in FORMS.values():
        raw = as_form(raw, form)
    assert read(raw) == held(read(start), *FORMS.values())
