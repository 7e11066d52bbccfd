from __future__ import annotations

import time

import pytest

from schemas.article import Article
from schemas.conversion import Conversion
from schemas.errors import InputError
from workers.formats import FORMATS
from workers.formats.detection import detect


@pytest.mark.parametrize(
    ("head", "name", "reader"),
    [
        (b"", None, "text"),
        (b" date 2024-11-08 Katz, speaking; said\n\nMore", None, "text"),
        (b"Vienna, Austria (AP) - title: a story", None, "text"),
        (b"Title, text and the rest of a line", "a.txt", "text"),
        (b"<3 is a heart", None, "text"),
        (b"[Editor's note: new lead] Vienna", None, "text"),
        (b"{Vienna} said", None, "text"),
        (b"\xff\xfe", None, "text"),
        ("Ein Text".encode("utf-16"), None, "text"),
        (b"caf\xe9", None, "text"),
        (b'{"paragraphs": ["A"]}', None, "articles-json"),
        (b'\xef\xbb\xbf\n [\n {"paragraphs": "A"}', "a.txt", "articles-json"),
        (b"[]", None, "articles-json"),
        (b"{", None, "articles-json"),
        (b"nonsense", "a.JSON", "articles-json"),
        ('{"paragraphs": "A"}'.encode("utf-16"), None, "articles-json"),
        (b'{"paragraphs": ["a \\"@type\\" of"]}', None, "articles-json"),
        (b'{"@context": "https://schema.org"}', "a.json", "news-article"),
        (b'[{"headline": "A", "@type" : "NewsArticle"}]', None, "news-article"),
        (b'{"@graph":[\n{"@id"', None, "news-article"),
        ('\ufeff{"@type": "NewsArticle"}'.encode("utf-16-be"), None, "news-article"),
        (b'{"type": "NewsArticle"}', "a.jsonld", "news-article"),
        (b"<!DOCTYPE html><html>", None, "html"),
        (b"\n<!-- x --><!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><title>", None, "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", None, "html"),
        (b'<script type="application/ld+json">', "page.txt", "html"),
        (b"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'", None, "newsml-g2"),
        (b'<?xml version="1.0"?>\n<!-- > --><g2:newsMessage xmlns:g2=""', "a.txt", "newsml-g2"),
        ('\ufeff<?xml version="1.0" encoding="UTF-16"?><newsItem>'.encode("utf-16-le"), None, "newsml-g2"),
        (b"<!DOCTYPE newsItem [<!ENTITY a 'b'>]><newsItem>", None, "newsml-g2"),
        (b"id,version,signal,headline\r\n", None, "csv"),
        (b"\xef\xbb\xbfTitle;Text\n", None, "csv"),
        (b"Title\tText\tShoe size\n", None, "csv"),
        ("Title,Text\n".encode("utf-16"), None, "csv"),
        (b"sep=;\nx;y\n", None, "csv"),
        (b"Nr;Obsah;Nadpis\n", "export.csv", "csv"),
        (b"Nr\tInhalt\n", "export.TSV", "csv"),
        (b"Nr;Obsah;Nadpis\n", None, "text"),
        (b"body\nA\n", "a.csv", "csv"),
    ],
)
def test_format_is_detected_from_the_first_bytes(head: bytes, name: str | None, reader: str) -> None:
    assert detect(head, name) == reader


@pytest.mark.parametrize(
    ("head", "root"),
    [
        (b'<?xml version="1.0"?><story version="2.0">', "story"),
        (b"<Story>", "Story"),
        (b'<a:story xmlns:a="https://harbour.example/">', "story"),
        (b'<!DOCTYPE story SYSTEM "story.dtd"><story>', "story"),
    ],
)
def test_other_xml_is_refused_by_the_name_of_its_root(head: bytes, root: str) -> None:
    with pytest.raises(InputError, match=f"root element is '{root}', .* of XML, these are: newsItem"):
        detect(head, "feed.xml")


@pytest.mark.parametrize(
    ("format_id", "options", "reader"),
    [
        ("newsml-g2", {}, "newsml-g2"),
        ("news-article", {}, "news-article"),
        ("news-article", {"lines": True}, "news-article"),
        ("csv", {}, "csv"),
        ("csv", {"profile": "excel"}, "csv"),
        ("csv", {"profile": "data"}, "csv"),
        ("parquet", {}, "parquet"),
    ],
)
@pytest.mark.parametrize("articles", [1, 2])
def test_written_file_is_detected(format_id: str, options: dict[str, object], reader: str, articles: int) -> None:
    loaded = FORMATS.load_options({format_id: options}, (format_id,))[format_id]
    writer = FORMATS.writer(format_id)(Conversion(at="2024-11-08T16:30:00Z"), loaded)
    piece = writer.pieces(Article(paragraphs=("=A",), id="tag:x"))[0]
    frame = writer.frame(writer.files[0], articles)
    assert detect(frame.file_of(*[piece] * articles), None) == reader


@pytest.mark.parametrize(
    "head", [b"<!--" * 16_384, b"<!DOCTYPE " * 6_000, b"<?" * 32_768, b" " * 65_536, b"<!DOCTYPE x " + b"'" * 65_000]
)
def test_slow_input_is_handled_in_linear_time(head: bytes) -> None:
    before = time.process_time()
    detect(head, None)
    assert time.process_time() - before < 0.5
