"""Hostile input to the command: the peak memory of its process and its processor time are bounded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import Any, Final, NamedTuple

import pyarrow
import pytest
import zstandard
from openpyxl import Workbook
from pyarrow.parquet import write_table

from schemas.bounds import ALWAYS_ALLOWED, LARGEST_RECORD
from tests.running import needs_proc
from tests.workers.formats.odt.documents import odt
from tests.workers.formats.reading import newsml

pytestmark = needs_proc

MOST_MEMORY: Final = 512
"""The peak of a process, in MiB."""

TO: Final = ("--to", "newsml-g2", "--to", "news-article", "--to", "csv")


class Ended(NamedTuple):
    """A command that has ended: its exit status, what it printed, its peak in MiB, its seconds of processor time."""

    status: int
    out: str
    err: str
    peak: int
    seconds: float


# The peak that the system states for a process counts what its parent had when it was forked, so a small one forks it.
_MEASURE: Final = """
import os, sys
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as report:
    print(os.waitstatus_to_exitcode(status), used.ru_maxrss // 1024, used.ru_utime + used.ru_stime, file=report)
"""


def newsmill(*arguments: str | Path, **settings: str) -> Ended:
    """Run the command in a process of its own, and measure it."""
    command = [sys.executable, "-P", "-m", "service.cli", *map(str, arguments)]
    with TemporaryFile() as out, TemporaryFile() as err, NamedTemporaryFile("r") as report:
        root = Path(__file__).parents[2]
        measured = [sys.executable, "-I", "-S", "-c", _MEASURE, report.name, *command]
        subprocess.run(measured, stdout=out, stderr=err, cwd=root, env=os.environ | settings, check=True)
        status, peak, seconds = report.read().split()
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return Ended(int(status), said[0], said[1], int(peak), float(seconds))


def zst(*parts: tuple[bytes, int]) -> bytes:
    """Parts, each repeated, compressed."""
    return zstandard.compress(b"".join(part * times for part, times in parts), 1)


def line(**article: Any) -> bytes:
    return json.dumps({"paragraphs": ["P"], **article}).encode() + b"\n"


def sparse_tar() -> bytes:
    entry = bytearray(tarfile.TarInfo("sparse.txt").tobuf(tarfile.GNU_FORMAT))
    entry[156:157] = tarfile.GNUTYPE_SPARSE
    entry[386:410] = b"00000000000\0" * 2
    entry[483:495] = b"77777777777\0"
    entry[148:156] = b" " * 8
    entry[148:156] = b"%06o\0 " % sum(entry)
    return bytes(entry) + bytes(1024)


NINES: Final = "9" * 5_000
PERSON: Final = {"@id": "#p", "@type": "Person", "name": "x" * 10**6}
LD: Final = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "H", "articleBody": "B"}
REFERENCES: Final = "".join("<subject qcode='a:1'/>" for _ in range(200))
NESTED: Final = "".join(f"<newsItem guid='u:{number}'><p>t</p>" for number in range(100)) + "</newsItem>" * 100

# For each file: its content, and what the command says of it ("" if it is converted without a word that counts here).
EXPORTED: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "line.ndjson.zst": (lambda: zst((b'{"paragraphs":["', 1), (b"x ", 30_000_000), (b'"]}\n', 1)), "the line has more"),
    "values.json.zst": (
        lambda: zst((b'{"x":[', 1), (b"{},", 10_000_000), (b"1]}", 1)),
        "2,000,000 values in one piece",
    ),
    "paragraphs.ndjson.zst": (
        lambda: zst((b'{"paragraphs":["a"', 1), (b',"b"', 300_000), (b"]}\n", 1)),
        "the article takes more than",
    ),
    "id.ndjson": (lambda: line(id="urn:x:" + "y" * 10**6, paragraphs=["P"] * 100_000), "each with its id, would take"),
    "columns.csv.zst": (
        lambda: zst((b"headline,body", 1), (b",x", 4_200_000), (b"\na,b\n", 1)),
        "its first line has more",
    ),
    "cells.csv.zst": (
        lambda: zst((b"headline,body\na", 1), (b",c", 20_000_000), (b"\n", 1)),
        "that begins here has more",
    ),
    "lines.csv.zst": (lambda: zst((b'headline,body\na,"', 1), (b"b\n", 8_000_000), (b'"\n', 1)), "1,000,000 lines"),
    "sparse.tar": (sparse_tar, "pack it without --sparse"),
    "mail.eml.zst": (lambda: zst((b"From: a@b.example\nSubject: S\n\n", 1), (b"x y\n", 5_000_000)), "1,000,000 lines"),
    "tags.xml.zst": (
        lambda: zst((newsml().encode()[:-11], 1), (b"<x/>", 1_500_000), (b"</newsItem>", 1)),
        "tags and attributes",
    ),
    "references.jsonld": (
        lambda: json.dumps(
            {
                "@context": "https://schema.org",
                "@graph": [PERSON, LD | {"@id": "urn:x:r", "author": [{"@id": "#p"}] * 300}],
            }
        ).encode(),
        "the references of the article repeat too much",
    ),
    "names.xml": (
        lambda: (
            newsml(f"<headline>H</headline>{REFERENCES}", attributes='guid="urn:x:n" version="1"')
            .replace("<contentMeta>", f"<assert qcode='a:1'><name>{'x' * 10**6}</name></assert><contentMeta>")
            .encode()
        ),
        "",
    ),
    "z-nested.xml": (
        f"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'>{NESTED}</newsMessage>".encode,
        "",
    ),
    "digits.ndjson": (
        f'{{"paragraphs":["a"],"version":"{NINES}"}}\n{{"paragraphs":["b"],"version":{NINES}}}\n'.encode,
        "parsed as double",
    ),
    "digits.html": (
        f"<html><body><article><p>Text &#{NINES};</p></article></body></html>".encode,
        "",
    ),
    "keywords.ndjson": (
        lambda: b"".join(line(id=f"urn:x:{n}", keywords=[f"k{number}" for number in range(15_500)]) for n in range(2)),
        "",
    ),
}


PAGE: Final = b"<html><body><article><h1>Ferry back</h1>%b</article></body></html>"
WORD: Final = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%b</w:body></w:document>'
FEED: Final = b'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>%b</channel></rss>'
MAIL: Final = b"From: a@b.example\nSubject: S\nMIME-Version: 1.0\n"


def parts(names: dict[str, bytes]) -> bytes:
    """A zip of parts. The first one is not compressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(names.items()):
            archive.writestr(name, content, None if number else zipfile.ZIP_STORED)
    return stream.getvalue()


def docx(body: bytes) -> bytes:
    return parts({"[Content_Types].xml": b"<Types/>", "word/document.xml": WORD % body})


REPEATED: Final = '<table:table><table:table-row><table:table-cell table:number-columns-repeated="100">' * 30
CLOSED: Final = "</table:table-cell></table:table-row></table:table>" * 30


def packed_odt(body: str) -> bytes:
    with zipfile.ZipFile(BytesIO(odt(body))) as made:
        return parts({name: made.read(name) for name in made.namelist()})


def xlsx(cells: bytes) -> bytes:
    book = Workbook()
    stream = BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as made:
        read = {name: made.read(name) for name in made.namelist()}
    sheet = read["xl/worksheets/sheet1.xml"].replace(b"<sheetData>", b"<sheetData>%b" % cells)
    first = "[Content_Types].xml"
    return parts({first: read[first]} | read | {"xl/worksheets/sheet1.xml": sheet})


def cells(*texts: str) -> bytes:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts).encode()


def parquet(**columns: Any) -> bytes:
    stream = BytesIO()
    write_table(pyarrow.table(columns), stream, compression="zstd", store_schema=False)
    return stream.getvalue()


def record(body: bytes) -> bytes:
    """A record of a web archive with a page."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: {len(block)}"
    return head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def nested(levels: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return MAIL + opened + b"\nHello\n"


def listed(text: str, times: int) -> pyarrow.Array:
    """A column of one list that has a text many times. A table states the text once."""
    return pyarrow.ListArray.from_arrays(
        [0, times], pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * times, pyarrow.int32()), [text])
    )


def item(text: bytes) -> bytes:
    return FEED % (b"<item><title>T</title><content:encoded><![CDATA[%b]]></content:encoded></item>" % text)


# Pages, tables, office files, archives and Markdown.
PAGES: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "large.html.zst": (
        lambda: zst((b"<html><body>", 1), (b"<p>A sentence. ", 3_000_000)),
        "the page has more than 8,388,608 bytes",
    ),
    "nested.html": (lambda: PAGE % (b"<table><tr><td>" * 10_000), "nest deeper than 256 levels"),
    "links.html": (lambda: PAGE % (b'<p>A <a href="https://a.example/">b</a> c.</p>' * 3_000), ""),
    "spans.html": (lambda: PAGE % (b'<tr><td colspan="1000" rowspan="65534">a</td></tr>' * 2_000), ""),
    "articles.html": (
        lambda: (
            PAGE % (b'<p itemscope itemtype="https://schema.org/NewsArticle"><b itemprop="headline">A</b></p>' * 4_000)
        ),
        "",
    ),
    "bomb.docx": (lambda: docx(b"<w:p/>" * 10_000_000), "more than 4,194,304 bytes unpacked"),
    "tags.docx": (lambda: docx(b"<w:p/>" * 600_000), "more than 300,000 tags"),
    "columns.xlsx": (lambda: xlsx(b"<row>" + cells("headline", "body") + cells("c") * 10**6 + b"</row>"), "1000 cells"),
    "columns.parquet": (
        lambda: parquet(body=["b"], **{f"c{number}": [1] for number in range(20_000)}),
        "more than 1,000",
    ),
    "dates.parquet": (
        lambda: parquet(body=["b", "c"], date=pyarrow.array([2**62, 1]).view(pyarrow.timestamp("us"))),
        "",
    ),
    "texts.parquet": (lambda: parquet(headline=["H"], body=["b"], keywords=listed("word " * 200_000, 1_000)), "row 1"),
    "values.parquet": (lambda: parquet(headline=["H"], body=["b"], keywords=listed("a", 3_000_000)), "row 1"),
    "spans.odt": (
        lambda: packed_odt("<text:p>" + "<text:span>word word word </text:span>" * 200_000 + "</text:p>"),
        "",
    ),
    "cells.odt": (lambda: packed_odt(f"<text:p>A.</text:p>{REPEATED}<text:p>B.</text:p>{CLOSED}"), ""),
    "tags.odt": (lambda: packed_odt("<text:p/>" * 3_000_000), "more than 500,000 tags"),
    "record.warc": (lambda: record(b"<p>A sentence. " * 5_000_000) + record(PAGE % b"<p>It is back.</p>"), "more than"),
    "items.rss.zst": (
        lambda: zst((FEED[:-17] + b"<item><title>T</title><description>", 1), (b"x ", 10**7), (b"</description>", 1)),
        "an item has more than",
    ),
    "tags.rss": (lambda: item(b"<p>x</p>" * 500_000), "tags and attributes"),
    "parts.eml": (lambda: nested(10_000), "more than 100 of its parts have parts"),
    "references.md": (
        lambda: b"# T\n\n[a]: https://a.example/" + b"x" * 50_000 + b"\n\n" + b"[a] " * 2_000,
        "its references repeat",
    ),
    "keys.md": (lambda: b"+++\n" + b"a." * 10_000 + b"b = 1\n+++\n\nText.\n", "a key has more than 100 parts"),
    "aliases.md": (
        lambda: (
            b"---\ntitle: T\na: &a [x]\n"
            + b"".join(b"b%d: [*a, *a]\n" % number for number in range(100))
            + b"---\n\n# T\n\nText.\n"
        ),
        "it has an alias",
    ),
}


def written(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files:
        (folder / name).write_bytes(content)


def test_export_of_hostile_documents_is_bounded(tmp_path: Path) -> None:
    written(tmp_path / "in", ((name, make()) for name, (make, _) in EXPORTED.items()))
    ended = newsmill("export", tmp_path / "in", *TO, "--out", tmp_path / "out")
    assert ended.status == 1, ended.err
    for name, (_, said) in EXPORTED.items():
        assert said in ended.err, name
    assert "Traceback" not in ended.err
    assert "newsmill has a fault" not in ended.err
    assert ended.peak < MOST_MEMORY
    # All inputs have 30 MB unpacked that are read, at most 1 s for 100 kB; the bar here is far below.
    assert ended.seconds < 60
    assert sum(path.stat().st_size for path in (tmp_path / "out").iterdir()) < 64 * 2**20


def test_export_of_hostile_pages_and_files_is_bounded(tmp_path: Path) -> None:
    written(tmp_path / "in", ((name, make()) for name, (make, _) in PAGES.items()))
    ended = newsmill("export", tmp_path / "in", *TO, "--to", "rss", "--to", "markdown", "--out", tmp_path / "out")
    assert ended.status == 1, ended.err
    for name, (_, said) in PAGES.items():
        assert said in ended.err, name
    assert "Traceback" not in ended.err
    assert "newsmill has a fault" not in ended.err
    assert ended.peak < MOST_MEMORY
    assert ended.seconds < 90


@pytest.mark.parametrize("given", ["metadata", "references"])
def test_files_are_bounded_by_the_input(tmp_path: Path, given: str) -> None:
    more: tuple[str, ...] = ()
    if given == "metadata":
        written(tmp_path, [("in.ndjson", b"".join(line(headline=f"H{number}") for number in range(3_000)))])
        source, more = tmp_path / "in.ndjson", ("--set", "description=" + "x " * 50_000)
    else:
        nodes = [PERSON, *(LD | {"@id": f"urn:x:{number}", "author": {"@id": "#p"}} for number in range(300))]
        written(tmp_path, [("in.jsonld", json.dumps({"@context": "https://schema.org", "@graph": nodes}).encode())])
        source = tmp_path / "in.jsonld"
    ended = newsmill("export", source, *TO, *more, "--out", tmp_path / "out")
    assert ended.status == 1
    assert "the files would take more than" in ended.err
    assert not list(tmp_path.glob("out/*"))
    assert ended.peak < MOST_MEMORY
    assert ended.seconds < 20


def test_files_are_bounded_by_the_setting(tmp_path: Path) -> None:
    written(tmp_path, [("in.ndjson", b"".join(line(headline=f"H{number}") for number in range(3_000)))])
    ended = newsmill("export", tmp_path / "in.ndjson", *TO, "--out", tmp_path / "out", NEWSMILL_MAX_OUTPUT="100kB")
    assert "more than 100,000 bytes (NEWSMILL_MAX_OUTPUT" in ended.err
    assert not list(tmp_path.glob("out/*"))
    assert ALWAYS_ALLOWED > 100_000


def test_validation_of_hostile_files_is_bounded(tmp_path: Path) -> None:
    column = {"name": "id", "datatype": {"base": "string", "format": "(a+)+$"}}
    described = {"@context": "http://www.w3.org/ns/csvw", "url": "p.csv", "tableSchema": {"columns": [column]}}
    looking = {"name": "id", "datatype": {"base": "string", "format": "(?=a)a"}}
    look_around = described | {"url": "q.csv", "tableSchema": {"columns": [looking]}}
    files = {
        "quotes.csv": b'headline,body\r\n"a","' + b'""' * 8_000_000 + b'"\r\n',
        "long.csv": b'headline,body\r\n"a","' + b"x" * (LARGEST_RECORD + 300_000) + b'"\r\n',
        "p.csv": b"id\r\n" + b"a" * 5_000 + b"!\r\n",
        "p.csv-metadata.json": json.dumps(described).encode(),
        "q.csv": b"id\r\na\r\n",
        "q.csv-metadata.json": json.dumps(look_around).encode(),
        "list.jsonld": json.dumps([LD | {"@id": f"urn:x:{number}"} for number in range(80_000)]).encode(),
        "authors.jsonld": json.dumps(
            LD | {"author": [{"@type": "Person", "name": f"Ann A{number}"} for number in range(80_000)]}
        ).encode(),
        "digits.xml": newsml(attributes=f'guid="urn:x:1" version="{NINES}"').encode(),
    }
    written(tmp_path, files.items())
    ended = newsmill("validate", *(tmp_path / name for name in files))
    assert "Traceback" not in ended.err
    assert "it has to be of the form (a+)+$" in ended.out
    assert "the format (?=a)a is no regular expression without look-around" in ended.out
    assert "close its quotes" in ended.out
    assert ended.peak < MOST_MEMORY
    assert ended.seconds < 60
