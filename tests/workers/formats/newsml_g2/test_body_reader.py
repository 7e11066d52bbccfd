"""The text of a newsItem in each vocabulary of agencies: complete, in order, in its paragraphs."""

from __future__ import annotations

import base64

import pytest

from schemas.article import Byline, Figure, Media, Rendition, RoleText
from schemas.article.body import Embed, Heading, Link, Paragraph, Span
from tests.workers.formats.reading import NAR, XHTML, named, newsml, read_fault, read_one, read_with_ledger

NITF = "http://iptc.org/std/NITF/2006-10-18/"


def xml(content: str, contenttype: str = "application/xhtml+xml") -> str:
    return f'<inlineXML contenttype="{contenttype}">{content}</inlineXML>'


def data(content: str, contenttype: str = "text/plain", more: str = "") -> str:
    return f'<inlineData contenttype="{contenttype}" {more}>{content}</inlineData>'


def paragraphs(body: str) -> tuple[str, ...]:
    return read_one(newsml(body=body)).paragraphs


def within_body(markup: str) -> tuple[str, ...]:
    return paragraphs(xml(f'<html xmlns="{XHTML}"><head><title>T</title></head><body>{markup}</body></html>'))


@pytest.mark.parametrize(
    "namespace", [XHTML, "http://www.w3.org/1999/xhtml/", "http://www.w3.org/TR/REC-html40", "", NAR], ids=repr
)
@pytest.mark.parametrize("contenttype", ["application/xhtml+xml", "application/xhtml+html", "xhtml/xml", "text/plain"])
def test_html_of_any_namespace_and_type_is_read(namespace: str, contenttype: str) -> None:
    html = f'<html xmlns="{namespace}"><head><title>T</title></head><body><p>One.</p><p>Two.</p></body></html>'
    assert paragraphs(xml(html, contenttype)) == ("One.", "Two.")


@pytest.mark.parametrize("namespace", [NITF, NITF.rstrip("/"), "", NAR], ids=repr)
def test_nitf_is_the_text_of_its_body_content(namespace: str) -> None:
    nitf = (
        f'<nitf xmlns="{namespace}"><head><title>T</title></head><body><body.head><hedline><hl1>H</hl1></hedline>'
        "<byline>By J</byline><abstract><p>A</p></abstract></body.head><body.content><block><p>One.</p>"
        '<hl2>Between</hl2></block><p lede="true">Two.</p><media media-type="image">'
        '<media-metadata name="a" value="b"/>'
        '<media-reference source="a.jpg"/><media-caption>Caption.</media-caption></media></body.content>'
        "<body.end><tagline>ends</tagline></body.end></body></nitf>"
    )
    assert paragraphs(xml(nitf, "application/nitf+xml")) == ("One.", "Between", "Two.")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One <b>two <i>three</i> four</b> five</p>", ("One two three four five",)),
        ("<p>un<b>believ</b>able</p>", ("unbelievable",)),
        ('<p><a href="x">Link</a>, then text</p>', ("Link, then text",)),
        ("<p>One<br/>two</p>", ("One\ntwo",)),
        ("<p>One <br/>\n   two</p>", ("One\ntwo",)),
        ("<p>One<br/><br/>two</p>", ("One", "two")),
        ("<h1>One</h1><h2>Two</h2><h6>Three</h6>", ("One", "Two", "Three")),
        ("<ul><li>One</li><li>Two <em>more</em></li></ul>", ("One\nTwo more",)),
        ("<ol>\n<li><p>One</p></li>\n<li><p>Two</p></li>\n</ol>", ("One\nTwo",)),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", ("Term\nMeaning",)),
        ("<blockquote><p>One</p></blockquote>", ("One",)),
        ("<div>One<div>Two</div>three</div>", ("One", "Two", "three")),
        ("before<p>One</p>between<p>Two</p>after", ("before", "One", "between", "Two", "after")),
        ("<table><tr><td>A</td><td>1</td></tr><tr><th>B</th><td/></tr></table>", ("A\t1\nB\t",)),
        ("<table>\n <tr>\n  <td>A</td>\n  <td>1</td>\n </tr>\n</table>", ("A\t1",)),
        ("<table><tr><td><p>A</p></td><td><p>1</p></td></tr></table>", ("A\t1",)),
        ("<p>One</p><hr/><p>Two</p>", ("One", "Two")),
        ("<pre>a\n  b\n\nc</pre>", ("a\n  b\nc",)),
        ("<p>One</p><script>var x</script><style>p {}</style><p>Two</p>", ("One", "Two")),
        ("<p>One</p><p> </p><p/><p>&#160;</p><p>Two</p>", ("One", "Two")),
        ("<p>One<!-- a comment -->two<?pi three?>four</p>", ("Onetwofour",)),
        ("<p>One <![CDATA[<b> & ]]>two</p>", ("One <b> & two",)),
        ("<p>One<x:y xmlns:x='urn:x'> two</x:y> three</p>", ("One two three",)),
        ("<P>One</P><P>Two</P>", ("One", "Two")),
    ],
)
def test_text_is_complete_and_in_order(markup: str, expected: tuple[str, ...]) -> None:
    assert within_body(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>\n      One\n      two\n    </p>", ("One two",)),
        ("<p>One \r\n\t two</p>", ("One two",)),
        ("<p>One\n\n\ntwo</p>", ("One two",)),
        ("<p>One  two\tthree</p>", ("One  two\tthree",)),
        ("<p>One\n<b>two</b>\nthree</p>", ("One two three",)),
        ("<p>One\u00a0\n\u00a0two</p>", ("One\u00a0 \u00a0two",)),
    ],
)
def test_indentation_is_not_of_the_text(markup: str, expected: tuple[str, ...]) -> None:
    assert within_body(markup) == expected


def test_the_text_of_newsmill_is_verbatim() -> None:
    meta = "<generator versioninfo='1'>newsmill, An Operator</generator>"
    body = xml(f'<html xmlns="{XHTML}"><body>\n  <p>One\n   two</p>\n  <p>Three</p></body></html>')
    assert read_one(newsml(meta=meta, body=body)).paragraphs == ("One\n   two", "Three")
    assert read_one(newsml(meta=meta.replace("newsmill", "newsmiller"), body=body)).paragraphs == ("One two", "Three")


@pytest.mark.parametrize(
    "markup", ["<div><p>One</p><p>Two</p></div>", "<p>One</p><p>Two</p>", "<body><p>One</p>Two</body>"]
)
def test_parts_of_html_are_read_too(markup: str) -> None:
    assert paragraphs(xml(markup)) == ("One", "Two")


def test_plain_text_is_parted_by_its_blank_lines() -> None:
    assert paragraphs(data("\n One line,\n  and another\n \n\nTwo &lt;b>\n")) == ("One line,\n  and another", "Two <b>")


def test_inline_data_without_a_type_is_plain_text() -> None:
    assert paragraphs("<inlineData>One\n\nTwo</inlineData>") == ("One", "Two")


@pytest.mark.parametrize("contenttype", ["text/html", "application/xhtml+xml", "TEXT/HTML; charset=utf-8"])
@pytest.mark.parametrize(
    "content",
    [
        "&lt;p>One &amp;amp; &lt;b>only&lt;/b>&lt;/p>&lt;p>Zwö&lt;/p>",
        "<![CDATA[<p>One &amp; <b>only</b><p>Zw&ouml;]]>",
        "<![CDATA[<!DOCTYPE html><html><head><title>T</title></head><p>One &amp; only</p><p>Zwö</p></html>]]>",
        '<![CDATA[<?xml version="1.0" encoding="latin1"?><html><body><p>One &amp; only</p><p>Zwö</p></body></html>]]>',
    ],
)
def test_html_that_was_escaped_is_html(contenttype: str, content: str) -> None:
    assert paragraphs(data(content, contenttype)) == ("One & only", "Zwö")
    assert paragraphs(xml(content, contenttype)) == ("One & only", "Zwö")


def test_inline_data_in_base64_is_decoded() -> None:
    encoded = base64.b64encode("Ön\n\ntwo".encode()).decode()
    assert paragraphs(data(encoded, more='encoding="encd:base64"')) == ("Ön", "two")
    hidden = base64.b64encode(b"<p>One</p>\x02<p>Two</p>").decode()
    read = read_with_ledger(newsml(body=data(hidden, "text/html", 'encoding="encd:base64"')))
    assert read.article.paragraphs == ("One", "Two")
    assert named(read) == {"contentSet/inlineData": "U+0002"}


@pytest.mark.parametrize("content", ["%%%", "H4sI", "日本", "=", "a"])
def test_inline_data_in_another_encoding_is_named(content: str) -> None:
    assert "base64" in read_fault(newsml(body=data(content, more='encoding="encd:gzip"'))).reason


def test_xhtml_goes_before_nitf_and_nitf_before_plain_text() -> None:
    plain, nitf = data("plain"), xml("<nitf><body><body.content><p>nitf</p></body.content></body></nitf>")
    html, empty = xml("<html><body><p>html</p></body></html>"), xml("<html><body/></html>")
    assert paragraphs(plain + nitf + html) == ("html",)
    assert paragraphs(plain + nitf + empty) == ("nitf",)
    assert paragraphs(empty + plain) == ("plain",)
    assert paragraphs(empty + html) == ("html",)


@pytest.mark.parametrize(
    ("meta", "body", "unheld"),
    [
        ('<itemClass qcode="ninat:text"/>', "", set()),
        ("", xml("<html><body> <p> </p></body></html>"), set()),
        (
            "",
            xml("<sportsml xmlns='urn:s'><x>1</x></sportsml>", "application/sportsml+xml"),
            {
                ("contentSet/inlineXML/@contenttype", "application/sportsml+xml"),
                ("contentSet/inlineXML/sportsml/x", "1"),
            },
        ),
        (
            "",
            data("e30=", "application/json"),
            {("contentSet/inlineData/@contenttype", "application/json"), ("contentSet/inlineData", "e30=")},
        ),
        (
            '<itemClass qcode="ninat:picture"/>',
            '<remoteContent href="a.jpg"/>',
            {("contentSet/remoteContent/@href", "a.jpg")},
        ),
    ],
)
def test_an_item_without_content_is_read_and_its_losses_are_named(
    meta: str, body: str, unheld: set[tuple[str, str]]
) -> None:
    article, ledger, _ = read_with_ledger(newsml(meta=meta, body=body))
    assert (article.id, article.paragraphs) == ("urn:x:1", ())
    assert {(one.path, one.value) for one in ledger.entries if one.outcome == "not-held"} == unheld


def test_a_picture_with_a_text_is_a_picture() -> None:
    article = read_one(newsml(meta='<itemClass qcode="ninat:picture"/>'))
    assert (article.kind, article.paragraphs) == ("picture", ("Text.",))


def test_escaped_html_that_nests_without_end_is_read_and_named() -> None:
    read = read_with_ledger(newsml(body=data("&lt;div>" * 100_000 + "x", "text/html")))
    assert read.article.paragraphs == ("x",)
    (entry,) = [one for one in read.ledger.entries if one.path == "contentSet/inlineData"]
    assert "nest" in entry.reason


@pytest.mark.parametrize("language", ["en", "en-GB"])
def test_the_body_in_the_language_of_the_item_is_read(language: str) -> None:
    french, english = (
        f'<inlineXML xml:lang="{tag}"><html xmlns="{XHTML}"><body><p>{text}</p></body></html></inlineXML>'
        for tag, text in (("fr", "Oui."), (language, "Yes."))
    )
    read = read_with_ledger(newsml('<language tag="en"/>', body=french + english))
    assert (read.article.paragraphs, read.article.language) == (("Yes.",), "en")
    assert named(read)["contentSet/inlineXML[1]/html/body/p"] == "Oui."


def test_markup_is_blocks() -> None:
    html = f'<html xmlns="{XHTML}"><body><h3>H</h3><p>a<sup>2</sup></p></body></html>'
    article = read_one(newsml(body=xml(html)))
    assert article.blocks == (Heading(("H",), 3), Paragraph(("a", Span("sup", ("2",)))))


NITF_HEAD = (
    "<nitf><body><body.head><hedline><hl1>H1</hl1><hl2>H2</hl2></hedline>"
    "<byline>By <person>Nora Field</person><byttl>Staff writer</byttl></byline><dateline><location>LYME</location>"
    "</dateline><abstract><p>A.</p></abstract></body.head><body.content><p>Text.</p></body.content></body></nitf>"
)


def test_the_head_of_nitf_states_what_the_item_does_not() -> None:
    article = read_one(newsml(body=xml(NITF_HEAD)))
    assert (article.headline, article.dateline, article.description) == ("H1", "LYME", "A.")
    assert article.bylines == (Byline(name="Nora Field", type="person", job_title="Staff writer"),)


def test_docdata_of_nitf_states_what_the_item_does_not() -> None:
    docdata = '<docdata><urgency ed-urg="2"/><key-list><keyword key="ferry"/></key-list></docdata>'
    nitf = NITF_HEAD.replace("<nitf>", f'<nitf baselang="de"><head>{docdata}</head>')
    article = read_one(newsml("<urgency>5</urgency>", body=xml(nitf)))
    assert (article.urgency, article.keywords, article.language) == (5, ("ferry",), "de")


def test_the_title_of_nitf_is_the_headline_of_an_item_without_one() -> None:
    nitf = (
        "<nitf><head><title>Ferry back</title></head><body><body.content><p>It left.</p></body.content></body></nitf>"
    )
    assert read_one(newsml(body=f'<inlineXML contenttype="application/nitf+xml">{nitf}</inlineXML>')).headline == (
        "Ferry back"
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h1>\n Ferry back </h1><div><p>It left.</p></div>", ["It left."]),
        ("<div><section><h1>Ferry back</h1><p>It left.</p></section></div>", ["It left."]),
        ("<header><ul><li>Harbour</li></ul><h1>Ferry back</h1></header><p>It left.</p>", ["It left."]),
        ("<h2>Ferry back</h2><h3>After a week</h3><p>It left.</p>", ["It left."]),
        ('<h1>Ferry back</h1><p class="teaser">It sails <b>again</b>.</p><p>It left.</p>', ["It left."]),
        ('<div><p class="teaser">It sails again.</p><h2>Why</h2><p>It left.</p></div>', ["Why", "It left."]),
        ("<h1>Ferry back</h1> for good <h2>After a week</h2>", ["for good", "After a week"]),
        ("<h1>Ferry back</h1><p>It sails again.</p><p>It left.</p>", ["It sails again.", "It left."]),
        ("<h1>Ferry gone</h1><p>It left.</p>", ["Ferry gone", "It left."]),
        ("<p>It left.</p><h1>Ferry back</h1>", ["It left.", "Ferry back"]),
        ("<header><p>Harbour</p></header><p>It left.</p>", ["Harbour", "It left."]),
    ],
)
def test_a_heading_that_repeats_the_headline_is_no_text(markup: str, expected: list[str]) -> None:
    html = f'<html xmlns="{XHTML}"><body>{markup}</body></html>'
    stated = "<headline>Ferry back</headline><headline role='hlrole:sub'>After a week</headline>"
    stated += "<description>It sails again.</description>"
    found = read_one(newsml(stated, body=f"<inlineXML>{html}</inlineXML>"))
    assert (found.headline, found.description) == ("Ferry back", "It sails again.")
    assert found.headlines == (RoleText(text="After a week", role="hlrole:sub"),)
    assert list(found.paragraphs) == expected


@pytest.mark.parametrize(
    ("markup", "headline", "expected"),
    [
        ('<h1 itemprop="headline">Ferry back</h1><p>It left.</p>', "Ferry back", ["It left."]),
        (
            '<header><h1 property="rnews:headline">Ferry back</h1><p>Ads</p></header><p>It left.</p>',
            "Ferry back",
            ["It left."],
        ),
        (
            '<div><h2 property="name schema:headline">Ferry <i>back</i></h2><p>It left.</p></div>',
            "Ferry back",
            ["It left."],
        ),
        ("<header><h1>Harbour</h1></header><p>It left.</p>", None, ["Harbour", "It left."]),
        ('<h1 itemprop="alternativeHeadline">Ferry back</h1><p>It left.</p>', None, ["Ferry back", "It left."]),
        ('<h1 itemprop="headline"> </h1><p>It left.</p>', None, ["It left."]),
        ('<ul><li><h2 itemprop="headline">A</h2></li></ul><p>It left.</p>', None, ["A", "It left."]),
        ('<p>It left.</p><h1 itemprop="headline">Another ferry</h1>', None, ["It left.", "Another ferry"]),
    ],
)
def test_an_item_without_a_headline_has_that_which_its_page_marks(
    markup: str, headline: str | None, expected: list[str]
) -> None:
    html = f'<html xmlns="{XHTML}"><body>{markup}</body></html>'
    read = read_with_ledger(newsml(body=f"<inlineXML>{html}</inlineXML>"))
    assert (read.article.headline, list(read.article.paragraphs)) == (headline, expected)
    assert headline is None or not any(path.endswith(("h1", "h2", "@itemprop", "@property")) for path in named(read))


def test_the_item_goes_before_the_head_of_nitf() -> None:
    content = "<headline>H1</headline><by>Ada</by><dateline>CALDEN</dateline><description>D.</description>"
    read = read_with_ledger(newsml(content, body=xml(NITF_HEAD)))
    article = read.article
    assert (article.headline, article.byline, article.dateline, article.description) == ("H1", "Ada", "CALDEN", "D.")
    head = "contentSet/inlineXML/nitf/body/body.head"
    assert set(named(read)) == {
        f"{head}/byline",
        f"{head}/byline/person",
        f"{head}/byline/byttl",
        f"{head}/dateline/location",
        f"{head}/abstract/p",
    }


@pytest.mark.parametrize(
    ("byline", "names", "printed"),
    [
        ("By Nora Field", ["Nora Field"], None),
        ("By Nora Field and Tom Lens", [], "By Nora Field and Tom Lens"),
        ("<person>Nora Field</person> and <person>Tom Lens</person>", ["Nora Field", "Tom Lens"], None),
        ("<byttl>Agency</byttl>", [], "Agency"),
    ],
)
def test_a_byline_of_nitf(byline: str, names: list[str], printed: str | None) -> None:
    head = f"<body.head><byline>{byline}</byline></body.head>"
    article = read_one(newsml(body=xml(f"<nitf><body>{head}<body.content><p>x</p></body.content></body></nitf>")))
    assert ([one.name for one in article.bylines], article.byline) == (names, printed)


def test_escaped_html_in_the_body_of_xhtml_is_html() -> None:
    html = f'<html xmlns="{XHTML}"><body><![CDATA[<p>One.</p><p>Two.</p>]]></body></html>'
    assert paragraphs(xml(html)) == ("One.", "Two.")


def test_the_signature_of_the_agency_is_no_text() -> None:
    marks = "<p>One.</p><p>51 77 03 HBN01 1113 APE4800 MAE03</p>"
    assert within_body(marks) == ("One.",)
    assert within_body("<p>One.</p><p>and/or is a word</p>") == ("One.", "and/or is a word")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<BODY><TITLE1>Ferry back</TITLE1><P>It left.</P></BODY>", ("It left.",)),
        ("<BODY><H2>Ferry back</H2><P>It left.</P></BODY>", ("It left.",)),
        ("<BODY><P>Ferry back</P><P>It left.</P></BODY>", ("Ferry back", "It left.")),
        ("<BODY><TITLE1>Ferry back</TITLE1></BODY>", ("Ferry back",)),
    ],
)
def test_the_headline_that_other_markup_repeats_is_no_text(markup: str, expected: tuple[str, ...]) -> None:
    found = read_with_ledger(newsml("<headline>Ferry back</headline>", body=xml(markup)))
    assert (found.article.headline, found.article.paragraphs) == ("Ferry back", expected)
    fields = {entry.field for entry in found.ledger.entries if entry.value == "Ferry back"}
    assert fields == ({"headline", "paragraphs"} if "Ferry back" in expected else {"headline"})


def test_a_picture_of_ttnitf_is_a_figure() -> None:
    picture = "<BILDFIL>https://h.example/7</BILDFIL><BILDTEXT><P>A boat.</P></BILDTEXT>"
    markup = f"<BODY><P>It left.</P><BILD>{picture}<BILDSKAPARE>T. Lens/HBN</BILDSKAPARE><X>y</X></BILD></BODY>"
    found = read_with_ledger(newsml(body=xml(markup)))
    text, figure = found.article.blocks
    assert text == "It left."
    assert figure == Figure(
        Media(
            kind="picture", caption="A boat.", credit="T. Lens/HBN", renditions=(Rendition(href="https://h.example/7"),)
        )
    )
    assert named(found) == {"contentSet/inlineXML/BODY/BILD/X": "y"}


def test_idf_has_its_links_pictures_and_boxes_and_no_data_of_objects() -> None:
    data = "<data><href>https://h.example/7</href><anchor>here</anchor><title>T</title></data>"
    link = f"<object type='x-im/link'>{data}</object>"
    picture = (
        "<object type='x-im/image' id='5'><links><link rel='self' url='//h.example/b.jpg'>"
        "<data><caption>A boat.</caption>"
        "<width>1536</width></data><links><link rel='author' title='T. Lens'/></links></link></links></object>"
    )
    fares = "<data><text><element type='body'>It costs four.</element></text></data>"
    box = f"<object type='x-im/content-part' title='Fares'>{fares}</object>"
    clip = "<object type='x-im/youtube' url='https://v.example/9'><data><start>true</start></data></object>"
    nameless = "<object type='x-im/image'><data><width>3</width></data></object>"
    group = (
        "<element type='headline'>Ferry back</element>"
        f"<element type='paragraph'>\n It left {link}\n <em>late</em>.</element>"
        f"<element type='subheadline1'>Why</element>{picture}{box}{clip}{nameless}"
    )
    idf = f"<idf xmlns='http://www.infomaker.se/idf/1.0'><group type='body'>{group}</group></idf>"
    found = read_with_ledger(newsml("<headline>Ferry back</headline>", body=xml(idf)))
    media = Media(
        kind="picture", caption="A boat.", credit="T. Lens", renditions=(Rendition(href="https://h.example/b.jpg"),)
    )
    assert found.article.blocks == (
        Paragraph(("It left ", Link("https://h.example/7", ("here",)), " ", Span("emphasis", ("late",)), ".")),
        Heading(("Why",), level=2),
        Figure(media),
        "Fares",
        "It costs four.",
        Embed("https://v.example/9"),
    )
    assert {"T", "1536", "true", "3"} <= set(named(found).values())
