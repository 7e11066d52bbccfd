"""Feeds as other programs read them: feedparser finds no fault, and the texts, media and categories."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schemas.article import Article, Byline, Media, Rendition
from schemas.article.dates import has_zone, is_zoned
from schemas.conversion import Conversion
from tests.exports import FULL, joined, small
from tests.strategies import articles, days_or_moments, moments
from workers.formats import FORMATS
from workers.formats.xml.feeds.writing.dates import rfc_822

FEEDS = ("rss", "atom")
CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
PHOTO = Media(
    kind="picture",
    caption="A boat.",
    credit="T. Lens",
    renditions=(Rendition(href="https://x.example/a.jpg", media_type="image/jpeg", width=800, height=600, size=9000),),
)


def write(format_id: str, *made: Article, **options: str) -> bytes:
    loaded = FORMATS.load_options({format_id: options}, (format_id,))[format_id]
    [content] = joined(FORMATS.writer(format_id)(CONVERSION, loaded), *made).values()
    return content


def parsed(content: bytes) -> Any:
    feed = feedparser.parse(content, sanitize_html=False)
    assert not feed.bozo, feed.bozo_exception
    return feed


@pytest.mark.parametrize("format_id", FEEDS)
@given(article=articles())
def test_feedparser_finds_no_fault(format_id: str, article: Article) -> None:
    assert len(parsed(write(format_id, article)).entries) == (article.status != "canceled")


@pytest.mark.parametrize("format_id", FEEDS)
def test_feedparser_reads_the_text_the_media_and_the_categories(format_id: str) -> None:
    article = small(
        paragraphs=("One & <two>.", "Three."),
        headline="A & B",
        description="Sum & <more>.",
        bylines=(Byline(name="Nora Field"),),
        keywords=("ferry",),
        section="Travel",
        url="https://x.example/1",
        published="2024-11-08T16:30:00+01:00",
        media=(PHOTO,),
    )
    [entry] = parsed(write(format_id, article)).entries
    assert entry.content[0].value == "<p>One &amp; &lt;two&gt;.</p>\n<p>Three.</p>"
    assert (entry.id, entry.link, entry.author) == ("urn:x:1", "https://x.example/1", "Nora Field")
    assert entry.published_parsed[:6] == (2024, 11, 8, 15, 30, 0)
    assert {tag.term for tag in entry.tags} == {"ferry", "Travel"}
    assert entry.media_content[0]["url"] == "https://x.example/a.jpg"
    assert entry.media_credit[0]["content"] == "T. Lens"


@given(stated=st.one_of(days_or_moments(), moments()))
def test_a_date_of_rss_is_the_moment_with_its_zone(stated: str) -> None:
    assert has_zone(stated) == is_zoned(stated)
    made = rfc_822(stated)
    assert (made is None) != is_zoned(stated)
    if made:
        expected = format_datetime(datetime.fromisoformat(stated).replace(microsecond=0))
        assert made == (expected.replace("+0000", "GMT") if stated[-1] == "Z" else expected)


def test_an_enclosure_is_the_first_file_with_a_type_and_a_size() -> None:
    [entry] = parsed(write("rss", small(media=(PHOTO,)))).entries
    assert entry.enclosures[0]["length"] == "9000"


@pytest.mark.parametrize("format_id", FEEDS)
def test_the_options_say_what_the_feed_is(format_id: str) -> None:
    content = write(
        format_id,
        FULL,
        title="Harbour",
        link="https://harbour.example/",
        description="All of it",
        language="en",
        address="https://harbour.example/feed",
    )
    feed = parsed(content).feed
    assert (feed.title, feed.subtitle, feed.language) == ("Harbour", "All of it", "en")
    assert {"https://harbour.example/", "https://harbour.example/feed"} <= {link.href for link in feed.links}


@pytest.mark.parametrize("option", ["link", "address", "language"])
def test_an_option_is_checked(option: str) -> None:
    with pytest.raises(Exception, match=option):
        FORMATS.load_options({"rss": {option: "not one"}}, ("rss",))


@pytest.mark.parametrize("format_id", FEEDS)
def test_the_same_articles_give_the_same_bytes(format_id: str) -> None:
    assert write(format_id, FULL) == write(format_id, FULL)


def test_a_feed_is_one_document_of_its_pieces() -> None:
    root = etree.fromstring(write("rss", FULL, small()))
    assert [child.tag for child in root] == ["channel"]
    assert len(root.findall("channel/item")) == 2
