"""CSV: articles.csv with a row for each article, paragraphs.csv with one for each paragraph, and their CSVW.

Rows end in CRLF, and a quote in a cell is doubled (RFC 4180). Every text is in quotes: this is faster than a search
for characters that need quotes, and it tells a text from a number.
"""

from __future__ import annotations

import orjson

from schemas.article import Article, Party
from schemas.conversion import Conversion, Frame
from workers.formats.csv.cells import Named, guard, write_items, write_named
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.tables import (
    ARTICLE_COLUMNS,
    ARTICLES,
    METADATA,
    METADATA_TYPE,
    PARAGRAPH_COLUMNS,
    PARAGRAPHS,
    TABLE_TYPE,
    Column,
    csvw,
)

_BOM = b"\xef\xbb\xbf"


class CsvWriter:
    """The writer of both tables and their description."""

    files = (ARTICLES, PARAGRAPHS, METADATA)

    def __init__(self, conversion: Conversion, options: CsvOptions) -> None:
        self._guarded = options.profile != "data"
        self._mark = _BOM if options.profile == "excel" else b""

    def pieces(self, article: Article) -> tuple[bytes, bytes, bytes]:
        """Return the article's row, its paragraphs' rows, and nothing for the description."""
        body = article.body.replace('"', '""')
        return self._row(article, body).encode(), self._paragraphs(article, body).encode(), b""

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the heading of a table, or the whole description."""
        if name == METADATA:
            described = orjson.dumps(csvw(guarded=self._guarded, number=number), option=orjson.OPT_INDENT_2)
            return Frame(head=described + b"\n", between=b"", tail=b"", media_type=METADATA_TYPE)
        columns = ARTICLE_COLUMNS if name == ARTICLES else PARAGRAPH_COLUMNS
        return Frame(head=self._mark + _heading(columns), between=b"", tail=b"", media_type=TABLE_TYPE)

    def _row(self, article: Article, body: str) -> str:
        # In the order of ARTICLE_COLUMNS; a test compares them.
        source = article.source
        return (
            f'"{article.id}",{article.version},{article.signal or ""},{self._text(article.headline)},'
            f"{self._text(article.description)},{self._text(article.slugline)},{self._bylines(article)},"
            f"{self._text(article.dateline)},{self._located(article)},{article.published or ''},"
            f"{article.modified or ''},{article.embargoed or ''},{article.status or ''},{article.language or ''},"
            f"{self._text(article.section)},{self._text(article.genre)},{self._text(write_items(article.keywords))},"
            f"{self._subjects(article)},{self._party(article.provider)},{self._party(article.copyright_holder)},"
            f"{self._text(article.copyright_notice)},{self._text(article.usage_terms)},{self._text(article.url)},"
            f"{article.urgency or ''},{self._text(article.ed_note)},{article.word_count},"
            f'"{guard(body) if self._guarded else body}",{self._text(source.name if source else None)},'
            f"{source.sha256 if source else ''}\r\n"
        )

    def _paragraphs(self, article: Article, body: str) -> str:
        # The quotes of the body are doubled already. A blank line separates two paragraphs.
        key = f'"{article.id}",{article.version},'
        texts = body.split("\n\n")
        if self._guarded:
            texts = [guard(text) for text in texts]
        return "".join([f'{key}{number},"{text}"\r\n' for number, text in enumerate(texts, 1)])

    def _text(self, value: str | None) -> str:
        if not value:
            return ""
        cell = value.replace('"', '""')
        return f'"{guard(cell) if self._guarded else cell}"'

    def _bylines(self, article: Article) -> str:
        if not article.bylines:
            return ""
        return self._text(write_named(Named(by.name, by.uri, note=by.job_title) for by in article.bylines))

    def _subjects(self, article: Article) -> str:
        if not article.subjects:
            return ""
        return self._text(write_named(Named(of.name, of.uri, of.qcode, of.type) for of in article.subjects))

    def _located(self, article: Article) -> str:
        place = article.located
        return self._text(write_named([Named(place.name, place.uri, place.qcode)])) if place else ""

    def _party(self, party: Party | None) -> str:
        return self._text(write_named([Named(party.name, party.uri)])) if party else ""


def _heading(columns: tuple[Column, ...]) -> bytes:
    return ",".join(column.name for column in columns).encode() + b"\r\n"
