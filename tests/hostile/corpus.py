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
from pathlib import Path
from typing import Any, Final

import orjson
import zstandard
from openpyxl import Workbook

from schemas.article import Article
from tests.exports import CONVERSION, FULL, SEED, joined, small
from tests.workers.formats.docx.documents import saved, story
from tests.workers.formats.newsml_1.documents import RICH as NEWSML_1
from tests.workers.formats.nitf.documents import RICH as NITF
from tests.workers.formats.odt.documents import odt
from tests.workers.formats.reading import newsml
from tests.workers.formats.warc.test_reader import mixed
from workers.formats import FORMATS

TOKENS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "text": (b" date 2024-11-08 ", b"\n\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"date 0000-00-00 "),
    "articles-json": (
        *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\u0000", b"\\ud800", b"null", b"true", b"1e999", b"-0", b"NaN"),
        *(b'"paragraphs"', b'"headline"', b'"bylines"', b'"subjects"', b'"version"', b'"published"', b'"id"', b"\n"),
        *(b'"qcode"', b'"uri"', b'"name"', b'"medtop:04000000"', b'"2024-11-08"', b"99999999999999999999", b'"x":1,'),
    ),
    "nitf": (
        *(
            b"<!DOCTYPE nitf SYSTEM 'a'>",
            b"<!DOCTYPE nitf [<!ENTITY a 'b'>]>",
            b"&eacute;",
            b"&a;",
            b"<![CDATA[",
            b"]]>",
        ),
        *(b"<nitf>", b"</nitf>", b"<NITF>", b"<body>", b"</body>", b"<body.content>", b"<p>", b"</p>", b"<byline>"),
        *(
            b'norm="20240301T080000"',
            b'norm="20249999"',
            b'version="0"',
            b'xml:lang="x"',
            b"<date.release/>",
            b"\xff\xfe",
        ),
    ),
    "newsml-1": (
        *(b"<NewsItem>", b"</NewsItem>", b"<NewsComponent>", b"</NewsComponent>", b'EquivalentsList="yes"', b"<nitf>"),
        *(b"<ContentItem>", b"</ContentItem>", b"<DataContent>", b"</DataContent>", b"<![CDATA[", b"]]>", b"&lt;p&gt;"),
        *(
            b'<Encoding Notation="base64">',
            b'Topic="#t1"',
            b'FormalName="Photo"',
            b'Href="urn:x:1"',
            b"<!DOCTYPE NewsML>",
        ),
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
    "wire": (
        *(
            b"\x01",
            b"\x02",
            b"\x03",
            b"\x04",
            b"\x16\x16\x01",
            b"\x1f",
            b"\x13\x11",
            b"\x14\x12",
            b"\b",
            b"\x10",
            b"\0",
            b"\t",
        ),
        *(
            b"\r\r\n",
            b"\n\r",
            b"\nZCZC\n",
            b"\nNNNN\n",
            b"^",
            b"<",
            b"=",
            b"  ",
            b"   ",
            b" - ",
            b"(HBN)",
            b"By Ada Reed\n",
        ),
        *(b"HBN0123 4 P 0042", b"061200 GMT MAY 24", b"05-06-24 1200GMT", b"Ferry/", b"$A\n", b"Eds: a\n", b"\xe4"),
    ),
    "wxr": (
        *(
            b"<item>",
            b"</item>",
            b"<wp:post_type>attachment</wp:post_type>",
            b"<wp:postmeta>",
            b"<category domain='a'>",
        ),
        *(
            b"[gallery ids='1,2']",
            b"[caption",
            b"<!-- wp:paragraph {",
            b"<![CDATA[",
            b"]]>",
            b"wp-image-1",
            b"0000-00-00",
        ),
    ),
    "docx": (
        b"<w:p>",
        b"</w:p>",
        b"<w:r>",
        b"<w:t>",
        b"</w:tbl>",
        b"PK\x05\x06",
        b"PK\x01\x02",
        b"<!DOCTYPE a>",
        b"\xff",
    ),
    "odt": (b"<text:p>", b"</text:p>", b"<text:list>", b'text:c="9"', b"<table:table-cell/>", b"PK\x05\x06", b"\xff"),
    "xlsx": (b"<row r='9'>", b"<c r='XFD1'>", b"</row>", b"<v>", b'count="9"', b"PK\x05\x06", b"PK\x01\x02", b"\xff"),
    "parquet": (b"PAR1", b"\x15\x04", b"\x19\x1c", b"\xff\xff\xff\x7f", b"\0\0\0\0", b"\x15\xfe\xff\xff\xff\x0f"),
    "warc": (
        *(b"WARC/1.0\r\n", b"\r\n\r\n", b"Content-Length: 9", b"WARC-Type: response\r\n", b"HTTP/1.1 200 OK\r\n"),
        *(
            b"Content-Encoding: gzip\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"charset=utf-16",
            b"<html>",
            b"\xff",
            b":",
        ),
    ),
    "mail": (
        *(
            b"\n",
            b"\r\n",
            b"\n\n",
            b"--a\n",
            b"--a--\n",
            b"boundary=a",
            b";",
            b'"',
            b"(",
            b"<",
            b"@",
            b"=?utf-8?q?",
            b"?=",
            b"=",
        ),
        *(
            b"Content-Type: ",
            b"multipart/alternative",
            b"multipart/mixed",
            b"message/rfc822",
            b"text/html",
            b"text/plain",
        ),
        *(
            b"Content-Transfer-Encoding: base64\n",
            b"charset=utf-16",
            b"charset*0*=x''",
            b"filename=a",
            b"Date: ",
            b"From ",
        ),
        *(b"Content-Disposition: attachment\n", b"format=flowed", b"<img src=cid:a>", b"\xe4", b"Subject: ", b"From: "),
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


def _wire() -> tuple[bytes, ...]:
    iptc = (
        b"\x16\x16\x01HBN0123 4 P 0042 1st\r\nFerry/\r\n\x02Ferry back\r\n\r\nBy Ada Reed\r\n\r\n  PORT LYME (HBN) - "
        b"It is\r\nback.\r\nA   1\r\nB   2\r\n\x03061200 GMT MAY 24\x04"
    )
    anpa = (
        b"\x16\x16\x01a0042\x1fhbn\r\nu i\x13\x11 bc-ferry 1st 05-06 0123\r\n\x02^BC-Ferry,0123<\r\n^Ferry back<\r\n"
        b"^Eds: A.<\r\n^By ADA REED=\r\n^Staff Writer=\r\n\tPORT LYME (HBN) _ It is.\r\n\bA\x101\r\n"
        b"\x03HBN-PL-05-06-24 1200GMT\r\n\x04"
    )
    zczc = b"ZCZC HBN0123 4 P 0042\n:Ferry\n^Ferry back\nPORT LYME - It is back.\nCrowds came.\nNNNN\n"
    return iptc, anpa, zczc, iptc + zczc + anpa


def _mail() -> tuple[bytes, ...]:
    head = (
        b"From: Ada Reed <ada@x.example>\nTo: b@x.example\nSubject: =?utf-8?q?F=C3=A4hre?=\n"
        b"Date: Mon, 06 May 2024 08:00:00 +0200\n"
    )
    plain = head + b"Content-Type: text/plain; charset=utf-8; format=flowed\n\nIt is \nback.\n"
    parts = (
        head + b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\n\nIt is back.\n--b\nContent-Type: text/html\n\n<p>It <b>is</b>.<img src=cid:1></p>\n--b--\n"
        b"--a\nContent-Type: image/png; name=f.png\nContent-Transfer-Encoding: base64\n\niVBORw==\n"
        b"--a\nContent-Disposition: attachment; filename=f.txt\n\nA swan.\n--a\nContent-Type: message/rfc822\n\n"
        + plain
        + b"--a--\n"
    )
    line = b"From ada@x.example Mon May  6 08:00:00 2024\n"
    return plain, parts, line + plain + b"\n" + line + parts


def _stored(raw: bytes) -> bytes:
    """A zip whose parts are not compressed: damage is damage to their content, not to its compression."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part))
    return stream.getvalue()


def _xlsx() -> tuple[bytes, ...]:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Title", "Text", "Date"], ["Ferry", "One.\n\nTwo.", 45_000], ["", "It is back.", "6 May 2024"]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return (_stored(stream.getvalue()),)


_MAKERS: Final = {
    "docx": lambda: (_stored(saved(story())),),
    "odt": lambda: (odt('<text:h>A</text:h><text:p>B<text:s text:c="2"/></text:p><text:list/>'),),
    "xlsx": _xlsx,
    "warc": lambda: (mixed(),),
    "wxr": lambda: ((Path(__file__).parents[1] / "workers/formats/wxr/export.xml").read_bytes(),),
    "parquet": lambda: tuple(_written("parquet", FULL, small())),
    "text": _text,
    "articles-json": _json,
    "news-article": _news_article,
    "newsml-g2": _newsml,
    "newsml-1": lambda: (NEWSML_1.encode(),),
    "nitf": lambda: (NITF.encode(), f"<!DOCTYPE nitf SYSTEM 'nitf.dtd'>{NITF}".encode("utf-16")),
    "csv": _csv,
    "wire": _wire,
    "mail": _mail,
    "packed": _packed,
}

if set(_MAKERS) != set(TOKENS):
    raise AssertionError("a format has documents without tokens, or tokens without documents")
