"""The places of an article's fields in Markdown: the names in its front matter, and the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places, article_leaves
from workers.formats.json.leaves import leaves
from workers.formats.markdown.front_matter import read_front_matter
from workers.formats.markdown.reader import NAMES

_FIELDS: Final = {name: field for field, name in NAMES.items()}
_LEAVES: Final = frozenset(article_leaves())
_TEXT: Final = "text"


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        front = read_front_matter(raw.decode(), "")
        yield _TEXT, front.rest
        for path, value in leaves(front.fields):
            first, second, *_ = (*(step.partition("[")[0] for step in path.split(".")), "")
            field = _FIELDS.get(first, first)
            # A value inside of a part of a part has the place of the part.
            yield (f"{first}.{second}" if f"{field}.{second}" in _LEAVES else first), value


def _place(leaf: str) -> str:
    field, _, part = leaf.partition(".")
    name = NAMES.get(field, field)
    return f"{name}.{part}" if part else name


PLACES: Final = Places(
    {leaf: (_place(leaf),) for leaf in article_leaves()} | {"paragraphs": (_TEXT,), "blocks": (_TEXT,)}, _walk
)
