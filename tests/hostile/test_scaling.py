"""Reading, writing and checking take work in proportion to the input, for each part that can be repeated.

The work is the number of calls of functions, which is the same in each run. A call may itself take long, such as one
that counts the children of an element: the processor time of readers is compared too, for many more parts.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from cProfile import Profile
from io import BytesIO
from time import process_time
from typing import Any, Final

import pytest

from schemas.conversion import Document
from schemas.errors import InputError
from tests.exports import CONVERSION
from tests.hostile.test_processes import FEED, PAGE, cells, record, xlsx
from tests.sinks import Shelf
from tests.workers.formats.odt.documents import odt
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS
from workers.pipeline.pipe import convert

FIRST: Final = 100
"""The smallest number of parts. Twice and four times as many are measured too."""

MOST: Final = 2.5
"""The most that the work for the second doubling may have of that for the first: 2 is linear, 4 is quadratic."""

DRAW: Final = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'

LD: Final = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "H", "articleBody": "B"}


def each(made: Callable[[int], Any]) -> Callable[[int], list[Any]]:
    return lambda count: [made(number) for number in range(count)]


def own(**members: Callable[[int], Any]) -> Callable[[int], bytes]:
    """An article in newsmill's own JSON."""
    stated = {"paragraphs": lambda _: ["P"]} | members
    return lambda count: json.dumps({name: value(count) for name, value in stated.items()}).encode()


def linked(**members: Callable[[int], Any]) -> Callable[[int], bytes]:
    """An article in JSON-LD."""
    return lambda count: json.dumps(LD | {name: value(count) for name, value in members.items()}).encode()


def item(content: str = "", body: str = "<p>a</p>", meta: str = "") -> Callable[[int], bytes]:
    """A newsItem in which a part is repeated. `#` stands for its number."""

    def repeated(part: str, count: int) -> str:
        return "".join(part.replace("#", str(number)) for number in range(count)) if "#" in part else part

    def made(count: int) -> bytes:
        text = repeated(body, count)
        whole = f'<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{text}</body></html></inlineXML>'
        return newsml(repeated(content, count), meta=repeated(meta, count), body=whole).encode()

    return made


PARTS: Final[dict[str, tuple[str, Callable[[int], bytes]]]] = {
    "paragraphs": ("articles-json", own(paragraphs=each(lambda number: f"P{number}"))),
    "keywords": ("articles-json", own(keywords=each(lambda number: f"k{number}"))),
    "subjects": ("articles-json", own(subjects=each(lambda number: {"name": f"s{number}"}))),
    "authors": ("articles-json", own(bylines=each(lambda number: {"name": f"Ann B{number}"}))),
    "headlines": ("articles-json", own(headlines=each(lambda number: {"text": f"h{number}", "role": f"r{number}"}))),
    "bad subjects": ("articles-json", own(subjects=each(lambda number: {"name": "a", "qcode": f"{number}"}))),
    "bad addresses": ("articles-json", own(bylines=each(lambda number: {"name": "a", "uri": f"{number}"}))),
    "unknown members": (
        "articles-json",
        lambda count: json.dumps({"paragraphs": ["P"]} | dict.fromkeys(map(str, range(count)), 1)).encode(),
    ),
    "media": (
        "articles-json",
        own(media=each(lambda number: {"kind": "picture", "renditions": [{"href": f"http://a/{number}"}]})),
    ),
    "renditions": (
        "articles-json",
        own(media=lambda count: [{"kind": "picture", "renditions": [{"href": f"http://a/{n}"} for n in range(count)]}]),
    ),
    "lines": (
        "articles-json",
        lambda count: b"".join(
            json.dumps({"paragraphs": ["P"], "headline": f"H{number}"}).encode() + b"\n" for number in range(count)
        ),
    ),
    "tags in a text": (
        "articles-json",
        lambda count: json.dumps({"title": "T", "content": "<p>a</p>" * count}).encode(),
    ),
    "open tags": ("articles-json", lambda count: json.dumps({"title": "T", "content": "<p>a<i>" * count}).encode()),
    "about": ("news-article", linked(about=each(lambda number: {"@type": "Thing", "name": f"t{number}"}))),
    "images": (
        "news-article",
        linked(image=each(lambda number: {"@type": "ImageObject", "url": f"http://a/{number}"})),
    ),
    "unknown properties": (
        "news-article",
        lambda count: json.dumps(LD | {f"x{n}": {"a": 1} for n in range(count)}).encode(),
    ),
    "references": (
        "news-article",
        lambda count: json.dumps(
            {
                "@context": "https://schema.org",
                "@graph": [
                    LD | {"author": [{"@id": f"#{number}"} for number in range(count)]},
                    *({"@id": f"#{number}", "@type": "Person", "name": f"Ann B{number}"} for number in range(count)),
                ],
            }
        ).encode(),
    ),
    "scripts of a page": (
        "html",
        lambda count: "".join(
            f'<script type="application/ld+json">{json.dumps(LD | {"headline": f"H{number}"})}</script>'
            for number in range(count)
        ).encode(),
    ),
    "paragraphs of XHTML": ("newsml-g2", item(body="<p>a#</p>")),
    "inlines": ("newsml-g2", item(body="<p><b>a#</b></p>".replace("<p>", "").replace("</p>", ""))),
    "cells": ("newsml-g2", item(body="<table><tr><td>a#</td><td>b</td></tr></table>")),
    "lists": ("newsml-g2", item(body="<ul><li>a#<ul><li>b</li></ul></li></ul>")),
    "figures": ("newsml-g2", item(body='<figure><img src="http://a/#"/><figcaption>c</figcaption></figure>')),
    "subjects with codes": ("newsml-g2", item('<subject qcode="x:#"/>')),
    "creators": ("newsml-g2", item("<creator><name>Ann B#</name></creator>")),
    "unknown elements": ("newsml-g2", item("<x#/>")),
    "links": ("newsml-g2", item(meta='<link rel="irel:seeAlso" href="http://a/#"/>')),
    "items": ("newsml-g2", lambda count: f"<m>{newsml() * count}</m>".encode()),
    "empty items": ("newsml-1", lambda count: b"<NewsML>" + b"<NewsItem/>" * count + b"</NewsML>"),
    "paragraphs of NITF": (
        "nitf",
        lambda count: b"<nitf><body><body.content>" + b"<p>a</p>" * count + b"</body.content></body></nitf>",
    ),
    "rows": ("csv", lambda count: b"headline,body\n" + b"a,b\n" * count),
    "columns": ("csv", lambda count: b"body" + b",x" * count + b"\na" + b",y" * count + b"\n"),
    "malformed rows": ("csv", lambda count: b"headline,body\n" + b'"a"x,b\n' * count),
    "rows in an open quote": ("csv", lambda count: b'headline,body\n"' + b"a,b\n" * count),
    "mails": ("mail", lambda count: b"From a@b Thu Jan  1 00:00:00 2024\nFrom: a@b.example\n\nHello\n\n" * count),
    "headers": ("mail", lambda count: b"From: a@b.example\n" + b"X-A: b\n" * count + b"\nHello\n"),
    "stories": ("wire", lambda count: b"ZCZC A1\nr i BC-x\n\nHeadline\n\nText of it.\n\nNNNN\n" * count),
    "lines of a text": ("text", lambda count: b"Title\n\n" + b"x\n\n" * count),
}


def work(reader: str, content: bytes) -> int:
    """The number of calls that a conversion into all formats takes."""
    document = Document(name="doc", open=lambda: BytesIO(content))
    options = FORMATS.load_options({}, FORMATS.writable.ids)
    with Profile(subcalls=False) as profile:
        convert([(reader, document)], options=options, conversion=CONVERSION, sink=Shelf())
    return sum(function.callcount for function in profile.getstats())


@pytest.mark.parametrize("part", PARTS)
def test_work_grows_with_the_input(part: str) -> None:
    reader, made = PARTS[part]
    work(reader, made(FIRST))  # what is cached or loaded at the first use is no growth
    once, twice, four_times = (work(reader, made(FIRST * times)) for times in (1, 2, 4))
    assert four_times - twice < MOST * (twice - once)


MANY: Final = 3_000
"""The number of parts for which the processor time is taken. Eight times as many are read too."""

MOST_TIME: Final = 24
"""The most that the time for eight times as many parts may be: 8 is linear, 64 is quadratic."""


def sheet(made: str) -> Callable[[int], bytes]:
    head = b"<row>" + cells("headline", "body") + b"</row>"
    return lambda count: xlsx(head + made.encode() * count + b"<row>" + cells("a", "b") + b"</row>")


READ: Final[dict[str, tuple[str, Callable[[int], bytes]]]] = {
    "spans": ("odt", lambda count: odt("<text:p>" + "<text:span>some words </text:span>" * count + "</text:p>")),
    "line breaks": ("odt", lambda count: odt("<text:p>" + "a<text:line-break/>" * count + "</text:p>")),
    "paragraphs in a paragraph": ("odt", lambda count: odt("<text:p>" + "<text:p>a</text:p>" * count + "</text:p>")),
    "cells": (
        "odt",
        lambda count: odt(
            "<table:table><table:table-row>"
            + "<table:table-cell><text:p>a</text:p></table:table-cell>" * count
            + "</table:table-row></table:table>"
        ),
    ),
    "pictures of a frame": (
        "odt",
        lambda count: odt(f"<text:p>a<draw:frame {DRAW}>{'<draw:image/>' * count}</draw:frame></text:p>"),
    ),
    "empty rows": ("xlsx", sheet("<row/>")),
    "line breaks of a page": (
        "html",
        lambda count: f"<article><p>{'Text of it.<br>' * (count // 8)}</article>".encode(),
    ),
    "marks": ("markdown", lambda count: b"# T\n\n" + b"*a* _b " * (count // 4) + b"\n"),
    "tags": (
        "rss",
        lambda count: FEED % (b"<item><title>T</title><description>%b</description></item>" % (b"&lt;p>a" * count)),
    ),
    "lines of a mail": ("mail", lambda count: b"From: a@b.example\nSubject: S\n\n" + b"Hello\n" * count),
    "words of a subject": (
        "mail",
        lambda count: b"From: a@b.example\nSubject:" + b" =?utf-8?q?a?=" * count + b"\n\nHello\n",
    ),
    "blanks in a title": (
        "html",
        lambda count: (PAGE % b"<p>It is back.</p>").replace(
            b"<body>", b"<head><title>A" + b" " * count + b"B</title></head><body>"
        ),
    ),
    "blanks in a headline": (
        "news-article",
        lambda count: (
            b'<title>A</title><script type="application/ld+json">%b</script>'
            % json.dumps(LD | {"headline": "A" + " " * count + "B"}).encode()
        ),
    ),
    "blanks in a period": (
        "rss",
        lambda count: (
            FEED
            % (
                b'<item><title>T</title><valid xmlns="http://purl.org/dc/terms/">start%bx</valid></item>'
                % (b" " * count)
            )
        ),
    ),
    "lines of a wire": ("wire", lambda count: b"ZCZC A1\nr i BC-x\n\nHeadline\n\n" + b"   Text.\n" * count + b"NNNN\n"),
    "headers of a record": (
        "warc",
        lambda count: record(PAGE % b"<p>It is back.</p>").replace(b"\r\n", b"\r\n" + b"X-A: b\r\n" * count, 1),
    ),
}


def seconds(reader: str, content: bytes) -> float:
    """The processor time that a reader takes for a document."""
    began = process_time()
    with suppress(InputError):
        deque(FORMATS.reader(reader)(Document(name="doc", open=lambda: BytesIO(content))), maxlen=0)
    return process_time() - began


@pytest.mark.parametrize("part", READ)
def test_time_to_read_grows_with_the_input(part: str) -> None:
    reader, made = READ[part]
    few, many = made(MANY), made(8 * MANY)
    seconds(reader, made(1))
    # The processor counts some time of other processes, so the best of some attempts counts.
    assert any(seconds(reader, many) < MOST_TIME * max(seconds(reader, few), 0.005) for _ in range(3))
