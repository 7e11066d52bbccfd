"""The places of an article's fields in newsmill's own JSON: their own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places, article_leaves
from workers.formats.json.places import walk_json


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        yield from walk_json(raw)


PLACES: Final = Places({leaf: (leaf,) for leaf in article_leaves()}, _walk)
