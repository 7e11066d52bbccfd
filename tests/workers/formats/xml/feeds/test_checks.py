"""The rules of RSS 2.0, Atom 1.0 and of partners: each fault is named once, and a good feed has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from schemas.conversion import Conversion
from tests.exports import FULL, joined, small
from workers.formats import FORMATS
from workers.formats.detection import check_file
from workers.formats.xml.feeds.checks import partners
from workers.formats.xml.feeds.checks.report import Report
from workers.formats.xml.feeds.options import FeedOptions

CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
SELF = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://x.example/feed"/>'
CHANNEL = f"<title>H</title><link>https://x.example/</link><description>d</description>{SELF}"
ITEM = "<title>T</title><guid>https://x.example/1</guid>"
SPACES = (
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:georss="http://www.georss.org/georss"'
)
ENTRY = "<id>urn:x:1</id><title>T</title><updated>2024-11-08T16:30:00Z</updated><content>One.</content>"
FEED = (
    '<id>urn:x:f</id><title>H</title><updated>2024-11-08T16:30:00Z</updated><link rel="self" href="https://x.example/f"/>'
    "<author><name>D</name></author>"
)


def rss(item: str = ITEM, channel: str = CHANNEL, attributes: str = ' version="2.0"') -> str:
    return f"<rss{attributes}{SPACES}><channel>{channel}<item>{item}</item></channel></rss>"


def atom(entry: str = ENTRY, feed: str = FEED) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"{SPACES}>{feed}<entry>{entry}</entry></feed>'


def rules(folder: Path, text: str, schema: str | None = None) -> list[str]:
    path = folder / "feed.xml"
    path.write_text(text)
    return [fault.rule for fault in check_file(path, schema)]


@pytest.mark.parametrize("text", [rss(), atom()])
def test_a_good_feed_has_no_fault(tmp_path: Path, text: str) -> None:
    assert rules(tmp_path, text) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("xml-doctype", f"<!DOCTYPE rss>{rss()}"),
        ("xml-well-formed", rss()[:-3]),
        ("rss-root", rss(attributes=' version="3.0"')),
        ("rss-channel", rss(channel=f"<title>H</title><link>https://x.example/</link>{SELF}")),
        ("rss-self", rss(channel="<title>H</title><link>https://x.example/</link><description>d</description>")),
        ("rss-title", rss("<guid>https://x.example/1</guid>")),
        ("rss-element", rss(f"{ITEM}<sottotitolo>x</sottotitolo>")),
        ("rss-once", rss(f"{ITEM}<title>U</title>")),
        ("rss-date", rss(f"{ITEM}<pubDate>2024-11-08</pubDate>")),
        ("rss-date", rss(f"{ITEM}<pubDate>Fri, 31 Feb 2024 16:30:00 GMT</pubDate>")),
        ("rss-weekday", rss(f"{ITEM}<pubDate>Mon, 08 Nov 2024 16:30:00 GMT</pubDate>")),
        ("rss-year", rss(f"{ITEM}<pubDate>Fri, 08 Nov 24 16:30:00 GMT</pubDate>")),
        ("rss-email", rss(f"{ITEM}<author>Ada Reed</author>")),
        ("rss-name", rss(f"{ITEM}<author>ada@x.example</author>")),
        ("rss-permalink", rss("<title>T</title><guid>17 b</guid>")),
        ("rss-permalink", rss('<title>T</title><guid isPermaLink="no">urn:x:1</guid>')),
        ("rss-guid-missing", rss("<title>T</title>")),
        ("rss-guid-short", rss('<title>T</title><guid isPermaLink="false">17</guid>')),
        ("rss-unique", rss(f"{ITEM}</item><item>{ITEM}")),
        ("rss-enclosure", rss(f'{ITEM}<enclosure url="https://x.example/a" type="image/jpeg"/>')),
        ("rss-source", rss(f"{ITEM}<source>H</source>")),
        ("rss-image", rss(channel=f"{CHANNEL}<image><url>https://x.example/i</url><title>t</title></image>")),
        ("rss-number", rss(channel=f"{CHANNEL}<ttl>soon</ttl>")),
        ("rss-day", rss(channel=f"{CHANNEL}<skipDays><day>Mo</day></skipDays>")),
        ("rss-markup", rss("<title>&lt;b&gt;T&lt;/b&gt;</title><guid>https://x.example/1</guid>")),
        ("rss-semantics", rss(f"{ITEM}<author>a@x.example (A)</author><dc:creator>A</dc:creator>")),
        ("feed-url", rss(f"{ITEM}<link>/1</link>")),
        ("feed-language", rss(channel=f"{CHANNEL}<language>english</language>")),
        ("feed-w3c-date", rss(f"{ITEM}<dc:date>8.11.2024</dc:date>")),
        ("feed-number", rss(f'{ITEM}<media:content url="https://x.example/a" width="wide"/>')),
        ("feed-media-type", rss(f'{ITEM}<media:content url="https://x.example/a" type="jpeg"/>')),
        ("feed-media-medium", rss(f'{ITEM}<media:content url="https://x.example/a" medium="photo"/>')),
        ("feed-media-url", rss(f"{ITEM}<media:content/>")),
        ("feed-media-text-type", rss(f'{ITEM}<media:title type="text">x</media:title>')),
        ("feed-point", rss(f"{ITEM}<georss:point>100 1</georss:point>")),
        ("feed-once", rss(f"{ITEM}<dc:date>2024</dc:date><dc:date>2025</dc:date>")),
        ("feed-script", rss(f"{ITEM}<description>&lt;script>x&lt;/script></description>")),
        ("feed-relative", rss(f'{ITEM}<description>&lt;a href="/x">x&lt;/a></description>')),
        ("feed-control", rss(f"{ITEM}<description>a\u0093b</description>")),
        ("atom-root", atom().replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")),
        ("atom-required", atom(ENTRY.replace("<id>urn:x:1</id>", ""))),
        ("atom-author", atom(feed=FEED.replace("<author><name>D</name></author>", ""))),
        ("atom-element", atom(f"{ENTRY}<pubDate>x</pubDate>")),
        ("atom-once", atom(f"{ENTRY}<title>U</title>")),
        ("atom-date", atom(f"{ENTRY}<published>2024-11-08</published>")),
        ("atom-id", atom(ENTRY.replace("urn:x:1", "17"))),
        ("atom-unique", atom(f"{ENTRY}</entry><entry>{ENTRY}")),
        ("atom-type", atom(f'{ENTRY}<summary type="text/html">x</summary>')),
        ("atom-xhtml", atom(f'{ENTRY}<summary type="xhtml">x</summary>')),
        ("atom-markup", atom(f'{ENTRY}<summary type="html"><b>x</b></summary>')),
        ("atom-undeclared", atom(f"{ENTRY}<summary>&lt;p&gt;x&lt;/p&gt;</summary>")),
        ("atom-content", atom(ENTRY.replace("<content>One.</content>", ""))),
        ("atom-summary", atom(ENTRY.replace("<content>One.</content>", '<content src="https://x.example/1"/>'))),
        ("atom-link", atom(f"{ENTRY}<link/>")),
        ("atom-alternate", atom(f'{ENTRY}<link href="https://x.example/1"/><link href="https://x.example/2"/>')),
        ("atom-category", atom(f"{ENTRY}<category/>")),
        ("atom-person", atom(f"{ENTRY}<contributor/>")),
        ("atom-self", atom(feed=FEED.replace("self", "alternate"))),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, rule: str, text: str) -> None:
    assert rule in rules(tmp_path, text)


@pytest.mark.parametrize("format_id", ["rss", "atom"])
def test_a_written_feed_keeps_all_rules(tmp_path: Path, format_id: str) -> None:
    options = FeedOptions(address="https://x.example/f", link="https://x.example/")
    [content] = joined(FORMATS.writer(format_id)(CONVERSION, options), FULL, small()).values()
    assert rules(tmp_path, content.decode()) == []


@pytest.mark.parametrize("format_id", ["rss", "atom"])
def test_a_piece_that_states_another_article_is_a_fault(format_id: str) -> None:
    pieces = FORMATS.writer(format_id)(CONVERSION, FeedOptions()).pieces(FULL)
    check = FORMATS.checker(format_id)(CONVERSION, FeedOptions()).check
    assert [fault.rule for fault in check(FULL, pieces)] == []
    for other in ({"paragraphs": ("Other.",)}, {"headline": "Other"}, {"id": "urn:x:2"}):
        assert "feed-text" in {fault.rule for fault in check(replace(FULL, **other), pieces)}
    assert [fault.rule for fault in check(FULL, (b"<item>",))] == ["xml-well-formed"]


@pytest.mark.parametrize("format_id", ["rss", "atom"])
def test_a_deleted_entry_of_another_article_is_a_fault(format_id: str) -> None:
    killed = small(status="canceled")
    pieces = FORMATS.writer(format_id)(CONVERSION, FeedOptions()).pieces(killed)
    check = FORMATS.checker(format_id)(CONVERSION, FeedOptions()).check
    assert check(killed, pieces) == ()
    assert [fault.rule for fault in check(replace(killed, id="urn:x:2"), pieces)] == ["feed-deleted"]


GOOD = {
    "headline": "A ferry comes back to its pier",
    "description": ("It came. " * 40).strip(),
    "url": "https://x.example/1",
    "published": "2024-11-08T16:30:00Z",
}


@pytest.mark.parametrize(
    ("rule", "item"),
    [
        ("msn-required", "<title>T</title>"),
        ("msn-title", "<title>Short</title>"),
        ("msn-date", "<pubDate>Mon, 06 May 2019 08:00:00 +0200</pubDate>"),
        ("msn-html", "<content:encoded>&lt;script>x&lt;/script></content:encoded>"),
        ("msn-image", '<media:content url="https://x.example/a.jpg" width="300" height="200"/>'),
        ("msn-image", '<media:content url="https://x.example/a.jpg" fileSize="99000000"/>'),
        ("msn-abstract", "<description>&lt;p>x&lt;/p></description>"),
        ("flipboard-required", "<title>T</title>"),
        ("flipboard-image", "<title>T</title>"),
        ("flipboard-image", '<enclosure url="https://x.example/a.jpg" type="image/jpeg" width="300" height="900"/>'),
        ("flipboard-description", "<description>Short.</description>"),
        ("smartnews-required", "<title>T</title>"),
        ("smartnews-image", "<title>T</title>"),
    ],
)
def test_a_rule_of_a_partner_is_advice(rule: str, item: str) -> None:
    report = Report("feed.xml", "rss")
    element = etree.fromstring(f"<item{SPACES}>{item}</item>")
    partners.check_item(rule.partition("-")[0], element, report, datetime(2024, 11, 9, tzinfo=UTC))
    faults = report.take()
    assert rule in {fault.rule for fault in faults}
    assert {fault.severity for fault in faults} == {"advice"}


@pytest.mark.parametrize("rule", ["flipboard-items", "smartnews-channel", "smartnews-logo"])
def test_a_rule_of_a_partner_for_a_whole_feed(tmp_path: Path, rule: str) -> None:
    assert rule in rules(tmp_path, rss(), f"rss-for-{rule.partition('-')[0]}")


def test_a_feed_for_a_partner_is_held_against_its_rules(tmp_path: Path) -> None:
    options = FORMATS.load_options({"rss": {"profile": "flipboard"}}, ("rss",))["rss"]
    [content] = joined(FORMATS.writer("rss")(CONVERSION, options), small(**GOOD)).values()
    assert {"flipboard-image", "flipboard-items"} <= set(rules(tmp_path, content.decode()))
    assert "flipboard-description" not in rules(tmp_path, content.decode())
