"""Reading, writing and checking take work in proportion to the input, for each part that can be repeated.

The work is the number of calls of functions, which is the same in each run.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from cProfile import Profile
from io import BytesIO
from typing import Any, Final

import pytest

from schemas.conversion import Document
from tests.exports import CONVERSION
from tests.sinks import Shelf
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS
from workers.pipeline.pipe import convert

FIRST: Final = 100
"""The smallest number of parts. Twice and four times as many are measured too."""

MOST: Final = 2.5
"""The most that the work for the second doubling may have of that for the first: 2 is linear, 4 is quadratic."""

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
