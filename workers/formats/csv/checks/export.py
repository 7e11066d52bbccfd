"""CSV: the check of the rows of an export."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from typing import Any, Final

from schemas.article import Article
from schemas.article.values import shorten
from schemas.conversion import Conversion
from schemas.errors import FileFault
from workers.formats.csv.body import media_files, text_blocks
from workers.formats.csv.cells import FORMULA_STARTS, GUARDED_STARTS, guard, read_items, unguard
from workers.formats.csv.options import CsvOptions
from workers.formats.csv.parts import read_parts
from workers.formats.csv.tables import (
    ARTICLE_COLUMNS,
    ARTICLES,
    FIRST_EDITION,
    MEDIA,
    PARAGRAPHS,
    states_more,
)

_Composed = tuple[int, Callable[[str], Any]]
"""The index of a column in the notation of `workers.formats.csv.cells`, and the function that reads its cells."""

_COMPOSED: Final[tuple[_Composed, ...]] = tuple(
    (number, partial(read_parts, column.part) if column.part else read_items)
    for number, column in enumerate(ARTICLE_COLUMNS)
    if column.part or column.list_of
)
_FIRST: Final = FIRST_EDITION[ARTICLES]
_FIRST_COMPOSED: Final = tuple(one for one in _COMPOSED if one[0] < _FIRST)

# A long text is found by its beginning, then compared. A search for all of it is slower.
_ENOUGH: Final = 64
_GUARDED_STARTS: Final = GUARDED_STARTS.encode()
_STARTS: Final = frozenset(GUARDED_STARTS)
_FORMULAS: Final = frozenset(FORMULA_STARTS)
_BODY: Final = next(number for number, column in enumerate(ARTICLE_COLUMNS) if column.name == "body")

# The csv module's own limit is smaller than an article may be.
csv.field_size_limit(sys.maxsize)


class CsvChecker:
    """A checker that reads back the rows of each article and compares them with the article."""

    def __init__(self, conversion: Conversion, options: CsvOptions) -> None:
        self._guarded = options.guarded
        self._delimiter = options.delimiter
        # The columns since newsmill 0.2 are empty in most rows.
        self._no_more = self._delimiter.encode() * (len(ARTICLE_COLUMNS) - _FIRST) + b"\r\n"

    def check(self, article: Article, pieces: tuple[bytes, ...]) -> tuple[FileFault, ...]:
        """Return every fault of the article's row, and of the rows of its paragraphs and media."""
        if not self._is_right(article, pieces):
            return tuple(self._faults(article, pieces))
        return ()

    def _is_right(self, article: Article, pieces: tuple[bytes, ...]) -> bool:
        """Return whether the rows are right, quickly. `_faults` finds what is wrong."""
        row, paragraphs, media, _ = pieces
        if media or article.blocks or not article.paragraphs or states_more(article):
            return not any(self._faults(article, pieces))
        if not row.endswith(self._no_more):
            return False
        row = row.removesuffix(self._no_more) + b"\r\n"
        # Most bytes are texts. Their cells are compared with the expected bytes; only the other cells are read back.
        encoded = article.encoded.replace(b'"', b'""')
        cell = self._cell(encoded.replace(b"\0", b"\n\n"))
        at = row.find(cell[:_ENOUGH])
        if not row.startswith(cell, at) or paragraphs != self._paragraphs(article, encoded):
            return False
        rest = row[:at] + row[at + len(cell) :]
        try:
            (cells,) = csv.reader((rest.decode(),), strict=True, delimiter=self._delimiter)
        except (csv.Error, ValueError):
            return False
        if self._guarded and not _STARTS.isdisjoint([cell[:1] for cell in cells]):
            if not _FORMULAS.isdisjoint([cell[:1] for cell in cells]):
                return False
            cells = [unguard(cell) for cell in cells]
        right = _first_cells(article)
        right[_BODY] = ""
        return _read_back(cells, _FIRST_COMPOSED) == right

    def _paragraphs(self, article: Article, encoded: bytes) -> bytes:
        """Return the expected rows of the paragraphs of a text; `encoded` is `Article.encoded` with doubled quotes."""
        mark = self._delimiter.encode()
        key = b'"%b"%b%d%b' % ((article.id or "").encode(), mark, article.version, mark)
        end = mark.join((b"", b"paragraph", b"\r\n"))
        cells = enumerate(map(self._cell, encoded.split(b"\0")), 1)
        return b"".join([key + mark.join((b"%d" % number, cell)) + end for number, cell in cells])

    def _cell(self, text: bytes) -> bytes:
        """Return the cell of a text whose quotes are doubled already."""
        if self._guarded and text[:1] in _GUARDED_STARTS:
            text = guard(text.decode()).encode()
        return b'"%b"' % text

    def _faults(self, article: Article, pieces: tuple[bytes, ...]) -> Iterator[FileFault]:
        for name, piece, expected in (
            (ARTICLES, pieces[0], [_article_cells(article)]),
            (PARAGRAPHS, pieces[1], _paragraph_cells(article)),
            (MEDIA, pieces[2], _media_cells(article)),
        ):
            yield from self._check_rows(name, piece, expected)

    def _check_rows(self, name: str, piece: bytes, expected: list[list[Any]]) -> Iterator[FileFault]:
        text = piece.decode()
        try:
            reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=self._delimiter)
            rows: list[list[Any]] = list(reader)
        except csv.Error as error:
            yield FileFault(name, 0, "csv-quote", f'{error}; close each quote, and double a quote within: ""')
            return
        if expected and not text.endswith("\r\n"):
            yield FileFault(name, 0, "csv-line-end", f"the last row ends in {text[-2:]!r}; end each row with CRLF")
        if self._guarded:
            for row in rows:
                for cell in row:
                    if cell and cell[0] in FORMULA_STARTS:
                        yield FileFault(
                            name,
                            0,
                            "csv-formula",
                            f"{shorten(repr(cell))} would run as a formula; put an apostrophe before it",
                        )
            rows = [[unguard(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]
        if name == ARTICLES:
            rows = [_read_back(row) for row in rows]
        if rows != expected:
            yield from _differences(name, rows, expected)


def _read_back(row: list[Any], composed: tuple[_Composed, ...] = _COMPOSED) -> list[Any]:
    """Read back the cells of a row of articles.csv that are in the notation."""
    for number, read in composed:
        if number < len(row) and row[number]:
            row[number] = read(row[number])
    return row


def _article_cells(article: Article) -> list[Any]:
    """Return the values of an article in the order of the columns; "" for a value that it does not state."""
    return [*_first_cells(article), *_more_cells(article)]


def _first_cells(article: Article) -> list[Any]:
    """Return the values of the columns of newsmill 0.1."""
    source = article.source
    return [
        article.id,
        str(article.version),
        article.signal or "",
        article.headline or "",
        article.description or "",
        article.slugline or "",
        article.bylines or "",
        article.dateline or "",
        (article.located,) if article.located else "",
        article.published or "",
        article.modified or "",
        article.embargoed or "",
        article.status or "",
        article.language or "",
        article.section or "",
        article.genre or "",
        article.keywords or "",
        article.subjects or "",
        (article.provider,) if article.provider else "",
        (article.copyright_holder,) if article.copyright_holder else "",
        article.copyright_notice or "",
        article.usage_terms or "",
        article.url or "",
        str(article.urgency or ""),
        article.ed_note or "",
        str(article.word_count),
        article.body,
        (source.name or "") if source else "",
        source.sha256 if source else "",
    ]


def _more_cells(article: Article) -> Iterator[Any]:
    """Yield the values of the columns since newsmill 0.2."""
    access = article.access
    special = {
        "kind": "" if article.kind == "text" else article.kind,
        "access_free": str(access.free).lower() if access else "",
        "access_paid_parts": access.paid_parts if access else "",
    }
    for column in ARTICLE_COLUMNS[_FIRST:]:
        value = special[column.name] if column.name in special else getattr(article, column.name)
        yield value or ""


def _paragraph_cells(article: Article) -> list[list[Any]]:
    key = [article.id, str(article.version)]
    return [
        [*key, str(number), text, block.kind, str(block.level or "")]
        for number, (text, block) in enumerate(zip(article.paragraphs, text_blocks(article), strict=True), 1)
    ]


def _media_cells(article: Article) -> list[list[Any]]:
    rows = []
    for medium, rendition, paragraph, media, file in media_files(article):
        numbers = [article.id, article.version, medium, rendition, paragraph]
        shown = [media.kind, media.main, media.caption, media.credit, media.alt]
        of_file = ("href", "media_type", "width", "height", "size", "duration", "role")
        values = [*numbers, *shown, *(getattr(file, name, None) for name in of_file)]
        rows.append([str(one).lower() if isinstance(one, bool) else "" if one is None else str(one) for one in values])
    return rows


def _differences(name: str, rows: list[list[Any]], expected: list[list[Any]]) -> Iterator[FileFault]:
    if len(rows) != len(expected):
        yield FileFault(name, 0, "csv-text", f"the table has {len(rows)} rows; the article makes {len(expected)}")
    for row, cells in zip(rows, expected, strict=False):
        if len(row) != len(cells):
            yield FileFault(name, 0, "csv-ragged", f"the row has {len(row)} cells; the article makes {len(cells)}")
        for number, (cell, right) in enumerate(zip(row, cells, strict=False), 1):
            if cell != right:
                detail = f"cell {number} is {shorten(repr(cell))}; the article states {shorten(repr(right))}"
                yield FileFault(name, 0, "csv-text", detail)
