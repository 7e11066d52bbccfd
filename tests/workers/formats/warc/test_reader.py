"""Each page of a web archive is its article; what is no page is counted, and is no failure."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from newsmill import convert
from schemas.conversion import Defaults, Document, ReadArticle, UnreadArticle
from schemas.reading import ReadingOptions
from tests.cases import export_case
from tests.workers.formats.documents import document, read_one, refusal
from tests.workers.formats.warc.documents import Archive, page
from workers.formats.detection import detect
from workers.formats.warc import divide
from workers.formats.warc.reader import read_warc

A, B = "https://harbour.example/a", "https://harbour.example/b"


def mixed() -> bytes:
    """An archive with two articles among records of other kinds."""
    archive = Archive()
    archive.add(A, page("Ferry back"))
    archive.add(f"{A}.jpg", b"\xff\xd8", headers={"Content-Type": "image/jpeg"})
    archive.add(f"{A}/old", b"", status="301 Moved Permanently", headers={"Location": A})
    archive.add(f"{A}/gone", page("Not found"), status="404 Not Found")
    archive.add("https://harbour.example/", b"<html><body><a href='/a'>Ferry back</a></body></html>")
    archive.add(A, b"fetched: yes", kind="metadata", headers={"Content-Type": "application/warc-fields"})
    archive.add(B, page("Swan found"))
    return archive.content


def read(raw: bytes) -> tuple[list[ReadArticle], list[UnreadArticle]]:
    found = list(read_warc(document(raw, whole_ledger=True)))
    read = [one for one in found if isinstance(one, ReadArticle)]
    return read, [one for one in found if isinstance(one, UnreadArticle)]


def test_each_page_is_its_article() -> None:
    articles, others = read(mixed())
    assert [(one.article.headline, one.article.url, one.place) for one in articles] == [
        ("Ferry back", A, A),
        ("Swan found", B, B),
    ]
    assert all(len(one.article.paragraphs) == 3 for one in articles)
    assert all(one.passed_over for one in others)
    assert [one.reason for one in others] == [
        "of the type image/jpeg",
        "a response with the status 301",
        "a response with the status 404",
        "a page without an article",
        "a record of the type metadata",
    ]


def test_an_archive_becomes_a_corpus_of_its_articles(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(gzip.compress(mixed()))
    outcome = convert([path], to=["parquet"], out=tmp_path / "made")
    assert (outcome.done, outcome.failed) == (2, ())
    [one] = [warning for warning in outcome.warnings if warning.type == "left-out" and "404" in warning.detail]
    assert one.articles == 1


def test_records_that_are_packed_one_by_one_are_read(tmp_path: Path) -> None:
    archive = Archive(gzip=True)
    archive.add(A, page("Ferry back"))
    archive.add(B, page("Swan found"))
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(archive.content)
    assert convert([path], to=["articles-json"], out=tmp_path / "made").done == 2


def test_encodings_of_a_response_are_undone() -> None:
    archive = Archive()
    archive.add(A, gzip.compress(page("Ferry back")), headers={"Content-Encoding": "gzip"})
    body = page("Swan found")
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    archive.add(B, chunked, headers={"Transfer-Encoding": "chunked"})
    articles, others = read(archive.content)
    assert ([one.article.headline for one in articles], others) == (["Ferry back", "Swan found"], [])


@pytest.mark.parametrize(
    ("charset", "body", "headline"),
    [
        ("windows-1252", page("Fähre").replace(b'<meta charset="utf-8">', b"").decode().encode("cp1252"), "Fähre"),
        ("iso-8859-1", page("Fähre"), "Fähre"),
        ("utf-8", page("Fähre"), "Fähre"),
        ("nonsense", page("Fähre"), "Fähre"),
    ],
)
def test_a_charset_of_the_header_counts_unless_the_bytes_say_otherwise(
    charset: str, body: bytes, headline: str
) -> None:
    archive = Archive()
    archive.add(A, body, headers={"Content-Type": f"text/html; charset={charset}"})
    assert read_one(read_warc, archive.content).headline == headline


@pytest.mark.parametrize("header", [{"TDM-Reservation": "1"}, {"X-Robots-Tag": "noai, noimageai"}])
def test_a_reservation_in_the_header_is_a_prohibition(header: dict[str, str], tmp_path: Path) -> None:
    archive = Archive()
    archive.add(A, page("Ferry back"), headers=header)
    archive.add(B, page("Swan found"))
    articles, _ = read(archive.content)
    assert [one.article.data_mining is None for one in articles] == [False, True]
    path = tmp_path / "crawl.warc"
    path.write_bytes(archive.content)
    outcome = convert([path], to=["articles-json"], out=tmp_path, read={"options": {"mining": "allowed"}})
    assert outcome.done == 1
    assert b"Ferry" not in (tmp_path / "articles.ndjson").read_bytes()


@pytest.mark.parametrize("packed", [False, True])
def test_a_field_that_is_repeated_has_all_its_values(*, packed: bool) -> None:
    body = gzip.compress(page("Ferry back")) if packed else page("Ferry back")
    lines = ["HTTP/1.1 200 OK", "X-Robots-Tag: noai", "Content-Type: text/html", "X-Robots-Tag: all"]
    head = "\r\n".join([*lines, *(["Content-Encoding: gzip"] if packed else []), "", ""]).encode()
    fields = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {A}\r\nContent-Length: {len(head + body)}\r\n\r\n"
    [found], _ = read(fields.encode() + head + body + b"\r\n\r\n")
    assert found.article.headline == "Ferry back"
    assert "PROHIBITED" in (found.article.data_mining or "")


def test_it_is_divided_into_its_records() -> None:
    raw = mixed()
    records = list(divide(raw[:100], is_part=False, defaults=Defaults()).records(BytesIO(raw), "crawl.warc"))
    assert b"".join(record.content for record in records) == raw.rstrip(b"\r\n") or raw.startswith(
        b"".join(record.content for record in records)
    )
    assert sum(record.is_article for record in records) == 3  # whether a page has an article shows when it is read
    last = [record for record in records if record.is_article][-1]
    part = Document(name="crawl.warc", open=lambda: BytesIO(last.content), first=len(records))
    [found] = read_warc(part)
    assert isinstance(found, ReadArticle)
    assert found.article.headline == "Swan found"


def test_it_is_detected() -> None:
    assert detect(mixed()[:4096], None) == "warc"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (mixed()[:1500], "cut off"),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "Content-Length is ''"),
        (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\n", "more than"),
        (b"WARC/1.0\r\n" + b"a: b\r\n" * 2000, "header has more than"),
        (mixed()[:-20] + b"x" * 20 + b"\r\n\r\nWHAT\r\n", "no record begins"),
    ],
)
def test_a_damaged_archive_names_the_record(raw: bytes, reason: str) -> None:
    refused = refusal(read_warc, raw)
    assert reason in refused.reason
    assert refused.place.startswith("record ")


def test_a_page_that_cannot_be_unpacked_costs_no_other() -> None:
    archive = Archive()
    archive.add(A, b"zz\r\nnot chunked", headers={"Content-Encoding": "gzip", "Transfer-Encoding": "chunked"})
    archive.add(B, page("Swan found"))
    articles, _ = read(archive.content)
    assert [one.article.headline for one in articles] == ["Swan found"]


def test_reading_options_reach_the_pages() -> None:
    raw = mixed()
    [first, *_] = read_warc(document(raw, reading=ReadingOptions(inferred=False)))
    assert isinstance(first, ReadArticle)


def test_the_smallest_page_is_read() -> None:
    article = export_case("text-and-foreign/page.warc").article
    assert (article.paragraphs, article.url) == (("It is back.",), "https://harbour.example/f")
