"""The text of a newsItem in each vocabulary of agencies: complete, in order, in its paragraphs."""

from __future__ import annotations

import base64

import pytest

from tests.workers.formats.reading import NAR, XHTML, newsml, read_fault, read_one

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
    assert paragraphs(xml(nitf, "application/nitf+xml")) == ("One.", "Between", "Two.", "Caption.")


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
        ("<ul><li>One</li><li>Two <em>more</em></li></ul>", ("One", "Two more")),
        ("<ol>\n<li><p>One</p></li>\n<li><p>Two</p></li>\n</ol>", ("One", "Two")),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", ("Term", "Meaning")),
        ("<blockquote><p>One</p></blockquote>", ("One",)),
        ("<div>One<div>Two</div>three</div>", ("One", "Two", "three")),
        ("before<p>One</p>between<p>Two</p>after", ("before", "One", "between", "Two", "after")),
        ("<table><tr><td>A</td><td>1</td></tr><tr><th>B</th><td/></tr></table>", ("A\t1", "B")),
        ("<table>\n <tr>\n  <td>A</td>\n  <td>1</td>\n </tr>\n</table>", ("A\t1",)),
        ("<table><tr><td><p>A</p></td><td><p>1</p></td></tr></table>", ("A", "1")),
        ("<p>One</p><hr/><p>Two</p>", ("One", "Two")),
        ("<pre>a\n  b\n\nc</pre>", ("a\n  b", "c")),
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
    assert "U+0002" in read_fault(newsml(body=data(hidden, "text/html", 'encoding="encd:base64"'))).reason


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
    ("meta", "body", "reason"),
    [
        ('<itemClass qcode="ninat:text"/>', "", "it has no text that can be read"),
        (
            '<itemClass qcode="ninat:text"/>',
            xml("<html><body> <p> </p></body></html>"),
            "it has no text that can be read",
        ),
        (
            '<itemClass qcode="ninat:text"/>',
            xml("<sportsml xmlns='urn:s'><x>1</x></sportsml>"),
            "it has no text that can be read",
        ),
        ('<itemClass qcode="ninat:text"/>', data("e30=", "application/json"), "it has no text that can be read"),
        ('<itemClass qcode="ninat:picture"/>', "", "its class is ninat:picture"),
        (
            '<itemClass qcode="ninat:picture"/>',
            '<remoteContent href="a.jpg"/>',
            "(ninat:picture) is elsewhere",
        ),
    ],
)
def test_an_item_without_text_is_no_article(meta: str, body: str, reason: str) -> None:
    fault = read_fault(newsml(meta=meta, body=body))
    assert reason in fault.reason
    assert fault.id == "urn:x:1"
    assert fault.place == "newsItem 1, line 1"


def test_a_picture_with_a_text_is_an_article() -> None:
    assert read_one(newsml(meta='<itemClass qcode="ninat:picture"/>')).paragraphs == ("Text.",)


def test_escaped_html_without_end_is_no_article() -> None:
    deep = data("&lt;div>" * 100_000 + "x", "text/html")
    assert "nests" in read_fault(newsml(body=deep)).reason
