"""Templates: an item like one that was checked needs no full check, and any other item does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.article import Article, Byline, Source, Subject
from schemas.conversion import Conversion
from tests.strategies import articles, rich_articles
from workers.formats import FORMATS
from workers.formats.atom import checks as atom
from workers.formats.json.templates import JsonItems
from workers.formats.newsml_g2.checks import slots as newsml_g2
from workers.formats.ninjs import checks as ninjs
from workers.formats.nitf import checks as nitf
from workers.formats.rss import checks as rss
from workers.formats.templates import TemplateCache
from workers.formats.xml.templates import XmlItems

CONVERSION: Final = Conversion(at="2024-11-08T16:30:00Z")
ITEMS: Final[dict[str, XmlItems | JsonItems]] = {
    "newsml-g2": newsml_g2.ITEMS,
    "nitf": nitf.ITEMS,
    "rss": rss.ITEMS,
    "atom": atom.ITEMS,
    "ninjs": ninjs.ITEMS,
}
FULL: Final = Article(
    id="urn:x:1",
    version=2,
    headline="The ferry “is back” at 5 % of <its> speed",
    description='It came & went, "at last" \\ first.',
    slugline="Ferry",
    bylines=(Byline(name="Jane Doe"), Byline(name="Ann & Co")),
    dateline="Lima",
    published="2024-11-08T16:30:00Z",
    modified="2024-11-09T16:30:00+01:00",
    embargoed="2024-11-10T16:30:00Z",
    language="en",
    section="World",
    keywords=("ferry", "a & b"),
    subjects=(Subject(name="transport", qcode="medtop:20000337"),),
    url="https://x.example/1",
    ed_note="Out of 100 %.",
    source=Source(sha256="ab" * 32, name="a.txt", media_type="text/plain", size=7),
    paragraphs=('It "came".', "It went & came; \\ 100 %\nof it.", "A\ttab."),
)
OTHER: Final = replace(
    FULL,
    id="urn:x:2",
    version=31,
    headline="A crane",
    description='Another "one"; <it> is 7 % of all.',
    slugline="Crane\\1",
    bylines=(Byline(name="Bob"), Byline(name="“Eve”")),
    dateline="Ottawa & Paris",
    published="2023-01-02T03:04:05Z",
    modified="2023-01-02T03:04:06Z",
    embargoed="2023-01-03T03:04:06-05:00",
    section="Sport & more",
    keywords=('c"d', "e"),
    url="https://x.example/2?a=b&c=d",
    ed_note="None.",
    source=Source(sha256="cd" * 32, name="b & c.txt", media_type="text/plain", size=70),
    paragraphs=("One.", "Two & “three”."),
)
# What the writers of some formats leave out, or write in another way.
UNLIKE: Final[dict[str, dict[str, Any]]] = {"rss": {"modified": None}, "atom": {"modified": None}}


@cache
def writer(format_id: str) -> Any:
    return FORMATS.writer(format_id)(CONVERSION, FORMATS.load_options({}, (format_id,))[format_id])


def written(format_id: str, article: Article) -> bytes:
    (piece,) = writer(format_id).pieces(article)
    return bytes(piece)


def warmed(format_id: str, article: Article) -> TemplateCache:
    """Return a cache with the template of an article, as far as it has one."""
    made = TemplateCache(ITEMS[format_id].template)
    for _ in range(2):
        made.add(article, written(format_id, article))
    return made


@pytest.mark.parametrize("format_id", ITEMS)
def test_an_item_with_other_values_fits_the_template_of_one_that_was_checked(format_id: str) -> None:
    first, other = (replace(one, **UNLIKE.get(format_id, {})) for one in (FULL, OTHER))
    assert warmed(format_id, first).has(other, written(format_id, other))


@pytest.mark.parametrize("format_id", ITEMS)
def test_the_first_item_of_a_kind_gets_no_template(format_id: str) -> None:
    templates = TemplateCache(ITEMS[format_id].template)
    templates.add(FULL, written(format_id, FULL))
    assert not templates.has(FULL, written(format_id, FULL))


@pytest.mark.parametrize("format_id", ITEMS)
def test_an_item_of_another_markup_takes_the_place_of_one_that_fits_no_more(format_id: str) -> None:
    templates = warmed(format_id, FULL)
    piece = written(format_id, FULL).replace(b"newsmill", b"another").replace(b"text/", b"tekst/")
    changed = piece[:1] + b" " + piece[1:]
    for _ in range(2):
        templates.add(FULL, changed)
    assert templates.has(FULL, changed)


@pytest.mark.parametrize("format_id", ITEMS)
@given(first=articles(), article=st.one_of(articles(), rich_articles()), data=st.data())
def test_only_the_item_of_the_article_itself_fits(
    format_id: str, first: Article, article: Article, data: st.DataObject
) -> None:
    templates = warmed(format_id, first)
    templates.add(article, written(format_id, article))
    templates.add(article, right := written(format_id, article))
    at = data.draw(st.integers(0, len(right)))
    cut = data.draw(st.integers(0, 3))
    wrong = right[:at] + data.draw(st.sampled_from((b"", b"<", b"x", b"<p></p>", b'"', b" "))) + right[at + cut :]
    assert wrong == right or not templates.has(article, wrong)
    assert (
        first == article or written(format_id, first) == right or not templates.has(article, written(format_id, first))
    )
