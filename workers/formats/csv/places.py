"""The places of an article's fields in CSV: the columns. Those of paragraphs.csv have the file name before them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places, article_leaves
from workers.formats.csv.tables import ARTICLE_COLUMNS, ARTICLES, PARAGRAPHS

_NAMED: Final = ("name", "uri")
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "paragraphs": ("word_count", "body", f"{PARAGRAPHS}: text"),
    "source.sha256": ("source_sha256",),
    "source.name": ("source_name",),
    # The parts that the notation of a cell has (workers.formats.csv.cells).
    **{
        f"{name}.{part}": (name,)
        for name, parts in {
            "bylines": (*_NAMED, "job_title"),
            "located": (*_NAMED, "qcode"),
            "subjects": (*_NAMED, "qcode", "type"),
            "provider": _NAMED,
            "copyright_holder": _NAMED,
        }.items()
        for part in parts
    },
}
_COLUMNS: Final = frozenset(column.name for column in ARTICLE_COLUMNS)

# The columns of paragraphs.csv that do not repeat the article's key.
_OF_PARAGRAPHS: Final = ("paragraph", "text")


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for row in _rows(files[ARTICLES]):
        yield from row.items()
    for row in _rows(files[PARAGRAPHS]):
        yield from ((f"{PARAGRAPHS}: {column}", row[column]) for column in _OF_PARAGRAPHS)


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))


# Any other field has the column with its own name, if that column exists.
PLACES: Final = Places(
    {leaf: _PLACES.get(leaf, (leaf,) if leaf in _COLUMNS else ()) for leaf in article_leaves()}, _walk
)
