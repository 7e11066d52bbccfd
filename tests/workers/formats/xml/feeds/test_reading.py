"""Feeds: what each element becomes, feeds that are not well-formed, documents of other formats in items."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from schemas.article import (
    AlternativeId,
    Article,
    Byline,
    Figure,
    ItemLink,
    Media,
    Party,
    Place,
    Position,
    Rendition,
    Subject,
)
from schemas.conversion import ReadArticle
from schemas.errors import InputError
from schemas.ledger import Entry
from tests.cases import export_case
from tests.workers.formats.documents import document, read_all, read_one, refusal, unread
from tests.workers.formats.nitf.documents import leaves
from workers.formats import FORMATS
from workers.formats.detection import detect
from workers.formats.xml.feeds.reading.feed import read_feed

ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour</title><id>urn:x:f</id>'
    "<updated>2024-05-06T06:00:00Z</updated>"
)
RICH = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:slash="http://slash.example/"
 xmlns:media="http://search.yahoo.com/mrss" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:georss="http://www.georss.org/georss"><channel><title>Harbour News</title><link>https://harbour.example/</link>
<description>All news</description><language>en-us</language><copyright>(c) Harbour</copyright><ttl>15</ttl>
<item><title>Ferry &amp;amp; boat</title><link>https://harbour.example/f</link><guid>https://harbour.example/?p=7</guid>
<dc:creator>Nora Field</dc:creator><category>Travel</category><category domain="https://x.example/des">Boats</category>
<category domain="http://www.nytimes.com/namespaces/keywords/nyt_geo">Lyme</category><description>Back.</description>
<pubDate>Mon, 06 May 2024 08:00:00 +0200</pubDate><georss:point>45.2 -71.9</georss:point>
<georss:featurename>Lyme</georss:featurename>
<slash:comments>3</slash:comments>
<media:group><media:content url="/a.jpg" medium="image" width="800" height="600" type="image/jpeg">
<media:credit>T. Lens</media:credit><media:description>A boat</media:description></media:content>
<media:thumbnail url="https://harbour.example/t.jpg" width="80"/></media:group>
<enclosure url="https://harbour.example/a.mp3" length="1200" type="audio/mpeg"/>
<content:encoded><![CDATA[<p>It is <b>back</b>.</p><img src="/b.jpg" alt="b"><p>Crowds came.</p>]]>
</content:encoded></item><webMaster>x@y.example</webMaster></channel></rss>"""


def item(content: str, around: str = "") -> str:
    return f'<rss version="2.0"><channel><title>Harbour</title>{around}<item>{content}</item></channel></rss>'


def entry(content: str) -> str:
    return f"{ATOM}<entry><id>urn:x:1</id><title>T</title>{content}</entry></feed>"


def one(text: str) -> Article:
    return read_one(FORMATS.reader(detect(text.encode(), None)), text)


def lost(text: str) -> set[tuple[str, str]]:
    [found] = read_feed(document(text))
    assert isinstance(found, ReadArticle)
    return {(each.path, each.value) for each in found.ledger.entries if each.outcome == "not-held"}


def changed(text: str) -> dict[str, str]:
    [found] = read_feed(document(text))
    assert isinstance(found, ReadArticle)
    return {each.path: each.reason for each in found.ledger.entries if each.outcome == "changed"}


def test_the_elements_become_fields() -> None:
    article = one(RICH)
    assert (article.headline, article.description, article.url) == (
        "Ferry & boat",
        "Back.",
        "https://harbour.example/f",
    )
    assert (article.id, article.published) == ("https://harbour.example/?p=7", "2024-05-06T08:00:00+02:00")
    assert (article.language, article.copyright_notice) == ("en-us", "(c) Harbour")
    assert article.provider == Party(name="Harbour News", uri="https://harbour.example/")
    assert (article.bylines, article.keywords) == ((Byline(name="Nora Field"),), ("Travel",))
    assert article.subjects == (Subject(name="Boats"), Subject(name="Lyme", type="place"))
    assert article.located == Place(name="Lyme", position=Position(latitude=45.2, longitude=-71.9))
    assert article.paragraphs == ("It is back.", "Crowds came.")
    assert any(isinstance(block, Figure) for block in article.blocks)


def test_media_have_their_files_captions_and_credits() -> None:
    picture, sound = one(RICH).media
    assert (picture.caption, picture.credit) == ("A boat", "T. Lens")
    assert picture.renditions == (
        Rendition(href="https://harbour.example/a.jpg", media_type="image/jpeg", width=800, height=600),
        Rendition(href="https://harbour.example/t.jpg", width=80, role="thumbnail"),
    )
    assert sound == Media(
        kind="audio",
        renditions=(Rendition(href="https://harbour.example/a.mp3", media_type="audio/mpeg", size=1200),),
    )


def test_each_leaf_of_an_item_has_one_entry() -> None:
    [found] = read_feed(document(RICH, whole_ledger=True))
    assert isinstance(found, ReadArticle)
    element = etree.fromstring(RICH.encode()).find("channel/item")
    assert element is not None
    values = Counter(
        each.value.strip() for each in found.ledger.entries if not each.path.startswith(("channel", "rss"))
    )
    expected = leaves(element)
    html = next(value for value in expected if value.startswith("<p>"))
    # The ledger has the HTML as one leaf, and what is changed in it.
    assert {value: number for value, number in expected.items() if value != html} == {
        value: number for value, number in values.items() if value in expected and value != html
    }
    assert html in values


def test_what_a_feed_states_beside_its_items_is_in_the_ledger() -> None:
    found = lost(RICH)
    assert {("channel/ttl", "15"), ("channel/description", "All news"), ("channel/webMaster", "x@y.example")} <= found
    assert ("slash:comments", "3") in found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<author>ada@x.example (Ada Reed)</author>", (Byline(name="Ada Reed"),)),
        ('<author>"Ada Reed" &lt;ada@x.example&gt;</author>', (Byline(name="Ada Reed"),)),
        ("<author>ada@x.example</author>", ()),
        ("<author>Ada Reed</author>", (Byline(name="Ada Reed"),)),
    ],
)
def test_an_author_is_a_name_not_an_address(content: str, expected: tuple[Byline, ...]) -> None:
    assert one(item(f"<title>T</title>{content}")).bylines == expected


def test_a_summary_alone_is_the_text_and_is_said_to_be_a_part() -> None:
    text = item("<title>T</title><description>&lt;p&gt;Only a bit.&lt;/p&gt;</description>")
    article = one(text)
    assert (article.paragraphs, article.description) == (("Only a bit.",), None)
    assert "no full text" in changed(text)["description"]


def test_a_text_that_is_cut_is_said_to_be_a_part() -> None:
    text = item("<title>T</title><content:encoded>&lt;p&gt;It left […]&lt;/p&gt;</content:encoded>")
    assert "what is left out" in changed(text)["content:encoded"]


def test_a_summary_that_is_the_text_is_no_description() -> None:
    article = one(
        item("<title>T</title><description>One. Two.</description><content:encoded>One. Two.</content:encoded>")
    )
    assert (article.paragraphs, article.description) == (("One. Two.",), None)


@pytest.mark.parametrize("prefix", ["dc:creator", "content:encoded", "media:credit"])
def test_a_prefix_that_nothing_declares_is_read(prefix: str) -> None:
    assert one(item(f"<title>T</title><{prefix}>x</{prefix}>")).headline == "T"


def test_lone_ampersands_and_control_characters_are_mended_and_named() -> None:
    text = item("<title>R&D & more &nbsp;\x0b&#1;</title><description><![CDATA[A & B &#1;]]></description>")
    article = one(text)
    assert article.headline == "R&D & more"
    assert article.paragraphs == ("A & B",)
    assert {"U+000B", "U+0001", "&"} <= {each.value for each in _entries(text)}


def _entries(text: str) -> list[Entry]:
    [found] = read_feed(document(text))
    assert isinstance(found, ReadArticle)
    return list(found.ledger.entries)


def test_rss_1_0_has_its_items_beside_the_channel() -> None:
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://x.example/"><title>Harbour</title>'
        '<items><rdf:Seq><rdf:li rdf:resource="https://x.example/1"/></rdf:Seq></items></channel>'
        '<item rdf:about="https://x.example/1"><title>Ferry</title><dc:date>2024-05-06</dc:date><dc:language>de</dc:language>'
        "<description>It left.</description></item></rdf:RDF>"
    )
    article = one(text)
    assert (article.id, article.headline, article.published) == ("https://x.example/1", "Ferry", "2024-05-06")
    assert (article.language, article.provider, article.paragraphs) == ("de", Party(name="Harbour"), ("It left.",))


def test_a_doctype_of_rss_0_91_is_read() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss-0.91.dtd">'
    assert one(doctype + item("<title>Caf&eacute;</title>").replace("2.0", "0.91")).headline == "Café"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<content type="html">&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content>', ("One.", "Two.")),
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p></div></content>', ("One.",)),
        ("<content>One.\n\nTwo.</content>", ("One.", "Two.")),
        ("<summary>Short.</summary>", ("Short.",)),
    ],
)
def test_the_content_of_an_entry(content: str, expected: tuple[str, ...]) -> None:
    assert one(entry(content)).paragraphs == expected


def test_links_categories_and_times_of_atom() -> None:
    article = one(
        entry(
            '<link href="https://x.example/1"/><link rel="related" href="https://x.example/2" title="More"/>'
            '<link rel="enclosure" href="https://x.example/a.jpg" type="image/jpeg" length="9"/>'
            '<category term="reise" label="Reise"/>'
            '<category scheme="http://cv.iptc.org/newscodes/mediatopic/" term="20000344"/>'
            "<published>2024-05-06T08:00:00Z</published><updated>2024-05-06T09:00:00Z</updated>"
            "<author><name>Ada Reed</name><uri>https://x.example/ada</uri></author><content>One.</content>"
        )
    )
    assert (article.url, article.keywords) == ("https://x.example/1", ("Reise",))
    assert article.links == (ItemLink(href="https://x.example/2", rel="related", title="More"),)
    assert article.media[0].renditions[0] == Rendition(href="https://x.example/a.jpg", media_type="image/jpeg", size=9)
    assert article.subjects == (Subject(qcode="medtop:20000344"),)
    assert (article.published, article.modified) == ("2024-05-06T08:00:00Z", "2024-05-06T09:00:00Z")
    assert article.bylines == (Byline(name="Ada Reed", uri="https://x.example/ada"),)


def test_the_authors_of_a_feed_are_those_of_entries_without_any() -> None:
    text = entry("<content>One.</content>").replace("<entry>", "<author><name>Desk</name></author><entry>")
    assert one(text).bylines == (Byline(name="Desk"),)


def test_a_draft_is_withheld_and_a_deleted_entry_canceled() -> None:
    draft = '<app:control xmlns:app="http://www.w3.org/2007/app"><app:draft>yes</app:draft></app:control>'
    assert one(entry(f"<content>One.</content>{draft}")).status == "withheld"
    tombstones = "http://purl.org/atompub/tombstones/1.0"
    deleted = f'<at:deleted-entry xmlns:at="{tombstones}" ref="urn:x:9" when="2024-05-06T08:00:00Z"/>'
    article = one(f"{ATOM}{deleted}</feed>")
    assert (article.id, article.status, article.modified) == ("urn:x:9", "canceled", "2024-05-06T08:00:00Z")


def test_an_embargo_without_its_time_withholds_the_article() -> None:
    article = one(item("<title>T</title><dcterms:available>soon</dcterms:available>"))
    assert (article.embargoed, article.status) == (None, "withheld")


def test_an_id_that_is_no_address_is_kept() -> None:
    assert one(item('<title>T</title><guid isPermaLink="false">17</guid>')).alternative_ids == (AlternativeId(id="17"),)


NITF = (
    "<nitf><body><body.head><hedline><hl1>Ferry returns</hl1></hedline></body.head><body.content><p>It left.</p>"
    "<p>It came.</p></body.content></body></nitf>"
)


@pytest.mark.parametrize("form", ["<x>{}</x>", "{}", "<content:encoded><![CDATA[{}]]></content:encoded>"])
def test_nitf_in_an_item_is_read_as_nitf(form: str) -> None:
    article = one(
        item(f"<title>T</title><link>https://x.example/1</link><description>Sum.</description>{form.format(NITF)}")
    )
    assert (article.headline, article.paragraphs) == ("Ferry returns", ("It left.", "It came."))
    assert (article.url, article.description) == ("https://x.example/1", "Sum.")


def test_newsml_in_an_entry_stays_newsml() -> None:
    news = '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1"/>'
    assert detect(entry(f"<content>{news}</content>").encode(), None) == "newsml-g2"
    assert "newsml-g2" in unread(read_feed, entry(f"<content>{news}</content>")).reason


@pytest.mark.parametrize(
    ("format_id", "news"),
    [
        (
            "newsml-g2",
            '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1"><contentMeta><headline>H</headline>'
            "</contentMeta><contentSet><inlineXML><html><body><p>One.</p></body></html></inlineXML></contentSet></newsItem>",
        ),
        (
            "newsml-1",
            "<NewsML><NewsItem><NewsComponent><NewsLines><HeadLine>H</HeadLine></NewsLines><ContentItem><DataContent>"
            "<p>One.</p></DataContent></ContentItem></NewsComponent></NewsItem></NewsML>",
        ),
    ],
)
def test_newsml_as_the_text_of_an_item_is_read(format_id: str, news: str) -> None:
    text = item(f'<title>T</title><description><![CDATA[<?xml version="1.0" encoding="UTF-16"?>{news}]]></description>')
    assert detect(text.encode(), None) == format_id
    article = read_one(FORMATS.reader(format_id), text)
    assert (article.headline, article.paragraphs) == ("H", ("One.",))


def test_a_feed_without_items_is_refused_by_name() -> None:
    assert "no item" in refusal(read_feed, '<rss version="2.0"><channel><title>T</title></channel></rss>').reason


def test_an_item_without_anything_costs_itself_only() -> None:
    text = '<rss version="2.0"><channel><item><ttl>1</ttl></item><item><title>T</title></item></channel></rss>'
    found = list(read_feed(document(text)))
    assert [type(each).__name__ for each in found] == ["UnreadArticle", "ReadArticle"]


def test_a_truncated_feed_gives_the_items_before_its_end() -> None:
    text = item("<title>T</title>").replace("</channel></rss>", "<item><title>U</title></item><item><title>V")
    found: list[object] = []
    with pytest.raises(InputError, match="XML"):
        found.extend(read_feed(document(text)))
    assert len(found) == 2


def test_a_feed_of_many_items_is_read_as_a_stream() -> None:
    many = "".join(f"<item><title>{number}</title><guid>urn:x:{number}</guid></item>" for number in range(3000))
    text = f'<rss version="2.0"><channel><title>H</title>{many}</channel></rss>'
    assert [article.headline for article in read_all(read_feed, text)] == [str(number) for number in range(3000)]


def test_the_case_of_a_feed_with_its_full_text() -> None:
    case = export_case("nitf-and-others/rss-with-full-text.xml")
    article = case.article
    assert (article.headline, article.url) == ("Ferry back", "https://harbour.example/f")
    assert (article.published, article.paragraphs) == ("2024-05-06T08:00:00+02:00", ("It is back.", "Crowds came."))
    assert (case.done, case.failed) == (1, ())


@pytest.mark.parametrize(
    "more", ['<enclosure url="https://x.example/{}.jpg"/>', "<category>{}</category>", "<x>{}</x>"]
)
def test_an_item_of_very_many_elements_is_read_in_time(more: str) -> None:
    # Each was compared with all before it once, which took minutes.
    many = "".join(more.format(number) for number in range(20_000))
    assert one(item(f"<title>T</title>{many}")).headline == "T"


@pytest.mark.parametrize(
    ("type_", "kind", "files"),
    [
        ("application/x-shockwave-flash", "video", ["https://h.example/v/7?version=3", "https://h.example/t.jpg"]),
        ("application/x-viewer", "picture", ["https://h.example/t.jpg"]),
    ],
)
def test_what_stands_beside_a_file_is_held(type_: str, kind: str, files: list[str]) -> None:
    before = RICH.partition("<media:group>")[0]
    group = (
        f'<media:group><media:content url="https://h.example/v/7?version=3" type="{type_}"/>'
        '<media:thumbnail url="https://h.example/t.jpg" width="480"/><media:description>A quay</media:description>'
        "<media:credit>T. Lens</media:credit></media:group></item></channel></rss>"
    )
    [media] = one(before + group).media
    assert (media.kind, media.caption, media.credit) == (kind, "A quay", "T. Lens")
    assert [rendition.href for rendition in media.renditions] == files
    assert ("media:group/media:content/@url" in str(lost(before + group))) == (kind == "picture")
