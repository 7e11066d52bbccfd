"""CSV: the rows of articles.csv, paragraphs.csv and media.csv, and their CSVW.

Rows end in CRLF, and a quote in a cell is doubled (RFC 4180). Every text is in quotes: this is faster than a search
for characters that need quotes, and it tells a text from a number.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import orjson

from schemas.article import Article
from schemas.bounds import LARGEST_REPEATS, Budget, refuse_article
from schemas.conversion import Conversion, Frame
from workers.formats.csv.body import MediaFile, media_files, text_blocks
from workers.formats.csv.cells import GUARDED_STARTS, guard, write_items
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.parts import write_parts
from workers.formats.csv.tables import (
    ACCESS,
    ARTICLE_COLUMNS,
    ARTICLES,
    COLUMNS,
    FIRST_EDITION,
    MEDIA,
    METADATA,
    METADATA_TYPE,
    PARAGRAPHS,
    TABLE_TYPE,
    Column,
    csvw,
    states_more,
)

_BOM: Final = b"\xef\xbb\xbf"

_GUARDED_STARTS: Final = GUARDED_STARTS.encode()

# The columns since newsmill 0.2.
_MORE: Final = ARTICLE_COLUMNS[FIRST_EDITION[ARTICLES] :]


class CsvWriter:
    """The writer of the tables and their description."""

    files = (ARTICLES, PARAGRAPHS, MEDIA, METADATA)

    def __init__(self, conversion: Conversion, options: CsvOptions) -> None:
        self._file_name = conversion.file_name
        self._guarded = options.guarded
        self._delimiter = options.delimiter
        self._no_more = self._delimiter * (len(_MORE) - 1)
        self._mark = _BOM if options.profile.startswith("excel") else b""

    def pieces(self, article: Article) -> tuple[bytes, bytes, bytes, bytes]:
        """Return the article's row, the rows of its paragraphs and media, and nothing for the description."""
        budget = Budget(LARGEST_REPEATS)
        if not budget.draw(len(article.id or "") * len(article.paragraphs)):
            refuse_article("the rows of its paragraphs, each with its id, would take", LARGEST_REPEATS)
        # The text is most of both tables. In bytes its quotes are doubled once, and faster.
        text = article.encoded.replace(b'"', b'""')
        return (
            self._article(article, text),
            self._blocks(article).encode() if article.blocks else self._paragraphs(article, text),
            self._media(article, budget).encode() if article.media or article.blocks else b"",
            b"",
        )

    def frame(self, name: str, articles: int, number: int | None = None) -> Frame:
        """Return the heading of a table, or the whole description."""
        if name == METADATA:
            described = csvw(guarded=self._guarded, delimiter=self._delimiter, number=number, file_name=self._file_name)
            content = orjson.dumps(described, option=orjson.OPT_INDENT_2)
            return Frame(head=content + b"\n", between=b"", tail=b"", media_type=METADATA_TYPE)
        return Frame(head=self._mark + _heading(name, self._delimiter), between=b"", tail=b"", media_type=TABLE_TYPE)

    def _article(self, article: Article, encoded: bytes) -> bytes:
        """Return the row of an article; `encoded` is its text as `Article.encoded`, with its quotes doubled."""
        # In the order of ARTICLE_COLUMNS; a test compares them.
        source, text = article.source, self._text
        before = [
            f'"{article.id}"',
            str(article.version),
            article.signal or "",
            text(article.headline),
            text(article.description),
            text(article.slugline),
            self._parts(article.bylines),
            text(article.dateline),
            self._part(article.located),
            article.published or "",
            article.modified or "",
            article.embargoed or "",
            article.status or "",
            article.language or "",
            text(article.section),
            text(article.genre),
            text(write_items(article.keywords)) if article.keywords else "",
            self._parts(article.subjects),
            self._part(article.provider),
            self._part(article.copyright_holder),
            text(article.copyright_notice),
            text(article.usage_terms),
            text(article.url),
            str(article.urgency or ""),
            text(article.ed_note),
            str(article.word_count),
            "",
        ]
        after = ["", text(source.name) if source else "", source.sha256 if source else ""]
        if states_more(article):
            after += [self._more(article, column) for column in _MORE]
        else:
            after.append(self._no_more)
        mark = self._delimiter.join
        return b"%b%b%b\r\n" % (
            mark(before).encode(),
            self._cell(encoded.replace(b"\0", b"\n\n")),
            mark(after).encode(),
        )

    def _more(self, article: Article, column: Column) -> str:
        """Return the cell of one of the columns since newsmill 0.2."""
        if column.name in ACCESS:
            value = getattr(article.access, ACCESS[column.name]) if article.access else None
        else:
            value = getattr(article, column.name)
        if value is None or value == () or (column.name == "kind" and value == "text"):
            return ""
        if column.part:
            return self._parts(value)
        if column.list_of:
            return self._text(write_items(value))
        return str(value).lower() if isinstance(value, bool) else self._text(value)

    def _paragraphs(self, article: Article, encoded: bytes) -> bytes:
        """Return the rows of the paragraphs of an article without other blocks; `encoded` as for `_article`."""
        if not encoded:
            return b""
        mark = self._delimiter.encode()
        key = b'"%b"%b%d%b' % ((article.id or "").encode(), mark, article.version, mark)
        end = b"%bparagraph%b\r\n" % (mark, mark)
        cells = enumerate(map(self._cell, encoded.split(b"\0")), 1)
        return b"".join([b"%b%d%b%b%b" % (key, number, mark, cell, end) for number, cell in cells])

    def _blocks(self, article: Article) -> str:
        """Return the rows of the blocks of an article that have a text."""
        mark = self._delimiter
        key = f'"{article.id}"{mark}{article.version}{mark}'
        return "".join(
            f"{key}{number}{mark}{self._text(one)}{mark}{block.kind}{mark}{block.level or ''}\r\n"
            for number, (one, block) in enumerate(zip(article.paragraphs, text_blocks(article), strict=True), 1)
        )

    def _media(self, article: Article, budget: Budget) -> str:
        rows = []
        for one in media_files(article):
            row = f"{self._delimiter.join(self._file(article, one))}\r\n"
            if not budget.draw(len(row)):
                refuse_article("the rows of its media, each with its id and caption, would take", LARGEST_REPEATS)
            rows.append(row)
        return "".join(rows)

    def _file(self, article: Article, one: MediaFile) -> tuple[str, ...]:
        # In the order of MEDIA_COLUMNS; a test compares them.
        media, file, text = one.media, one.file, self._text
        paragraph, main = one.paragraph, media.main
        return (
            f'"{article.id}"',
            str(article.version),
            str(one.medium),
            str(one.rendition),
            "" if paragraph is None else str(paragraph),
            media.kind,
            "" if main is None else str(main).lower(),
            text(media.caption),
            text(media.credit),
            text(media.alt),
            text(file.href if file else None),
            text(file.media_type if file else None),
            *(_number(getattr(file, name, None)) for name in ("width", "height", "size", "duration")),
            text(file.role if file else None),
        )

    def _text(self, value: str | None) -> str:
        if not value:
            return ""
        cell = value.replace('"', '""')
        return f'"{guard(cell) if self._guarded else cell}"'

    def _cell(self, text: bytes) -> bytes:
        """Return the cell of a text whose quotes are doubled already."""
        if not text:
            return b""
        if self._guarded and text[:1] in _GUARDED_STARTS:
            text = guard(text.decode()).encode()
        return b'"%b"' % text

    def _parts(self, parts: tuple[Any, ...]) -> str:
        return self._text(write_parts(parts)) if parts else ""

    def _part(self, part: Any) -> str:
        return self._text(write_parts((part,))) if part else ""


@cache
def _heading(table: str, delimiter: str) -> bytes:
    return delimiter.join(column.name for column in COLUMNS[table]).encode() + b"\r\n"


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
