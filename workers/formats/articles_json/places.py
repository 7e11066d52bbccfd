"""The places of an article's fields in newsmill's own JSON: their own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places, article_leaves
from workers.formats.json.places import walk_json

_LEAVES: Final = frozenset(article_leaves())


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        for place, value in walk_json(raw):
            # A value inside of a block, or of a part of a part, has the place of the field.
            first, second, *_ = (*place.split("."), "")
            yield (leaf if (leaf := f"{first}.{second}") in _LEAVES else first), value


PLACES: Final = Places({leaf: (leaf,) for leaf in article_leaves()} | {"blocks": ("paragraphs",)}, _walk)
