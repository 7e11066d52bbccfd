"""A preview of one article: the files of an export of only this article, and the places of its fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from schemas.article import Article, is_stated
from schemas.article.body import are_lines
from schemas.article.json_form import dump_part
from schemas.formats import Formats, article_leaves
from workers.pipeline.pipe import Documents, LeaveOut, MadeArticle, Pipe


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPreview:
    """One field that an article states, and its places.

    Args:
        field: the field, or one part of it: "headline", "bylines.name".
        value: each value of the field, as the article states it.
        places: for each format, each place that holds the field, with the values that stand there.
        no_place_in: the formats that have no place for the field.
    """

    field: str
    value: tuple[str | int, ...]
    places: Mapping[str, Mapping[str, tuple[str, ...]]]
    no_place_in: tuple[str, ...]


def find_article(
    pipe: Pipe, documents: Documents, number: int, leave_out: LeaveOut | None = None
) -> MadeArticle | None:
    """Return the article with this number, from 1, among those that an export of the documents contains.

    Articles that fail and duplicates have no number. Return None if the documents have fewer articles.
    """
    seen: set[bytes] = set()
    for made in pipe.run(documents, leave_out):
        if isinstance(made, MadeArticle) and made.key not in seen:
            seen.add(made.key)
            if len(seen) == number:
                return made
    return None


def files_of(pipe: Pipe, made: MadeArticle) -> dict[str, dict[str, bytes]]:
    """Return the files that an export of this one article has: the bytes by format id and file name."""
    files: dict[str, dict[str, bytes]] = defaultdict(dict)
    for output, piece in zip(pipe.outputs, made.pieces, strict=True):
        files[output.format][output.name] = output.writer.frame(output.name, 1).file_of(piece)
    return dict(files)


def preview_fields(
    article: Article, files: Mapping[str, Mapping[str, bytes]], formats: Formats
) -> Iterator[FieldPreview]:
    """Yield each field that an article states, in the order of `Article`, with its places in each format.

    Args:
        article: the article.
        files: its files, as `files_of` returns them.
        formats: the registry with the places of each format.
    """
    known = {format_id: formats.get(format_id).places for format_id in files}
    found: dict[str, dict[str, list[str]]] = {}
    for format_id, places in known.items():
        found[format_id] = defaultdict(list)
        for place, text in places.walk(files[format_id]):
            found[format_id][place].append(text)
    for name, value in stated_leaves(article):
        if name == "blocks" and are_lines(article.blocks):
            continue
        held = {format_id: places.of.get(name, ()) for format_id, places in known.items()}
        yield FieldPreview(
            field=name,
            value=value,
            places={
                format_id: {place: tuple(found[format_id][place]) for place in places if place in found[format_id]}
                for format_id, places in held.items()
            },
            no_place_in=tuple(format_id for format_id, places in held.items() if not places),
        )


def stated_leaves(article: Article) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield each field that an article states, and its values; a field with parts by its parts: "bylines.name"."""
    for leaf in article_leaves():
        name, _, part = leaf.partition(".")
        value = getattr(article, name)
        if not is_stated(name, value):
            continue
        items = value if isinstance(value, tuple) else (value,)
        values = [getattr(item, part) if part else item for item in items]
        if stated := tuple(_shown(one) for one in values if is_stated(part, one)):
            yield leaf, stated


def _shown(value: Any) -> str | int:
    return value if isinstance(value, str | int) else orjson.dumps(dump_part(value)).decode()
