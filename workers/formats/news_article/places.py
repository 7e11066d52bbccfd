"""The places of an article's fields in NewsArticle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places
from workers.formats.json.places import walk_json
from workers.formats.schema_org.places import OF, find_lost


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        yield from walk_json(raw)


PLACES: Final = Places(OF, _walk, find_lost)
