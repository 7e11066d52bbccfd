"""Valid documents of each readable format, to be damaged, and the words of their formats."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final

import orjson
import zstandard

from schemas.article import Article
from tests.exports import CONVERSION, FULL, SEED, joined, small
from tests.workers.formats.reading import newsml
from workers.formats import FORMATS

TOKENS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "text": (b" date 2024-11-08 ", b"\n\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"date 0000-00-00 "),
    "articles-json": (
        *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\u0000", b"\\ud800", b"null", b"true", b"1e999", b"-0", b"NaN"),
        *(b'"paragraphs"', b'"headline"', b'"bylines"', b'"subjects"', b'"version"', b'"published"', b'"id"', b"\n"),
        *(b'"qcode"', b'"uri"', b'"name"', b'"medtop:04000000"', b'"2024-11-08"', b"99999999999999999999", b'"x":1,'),
    ),
    "news-article": (
        *(b"{", b"}", b"[", b"]", b'"', b",", b":", b'"@id"', b'"@type"', b'"@graph"', b'"@context"', b'"@value"'),
        *(b'"NewsArticle"', b'"articleBody"', b'"author"', b'"https://schema.org"', b'"#a"', b"<script>", b"</script>"),
        *(b'<script type="application/ld+json">', b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&amp;", b"&#x0;", b"<p>"),
        *(b'<meta charset="utf-16">', b"<!DOCTYPE html>", b'"mainEntity"', b'"about"', b'"encoding"', b"1e999", b"\n"),
    ),
    "newsml-g2": (
        *(b"<", b">", b"/>", b"</", b'"', b"&", b";", b"&#0;", b"&#x10FFFF;", b"&lol;", b"<!--", b"-->", b"<![CDATA["),
        *(b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<newsItem ", b"<p>"),
        *(b"<newsMessage>", b"<itemSet>", b"<contentMeta>", b"<subject qcode='medtop:1'/>", b"<inlineXML>", b"\t"),
        *(b"<table><tr><td>", b"<br/>", b"xmlns='x'", b" version='99999999999999999999'", b"<nitf>", b"<name> </name>"),
    ),
    "csv": (
        *(b",", b";", b"\t", b'"', b'""', b"\r\n", b"\n", b"\r", b"\0", b"sep=;", b"'=1", b"\xff\xfe", b"\xef\xbb\xbf"),
        *(
            b"headline",
            b"body",
            b"paragraphs",
            b"word_count",
            b"source_sha256",
            b"id",
            b"a <b> [c] (d)",
            b"\\",
            b"31/12/24",
        ),
    ),
    "packed": (
        b"PK\x03\x04",
        b"PK\x01\x02",
        b"PK\x05\x06",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"ustar",
        b"\0" * 512,
    ),
}


@cache
def documents(name: str) -> tuple[bytes, ...]:
    """Valid documents of a format, or archives of them. A format without examples here gets documents of its writer."""
    if make := _MAKERS.get(name):
        return make()
    return (*_written(name, FULL), *_written(name, *_TWO)) if name in FORMATS.writable.ids else _text()


def tokens(name: str) -> tuple[bytes, ...]:
    """Return the words of a format; for a format without any here, the words of its documents."""
    if found := TOKENS.get(name):
        return found
    return tuple(dict.fromkeys(word for one in documents(name) for word in re.findall(rb"\w+|[^\w ]", one)))[:200]


def _text() -> tuple[bytes, ...]:
    return (SEED.read_bytes(), b" date 2024-11-08 One.\r\n\r\nTwo\ntwo.\n", "Schöne Grüße – “so”.".encode())


def _article_json() -> dict[str, Any]:
    return {
        "id": FULL.id,
        "version": 2,
        "headline": FULL.headline,
        "bylines": [{"name": "Jane Doe", "uri": "https://example.com/jane", "job_title": "Editor"}],
        "located": {"name": "Austria", "qcode": "iso3166-1a2:AT"},
        "published": "2024-11-08",
        "modified": "2024-11-08T16:30:00+01:00",
        "language": "en-GB",
        "keywords": ["rates", "a;b"],
        "subjects": [{"name": "central bank", "qcode": "medtop:20000350", "type": "abstract"}],
        "provider": {"name": "Example News", "uri": "https://example.com/"},
        "urgency": 4,
        "url": "https://example.com/17?a=b&c=d",
        "paragraphs": list(FULL.paragraphs),
    }


def _json() -> tuple[bytes, ...]:
    one = _article_json()
    two = {"paragraphs": ["Two."]}
    lines = b"".join(orjson.dumps(article) + b"\n" for article in (one, two))
    return (orjson.dumps(one), orjson.dumps([one, two], option=orjson.OPT_INDENT_2), lines)


def _written(format_id: str, *articles: Article, **options: Any) -> tuple[bytes, ...]:
    writer = FORMATS.writer(format_id)(CONVERSION, FORMATS.load_options({format_id: options}, (format_id,))[format_id])
    return tuple(joined(writer, *articles).values())


_TWO: Final = (FULL, replace(small(), headline="Two"))


def _news_article() -> tuple[bytes, ...]:
    one = _written("news-article", FULL)
    page = b'<!DOCTYPE html><html><head><title>A</title><script type="application/ld+json">%b</script></head></html>'
    return (*one, *_written("news-article", *_TWO), *_written("news-article", *_TWO, lines=True), page % one[0])


def _newsml() -> tuple[bytes, ...]:
    table = "<table><tr><td>a</td><th>b</th></tr></table><ul><li>c</li></ul><p>d<br/>e</p>"
    body = (
        '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>T</title></head><body>{table}</body></html></inlineXML>"
    )
    return (
        *_written("newsml-g2", FULL),
        *_written("newsml-g2", *_TWO),
        *_written("newsml-g2", FULL, body="nitf"),
        newsml(body=body, content="<headline>H</headline><creator><name>N</name></creator>").encode(),
    )


def _csv() -> tuple[bytes, ...]:
    theirs = 'Titel;Text;Datum;Autor\r\nEins;"Ein Satz.\r\n\r\nUnd ""noch"" einer.";08.11.2024;A. B.\r\n'
    ours = _written("csv", *_TWO)
    return (*ours[:1], *_written("csv", *_TWO, profile="excel")[:1], theirs.encode(), theirs.encode("utf-16"))


def _packed() -> tuple[bytes, ...]:
    zipped, tarred = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"folder/{number}.txt", f"Text {number}.")
    with tarfile.open(fileobj=tarred, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("a.txt", "b" * 150 + ".txt", "ü.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = 5
            archive.addfile(entry, io.BytesIO(b"Text."))
    text = SEED.read_bytes()
    packed = (gzip.compress(text), zstandard.compress(text), gzip.compress(tarred.getvalue()))
    return (zipped.getvalue(), tarred.getvalue(), *packed)


_MAKERS: Final = {
    "text": _text,
    "articles-json": _json,
    "news-article": _news_article,
    "newsml-g2": _newsml,
    "csv": _csv,
    "packed": _packed,
}

if set(_MAKERS) != set(TOKENS):
    raise AssertionError("a format has documents without tokens, or tokens without documents")
