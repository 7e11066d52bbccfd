"""The places of an article's fields in a table: the columns of their own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from schemas.formats import Places, article_leaves
from workers.formats.json.places import walk_values
from workers.formats.parquet.reader import rows_of

_LEAVES: Final = frozenset(article_leaves())


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, raw in files.items():
        for row in rows_of(BytesIO(raw), name):
            yield from walk_row(row.content)


def walk_row(content: Any) -> Iterator[tuple[str, str]]:
    """Yield the place and the value of each value that a row states."""
    for place, value in walk_values(content):
        first, second, *_ = (*place.split("."), "")
        yield (leaf if (leaf := f"{first}.{second}") in _LEAVES else first), value


PLACES: Final = Places({leaf: (leaf,) for leaf in article_leaves()} | {"blocks": ("paragraphs",)}, _walk)
