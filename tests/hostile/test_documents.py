"""Malicious documents: each is read or refused within bounds of time and memory."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from schemas.article import Article
from schemas.conversion import Document, UnreadArticle
from schemas.errors import InputError
from tests.hostile.memory import growth
from tests.running import needs_proc
from tests.workers.formats.documents import found_by
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS

pytestmark = needs_proc

MIB = 2**20
GIB = 2**30


class Endless(io.RawIOBase):
    """A generated stream of a given size: a beginning, then a repeated pattern."""

    def __init__(self, beginning: bytes, pattern: bytes, size: int) -> None:
        self._beginning = io.BytesIO(beginning)
        self._pattern = pattern * max(1, 2**16 // len(pattern))
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._beginning.read(len(buffer)) or self._pattern[: min(len(buffer), self._left)]
        self._left -= len(part)
        buffer[: len(part)] = part
        return len(part)


def endless(beginning: bytes, pattern: bytes, size: int = GIB) -> Callable[[], Any]:
    return lambda: io.BufferedReader(Endless(beginning, pattern, size), 2**16)


def held(content: bytes | str) -> Callable[[], Any]:
    raw = content.encode() if isinstance(content, str) else content
    return lambda: io.BytesIO(raw)


class Harm(NamedTuple):
    """A document: its reader, the expected error ("" if it is read), and its limit of memory in MiB."""

    reader: str
    open: Callable[[], Any]
    said: str
    most: int = 64


ITEM = newsml()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = "it has a DOCTYPE"


def entities(declared: str, text: str = "&a;") -> str:
    return f"<!DOCTYPE newsItem [{declared}]>" + ITEM.replace("Text.", text)


def attributes(count: int) -> str:
    return ITEM.replace("<newsItem ", "<newsItem " + " ".join(f'a{number}="x"' for number in range(count)) + " ")


LD = '{"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": "B", "headline": %s}'
ARTICLE = '{"paragraphs": ["P"], "headline": %s}'

HARM: Final[dict[str, Callable[[], Harm]]] = {
    # XML
    "a billion laughs": lambda: Harm(
        "newsml-g2", held(entities(f'<!ENTITY l0 "lol">{LAUGHS}', "&l9;")), "amplification factor"
    ),
    "quadratic blow-up": lambda: Harm(
        "newsml-g2", held(entities(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 50_000)), "amplification factor"
    ),
    "a file as an entity": lambda: Harm(
        "newsml-g2", held(entities('<!ENTITY a SYSTEM "file:///etc/passwd">')), DOCTYPE
    ),
    "an address as an entity": lambda: Harm(
        "newsml-g2", held(entities('<!ENTITY a SYSTEM "http://127.0.0.1:1/">')), DOCTYPE
    ),
    "a parameter entity": lambda: Harm(
        "newsml-g2", held(entities('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;')), DOCTYPE
    ),
    "a document type elsewhere": lambda: Harm(
        "newsml-g2", held(f'<!DOCTYPE newsItem SYSTEM "http://127.0.0.1:1/d">{ITEM}'), DOCTYPE
    ),
    "an entity that refers to itself": lambda: Harm(
        "newsml-g2", held(entities('<!ENTITY a "&a;">')), "entity reference loop"
    ),
    "elements a million deep": lambda: Harm("newsml-g2", held("<newsItem>" * 10**6), "Excessive depth"),
    "elements without end in a body": lambda: Harm(
        "newsml-g2", held(ITEM.replace("Text.", "<p>" * 10**5)), "Excessive depth"
    ),
    "a million attributes": lambda: Harm("newsml-g2", held(attributes(10**6)), "item has more than", 128),
    "a name of ten megabytes": lambda: Harm("newsml-g2", held(f"<{'n' * 10 * MIB}/>"), "item has more than", 128),
    "an attribute of twenty megabytes": lambda: Harm(
        "newsml-g2", held(f'<newsItem guid="{"x" * 20 * MIB}"/>'), "item has more", 128
    ),
    "a comment of a gigabyte": lambda: Harm("newsml-g2", endless(b"<newsItem><!--", b"x"), "item has more than", 128),
    "text of a gigabyte": lambda: Harm("newsml-g2", endless(b"<newsItem>", b"x"), "item has more than", 128),
    "elements of a gigabyte": lambda: Harm("newsml-g2", endless(b"<newsItem>", b"<p>x</p>"), "item has more than", 512),
    "blanks that a line break could follow": lambda: Harm(
        "newsml-g2", held(ITEM.replace("Text.", f"a{' ' * 10**6}b")), ""
    ),
    "blanks that a cell could follow": lambda: Harm(
        "newsml-g2", held(ITEM.replace("<p>Text.</p>", f"<table><tr><td>a{' ' * 10**6}b</td></tr></table>")), ""
    ),
    "an address of fifty thousand blanks": lambda: Harm(
        "newsml-g2", held(f'<a xmlns="http://{" " * 50_000}"/>'), "not XML"
    ),
    "xml in UTF-7": lambda: Harm(
        "newsml-g2", held(b'<?xml version="1.0" encoding="UTF-7"?>' + b"+ADw-newsItem+AD4-"), "not XML"
    ),
    "xml in an encoding that is none": lambda: Harm(
        "newsml-g2", held(f'<?xml version="1.0" encoding="x"?>{ITEM}'), "not XML"
    ),
    "xml that is not UTF-8": lambda: Harm(
        "newsml-g2", held(ITEM.encode().replace(b"Text.", b"\xff\xfe\x00")), "not XML"
    ),
    "xml with NUL": lambda: Harm("newsml-g2", held(ITEM.replace("Text.", "\0")), "not XML"),
    "xml with a control character by number": lambda: Harm("newsml-g2", held(ITEM.replace("Text.", "&#1;")), "not XML"),
    # JSON
    "json ten million deep": lambda: Harm("articles-json", held(b"[" * 10**7), "more than 2,000,000 values"),
    "json-ld ten million deep": lambda: Harm("news-article", held(b"[" * 10**7), "more than 2,000,000 values"),
    "objects a million deep": lambda: Harm("articles-json", held(b'{"a":' * 10**6), "it is not JSON"),
    "objects as deep as they may be": lambda: Harm(
        "articles-json", held('{"a":' * 1000 + "1" + "}" * 1000), "the members are none"
    ),
    "json-ld deeper than it may be": lambda: Harm(
        "news-article", held("[" * 200 + "]" * 200), "nests more than 100 deep"
    ),
    "twenty thousand empty objects": lambda: Harm(
        "articles-json", held(b"[" + b"{}," * 20_000 + b"{}]"), "an article needs", 64
    ),
    "a line of a gigabyte": lambda: Harm("articles-json", endless(b"", b"x"), "the line has more than", 128),
    "a string of a gigabyte": lambda: Harm(
        "articles-json", endless(b'{"paragraphs": ["', b"x"), "the line has more than", 128
    ),
    "a list of a gigabyte": lambda: Harm(
        "articles-json", endless(b"[\n", b'{"paragraphs": ["x"]},\n'), "in one piece", 128
    ),
    "json-ld of a gigabyte": lambda: Harm("news-article", endless(b'{"@graph": "', b"x"), "more than", 128),
    "NaN": lambda: Harm("articles-json", held(ARTICLE % "NaN"), "it is not JSON"),
    "Infinity": lambda: Harm("articles-json", held(ARTICLE % "-Infinity"), "it is not JSON"),
    "a number beyond all": lambda: Harm("articles-json", held(ARTICLE % "1e999"), ""),
    "a number of a million digits": lambda: Harm("articles-json", held(ARTICLE % ("9" * 10**6)), ""),
    "a version beyond all": lambda: Harm("articles-json", held('{"paragraphs": ["P"], "version": 1e400}'), ""),
    "a lone surrogate": lambda: Harm("articles-json", held(ARTICLE % r'"\ud800"'), "it is not JSON"),
    "NUL in a string": lambda: Harm("articles-json", held(ARTICLE % r'"\u0000"'), ""),
    "a string that is not UTF-8": lambda: Harm("articles-json", held(b'{"paragraphs": ["\xff"]}'), "it is not JSON"),
    "json in UTF-16": lambda: Harm("articles-json", held((ARTICLE % '"H"').encode("utf-16")), "it is not JSON"),
    "a name twice": lambda: Harm("news-article", held(LD % '"a", "headline": "b"'), "'headline' twice"),
    "a page of scripts that never end": lambda: Harm("news-article", held("<script>" * 10**5), "no text of an article"),
    "a page of comments that never end": lambda: Harm(
        "news-article", held("<html>" + "<!-- " * 10**5), "no text of an article"
    ),
    "a page of quotes": lambda: Harm("news-article", held("<html><script type=\"'" * 10**5), "no text of an article"),
    # CSV
    "a cell of a gigabyte": lambda: Harm("csv", endless(b'headline,body\n"', b"x"), "has more than", 512),
    "a heading of a gigabyte": lambda: Harm("csv", endless(b"headline,", b"x,"), "has more than", 512),
    "a heading of a hundred thousand columns": lambda: Harm(
        "csv", held("body" + ",x" * 10**5 + "\ny" + ",z" * 10**5), ""
    ),
    "a row of a million cells": lambda: Harm(
        "csv", held("headline,body\na" + ",b" * 10**6 + "\n"), "the row has 1000001 cells", 256
    ),
    "a quote that is never closed": lambda: Harm(
        "csv", held('headline,body\n"a,b\n' + "c,d\n" * 10**5), "not in pairs"
    ),
    "a table with NUL": lambda: Harm("csv", held("headline,body\na\0,b\n"), ""),
    "a table in UTF-16 that does not say so": lambda: Harm("csv", held("headline,body\na,b\n".encode("utf-16-le")), ""),
    # Text
    "a text of a gigabyte": lambda: Harm("text", endless(b"", b"x "), "give each article as a text of its own", 256),
    "a text of blanks": lambda: Harm("text", held(b" \n" * 10**6), "there is no text in it"),
    "a text with NUL": lambda: Harm("text", held(b"a\0b"), "U+0000"),
    "a text that is not UTF-8": lambda: Harm("text", held(b"caf\xe9"), "it is not UTF-8"),
    "overlong UTF-8": lambda: Harm("text", held(b"a\xc0\xafb"), "it is not UTF-8"),
    "a surrogate in UTF-8": lambda: Harm("text", held(b"a\xed\xa0\x80b"), "it is not UTF-8"),
}


def read(harm: Harm) -> str:
    """The errors of a document and of its unread articles."""
    said: list[str] = []
    try:
        for found in found_by(FORMATS.reader(harm.reader), Document(name="doc", open=harm.open)):
            assert isinstance(found, Article | UnreadArticle)
            if isinstance(found, UnreadArticle) and len(said) < 10:
                said.append(found.reason)
    except InputError as error:
        said.append(str(error))
    return "; ".join(said)


@pytest.mark.parametrize("name", HARM)
def test_malicious_document_is_bounded(name: str) -> None:
    harm = HARM[name]()
    said = ""

    def act() -> None:
        nonlocal said
        said = read(harm)

    began = time.process_time()
    grown = growth(act)
    assert harm.said in said, said[:500]
    assert len(said) < 20_000
    assert grown <= harm.most
    assert time.process_time() - began < 60
