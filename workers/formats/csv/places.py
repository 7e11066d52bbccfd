"""The places of an article's fields in CSV: the columns. Those of paragraphs.csv have the file name before them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from schemas.article import Rendition
from schemas.formats import Places, article_leaves
from workers.formats.csv.tables import ACCESS, ARTICLE_COLUMNS, ARTICLES, MEDIA, MEDIA_COLUMNS, PARAGRAPHS

_COLUMNS: Final = frozenset(column.name for column in ARTICLE_COLUMNS)
_OF_MEDIA: Final = frozenset(column.name for column in MEDIA_COLUMNS)
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "paragraphs": ("word_count", "body", f"{PARAGRAPHS}: text"),
    "media.renditions": ("media", *(f"{MEDIA}: {one.name}" for one in fields(Rendition))),
    "source.sha256": ("source_sha256",),
    "source.name": ("source_name",),
    **{f"access.{part}": (column,) for column, part in ACCESS.items()},
}

# The columns of paragraphs.csv that do not repeat the article's key. The kind of a block is no place of `blocks`, of
# which much more is in no column.
_OF_PARAGRAPHS: Final = ("paragraph", "text")


def _places_of(leaf: str) -> tuple[str, ...]:
    if leaf in _PLACES:
        return _PLACES[leaf]
    # The notation of a cell has every part of a field (workers.formats.csv.parts).
    name, _, part = leaf.partition(".")
    if name not in _COLUMNS:
        return ()
    return (name, f"{MEDIA}: {part}") if name == "media" and part in _OF_MEDIA else (name,)


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for row in _rows(files[ARTICLES]):
        yield from row.items()
    for row in _rows(files[PARAGRAPHS]):
        yield from ((f"{PARAGRAPHS}: {column}", row[column]) for column in _OF_PARAGRAPHS)
    for row in _rows(files[MEDIA]):
        yield from ((f"{MEDIA}: {column}", cell) for column, cell in row.items() if column not in ("id", "version"))


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    text = raw.decode("utf-8-sig")
    delimiter = ";" if text.startswith("id;") else ","
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)


PLACES: Final = Places({leaf: _places_of(leaf) for leaf in article_leaves()}, _walk)
