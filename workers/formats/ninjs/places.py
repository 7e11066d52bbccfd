"""The places of an article's fields in ninjs 3.1: members by the path of names that leads to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schemas.article import Article
from schemas.article.dates import is_zoned
from schemas.formats import Places
from workers.formats.json.places import walk_json
from workers.formats.ninjs.options import NinjsOptions
from workers.formats.ninjs.writer import ZONED
from workers.formats.ninjs.writing import associations, concepts

_OF: Final = {
    "paragraphs": ("bodies.value", "body_html", "body_text"),
    "blocks": ("bodies.value", "body_html"),
    "kind": ("type",),
    "media.kind": ("associations.NAME.type", "associations.type"),
    "media.caption": ("associations.NAME.description_ROLE", "associations.descriptions.value"),
    "media.credit": ("associations.NAME.byline", "associations.by"),
    "media.alt": ("associations.NAME.description_ROLE", "associations.descriptions.value"),
    "media.renditions": (
        "associations.NAME.renditions.NAME.duration",
        "associations.NAME.renditions.NAME.height",
        "associations.NAME.renditions.NAME.href",
        "associations.NAME.renditions.NAME.mimetype",
        "associations.NAME.renditions.NAME.sizeinbytes",
        "associations.NAME.renditions.NAME.width",
        "associations.NAME.uri",
        "associations.renditions.contentType",
        "associations.renditions.contenttype",
        "associations.renditions.duration",
        "associations.renditions.height",
        "associations.renditions.href",
        "associations.renditions.name",
        "associations.renditions.sizeInBytes",
        "associations.renditions.sizeinbytes",
        "associations.renditions.width",
        "associations.uri",
    ),
    "media.main": ("associations.name",),
    "id": ("uri",),
    "alternative_ids.id": ("altIds.value", "altids.NAME", "altids.value"),
    "alternative_ids.type": ("altIds.role", "altids.role"),
    "version": ("version",),
    "headline": ("headline", "headlines.value"),
    "headlines.text": ("headline_ROLE", "headlines.value"),
    "headlines.role": ("headlines.role",),
    "description": ("description_text", "descriptions.value"),
    "descriptions.text": ("description_ROLE", "descriptions.value"),
    "descriptions.role": ("descriptions.role",),
    "slugline": ("slugline",),
    "byline": ("by", "byline"),
    "bylines.name": ("by", "byline"),
    "located.name": ("located",),
    "published": ("contentCreated", "contentcreated"),
    "first_created": ("firstCreated", "firstcreated"),
    "version_created": ("versionCreated", "versioncreated"),
    "embargoed": ("embargoed", "embargoedUntil"),
    "expires": ("expires",),
    "status": ("pubStatus", "pubstatus"),
    "language": ("language",),
    "genre": ("genre.name", "genres.name"),
    "keywords": ("subject.name", "subject.rel", "subjects.name", "subjects.rel"),
    "subjects.name": ("organisation.name", "organisations.name"),
    "subjects.uri": ("organisation.code", "organisations.uri"),
    "subjects.qcode": ("organisations.literal",),
    "subjects.type": (
        "organisation.code",
        "organisation.name",
        "organisation.scheme",
        "organisations.literal",
        "organisations.name",
        "organisations.uri",
    ),
    "subjects.position": (
        "place.geometry_geojson.coordinates",
        "places.geoJSON.coordinates",
        "places.geojson.coordinates",
    ),
    "subjects.relevance": ("subject.relevance", "subjects.relevance"),
    "subjects.confidence": ("subject.confidence", "subjects.confidence"),
    "subjects.creator": ("subject.creator", "subjects.creator"),
    "provider.name": ("infoSources.name", "infosource.name", "infosources.name"),
    "provider.uri": ("infoSources.uri", "infosources.uri"),
    "copyright_holder.name": ("copyrightHolder", "copyrightholder"),
    "copyright_notice": ("copyrightNotice", "copyrightnotice"),
    "usage_terms": ("usageTerms", "usageterms"),
    "digital_source_type": ("digitalSourceType.uri", "digitalsourcetype.uri"),
    "url": ("altIds.value", "altids.NAME", "altids.value"),
    "links.href": ("associations.NAME.renditions.NAME.href", "associations.renditions.href"),
    "links.id": ("associations.NAME.uri", "associations.uri"),
    "links.version": ("associations.NAME.version", "associations.version"),
    "links.rel": ("associations.rel",),
    "links.media_type": (
        "associations.NAME.renditions.NAME.mimetype",
        "associations.renditions.contentType",
        "associations.renditions.contenttype",
    ),
    "links.title": ("associations.NAME.title", "associations.title"),
    "profile": ("profile",),
    "urgency": ("urgency",),
    "ed_note": ("edNote", "ednote"),
}


# In generation 1, names and roles are in the names of members.
_KEYED: Final = (
    (re.compile(r"\b(associations|renditions|altids)\.[^.]+"), r"\1.NAME"),
    (re.compile(r"\b(headline|description)_(?!text$).*"), r"\1_ROLE"),
)


def _walk(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for raw in files.values():
        for place, value in walk_json(raw):
            shown = place
            if b'"$standard"' in raw:
                for pattern, general in _KEYED:
                    shown = pattern.sub(general, shown)
            yield shown, value


def _lost(article: Article) -> Iterator[str]:
    """Yield the fields that have no place beside the others of the article, in every version."""
    for field, _ in ZONED:
        if (value := getattr(article, field)) and not is_zoned(value):
            yield field
    if article.located and not article.located.name:
        yield "located"
    yield from associations.lost_of(article)
    yield from concepts.lost_of(article)


def _lost_with(article: Article, options: NinjsOptions) -> Iterator[str]:
    """Yield the fields that have no place in an older generation."""
    if options.version[0] != "3" and any(link.rel for link in article.links):
        yield "links.rel"
    if options.version[0] == "1":
        yield from concepts.lost_of_codes(article)


_WHY: Final = {
    field: f"{{format}} has `{name}` as a time with its zone; a day, or a time without a zone, is not in the file. "
    f"State `{field}` so, as in 2024-11-08T16:30:00+01:00."
    for field, name in ZONED
}

PLACES: Final = Places(_OF, _walk, _lost, _lost_with, _WHY)
