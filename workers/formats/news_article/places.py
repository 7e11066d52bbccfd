"""The places of an article's fields in NewsArticle: properties by the path of names that leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from schemas.formats import Places
from workers.formats.json.places import walk_json

_OF: Final = {
    "paragraphs": ("wordCount", "articleBody"),
    "id": ("@id",),
    "version": ("version",),
    "signal": (),
    "headline": ("headline",),
    "description": ("description",),
    "slugline": (),
    "bylines.name": ("author.name",),
    "bylines.uri": ("author.@id", "author.url"),
    "bylines.job_title": ("author.jobTitle",),
    "dateline": ("dateline",),
    "located.name": ("locationCreated.name",),
    "located.uri": ("locationCreated.@id",),
    "located.qcode": ("locationCreated.identifier",),
    "published": ("datePublished",),
    "modified": ("dateModified",),
    "embargoed": (),
    "status": ("creativeWorkStatus",),
    "language": ("inLanguage",),
    "section": ("articleSection",),
    "genre": ("genre",),
    "keywords": ("keywords",),
    "subjects.name": ("about.name",),
    "subjects.qcode": ("about.identifier",),
    "subjects.uri": ("about.@id",),
    "subjects.type": ("about.@type",),
    "provider.name": ("publisher.name",),
    "provider.uri": ("publisher.@id",),
    "copyright_holder.name": ("copyrightHolder.name",),
    "copyright_holder.uri": ("copyrightHolder.@id",),
    "copyright_notice": ("copyrightNotice",),
    "usage_terms": ("usageInfo.text",),
    "url": ("url", "mainEntityOfPage"),
    "urgency": (),
    "ed_note": (),
    "source.sha256": ("encoding.sha256",),
    "source.name": ("encoding.name",),
    "source.media_type": ("encoding.encodingFormat",),
    "source.size": ("encoding.contentSize",),
}


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        yield from walk_json(raw)


PLACES: Final = Places(_OF, _walk)
