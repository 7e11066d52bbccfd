"""Writing and checking articles, compared with the straightforward way of writing them.

Every function returns a ratio of rates, both measured in turns on one core. 2.0 means: newsmill writes and checks twice
as many articles per second as the straightforward way writes (and, for XML, validates).
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from lxml import etree

from schemas.article import Article, Source, split_paragraphs
from schemas.article.newscodes import catalog_url
from schemas.conversion import Conversion
from workers.formats.csv.checks.export import CsvChecker
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.writer import CsvWriter
from workers.formats.news_article.checks import NewsArticleChecker
from workers.formats.news_article.options import NewsArticleOptions
from workers.formats.news_article.writer import NewsArticleWriter
from workers.formats.newsml_g2.checks.documents import NewsmlG2Checker
from workers.formats.newsml_g2.options import NewsmlG2Options
from workers.formats.newsml_g2.writer import NAR, NewsmlG2Writer
from workers.formats.schema_org.objects import news_article

CONVERSION = Conversion(at="2024-11-08T16:30:00Z")
XHTML = "http://www.w3.org/1999/xhtml"

_SEED = Path(__file__).parent.parent / "seeds" / "000_b852588d87c0f767.txt"
_REFERENCE = Path(os.environ.get("NEWSMILL_REFERENCE") or Path(__file__).parents[2] / "shared" / "reference")
SCHEMA = _REFERENCE / "newsml-g2" / "NewsML-G2_2.35-spec-All-Power.xsd"
"""The IPTC's schema, which `NEWSMILL_REFERENCE` has to have."""

_ARTICLES = 500
_ROUNDS = 7


def seed_articles(number: int = _ARTICLES) -> list[Article]:
    """Return articles like the seed, each with its own id and source."""
    text = _SEED.read_text(encoding="utf-8").strip()
    day, _, body = text.removeprefix("date").strip().partition(" ")
    return [
        Article(
            id=f"urn:uuid:ed93e3d5-847e-5f6b-912e-{index:012x}",
            paragraphs=split_paragraphs(body),
            published=day,
            language="en",
            source=Source(sha256=f"{index:064x}", name=f"{index:03}_b852588d.txt", media_type="text/plain", size=2234),
        )
        for index in range(number)
    ]


def checked_newsml_g2() -> float:
    """Compare newsItems with elements built one by one by lxml, serialised, and validated by the XSD."""
    articles = seed_articles()
    writer = NewsmlG2Writer(CONVERSION, NewsmlG2Options())
    checker = NewsmlG2Checker(CONVERSION, NewsmlG2Options())
    schema = etree.XMLSchema(etree.parse(SCHEMA))

    def checked(article: Article) -> bytes:
        pieces = writer.pieces(article)
        assert not checker.check(article, pieces)
        return pieces[0]

    def plain(article: Article) -> bytes:
        tree = build_news_item(article)
        assert schema.validate(tree)
        return etree.tostring(tree, encoding="utf-8")

    assert _canonical(checked(articles[0])) == _canonical(plain(articles[0]))
    return _ratio(checked, plain, articles)


def checked_news_article() -> float:
    """Compare NewsArticle objects with `json.dumps` of the same dict, unchecked."""
    writer = NewsArticleWriter(CONVERSION, NewsArticleOptions())
    checker = NewsArticleChecker(CONVERSION, NewsArticleOptions())
    generated = {
        "sdDatePublished": CONVERSION.at[:10],
        "sdPublisher": {"@type": "Organization", "name": CONVERSION.operator.name},
    }

    def checked(article: Article) -> bytes:
        pieces = writer.pieces(article)
        assert not checker.check(article, pieces)
        return pieces[0]

    def plain(article: Article) -> bytes:
        return json.dumps(news_article(article) | generated, ensure_ascii=False).encode()

    articles = seed_articles()
    assert json.loads(b"{" + checked(articles[0])) == json.loads(plain(articles[0]))
    return _ratio(checked, plain, articles)


def checked_csv() -> float:
    """Compare rows of all tables, guarded and checked, with `csv.writer` on the same rows, ready made."""
    return _csv_ratio(check=True)


def unchecked_csv() -> float:
    """Compare rows of all tables, guarded, with `csv.writer` on the same rows, ready made."""
    return _csv_ratio(check=False)


def _csv_ratio(*, check: bool) -> float:
    writer = CsvWriter(CONVERSION, CsvOptions())
    checker = CsvChecker(CONVERSION, CsvOptions())

    def ours(article: Article) -> bytes:
        pieces = writer.pieces(article)
        if check:
            assert not checker.check(article, pieces)
        return pieces[0]

    def plain(rows: Sequence[list[list[str]]]) -> None:
        for table in rows:
            stream = io.StringIO(newline="")
            csv.writer(stream).writerows(table)
            stream.getvalue().encode()

    articles = seed_articles()
    cells = {article.id: [_read(piece) for piece in writer.pieces(article)] for article in articles}
    return _ratio(ours, lambda article: plain(cells[article.id]), articles)


def build_news_item(article: Article) -> etree._Element:
    """Build the writer's newsItem for an article like the seed, element by element."""
    item = etree.Element(
        f"{{{NAR}}}newsItem",
        {
            "guid": article.id or "",
            "version": str(article.version),
            "standard": "NewsML-G2",
            "standardversion": "2.35",
            "conformance": "power",
            "{http://www.w3.org/XML/1998/namespace}lang": article.language or "",
        },
        nsmap={None: NAR},
    )

    def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{NAR}}}{name}", attributes)
        element.text = text
        return element

    add(item, "catalogRef", href=catalog_url())
    management = add(item, "itemMeta")
    add(management, "itemClass", qcode="ninat:text")
    provider = add(management, "provider")
    add(provider, "name", CONVERSION.operator.name)
    add(management, "versionCreated", CONVERSION.at)
    add(management, "pubStatus", qcode="stat:usable", why="why:inferred")
    add(management, "generator", "newsmill", versioninfo=CONVERSION.version, modified=CONVERSION.at)
    source = article.source
    assert source is not None
    digest = base64.urlsafe_b64encode(bytes.fromhex(source.sha256)).rstrip(b"=").decode()
    link = add(
        management,
        "link",
        rel="irel:derivedFrom",
        href=f"ni:///sha-256;{digest}",
        contenttype=source.media_type or "",
        size=str(source.size),
    )
    add(link, "title", source.name)
    content = add(item, "contentMeta")
    add(content, "contentCreated", article.published)
    add(content, "language", tag=article.language or "")
    content_set = add(item, "contentSet")
    inline = add(content_set, "inlineXML", contenttype="application/xhtml+xml", wordcount=str(article.word_count))
    inline.set("{http://www.w3.org/XML/1998/namespace}lang", article.language or "")
    html = etree.SubElement(inline, f"{{{XHTML}}}html", nsmap={None: XHTML})
    head = etree.SubElement(html, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title")
    body = etree.SubElement(html, f"{{{XHTML}}}body")
    for paragraph in article.paragraphs:
        etree.SubElement(body, f"{{{XHTML}}}p").text = paragraph
    return item


def _canonical(item: bytes) -> str:
    return str(etree.canonicalize(item.decode(), strip_text=True))


def _read(piece: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(piece.decode(), newline="")))


def _ratio(ours: Callable[[Article], Any], plain: Callable[[Article], Any], articles: Sequence[Article]) -> float:
    """Return the ratio of the best rounds, with the rounds taken in turns."""
    best_ours = best_plain = float("inf")
    for _ in range(_ROUNDS):
        best_ours = min(best_ours, _seconds(ours, articles))
        best_plain = min(best_plain, _seconds(plain, articles))
    return best_plain / best_ours


def _seconds(make: Callable[[Article], Any], articles: Sequence[Article]) -> float:
    start = process_time()
    for article in articles:
        make(article)
    return process_time() - start


def main() -> None:
    """Print every ratio."""
    for measure in (checked_newsml_g2, checked_news_article, unchecked_csv, checked_csv):
        print(f"{measure.__name__}: {measure():.2f} times as fast")


if __name__ == "__main__":
    main()
