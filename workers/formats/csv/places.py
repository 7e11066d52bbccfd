"""The places of an article's fields in CSV: columns, those of paragraphs.csv with its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places
from workers.formats.csv.tables import ARTICLES, PARAGRAPHS

_OF: Final = {
    "paragraphs": ("word_count", "body", "paragraphs.csv: text"),
    "id": ("id",),
    "version": ("version",),
    "signal": ("signal",),
    "headline": ("headline",),
    "description": ("description",),
    "slugline": ("slugline",),
    "bylines.name": ("bylines",),
    "bylines.uri": ("bylines",),
    "bylines.job_title": ("bylines",),
    "dateline": ("dateline",),
    "located.name": ("located",),
    "located.uri": ("located",),
    "located.qcode": ("located",),
    "published": ("published",),
    "modified": ("modified",),
    "embargoed": ("embargoed",),
    "status": ("status",),
    "language": ("language",),
    "section": ("section",),
    "genre": ("genre",),
    "keywords": ("keywords",),
    "subjects.name": ("subjects",),
    "subjects.qcode": ("subjects",),
    "subjects.uri": ("subjects",),
    "subjects.type": ("subjects",),
    "provider.name": ("provider",),
    "provider.uri": ("provider",),
    "copyright_holder.name": ("copyright_holder",),
    "copyright_holder.uri": ("copyright_holder",),
    "copyright_notice": ("copyright_notice",),
    "usage_terms": ("usage_terms",),
    "url": ("url",),
    "urgency": ("urgency",),
    "ed_note": ("ed_note",),
    "source.sha256": ("source_sha256",),
    "source.name": ("source_name",),
    "source.media_type": (),
    "source.size": (),
}

# Of paragraphs.csv, the columns that do not only repeat the article's key.
_OF_PARAGRAPHS: Final = ("paragraph", "text")


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for row in _rows(files[ARTICLES]):
        yield from row.items()
    for row in _rows(files[PARAGRAPHS]):
        yield from ((f"{PARAGRAPHS}: {column}", row[column]) for column in _OF_PARAGRAPHS)


def _rows(raw: bytes) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))


PLACES: Final = Places(_OF, _walk)
